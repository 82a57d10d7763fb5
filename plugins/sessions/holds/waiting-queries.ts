import { rowsOf, time } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Slot } from '../slot.ts'

/** What somebody waits for: some time of a length within these days and hours, by the studio's clock. */
export interface Wished {
  id: number
  client_id: number
  /** null: any room. */
  room_id: number | null
  from_day: string
  to_day: string
  earliest: string | null
  latest: string | null
  minutes: number
}

/** Somebody who waits, as pages show them. */
export interface Waiting extends Wished {
  position: number
  note: string | null
  state: 'waiting' | 'told'
  client_name: string
  client_phone: string | null
  room_name: string | null
  colour: number | null
  created_at: Date
  /** What they are offered now. */
  offer: OfferShown | null
}

export interface OfferShown {
  room: string
  starts_at: Date
  ends_at: Date
  until: Date
}

const wished = `w.id, w.client_id, w.room_id, w.from_day, w.to_day, to_char(w.earliest, 'HH24:MI') as earliest,
  to_char(w.latest, 'HH24:MI') as latest, w.minutes`

const shown = `select ${wished}, w.position, w.note, case when o.id is null then 'waiting' else 'told' end as state,
    coalesce(c.artist_name, c.name) as client_name, c.phone as client_phone, r.name as room_name, r.colour, w.created_at,
    o.starts_at, o.ends_at, o.until, x.name as offered_room
  from waiting w join clients c on c.id = w.client_id left join rooms r on r.id = w.room_id
    left join waiting_offers o on o.waiting_id = w.id and o.outcome = 'open' and o.until > now()
    left join rooms x on x.id = o.room_id`

type Joined = Omit<Waiting, 'offer'> & { offered_room: string | null } & { [Key in keyof Slot | 'until']: Date | null }

function withOffer({ offered_room, starts_at, ends_at, until, ...waiting }: Joined): Waiting {
  const offer =
    offered_room !== null && starts_at && ends_at && until ? { room: offered_room, starts_at, ends_at, until } : null
  return { ...waiting, offer }
}

/** Those who wait, in their turn; so many of them at most. */
export async function listWaiting(db: Db, limit = 200): Promise<Waiting[]> {
  const rows = await rowsOf<Joined>(
    db,
    `${shown} where w.state in ('waiting', 'told') order by w.position, w.id limit ?`,
    [limit]
  )
  return rows.map(withOffer)
}

/** Those whose wish a session's time would meet, its room and day at least, in their turn. */
export async function waitingFor(
  db: Db,
  session: Slot & { room_id: number; client_id: number | null },
  timezone: string,
  limit = 5
): Promise<Waiting[]> {
  const { day } = time.localOf(session.starts_at, timezone)
  const rows = await rowsOf<Joined>(
    db,
    `${shown} where w.state in ('waiting', 'told') and coalesce(w.room_id, ?) = ? and ? between w.from_day and w.to_day
       and w.client_id is distinct from ? order by w.position, w.id limit ?`,
    [session.room_id, session.room_id, day, session.client_id, limit]
  )
  return rows.map(withOffer)
}

export interface NewWish extends Omit<Wished, 'id'> {
  note: string | null
}

export async function addWish(db: Db, wish: NewWish, by: number | null): Promise<number> {
  const [row] = await db('waiting')
    .insert({
      ...wish,
      created_by: db('people')
        .where({ id: by ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** A wish that still waits, kept from changing. */
export async function lockWish(db: Db, id: number): Promise<(Wished & { note: string | null }) | undefined> {
  const [row] = await rowsOf<Wished & { note: string | null }>(
    db,
    `select ${wished}, w.note from waiting w where w.id = ? and w.state in ('waiting', 'told') for update`,
    [id]
  )
  return row
}

/** What became of a wish; `session_id` is what was booked for it. */
export async function setWish(
  db: Db,
  id: number,
  state: 'waiting' | 'told' | 'booked' | 'gone',
  session_id: number | null = null
): Promise<void> {
  await db('waiting')
    .where({ id })
    .update({ state, session_id, ...(state === 'told' && { told_at: db.fn.now() }) })
}

/** Changes places with whoever is before or after in the turn. */
export async function changePlaces(db: Db, id: number, direction: 'up' | 'down'): Promise<void> {
  const [sign, order] = direction === 'up' ? ['<', 'desc'] : ['>', 'asc']
  await db.raw(
    `with mine as (select id, position from waiting where id = ?),
     other as (select w.id, w.position from waiting w, mine
       where w.state in ('waiting', 'told') and (w.position, w.id) ${sign} (mine.position, mine.id)
       order by w.position ${order}, w.id ${order} limit 1)
     update waiting w set position = case when w.id = mine.id then other.position else mine.position end
     from mine, other where w.id in (mine.id, other.id)`,
    [id]
  )
}

/** Wishes whose last day is before `day` are over; says which. */
export async function endPastWishes(db: Db, day: string): Promise<number[]> {
  const ended = await db('waiting')
    .whereIn('state', ['waiting', 'told'])
    .where('to_day', '<', day)
    .update({ state: 'gone' })
    .returning<{ id: number }[]>('id')
  return ended.map(({ id }) => id)
}

/** Gives one client's wishes to another, when the two are one; how many moved. */
export function giveWishes(db: Db, from: number, into: number): Promise<number> {
  return db('waiting').where({ client_id: from }).update({ client_id: into })
}
