import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { isLive } from '../queries.ts'
import type { Span } from './spans.ts'

/** Between which instants, and whether options count. */
export interface Period {
  from: Date
  to: Date
  options: boolean
}

/** The ends of a multirange's parts as two lists of milliseconds, as JSON, which is read ten times as fast as an array. */
export const endsOf = (multirange: string, name: string): string =>
  `array_to_json(array(select (date_part('epoch', lower(part)) * 1000)::bigint from unnest(${multirange}) part)) as ${name}_from,
   array_to_json(array(select (date_part('epoch', upper(part)) * 1000)::bigint from unnest(${multirange}) part)) as ${name}_to`

export const spansFrom = (from: readonly number[], to: readonly number[]): Span[] =>
  from.map((start, at): Span => [start, to[at] ?? start])

interface Row {
  id: number
  taken_from: number[]
  taken_to: number[]
}

const byId = (rows: Row[]): Map<number, Span[]> =>
  new Map(rows.map(({ id, taken_from, taken_to }) => [id, spansFrom(taken_from, taken_to)]))

/** When each of these rooms has a session or is closed, in order, by its id. No session is longer than 31 days. */
export async function takenRooms(db: Db, rooms: readonly number[], { from, to, options }: Period) {
  const states = options
    ? `s.state in ('option', 'confirmed', 'in_progress', 'completed') and ${isLive}`
    : `s.state in ('confirmed', 'in_progress', 'completed')`
  return byId(
    await rowsOf<Row>(
      db,
      `select id, ${endsOf('taken', 'taken')} from (select id, range_agg(during) as taken from (
         select s.room_id as id, s.during from sessions s
         where s.room_id = any(?) and s.starts_at < ? and s.starts_at > ?::timestamptz - interval '31 days' and s.ends_at > ?
           and ${states}
         union all select room_id, during from busy_times where room_id = any(?) and during && tstzrange(?, ?)
       ) times group by id) rooms`,
      [rooms, to, from, from, rooms, from, to]
    )
  )
}

/** When each of these people works on a session or is away, in order, by their id. */
export async function takenPeople(db: Db, people: readonly number[], { from, to, options }: Period) {
  if (people.length === 0) return new Map<number, Span[]>()
  const within = `sp.person_id = any(?) and lower(sp.during) < ? and lower(sp.during) > ?::timestamptz - interval '31 days'
    and upper(sp.during) > ? and sp.answer <> 'declined'`
  const held = options
    ? `union all select sp.person_id, sp.during from session_people sp join sessions s on s.id = sp.session_id
       where ${within} and s.state = 'option' and s.expires_at > now()`
    : ''
  const window = [people, to, from, from]
  return byId(
    await rowsOf<Row>(
      db,
      `select id, ${endsOf('taken', 'taken')} from (select id, range_agg(during) as taken from (
         select sp.person_id as id, sp.during from session_people sp where ${within} and sp.lane @> 999
         ${held}
         union all select person_id, during from busy_times where person_id = any(?) and during && tstzrange(?, ?)
       ) times group by id) people`,
      [...window, ...(options ? window : []), people, from, to]
    )
  )
}

/** Who may stand in for "an engineer": the studio's own and those from outside who do that. */
export function listEngineers(db: Db): Promise<{ id: number; name: string }[]> {
  return rowsOf(
    db,
    `select p.id, p.name from people p left join crew_profiles cp on cp.person_id = p.id
     where p.active and case when cp.roles <> '{}' then 'engineer' = any(cp.roles) else p.role in ('engineer', 'owner') end
     order by p.id < 0, p.name collate "fr-x-icu", p.id`
  )
}
