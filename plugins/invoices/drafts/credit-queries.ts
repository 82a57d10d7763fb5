import { rowsOf } from '@patchbay/core'
import type { Db, VatTotal } from '@patchbay/core'

/** What of an invoice its other credit notes take back. */
export interface Credited {
  total_cents: number
  /** VatTotal[] of each of them. */
  vat: VatTotal[][]
}

/** Drafts count too, unless only what is issued is asked for. */
export async function creditedOf(
  db: Db,
  invoice_id: number,
  but = 0,
  state: 'any' | 'issued' = 'any'
): Promise<Credited> {
  const rows = await rowsOf<{ total_cents: number; vat: VatTotal[] }>(
    db,
    `select n.total_cents, n.vat from invoice_references r join invoices n on n.id = r.invoice_id and n.kind = 'credit_note'
     where r.refers_to = ? and n.id <> ? ${state === 'issued' ? `and n.state = 'issued'` : ''}`,
    [invoice_id, but]
  )
  return { total_cents: rows.reduce((sum, row) => sum + row.total_cents, 0), vat: rows.map(row => row.vat) }
}

/** The same line by line, by the line's id. */
export async function creditedLines(
  db: Db,
  invoice_id: number,
  but = 0
): Promise<Map<number, { quantity: number; net_cents: number }>> {
  const rows = await rowsOf<{ item_id: number; quantity: number; net_cents: number }>(
    db,
    `select i.id as item_id, sum(k.quantity)::float8 as quantity, sum(k.net_cents)::bigint as net_cents
     from invoice_items i join invoice_items k on k.source = 'item:' || i.id
       join invoices n on n.id = k.invoice_id and n.kind = 'credit_note'
     where i.invoice_id = ? and n.id <> ? group by i.id`,
    [invoice_id, but]
  )
  return new Map(rows.map(({ item_id, ...row }) => [item_id, row]))
}

/** What a credit note or a corrected invoice refers to. */
export const referredBy = (db: Db, id: number): Promise<number[]> =>
  db('invoice_references').where({ invoice_id: id }).orderBy('refers_to').pluck('refers_to')

/** What already stands in an invoice's way of being corrected: a corrected invoice, credit notes, a final that deducts it. */
export async function followersOf(
  db: Db,
  id: number
): Promise<{ corrected: boolean; credited: boolean; deducted: boolean; deducts: boolean }> {
  const [row] = await rowsOf<{ corrected: boolean; credited: boolean; deducted: boolean; deducts: boolean }>(
    db,
    `select exists (select from invoice_references r join invoices n on n.id = r.invoice_id and n.kind = 'corrected'
         where r.refers_to = ?) as corrected,
       exists (select from invoice_references r join invoices n on n.id = r.invoice_id and n.kind = 'credit_note'
         where r.refers_to = ?) as credited,
       exists (select from invoice_deductions d join invoices n on n.id = d.invoice_id and n.state = 'issued'
         where d.deposit_id = ?) as deducted,
       exists (select from invoice_deductions d where d.invoice_id = ?) as deducts`,
    [id, id, id, id]
  )
  return row ?? { corrected: false, credited: false, deducted: false, deducts: false }
}

/** What a document that is taken back in full had billed can be billed again. */
export const releaseSources = (db: Db, invoice_id: number): Promise<number> =>
  db('invoice_sources').where({ invoice_id }).delete()
