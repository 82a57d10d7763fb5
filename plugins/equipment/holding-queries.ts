import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'
import type { Held, Piece, Slot, Taken, Unit } from './allocating.ts'

/** A claim on gear: a session's time, as an option of `rank` or firm (null). */
export interface GearTime extends Slot {
  session_id: number | null
  rank: number | null
}

const piece = 'select id, label, category, quantity, state, archived_at from equipment where id = any(?) order by id'

export async function findPieces(db: Db, ids: readonly number[]): Promise<Map<number, Piece>> {
  return byId(await rowsOf<Piece>(db, piece, [ids]))
}

/** The same, kept from being held by anybody else until the transaction ends; always in the order of their ids. */
export async function lockPieces(db: Db, ids: readonly number[]): Promise<Map<number, Piece>> {
  return byId(await rowsOf<Piece>(db, `${piece} for no key update`, [ids]))
}

const byId = (pieces: Piece[]) => new Map(pieces.map(one => [one.id, one]))

/** The session as its gear needs to know it; undefined when it holds nothing because it is off. */
export async function timeOf(db: Db, session_id: number): Promise<GearTime | undefined> {
  const [session] = await rowsOf<GearTime>(
    db,
    `select id as session_id, starts_at, ends_at, case when state = 'option' then rank end as rank
     from sessions where id = ? and not isempty(lane)`,
    [session_id]
  )
  return session
}

/** Units of these pieces that are taken for some of the time, by sessions of the same lane or away. One statement. */
export function listTaken(
  db: Db,
  ids: readonly number[],
  { session_id, starts_at, ends_at, rank }: GearTime
): Promise<Taken[]> {
  const [from, to] = rank === null ? [0, 1000] : [rank, rank + 1]
  const own = session_id ?? 0
  return rowsOf(
    db,
    `select h.equipment_id, h.unit, case when s.state = 'option' then 'option' else 'session' end as kind,
       s.id as session_id, s.starts_at, s.ends_at, coalesce(c.artist_name, c.name, s.title) as who,
       exists (select 1 from session_overlaps o where o.session_id = ? and o.other_id = s.id) as agreed
     from session_equipment h join sessions s on s.id = h.session_id left join clients c on c.id = s.client_id
     where h.equipment_id = any(?) and h.during && tstzrange(?, ?) and h.blocks && tstzrange(?, ?)
       and h.lane && int4range(?, ?) and (s.state <> 'option' or s.expires_at > now()) and s.id <> ?
     union all
     select a.equipment_id, a.unit, case when a.checkout_id is null then 'maintenance' else 'loan' end, null,
       lower(a.during), upper(a.during), coalesce(c.artist_name, c.name, p.name),
       exists (select 1 from session_overlaps o where o.session_id = ? and o.other_id is null and o.what = left(e.label, 300)
         and tstzrange(o.starts_at, o.ends_at) @> a.during)
     from equipment_away a join equipment e on e.id = a.equipment_id
       left join equipment_checkouts k on k.id = a.checkout_id
       left join clients c on c.id = k.client_id left join people p on p.id = k.person_id
     where a.equipment_id = any(?) and a.during && tstzrange(?, ?)
     order by starts_at, unit`,
    [
      own,
      ids as number[],
      starts_at,
      ends_at,
      starts_at,
      ends_at,
      from,
      to,
      own,
      own,
      ids as number[],
      starts_at,
      ends_at
    ]
  )
}

/** Was it decided to book this session without these pieces being there at all? By their labels. */
export function agreedMissing(db: Db, { session_id, starts_at, ends_at }: GearTime): Promise<string[]> {
  if (session_id === null) return Promise.resolve([])
  return db('session_overlaps')
    .where({ session_id, other_id: null })
    .whereRaw('tstzrange(starts_at, ends_at) @> tstzrange(?, ?)', [starts_at, ends_at])
    .pluck('what')
}

/** Writes what a session holds from now on. */
export async function addUnits(db: Db, session_id: number, units: readonly Unit[]): Promise<void> {
  const rows = units.map(({ over, ...unit }) => ({ ...unit, over: multirange(over) }))
  await db.raw(
    `insert into session_equipment (session_id, equipment_id, unit, during, lane, over)
     select s.id, u.equipment_id, u.unit, s.during, s.lane, u.over
     from sessions s, jsonb_to_recordset(?::jsonb) as u (equipment_id bigint, unit integer, over tstzmultirange)
     where s.id = ?`,
    [JSON.stringify(rows), session_id]
  )
}

const multirange = (stretches: readonly Slot[]) =>
  `{${stretches.map(({ starts_at, ends_at }) => `[${starts_at.toISOString()},${ends_at.toISOString()})`).join(',')}}`

/** Lets go of what a session holds, or holds of one piece, and says what that was. */
export function removeUnits(
  db: Db,
  session_id: number,
  equipment_id: number | null = null
): Promise<{ equipment_id: number; quantity: number }[]> {
  return rowsOf(
    db,
    `with gone as (delete from session_equipment where session_id = ? and equipment_id = coalesce(?, equipment_id)
       returning equipment_id)
     select equipment_id, count(*)::integer as quantity from gone group by equipment_id order by equipment_id`,
    [session_id, equipment_id]
  )
}

/**
 * Who else has units of a piece, two months around. What is of a later month on its far side, has begun, is an option, is
 * booked over something or has several units keeps what it has, and so does what is away.
 */
export function listAround(
  db: Db,
  equipment_id: number,
  { session_id, starts_at, ends_at }: GearTime
): Promise<Held[]> {
  return rowsOf(
    db,
    `with around as (select tstzrange(?::timestamptz - interval '62 days', ?::timestamptz + interval '62 days') as time)
     select h.session_id::text as key, h.unit, lower(h.during) as starts_at, upper(h.during) as ends_at,
       h.over <> '{}' or h.lane <> int4range(0, 1000) or lower(h.during) <= now() or not h.during <@ around.time
         or count(*) over (partition by h.session_id) > 1 as fixed
     from session_equipment h, around
     where h.equipment_id = ? and not isempty(h.lane) and h.during && around.time and h.session_id <> ?
     union all
     select 'away', a.unit, lower(a.during), upper(a.during), true from equipment_away a, around
     where a.equipment_id = ? and a.during && around.time`,
    [starts_at, ends_at, equipment_id, session_id ?? 0, equipment_id]
  )
}

/** Gives sessions other units of a piece, all at once. */
export async function exchangeUnits(db: Db, equipment_id: number, moves: ReadonlyMap<string, number>): Promise<void> {
  if (moves.size === 0) return
  const rows = [...moves].map(([key, unit]) => ({ session_id: Number(key), unit }))
  await db.raw(
    `update session_equipment h set unit = u.unit
     from jsonb_to_recordset(?::jsonb) as u (session_id bigint, unit integer)
     where h.session_id = u.session_id and h.equipment_id = ?`,
    [JSON.stringify(rows), equipment_id]
  )
}

/** Others of the same kinds of which one is free for all of the time, those of the same name first; at most 3 a kind. */
export function listFreeLike(
  db: Db,
  pieces: readonly Piece[],
  { session_id, starts_at, ends_at, rank }: GearTime
): Promise<{ category: string; label: string }[]> {
  const [from, to] = rank === null ? [0, 1000] : [rank, rank + 1]
  return rowsOf(
    db,
    `select category, label from (
       select e.category, e.label, row_number() over (partition by e.category
         order by similarity(e.label, w.label) desc, e.state, e.label) as place
       from equipment e join jsonb_to_recordset(?::jsonb) as w (id bigint, category text, label text)
         on w.category = e.category
       where e.archived_at is null and e.state in ('good', 'worn') and e.id <> all(?)
         and e.quantity > (select count(distinct t.unit) from (
           select h.unit from session_equipment h join sessions s on s.id = h.session_id
             where h.equipment_id = e.id and h.during && tstzrange(?, ?) and h.blocks && tstzrange(?, ?)
               and h.lane && int4range(?, ?) and (s.state <> 'option' or s.expires_at > now()) and s.id <> ?
           union all
           select a.unit from equipment_away a where a.equipment_id = e.id and a.during && tstzrange(?, ?)) t)
     ) free where place <= 3 order by category, place`,
    [
      JSON.stringify(pieces.map(({ id, category, label }) => ({ id, category, label }))),
      pieces.map(({ id }) => id),
      starts_at,
      ends_at,
      starts_at,
      ends_at,
      from,
      to,
      session_id ?? 0,
      starts_at,
      ends_at
    ]
  )
}

/** What these sessions have, by session and name. */
export function listHeld(
  db: Db,
  session_ids: readonly number[]
): Promise<{ session_id: number; equipment_id: number; label: string; quantity: number; missing: boolean }[]> {
  return rowsOf(
    db,
    `select h.session_id, h.equipment_id, e.label, count(*)::integer as quantity,
       bool_or(not isempty(h.lane) and upper(h.during) > now() and (e.state in ('broken', 'out') or exists (
         select 1 from equipment_away a where a.equipment_id = h.equipment_id and a.unit = h.unit and a.during && h.blocks
       ))) as missing
     from session_equipment h join equipment e on e.id = h.equipment_id
     where h.session_id = any(?) group by h.session_id, h.equipment_id, e.label, e.state
     order by h.session_id, e.label collate "fr-x-icu"`,
    [session_ids as number[]]
  )
}
