import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A session as it is billed. `price_cents` is what it comes to, its fee once it is called off. */
export interface BilledSession {
  id: number
  client_id: number | null
  client_name: string | null
  title: string | null
  state: string
  room_name: string
  starts_at: Date
  ends_at: Date
  price_cents: number | null
}

const columns = `s.id, s.client_id, coalesce(c.artist_name, c.name) as client_name, s.title, s.state, r.name as room_name,
  s.starts_at, s.ends_at,
  case when s.state in ('cancelled', 'no_show') then case when s.fee_waived_at is null then s.cancel_fee_cents end
    else s.price_cents end as price_cents`
const from = `sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`
/** What is over, or was called off at a cost. */
const due = `(s.state = 'completed'
  or (s.state in ('cancelled', 'no_show') and s.cancel_fee_cents > 0 and s.fee_waived_at is null))`
const unbilled = `not exists (select from invoice_sources b where b.source = 'session:' || s.id)`

export function findSessions(db: Db, ids: readonly number[]): Promise<BilledSession[]> {
  return rowsOf(db, `select ${columns} from ${from} where s.id = any(?::bigint[]) order by s.starts_at, s.id`, [ids])
}

/** What of a stretch of time waits to be billed, by client and time; of some clients only with `clients`. */
export function unbilledSessions(
  db: Db,
  { from: begin, to }: { from: Date; to: Date },
  clients?: readonly number[]
): Promise<BilledSession[]> {
  return rowsOf(
    db,
    `select ${columns} from ${from}
     where s.starts_at >= ? and s.starts_at < ? and s.client_id is not null and ${due} and ${unbilled}
       ${clients ? 'and s.client_id = any(?::bigint[])' : ''}
     order by coalesce(c.artist_name, c.name) collate "fr-x-icu", s.client_id, s.starts_at, s.id limit 2000`,
    [begin, to, ...(clients ? [clients] : [])]
  )
}

/** Sessions of the last year that wait to be billed, the latest first: what follows `from`. */
export const waitingSessions = `sessions s
  where s.starts_at > now() - interval '1 year' and s.starts_at < now() and s.client_id is not null and ${due} and ${unbilled}
  order by s.starts_at desc`

/** Of a client, what waits to be billed. */
export async function countUnbilledOf(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from sessions s where s.client_id = ? and ${due} and ${unbilled}`,
    [client_id]
  )
  return row?.n ?? 0
}
