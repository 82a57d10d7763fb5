import { rowsOf } from '@patchbay/core'
import type { Db, VatShare } from '@patchbay/core'
import type { Period } from '../../legal/contract.ts'

export interface VatRow {
  vat_category: string
  vat_rate: number
  base_cents: number
  vat_cents: number
}

/** A document with what its entry is made of. Amounts in its own currency. */
export interface SalesRow {
  id: number
  position: number
  kind: 'invoice' | 'deposit' | 'credit_note' | 'corrected'
  number: string
  issue_date: string
  client_id: number
  client_name: string
  currency: string
  /** EUR for one of it; null in EUR. */
  rate: string | null
  total_cents: number
  due_cents: number
  settled_on: string | null
  credited_cents: number
  on_debits: boolean
  vat: VatRow[]
  /** Net lines by account, nature and rate, before the discount of the whole. */
  parts: {
    account: string | null
    nature: 'service' | 'goods'
    vat_category: string
    vat_rate: number
    net_cents: number
  }[]
  /** Deposits taken off, with their VAT split. */
  deductions: { cents: number; vat: VatShare[] }[]
  /** What a corrected invoice stands in place of. */
  replaces: number | null
}

const salesColumns = `i.id, i.chain_position as position, i.kind, i.number, i.issue_date::text as issue_date, i.client_id,
  i.buyer->>'name' as client_name, i.currency, i.exchange_rate::text as rate, i.total_cents, i.due_cents,
  i.settled_on::text as settled_on, i.credited_cents, coalesce((i.seller->>'vat_on_debits')::boolean, false) as on_debits, i.vat,
  (select coalesce(json_agg(p), '[]') from (
     select account, nature, vat_category, vat_rate, sum(net_cents)::bigint as net_cents from invoice_items
     where invoice_id = i.id and kind = 'line' group by account, nature, vat_category, vat_rate order by 1 nulls first, 2, 3, 4) p) as parts,
  (select coalesce(json_agg(json_build_object('cents', d.cents, 'vat', d.vat)), '[]') from invoice_deductions d
     where d.invoice_id = i.id) as deductions,
  case when i.kind = 'corrected' then (select refers_to from invoice_references r where r.invoice_id = i.id limit 1) end as replaces`

/** Documents issued in a period, in the order of the chain, after a position; at most `limit`. */
export const salesAfter = (db: Db, { from, to }: Period, position: number, limit: number): Promise<SalesRow[]> =>
  rowsOf<SalesRow>(
    db,
    `select ${salesColumns} from invoices i
     where i.state = 'issued' and i.issue_date between ?::date and ?::date and i.chain_position > ?
     order by i.chain_position limit ?`,
    [from, to, position, limit]
  )

/** Documents by their ids: those that corrected invoices stand for. */
export const salesOf = (db: Db, ids: readonly number[]): Promise<SalesRow[]> =>
  rowsOf<SalesRow>(db, `select ${salesColumns} from invoices i where i.id = any(?::bigint[])`, [[...ids]])

/** Money that came in or went back, with what it was for. Cents of EUR but for `cents`. */
export interface MoneyRow {
  id: number
  paid_on: string
  method: string
  kind: string
  cents: number
  currency: string
  eur_cents: number
  reference: string | null
  client_id: number
  client_name: string
  parts: {
    invoice_id: number | null
    number: string | null
    settled_on: string | null
    letters: boolean
    eur_cents: number
    exchange_cents: number
  }[]
}

/** Payments of a period, by day and id, after the last one seen. */
export const moneyAfter = (
  db: Db,
  { from, to }: Period,
  [day, id]: [string, number],
  limit: number
): Promise<MoneyRow[]> =>
  rowsOf<MoneyRow>(
    db,
    `select p.id, p.paid_on::text as paid_on, p.method, p.kind, p.cents, p.currency, p.eur_cents, p.reference, p.client_id,
       c.name as client_name,
       (select coalesce(json_agg(json_build_object('invoice_id', x.invoice_id, 'number', i.number, 'settled_on', i.settled_on,
          'letters', i.settled_on is not null and i.credited_cents = 0, 'eur_cents', x.eur_cents,
          'exchange_cents', x.exchange_cents) order by x.position), '[]')
        from payment_transactions x left join invoices i on i.id = x.invoice_id where x.payment_id = p.id) as parts
     from payments p join clients c on c.id = p.client_id
     where p.paid_on between ?::date and ?::date and (p.paid_on, p.id) > (?::date, ?::bigint)
     order by p.paid_on, p.id limit ?`,
    [from, to, day, id, limit]
  )

/** Rows of the journal that bring VAT, or whose money was worth another sum than the invoice's rate says. */
export interface DueRow {
  id: number
  position: number
  kind: string
  day: string
  number: string
  client_id: number
  client_name: string
  payment_id: number | null
  exchange_cents: number
  eur_vat: VatShare[]
  /** Of the document: VAT by rate, and what of it waited for the money. */
  document_id: number
}

export const dueAfter = (db: Db, { from, to }: Period, position: number, limit: number): Promise<DueRow[]> =>
  rowsOf<DueRow>(
    db,
    `select x.id, x.position, x.kind, x.day::text as day, i.number, i.client_id, i.buyer->>'name' as client_name, x.payment_id,
       x.exchange_cents, x.eur_vat, i.id as document_id
     from payment_transactions x join invoices i on i.id = coalesce(x.invoice_id, x.credit_note_id)
     where x.day between ?::date and ?::date and x.kind <> 'credit_note' and x.position > ?
     order by x.position limit ?`,
    [from, to, position, limit]
  )
