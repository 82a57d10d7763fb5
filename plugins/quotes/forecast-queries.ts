import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A quote that waits for its answer, and the money that would come of it. */
export interface Waiting {
  id: number
  number: string
  title: string | null
  client_id: number
  client_name: string
  /** Of its first session, else when its service begins, else the last day it can be accepted. */
  day: string
  /** With VAT, less what its booked sessions bring anyway. */
  cents: number
}

/** Open quotes whose day is after one; `today` is when they are looked at. In euros only: others have no rate yet. */
export const listWaiting = (
  db: Db,
  { today, after, zone }: { today: string; after: string; zone: string }
): Promise<Waiting[]> =>
  rowsOf(
    db,
    `select * from (
       select q.id, q.number, q.title, q.client_id, coalesce(c.artist_name, c.name) as client_name,
         coalesce((select min(s.starts_at at time zone ?)::date from quote_sessions qs join sessions s on s.id = qs.session_id
           where qs.quote_id = q.id and s.state <> 'cancelled'), q.service_from, q.valid_until)::text as day,
         round(q.total_cents * (1 - least(1, coalesce((select sum(i.net_cents) from quote_items i
           join sessions s on i.source = 'session:' || s.id where i.quote_id = q.id and s.state in ('confirmed', 'in_progress', 'completed')
         ), 0) / nullif(q.net_cents, 0)::numeric)))::bigint as cents
       from quotes q join clients c on c.id = q.client_id
       where q.state = 'sent' and q.valid_until >= ? and q.currency = 'EUR' and q.total_cents > 0
     ) waiting where day > ? and cents > 0 order by day, id limit 500`,
    [zone, today, after]
  )

/** How many of the quotes answered in a year were accepted. */
export async function acceptance(db: Db): Promise<{ accepted: number; answered: number }> {
  const [row] = await rowsOf<{ accepted: number; answered: number }>(
    db,
    `select count(*) filter (where state = 'accepted')::integer as accepted, count(*)::integer as answered from quotes
     where state in ('accepted', 'declined', 'expired') and sent_at > now() - interval '1 year'`
  )
  return row ?? { accepted: 0, answered: 0 }
}
