import { rowsOf } from '@patchbay/core'
import type { Db, VatShare, VatTotal } from '@patchbay/core'
import type { InvoiceKind } from '../contract.ts'

/*
 * What documents have to do with one another: deposits deducted, invoices credited or corrected.
 */

export interface Deduction {
  deposit_id: number
  number: string
  issue_date: string
  cents: number
  vat: VatShare[]
}

export function deductionsOf(db: Db, invoice_id: number): Promise<Deduction[]> {
  return rowsOf(
    db,
    `select d.deposit_id, i.number, i.issue_date, d.cents, d.vat from invoice_deductions d
     join invoices i on i.id = d.deposit_id where d.invoice_id = ? order by i.issue_date, i.id`,
    [invoice_id]
  )
}

export interface FreeDeposit {
  id: number
  number: string
  title: string | null
  source: string | null
  issue_date: string
  total_cents: number
  vat: VatTotal[]
  /** What is left of it after its credit notes. */
  left_cents: number
}

/** Issued deposits of a client that no other document deducts, in that currency. With `ids`, those only, and locked. */
export function freeDeposits(
  db: Db,
  client_id: number,
  currency: string,
  { but = 0, ids }: { but?: number | undefined; ids?: readonly number[] } = {}
): Promise<FreeDeposit[]> {
  return rowsOf(
    db,
    `select d.id, d.number, d.title, d.source, d.issue_date, d.total_cents, d.vat,
       d.total_cents - coalesce((select sum(n.total_cents) from invoice_references r
         join invoices n on n.id = r.invoice_id and n.kind = 'credit_note' and n.state = 'issued'
         where r.refers_to = d.id), 0)::bigint as left_cents
     from invoices d
     where d.kind = 'deposit' and d.state = 'issued' and d.client_id = ? and d.currency = ?
       and not exists (select from invoice_deductions x where x.deposit_id = d.id and x.invoice_id <> ?)
       ${ids ? 'and d.id = any(?::bigint[])' : ''}
     order by d.issue_date, d.id limit 50 ${ids ? 'for update of d' : ''}`,
    [client_id, currency, but, ...(ids ? [ids] : [])]
  )
}

export async function replaceDeductions(
  db: Db,
  invoice_id: number,
  deductions: readonly { deposit_id: number; cents: number; vat: VatShare[] }[]
): Promise<void> {
  await db('invoice_deductions').where({ invoice_id }).delete()
  if (deductions.length === 0) return
  await db('invoice_deductions').insert(
    deductions.map(({ deposit_id, cents, vat }) => ({ invoice_id, deposit_id, cents, vat: JSON.stringify(vat) }))
  )
}

export interface Reference {
  id: number
  kind: InvoiceKind
  state: 'draft' | 'issued'
  number: string | null
  issue_date: string | null
  total_cents: number
  /** Whether it is referred to by the document asked about, or refers to it. */
  to: boolean
}

/** What a document refers to, and what refers to it. */
export function referencesOf(db: Db, id: number): Promise<Reference[]> {
  return rowsOf(
    db,
    `select i.id, i.kind, i.state, i.number, i.issue_date, i.total_cents, r.invoice_id = ? as "to"
     from invoice_references r join invoices i on i.id = case when r.invoice_id = ? then r.refers_to else r.invoice_id end
     where ? in (r.invoice_id, r.refers_to)
     union all
     select i.id, i.kind, i.state, i.number, i.issue_date, d.cents, false
     from invoice_deductions d join invoices i on i.id = d.invoice_id where d.deposit_id = ?
     order by 1`,
    [id, id, id, id]
  )
}

export const addReference = (db: Db, invoice_id: number, refers_to: number): Promise<unknown> =>
  db('invoice_references').insert({ invoice_id, refers_to })
