import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A session that the demo bills: which client's, in which month. */
export interface Billed {
  id: number
  client_id: number
  /** The last day of its month. */
  month_end: string
}

/** What is over and costs something, before a day, in order of time. */
export function sessionsBefore(db: Db, day: string): Promise<Billed[]> {
  return rowsOf(
    db,
    `select id, client_id, (date_trunc('month', starts_at) + interval '1 month - 1 day')::date as month_end from sessions
     where client_id is not null and starts_at < ?::date and (state = 'completed' or (state = 'no_show' and cancel_fee_cents > 0 and fee_waived_at is null))
       and coalesce(price_cents, 0) > 0
     order by starts_at, id`,
    [day]
  )
}

export const dateDraft = (db: Db, id: number, issue_date: string): Promise<number> =>
  db('invoices').where({ id }).update({ issue_date })

/** As if it had been mailed then, to a client who has an address; nothing of the others. */
export async function markSent(db: Db, id: number, sent_at: Date): Promise<void> {
  const sent = await db.raw<{ rowCount: number }>(
    `insert into invoice_deliveries (invoice_id, channel, recipient, mail_key, state, attempts, created_at, done_at)
     select i.id, 'mail', c.email, 'seed:' || i.id, 'done', 1, ?::timestamptz, ?::timestamptz from invoices i join clients c on c.id = i.client_id
     where i.id = ? and c.email is not null`,
    [sent_at, sent_at, id]
  )
  if (sent.rowCount > 0) await db('invoices').where({ id }).update({ sent_at })
}
