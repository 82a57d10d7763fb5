import type { Db, Running } from '@patchbay/core'
import type { Conflict } from './conflicts.ts'
import type { BusyTime } from './contract.ts'
import type { Stretch } from './opening.ts'
import { rowsOf } from './queries.ts'

/** What a session leaves to others on record: of its room's time, and of each person's. */
export interface Over {
  room: Stretch[]
  people: ReadonlyMap<number, Stretch[]>
}

export const nothingOver: Over = { room: [], people: new Map() }

/** Something a session was booked over: another session, or a time that was not to be had. */
export interface Met {
  other_id: number | null
  what: string | null
  /** Whose time it was, when it was no session's. */
  room_id: number | null
  person_id: number | null
  starts_at: Date
  ends_at: Date
}

/** The time of these conflicts, by whose it is. */
export function overOf(conflicts: readonly Conflict[], busy: readonly BusyTime[]): Over {
  const room: Stretch[] = []
  const people = new Map<number, Stretch[]>()
  for (const { person_id, starts_at, ends_at } of [...conflicts, ...busy]) {
    const stretch = { start: starts_at, end: ends_at }
    if (person_id === null) room.push(stretch)
    else people.set(person_id, [...(people.get(person_id) ?? []), stretch])
  }
  return { room, people }
}

/** As PostgreSQL writes a multirange; it joins what touches. */
export const multirange = (stretches: readonly Stretch[]): string =>
  `{${stretches.map(({ start, end }) => `[${start.toISOString()},${end.toISOString()})`).join(',')}}`

/** The sessions that this one was booked over. */
export function agreedWith(db: Db, id: number | null | undefined): Promise<number[]> {
  if (!id) return Promise.resolve([])
  return db('session_overlaps').where({ session_id: id }).whereNotNull('other_id').pluck('other_id')
}

/** The times that were not to be had that this one was booked over. */
export function agreedTimes(db: Db, id: number | null | undefined): Promise<Stretch[]> {
  if (!id) return Promise.resolve([])
  return db('session_overlaps').where({ session_id: id, other_id: null }).select('starts_at as start', 'ends_at as end')
}

/** Writes down what a session was booked over, by whom and why. */
export async function addOverlaps(running: Running, id: number, met: readonly Met[], reason: string): Promise<void> {
  const { db, person } = running
  if (met.length === 0) return
  const by_id = db('people')
    .where({ id: person.id ?? 0 })
    .select('id')
  await db('session_overlaps')
    .insert(met.map(one => ({ session_id: id, ...one, reason, by_id })))
    .onConflict()
    .ignore()
}

/** A session and what it was booked over or what was booked over it, for its page. */
export interface Overlap {
  id: number
  /** True when this session is the one booked over the other. */
  ours: boolean
  other_id: number | null
  other: string | null
  starts_at: Date
  ends_at: Date
  reason: string
  by: string | null
  at: Date
}

/** What a session and others have in common by decision, until one of them moves or ends. */
export function overlapsOf(db: Db, id: number): Promise<Overlap[]> {
  return rowsOf(
    db,
    `select o.id, o.session_id = ? as ours, x.id as other_id, coalesce(c.artist_name, c.name, x.title, o.what) as other,
       coalesce(x.starts_at, o.starts_at) as starts_at, coalesce(x.ends_at, o.ends_at) as ends_at, o.reason, p.name as by, o.at
     from session_overlaps o
       left join sessions x on x.id = case when o.session_id = ? then o.other_id else o.session_id end
       left join clients c on c.id = x.client_id left join people p on p.id = o.by_id
     where o.session_id = ? or o.other_id = ? order by starts_at, o.id`,
    [id, id, id, id]
  )
}

/**
 * After a session was written: what it no longer meets is forgotten, and those booked over it keep again from others what
 * it left. Throws the exclusion constraint when somebody else has come into that time.
 */
export async function settleOverlaps(db: Db, id: number): Promise<void> {
  const [found] = await rowsOf<{ any: boolean }>(
    db,
    'select exists (select 1 from session_overlaps where session_id = ? or other_id = ?) as any',
    [id, id]
  )
  if (!found?.any) return
  const gone = await rowsOf<{ session_id: number }>(
    db,
    `delete from session_overlaps o using sessions s
     where s.id = o.session_id and (o.session_id = ? or o.other_id = ?) and (
       isempty(s.lane) or not s.during && tstzrange(o.starts_at, o.ends_at) and o.other_id is null
       or exists (select 1 from sessions x where x.id = o.other_id and (isempty(x.lane) or not x.during && s.during
         or x.room_id <> s.room_id and not exists (select 1 from session_people a join session_people b using (person_id)
           where a.session_id = s.id and b.session_id = x.id and a.answer <> 'declined' and b.answer <> 'declined'))))
     returning o.session_id`,
    [id, id]
  )
  const sessions = [...new Set(gone.map(({ session_id }) => session_id))]
  if (sessions.length === 0) return
  await db.raw(
    `update sessions s set over = coalesce((
       select range_agg(coalesce(x.during, tstzrange(o.starts_at, o.ends_at))) from session_overlaps o
         left join sessions x on x.id = o.other_id
       where o.session_id = s.id and s.room_id in (x.room_id, o.room_id)), '{}')
     where s.id = any(?)`,
    [sessions]
  )
  await db.raw(
    `update session_people sp set over = coalesce((
       select range_agg(coalesce(x.during, tstzrange(o.starts_at, o.ends_at))) from session_overlaps o
         left join session_people x on x.session_id = o.other_id and x.person_id = sp.person_id
       where o.session_id = sp.session_id and sp.person_id in (x.person_id, o.person_id)), '{}')
     where sp.session_id = any(?)`,
    [sessions]
  )
}
