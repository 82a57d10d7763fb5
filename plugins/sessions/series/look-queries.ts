import type { Db } from '@patchbay/core'
import type { Conflict } from '../conflicts.ts'
import { clientNamed, isLive, rowsOf } from '../queries.ts'

/** What a session of several would hold, the `n`th of them. */
export interface Wanted {
  n: number
  /** The session itself, when it exists. */
  id: number | null
  room_id: number
  people: readonly number[]
  starts_at: Date
  ends_at: Date
  /** 1 to 3 for an option, null for what is firm. */
  rank: number | null
}

const found = `s.id, s.title, ${clientNamed}, s.starts_at, s.ends_at, s.state, s.rank, s.room_id, r.name as room_name`
const joins = `join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`
const wishes = `jsonb_to_recordset(?::jsonb) as w
  (n integer, id bigint, room_id bigint, people bigint[], starts_at timestamptz, ends_at timestamptz, lane int4range)`
const then = `&& tstzrange(w.starts_at, w.ends_at)`
// what a session was booked over by decision is in its way no more
const agreed = `not exists (select 1 from session_overlaps o where o.session_id = w.id and o.other_id = s.id)`
const others = `s.lane && w.lane and ${isLive} and s.id <> all(?)`

/** What is in the way of each, leaving out the sessions that are to move. One statement for all. */
export function conflictsOfAll(
  db: Db,
  wanted: readonly Wanted[],
  leaving: readonly number[]
): Promise<(Conflict & { n: number })[]> {
  return rowsOf(
    db,
    `(select w.n, ${found}, null::bigint as person_id, null as person_name
       from ${wishes} join sessions s on s.room_id = w.room_id and s.blocks ${then} and ${others} and ${agreed} ${joins})
     union all
     (select w.n, ${found}, p.id, p.name from ${wishes}
       join session_people sp on sp.person_id = any(w.people) and sp.blocks ${then}
       join sessions s on s.id = sp.session_id and ${others} and ${agreed}
       join people p on p.id = sp.person_id ${joins})
     order by n, person_name nulls first, starts_at`,
    [asJson(wanted), leaving, asJson(wanted), leaving]
  )
}

/** When the room or the people of each are taken around it. Give each the stretch to look at as its time. */
export function takenAround(
  db: Db,
  wanted: readonly Wanted[],
  leaving: readonly number[]
): Promise<{ n: number; start: Date; end: Date }[]> {
  return rowsOf(
    db,
    `select w.n, s.starts_at as start, s.ends_at as end
       from ${wishes} join sessions s on s.room_id = w.room_id and s.blocks ${then} and ${others}
     union
     select w.n, s.starts_at, s.ends_at from ${wishes}
       join session_people sp on sp.person_id = any(w.people) and sp.blocks ${then}
       join sessions s on s.id = sp.session_id and ${others}`,
    [asJson(wanted), leaving, asJson(wanted), leaving]
  )
}

/** For each, the other bookable rooms that nothing is in then, in the studio's order. */
export function roomsFreeFor(
  db: Db,
  wanted: readonly Wanted[],
  leaving: readonly number[]
): Promise<{ n: number; id: number; name: string }[]> {
  return rowsOf(
    db,
    `select w.n, r.id, r.name from ${wishes} join rooms r on r.id <> w.room_id and r.archived_at is null and r.bookable
     where not exists (select 1 from sessions s where s.room_id = r.id and s.blocks ${then} and ${others})
       and not exists (select 1 from busy_times b where b.room_id = r.id and b.during ${then})
     order by w.n, r.position, r.id`,
    [asJson(wanted), leaving]
  )
}

const asJson = (wanted: readonly Wanted[]) =>
  JSON.stringify(
    wanted.map(({ rank, ...one }) => ({ ...one, lane: rank === null ? '[0,1000)' : `[${rank},${rank + 1})` }))
  )
