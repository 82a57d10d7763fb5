import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { endsOf, spansFrom } from '../finder/queries.ts'
import type { Span } from '../finder/spans.ts'
import { isLive } from '../queries.ts'

/** How the time of a room or somebody was spent, each list in order. */
export interface Spent {
  id: number
  /** Firm, on its way or done. */
  booked: Span[]
  /** Held by an option. */
  optional: Span[]
  /** Closed or away. */
  blocked: Span[]
}

export type Whose = 'room' | 'person'

const live = `s.state in ('option', 'confirmed', 'in_progress', 'completed') and ${isLive}`
const within = `s.starts_at < ? and s.starts_at > ?::timestamptz - interval '31 days' and s.ends_at > ?`
const mine = (by: Whose) =>
  by === 'room'
    ? { id: 's.room_id', from: 'sessions s', busy: 'room_id' }
    : {
        id: 'sp.person_id',
        from: `sessions s join session_people sp on sp.session_id = s.id and sp.answer <> 'declined'`,
        busy: 'person_id'
      }

interface Row {
  id: number
  [ends: `${string}_${'from' | 'to'}`]: number[]
}

/** How everybody's or every room's time between two instants was spent. One statement; no session is longer than 31 days. */
export async function spentTimes(db: Db, by: Whose, from: Date, to: Date): Promise<Map<number, Spent>> {
  const { id, from: tables, busy } = mine(by)
  const rows = await rowsOf<Row>(
    db,
    `select id, ${endsOf('booked', 'booked')}, ${endsOf('optional', 'optional')}, ${endsOf('blocked', 'blocked')} from (
       select id, range_agg(during) filter (where kind = 'booked') as booked,
         range_agg(during) filter (where kind = 'option') as optional, range_agg(during) filter (where kind = 'blocked') as blocked
       from (
         select ${id} as id, s.during, case s.state when 'option' then 'option' else 'booked' end as kind
         from ${tables} where ${within} and ${live}
         union all select ${busy}, during, 'blocked' from busy_times where ${busy} is not null and during && tstzrange(?, ?)
       ) times group by id) spent`,
    [to, from, from, from, to]
  )
  const spans = (row: Row, kind: string) => spansFrom(row[`${kind}_from`] ?? [], row[`${kind}_to`] ?? [])
  return new Map(
    rows.map(row => {
      const [booked, optional, blocked] = [spans(row, 'booked'), spans(row, 'optional'), spans(row, 'blocked')]
      return [row.id, { id: row.id, booked, optional, blocked }]
    })
  )
}

/** Cents of what was booked, by whose it is and in which stretch it began; `borders` are the beginnings and the last end. */
export async function earned(db: Db, by: Whose, borders: readonly Date[]): Promise<Map<number, Map<number, number>>> {
  const { id, from } = mine(by)
  const rows = await rowsOf<{ id: number; step: number; cents: number }>(
    db,
    `select ${id} as id, width_bucket(s.starts_at, ?::timestamptz[]) - 1 as step, sum(s.price_cents)::bigint as cents
     from ${from} where s.starts_at >= ? and s.starts_at < ? and s.price_cents is not null
       and s.state in ('confirmed', 'in_progress', 'completed')
     group by 1, 2`,
    [borders, borders[0], borders.at(-1)]
  )
  const found = new Map<number, Map<number, number>>()
  for (const { id, step, cents } of rows) found.set(id, (found.get(id) ?? new Map<number, number>()).set(step, cents))
  return found
}

/** Who is there. */
export function listWorking(db: Db): Promise<{ id: number; name: string }[]> {
  return rowsOf(db, `select id, name from people where active order by name collate "fr-x-icu", id`)
}
