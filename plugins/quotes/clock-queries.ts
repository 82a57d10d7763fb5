import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Writes down which quotes are out of date since before `today`. */
export const expireQuotes = (db: Db, today: string): Promise<{ id: number }[]> =>
  db('quotes')
    .where({ state: 'sent' })
    .where('valid_until', '<', today)
    .update({ state: 'expired', ended_at: db.fn.now(), version: db.raw('version + 1') })
    .returning<{ id: number }[]>('id')

/** A sent quote whose client is reminded. */
export interface Reminded {
  id: number
  number: string
  title: string | null
  language: 'fr' | 'en'
  link_sealed: string
  valid_until: string
  recipient_name: string
  recipient_email: string
}

/** Those that run out by `until`, were sent two days ago or earlier, and were not reminded of; they count as reminded now. */
export const listToRemind = (db: Db, { today, until }: { today: string; until: string }): Promise<Reminded[]> =>
  rowsOf(
    db,
    `update quotes set reminded_at = now() where state = 'sent' and reminded_at is null and valid_until between ? and ?
       and sent_at < now() - interval '48 hours' and link_sealed is not null and recipient_email is not null
     returning id, number, title, language, link_sealed, valid_until, coalesce(recipient_name, '') as recipient_name,
       recipient_email`,
    [today, until]
  )

/** The quote whose deposit an invoice is. */
export async function quoteOfDeposit(db: Db, invoice_id: number): Promise<number | undefined> {
  const [row] = await rowsOf<{ quote_id: number }>(
    db,
    `select substr(source, 7)::bigint as quote_id from invoices where id = ? and kind = 'deposit' and source like 'quote:%'`,
    [invoice_id]
  )
  return row?.quote_id
}
