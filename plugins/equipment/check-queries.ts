import type { Db } from '@patchbay/core'
import { rowsAfresh, rowsOf } from '@patchbay/core/database/reading'
import type { Unit } from './allocating.ts'

/** Something that was taken out, by whom, for what and until when. */
export interface Checkout {
  id: number
  equipment_id: number
  label: string
  code: string
  quantity: number
  session_id: number | null
  person_id: number | null
  client_id: number | null
  /** The client or the title of the session, the person, the client. */
  holder: string | null
  out_at: Date
  due_at: Date
  in_at: Date | null
  out_by: string | null
  note: string | null
}

const shown = `select k.id, k.equipment_id, e.label, e.code, k.quantity, k.session_id, k.person_id, k.client_id,
  case when k.session_id is not null then coalesce(sc.artist_name, sc.name, s.title)
    when k.person_id is not null then p.name else coalesce(c.artist_name, c.name) end as holder,
  k.out_at, k.due_at, k.in_at, b.name as out_by, k.note
  from equipment_checkouts k join equipment e on e.id = k.equipment_id
    left join sessions s on s.id = k.session_id left join clients sc on sc.id = s.client_id
    left join people p on p.id = k.person_id left join clients c on c.id = k.client_id left join people b on b.id = k.out_by`

/** What is out now of one piece, the first due first. */
export const listOutOf = (db: Db, equipment_id: number): Promise<Checkout[]> =>
  rowsOf(db, `${shown} where k.equipment_id = ? and k.in_at is null order by k.due_at, k.id`, [equipment_id])

/** What was out of one piece and is back, the last first. */
export const listBackOf = (db: Db, equipment_id: number): Promise<Checkout[]> =>
  rowsOf(db, `${shown} where k.equipment_id = ? and k.in_at is not null order by k.id desc limit 10`, [equipment_id])

/** All that is out, the first due first; only what is late, when asked. At most 500. */
export const listOut = (db: Db, late = false): Promise<Checkout[]> =>
  rowsOf(db, `${shown} where k.in_at is null ${late ? 'and k.due_at < now()' : ''} order by k.due_at, k.id limit 500`)

export async function countOutOf(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    'select count(*)::integer as n from equipment_checkouts where client_id = ?',
    [client_id]
  )
  return row?.n ?? 0
}

/** Gives what one client took out to another, and says how many times it was. */
export function giveCheckouts(db: Db, from: number, into: number): Promise<number> {
  return db('equipment_checkouts').where({ client_id: from }).update({ client_id: into })
}

export interface NewCheckout {
  equipment_id: number
  quantity: number
  session_id: number | null
  person_id: number | null
  client_id: number | null
  due_at: Date
  note: string | null
}

/** Writes that it is out. What is with a person or a client is not to be had until it is due: `units` of it. */
export async function addCheckout(
  db: Db,
  row: NewCheckout,
  by: number | null,
  units: readonly Unit[]
): Promise<number> {
  const [made] = await db('equipment_checkouts')
    .insert({ ...row, out_by: somebody(db, by) })
    .returning<{ id: number; out_at: Date }[]>(['id', 'out_at'])
  const id = made?.id ?? 0
  if (units.length > 0) {
    const during = db.raw('tstzrange(?, ?)', [made?.out_at ?? new Date(), row.due_at])
    await db('equipment_away').insert(
      units.map(({ equipment_id, unit }) => ({ equipment_id, unit, during, checkout_id: id }))
    )
  }
  return id
}

/** Writes that it is back: its units are free at once. False when it was back already, or is no checkout of this piece. */
export async function endCheckout(db: Db, equipment_id: number, id: number, by: number | null): Promise<boolean> {
  const ended = await db('equipment_checkouts')
    .where({ id, equipment_id, in_at: null })
    .update({ in_at: db.fn.now(), in_by: somebody(db, by) })
  if (ended > 0) await db('equipment_away').where({ checkout_id: id }).delete()
  return ended > 0
}

export async function findCheckout(db: Db, equipment_id: number, id: number): Promise<Checkout | undefined> {
  const [found] = await rowsOf<Checkout>(db, `${shown} where k.equipment_id = ? and k.id = ?`, [equipment_id, id])
  return found
}

const somebody = (db: Db, id: number | null) =>
  db('people')
    .where({ id: id ?? 0 })
    .select('id')

/** A session that somebody may be taking gear to: it is under way or soon, and those that have the piece come first. */
export interface NearSession {
  id: number
  name: string | null
  room_name: string
  starts_at: Date
  ends_at: Date
  /** Units of the piece it holds. */
  held: number
}

export const listNear = (db: Db, equipment_id: number): Promise<NearSession[]> =>
  rowsOf(
    db,
    `select s.id, coalesce(c.artist_name, c.name, s.title) as name, r.name as room_name, s.starts_at, s.ends_at,
       (select count(*) from session_equipment h where h.session_id = s.id and h.equipment_id = ?)::integer as held
     from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     where s.state in ('confirmed', 'in_progress') and s.starts_at < now() + interval '18 hours' and s.ends_at > now()
     order by held desc, s.starts_at, s.id limit 8`,
    [equipment_id]
  )

/** The session as gear is taken to it; undefined when it is off. */
export async function findLive(
  db: Db,
  id: number
): Promise<{ id: number; ends_at: Date; client_id: number | null } | undefined> {
  const [found] = await rowsOf<{ id: number; ends_at: Date; client_id: number | null }>(
    db,
    'select id, ends_at, client_id from sessions where id = ? and not isempty(lane)',
    [id]
  )
  return found
}

/** How many units of a piece a session holds. */
export async function heldBy(db: Db, session_id: number, equipment_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    'select count(*)::integer as n from session_equipment where session_id = ? and equipment_id = ?',
    [session_id, equipment_id]
  )
  return row?.n ?? 0
}

/** The one client of that name, whatever its accents and case; undefined when there is none or more. */
export async function clientCalled(db: Db, name: string): Promise<number | undefined> {
  const found = await rowsAfresh<{ id: number }>(
    db,
    `select id from clients where merged_into is null and archived_at is null and search like '%' || words_of(?) || '%'
       and words_of(?) in (words_of(name), words_of(artist_name)) limit 2`,
    [name, name]
  )
  return found.length === 1 ? found[0]?.id : undefined
}

export const isPerson = async (db: Db, id: number): Promise<boolean> =>
  (await db('people').where({ id, active: true }).first('id')) !== undefined
export const isClient = async (db: Db, id: number): Promise<boolean> =>
  (await db('clients').where({ id }).whereNull('merged_into').first('id')) !== undefined

/** The studio's people, by name. */
export const listPeople = (db: Db): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from people where active order by name collate "fr-x-icu"')
