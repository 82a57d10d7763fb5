import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Slot } from '../slot.ts'

/** A room's time that something no longer holds. */
export interface Freed extends Slot {
  room_id: number
}

/** An option that stands behind another on the same room. */
export interface Behind extends Slot {
  id: number
  rank: number
  expires_at: Date
}

/** Options of rank 2 and 3 that live and meet a time of a room, the better rank first. */
export function listBehind(db: Db, { room_id, starts_at, ends_at }: Freed): Promise<Behind[]> {
  return rowsOf(
    db,
    `select id, starts_at, ends_at, rank, expires_at from sessions
     where room_id = ? and during && tstzrange(?, ?) and state = 'option' and rank > 1 and expires_at > now()
     order by rank, id`,
    [room_id, starts_at, ends_at]
  )
}

/**
 * The best rank better than its own at which nothing is in an option's way: not on its room, not for its people, and
 * neither is to be had then. As the constraints would judge it. Those from which gear keeps it are left out.
 */
export async function betterRank(db: Db, id: number, without: readonly number[]): Promise<number | undefined> {
  const [row] = await rowsOf<{ rank: number | null }>(
    db,
    `select min(r) as rank from sessions s cross join generate_series(1, s.rank - 1) as r
     where s.id = ? and not r = any(?::integer[])
       and not exists (select 1 from sessions o where o.room_id = s.room_id and o.id <> s.id
         and o.blocks && s.blocks and o.lane && int4range(r, r + 1))
       and not exists (select 1 from session_people sp join session_people o
         on o.person_id = sp.person_id and o.session_id <> s.id
         where sp.session_id = s.id and o.blocks && sp.blocks and o.lane && int4range(r, r + 1))
       and not exists (select 1 from busy_times b where b.room_id = s.room_id and b.during && s.blocks)
       and not exists (select 1 from session_people sp join busy_times b on b.person_id = sp.person_id
         where sp.session_id = s.id and b.during && sp.blocks)`,
    [id, without]
  )
  return row?.rank ?? undefined
}

/** Holds rooms or people if that can be done without waiting for anybody: were all of them? */
export async function heldAtOnce(db: Db, table: 'rooms' | 'people', ids: readonly number[]): Promise<boolean> {
  if (ids.length === 0) return true
  const held = await rowsOf(db, `select id from ${table} where id = any(?) order by id for no key update skip locked`, [
    ids as number[]
  ])
  return held.length === new Set(ids).size
}

/** Who works on these sessions and did not decline. */
export function crewOf(db: Db, sessions: readonly number[]): Promise<number[]> {
  return db('session_people')
    .whereRaw('session_id = any(?)', [sessions as number[]])
    .where('answer', '<>', 'declined')
    .distinct()
    .orderBy('person_id')
    .pluck('person_id')
}

/** Another option on a session's room and time. */
export interface Rival {
  id: number
  client_name: string | null
  title: string | null
  starts_at: Date
  ends_at: Date
  rank: number
  expires_at: Date
}

/** Other live options on the same room and time, by rank. */
export function listRivals(db: Db, id: number): Promise<Rival[]> {
  return rowsOf(
    db,
    `select o.id, coalesce(c.artist_name, c.name) as client_name, o.title, o.starts_at, o.ends_at, o.rank, o.expires_at
     from sessions s join sessions o on o.room_id = s.room_id and o.during && s.during and o.id <> s.id
       left join clients c on c.id = o.client_id
     where s.id = ? and o.state = 'option' and o.expires_at > now() order by o.rank, o.starts_at, o.id`,
    [id]
  )
}
