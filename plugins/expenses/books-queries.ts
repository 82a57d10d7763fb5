import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Period, Purchase } from '../legal/contract.ts'

/** A recorded expense as the books see it. EUR but for the lines, which are in the paper's own currency. */
export interface BookRow {
  id: number
  day: string
  number: string | null
  supplier_id: number
  supplier_name: string
  eur_total_cents: number
  recoverable_cents: number
  client_id: number | null
  source: string | null
  lines: {
    account: string | null
    vat_rate: number
    base_cents: number
    vat_cents: number
    recoverable_cents: number
  }[]
  payments: Purchase['payments']
}

/**
 * Recorded expenses of a period by the paper's day, and those of other days of which something was paid in it: their
 * payments belong to the period, the paper does not.
 */
export const bookRows = (db: Db, { from, to }: Period): Promise<BookRow[]> =>
  rowsOf<BookRow>(
    db,
    `select e.id, e.day::text as day, e.number, e.supplier_id, e.supplier_name, e.eur_total_cents, e.recoverable_cents,
       e.client_id, e.source,
       (select coalesce(json_agg(json_build_object('account', k.account, 'vat_rate', l.vat_rate, 'base_cents', l.base_cents,
          'vat_cents', l.vat_cents, 'recoverable_cents', l.recoverable_cents) order by l.position), '[]')
        from expense_lines l left join expense_categories k on k.id = l.category_id where l.expense_id = e.id) as lines,
       (select coalesce(json_agg(json_build_object('id', p.id, 'day', p.paid_on, 'cents', p.eur_cents, 'method', p.method)
          order by p.paid_on, p.id), '[]') from expense_payments p where p.expense_id = e.id) as payments
     from expenses e
     where e.state = 'recorded' and (e.day between ?::date and ?::date or exists (
       select from expense_payments p where p.expense_id = e.id and p.paid_on between ?::date and ?::date))
     order by e.day, e.id`,
    [from, to, from, to]
  )
