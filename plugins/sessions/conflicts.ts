import { refuse } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { BusyKind, BusyTime, GearWanted, SessionState, Wanted } from './contract.ts'
import type { Stretch } from './opening.ts'
import { isLive, rowsOf } from './queries.ts'
import type { Slot } from './slot.ts'

/** What a session would keep others from, as the database's lane: an option its own rank, anything else all. */
export interface Claim extends Slot {
  room_id: number
  people: readonly number[]
  /** Gear is held only once the session is written; here it is looked at. */
  gear?: readonly GearWanted[]
  /** 1 to 3 for an option, null for what is firm. */
  rank: number | null
  /** The session itself, which is not in its own way. */
  id?: number | null
}

/** A session in the way, of its room or of somebody. */
export interface Conflict {
  id: number
  title: string | null
  client_name: string | null
  starts_at: Date
  ends_at: Date
  state: SessionState
  rank: number | null
  room_id: number
  room_name: string
  /** The person it needs; null when it is the room. */
  person_id: number | null
  person_name: string | null
}

const found = `s.id, s.title, coalesce(c.artist_name, c.name) as client_name, s.starts_at, s.ends_at, s.state, s.rank,
  s.room_id, r.name as room_name`
const joins = `join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`
const lane = `s.lane && int4range(?, ?) and ${isLive} and s.id <> ?`
const inTheWay = `s.blocks && tstzrange(?, ?) and ${lane}`

/** What is in the way of a claim, the room's own first, by time. Options that ran out are not. One statement. */
export function listConflicts(db: Db, claim: Claim): Promise<Conflict[]> {
  const [from, to] = claim.rank === null ? [0, 1000] : [claim.rank, claim.rank + 1]
  const at = [claim.starts_at, claim.ends_at, from, to, claim.id ?? 0]
  return rowsOf(
    db,
    `(select ${found}, null::bigint as person_id, null as person_name from sessions s ${joins}
       where s.room_id = ? and ${inTheWay})
     union all
     (select ${found}, p.id, p.name from session_people sp join sessions s on s.id = sp.session_id
       join people p on p.id = sp.person_id ${joins}
       where sp.person_id = any(?) and sp.blocks && tstzrange(?, ?) and ${lane})
     order by person_name nulls first, starts_at`,
    [claim.room_id, ...at, claim.people as number[], ...at]
  )
}

/** Absences of people and closures of rooms between two instants. One statement. */
export function listBusyTimes(
  db: Db,
  { from, to, rooms, people }: Wanted
): Promise<(BusyTime & { kind: BusyKind; name: string })[]> {
  return rowsOf(
    db,
    `(select b.room_id, b.person_id, b.starts_at, b.ends_at, b.kind, coalesce(b.note, '') as label, r.name
       from busy_times b join rooms r on r.id = b.room_id where b.room_id = any(?) and b.during && tstzrange(?, ?))
     union all
     (select b.room_id, b.person_id, b.starts_at, b.ends_at, b.kind, coalesce(b.note, ''), p.name
       from busy_times b join people p on p.id = b.person_id where b.person_id = any(?) and b.during && tstzrange(?, ?))
     order by starts_at`,
    [rooms as number[], from, to, people as number[], from, to]
  )
}

/** When the claim's room or one of its people is taken by sessions, between two instants. */
export async function busyStretches(db: Db, claim: Claim, from: Date, to: Date): Promise<Stretch[]> {
  const conflicts = await listConflicts(db, { ...claim, starts_at: from, ends_at: to })
  return conflicts.map(({ starts_at, ends_at }) => ({ start: starts_at, end: ends_at }))
}

/** Bookable rooms that nothing is in, for the time of a claim. */
export function freeRooms(db: Db, claim: Claim): Promise<{ id: number; name: string; colour: number }[]> {
  const [from, to] = claim.rank === null ? [0, 1000] : [claim.rank, claim.rank + 1]
  return rowsOf(
    db,
    `select r.id, r.name, r.colour from rooms r where r.archived_at is null and r.bookable and r.id <> ?
     and not exists (select 1 from sessions s where s.room_id = r.id and ${inTheWay})
     and not exists (select 1 from busy_times b where b.room_id = r.id and b.during && tstzrange(?, ?))
     order by r.position, r.id`,
    [claim.room_id, claim.starts_at, claim.ends_at, from, to, claim.id ?? 0, claim.starts_at, claim.ends_at]
  )
}

/**
 * Makes whoever else books one of these rooms or people wait until this transaction ends, so that what is found free
 * stays free, and two never wait for each other. The constraints remain the last word. Throws a refusal at `people` when
 * one of them is nobody here.
 */
export async function holdResources(db: Db, rooms: readonly number[], people: readonly number[]): Promise<void> {
  await db.raw('select 1 from rooms where id = any(?) order by id for no key update', [rooms as number[]])
  if (people.length === 0) return
  const held = await rowsOf(db, 'select 1 from people where id = any(?) order by id for no key update', [
    people as number[]
  ])
  if (held.length < new Set(people).size) throw refuse({ people: 'fields.choice' })
}
