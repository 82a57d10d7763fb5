import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A month's recorded expenses in cents of EUR. What is bought to last (accounts 2…) has a line of its own on the return. */
export interface VatMonth {
  month: string
  count: number
  net_cents: number
  vat_cents: number
  recoverable_cents: number
  /** Of the recoverable VAT, that on fixed assets. */
  assets_cents: number
  /** Of the recoverable VAT, that of what is paid. */
  paid_cents: number
}

/** The last 24 months in which something was recorded, the newest first. */
export const vatMonths = (db: Db): Promise<VatMonth[]> =>
  rowsOf(
    db,
    `select to_char(e.day, 'YYYY-MM') as month, count(*)::integer as count, sum(e.eur_net_cents)::bigint as net_cents,
       sum(e.eur_total_cents - e.eur_net_cents)::bigint as vat_cents, sum(e.recoverable_cents)::bigint as recoverable_cents,
       sum(least(a.cents, e.recoverable_cents))::bigint as assets_cents,
       coalesce(sum(e.recoverable_cents) filter (where e.open_cents = 0), 0)::bigint as paid_cents
     from expenses e cross join lateral (
       select coalesce(sum(round(l.recoverable_cents * coalesce(e.exchange_rate, 1))), 0)::bigint as cents
       from expense_lines l join expense_categories c on c.id = l.category_id
       where l.expense_id = e.id and c.account like '2%') a
     where e.state = 'recorded' and e.day > current_date - 760
     group by 1 order by 1 desc limit 24`
  )

/** A month's VAT by rate and category. */
export interface VatRate {
  vat_category: string
  vat_rate: number
  net_cents: number
  vat_cents: number
  recoverable_cents: number
}

export const vatRatesOf = (db: Db, month: string): Promise<VatRate[]> =>
  rowsOf(
    db,
    `select l.vat_category, l.vat_rate, sum(round(l.base_cents * r.rate))::bigint as net_cents,
       sum(round(l.vat_cents * r.rate))::bigint as vat_cents, sum(round(l.recoverable_cents * r.rate))::bigint as recoverable_cents
     from expenses e join expense_lines l on l.expense_id = e.id
     cross join lateral (select coalesce(e.exchange_rate, 1) as rate) r
     where e.state = 'recorded' and e.day >= ?::date and e.day < ?::date + interval '1 month'
     group by 1, 2 order by l.vat_rate desc, 1`,
    [`${month}-01`, `${month}-01`]
  )

/** A month's expenses by what they were for, without VAT. */
export interface VatAccount {
  category_id: number | null
  code: string | null
  label: string | null
  account: string | null
  net_cents: number
}

export const accountsOf = (db: Db, month: string): Promise<VatAccount[]> =>
  rowsOf(
    db,
    `select l.category_id, c.code, c.label, c.account,
       sum(round(l.base_cents * coalesce(e.exchange_rate, 1)))::bigint as net_cents
     from expenses e join expense_lines l on l.expense_id = e.id left join expense_categories c on c.id = l.category_id
     where e.state = 'recorded' and e.day >= ?::date and e.day < ?::date + interval '1 month'
     group by 1, 2, 3, 4 order by net_cents desc`,
    [`${month}-01`, `${month}-01`]
  )
