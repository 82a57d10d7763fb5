import { rowsOf } from '@patchbay/core'
import type { Db, VatShare } from '@patchbay/core'
import type { DocumentLine, InvoiceKind } from '../contract.ts'
import type { LineAmounts } from './document.ts'

/** A draft as it is about to be issued. */
export interface Draft {
  id: number
  kind: InvoiceKind
  state: 'draft' | 'issued'
  client_id: number
  title: string | null
  language: 'fr' | 'en'
  currency: string
  exchange_rate: string | null
  exchange_source: string | null
  exchange_on: string | null
  order_number: string | null
  buyer_reference: string | null
  issue_date: string | null
  due_date: string | null
  payment_days: number | null
  service_from: string | null
  service_to: string | null
  discount_bp: number
  discount_cents: number
  discount_label: string | null
  discount_code: string | null
  note: string | null
  version: number
}

/** The draft, locked until the transaction is over. */
export const lockDraft = (db: Db, id: number): Promise<Draft | undefined> =>
  db('invoices').where({ id }).forUpdate().first<Draft | undefined>()

export async function linesOf(db: Db, invoice_id: number): Promise<(DocumentLine & { id: number })[]> {
  const rows = await db('invoice_items')
    .where({ invoice_id })
    .orderBy('position')
    .select<(Omit<DocumentLine, 'quantity'> & { id: number; quantity: string })[]>(
      ['id', 'kind', 'label', 'description', 'quantity', 'unit', 'unit_micros', 'discount_bp', 'discount_cents'].concat(
        ['vat_category', 'vat_rate', 'nature', 'account', 'item_id', 'source']
      )
    )
  return rows.map(row => ({ ...row, quantity: Number(row.quantity) }))
}

/** Another invoice that the one being issued takes off, takes back or replaces. */
export interface Related {
  invoice_id: number
  kind: InvoiceKind
  state: 'draft' | 'issued'
  client_id: number
  currency: string
  number: string
  issue_date: string
  total_cents: number
  /** Of issued credit notes that refer to it, without the one at hand. */
  credited_cents: number
  /** Is there an issued corrected invoice instead of it? */
  is_corrected: boolean
}

/** What a draft refers to, locked: two credit notes of one invoice wait for one another. */
export const lockReferences = (db: Db, invoice_id: number): Promise<Related[]> =>
  lockRelated(db, 'select refers_to from invoice_references where invoice_id = ?', invoice_id)

export type Deducted = Related & { cents: number; vat: VatShare[] }

/** The deposits that a draft takes off, locked. */
export async function lockDeposits(db: Db, invoice_id: number): Promise<Deducted[]> {
  const sql = 'select deposit_id from invoice_deductions where invoice_id = ?'
  const related = await lockRelated(db, sql, invoice_id)
  const taken = await db('invoice_deductions')
    .where({ invoice_id })
    .select<{ deposit_id: number; cents: number; vat: VatShare[] }[]>('deposit_id', 'cents', 'vat')
  return related.flatMap(one => {
    const found = taken.find(({ deposit_id }) => deposit_id === one.invoice_id)
    return found ? [{ ...one, cents: found.cents, vat: found.vat }] : []
  })
}

async function lockRelated(db: Db, ids: string, invoice_id: number): Promise<Related[]> {
  const { rows: locked } = await db.raw<{ rows: Omit<Related, 'credited_cents' | 'is_corrected'>[] }>(
    `select id as invoice_id, kind, state, client_id, currency, number, issue_date, total_cents
       from invoices where id in (${ids}) order by id for update`,
    [invoice_id]
  )
  if (locked.length === 0) return []
  const { rows } = await db.raw<{ rows: { refers_to: number; credited: number; corrected: boolean }[] }>(
    `select r.refers_to, coalesce(sum(i.total_cents) filter (where i.kind = 'credit_note'), 0)::bigint as credited,
            bool_or(i.kind = 'corrected') as corrected
       from invoice_references r join invoices i on i.id = r.invoice_id and i.state = 'issued'
      where r.refers_to = any(?::bigint[]) and r.invoice_id <> ? group by r.refers_to`,
    [locked.map(row => row.invoice_id), invoice_id]
  )
  return locked.map(row => {
    const found = rows.find(({ refers_to }) => refers_to === row.invoice_id)
    return { ...row, credited_cents: found?.credited ?? 0, is_corrected: found?.corrected ?? false }
  })
}

/** What must stand in the row before the paper is made, whose parts others then look at. */
export const prepareDraft = (db: Db, id: number, row: Record<string, unknown>): Promise<number> =>
  db('invoices').where({ id }).update(row)

export async function saveLineTotals(db: Db, lines: readonly ({ id: number } & LineAmounts)[]): Promise<void> {
  await db.raw(
    `update invoice_items set net_cents = t.net from unnest(?::bigint[], ?::bigint[]) as t (id, net)
      where invoice_items.id = t.id and invoice_items.net_cents <> t.net`,
    [lines.map(({ id }) => id), lines.map(({ net_cents }) => net_cents ?? 0)]
  )
}

/** The next place in a series, locked until the commit; and the latest date of the whole series. */
export async function lockSeries(
  db: Db,
  series: 'F' | 'A',
  year: number
): Promise<{ sequence: number; last_date: string | null }> {
  await db.raw('insert into invoice_series (series, year) values (?, ?) on conflict do nothing', [series, year])
  const { rows } = await db.raw<{ rows: { year: number; last_sequence: number; last_date: string | null }[] }>(
    'select year, last_sequence, last_date from invoice_series where series = ? order by year for update',
    [series]
  )
  const dates = rows.map(({ last_date }) => last_date).filter(date => date !== null)
  const last_sequence = rows.find(row => row.year === year)?.last_sequence ?? 0
  return { sequence: last_sequence + 1, last_date: dates.toSorted().at(-1) ?? null }
}

export const keepSeries = (db: Db, series: 'F' | 'A', year: number, last_sequence: number, last_date: string) =>
  db('invoice_series').where({ series, year }).update({ last_sequence, last_date })

/** The last link of the chain of documents, locked. */
export async function lockChain(db: Db): Promise<{ position: number; hash: Buffer }> {
  const head = await db('invoice_chain')
    .forUpdate()
    .first<{ position: number; hash: Buffer } | undefined>('position', 'hash')
  if (!head) throw new Error('the chain of invoices has no head')
  return head
}

export const keepChain = (db: Db, position: number, hash: Buffer): Promise<number> =>
  db('invoice_chain').update({ position, hash })

/** Freezes the draft as what it has become. From here on the database refuses changes. */
export const freeze = (db: Db, id: number, row: Record<string, unknown>): Promise<number> =>
  db('invoices').where({ id, state: 'draft' }).update(row)

/** An issued document by the SHA-256 of its archived PDF: what it is and since when, and nothing else. */
export async function findPaperBySha(
  db: Db,
  sha256: Buffer
): Promise<{ kind: InvoiceKind; issued_at: Date } | undefined> {
  const [row] = await rowsOf<{ kind: InvoiceKind; issued_at: Date }>(
    db,
    'select i.kind, i.issued_at from files f join invoices i on i.pdf_file_id = f.id where f.sha256 = ? limit 1',
    [sha256]
  )
  return row
}
