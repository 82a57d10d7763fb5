import { rowsOf } from '@patchbay/core'
import type { Db, VatShare } from '@patchbay/core'
import type { JournalRow, Payment } from '../payments/queries.ts'

export const periods = ['day', 'month', 'year'] as const
export type Period = (typeof periods)[number]

/** What a period comes to, in cents of EUR. */
export interface ClosingTotals {
  /** Rows of the journal. */
  rows: number
  in_cents: number
  out_cents: number
  /** In less out. */
  period_cents: number
  by_method: { method: string; cents: number }[]
  by_vat: VatShare[]
  /** Taken off invoices by credit notes: no money. */
  credited_cents: number
  /** In less out since 1 January, and since the first row. */
  year_cents: number
  perpetual_cents: number
  /** In and out added up since the first row: it never falls. */
  perpetual_absolute_cents: number
  /** Documents issued: their places in their chain, how many, what they come to less credit notes, and the last hash. */
  documents: {
    first_position: number | null
    last_position: number
    count: number
    total_cents: number
    hash: string
  }
  /** Hash of the last row of the journal. */
  journal_hash: string
}

export interface Closing {
  id: number
  period: Period
  begins_on: string
  ends_on: string
  until: Date
  first_position: number | null
  last_position: number
  totals: ClosingTotals
  previous_hash: Buffer
  hash: Buffer
  at: Date
}

/** Locks both chains, in the order in which everybody does: nothing is issued or entered until the commit. */
export async function lockChains(
  db: Db
): Promise<{ documents: { position: number; hash: Buffer }; journal: { position: number; hash: Buffer } }> {
  const [documents] = await rowsOf<{ position: number; hash: Buffer }>(
    db,
    'select position, hash from invoice_chain for update'
  )
  const [journal] = await rowsOf<{ position: number; hash: Buffer }>(
    db,
    'select position, hash from payment_chain for update'
  )
  if (!documents || !journal) throw new Error('a chain has no head')
  return { documents, journal }
}

/** The first and last place of each local day that has rows, in a zone, behind the last closed one. */
export const journalDays = (
  db: Db,
  zone: string,
  after: number
): Promise<{ day: string; first: number; last: number }[]> =>
  rowsOf(
    db,
    `select (at at time zone ?)::date as day, min(position) as first, max(position) as last
     from payment_transactions where position > ? group by 1 order by 1`,
    [zone, after]
  )

/** The last place of each local day on which documents were issued. */
export const documentDays = (db: Db, zone: string, after: number): Promise<{ day: string; last: number }[]> =>
  rowsOf(
    db,
    `select (issued_at at time zone ?)::date as day, max(chain_position) as last
     from invoices where chain_position > ? group by 1 order by 1`,
    [zone, after]
  )

export async function lastClosing(db: Db, period?: Period): Promise<Closing | undefined> {
  const [row] = await rowsOf<Closing>(
    db,
    `select * from closings where ${period ? 'period = ?' : 'true'} order by id desc limit 1`,
    period ? [period] : []
  )
  return row
}

/** Money by method and by VAT rate of a stretch of the journal, in EUR. */
export async function moneyOf(
  db: Db,
  first: number,
  last: number
): Promise<{
  methods: { method: string; in_cents: number; out_cents: number }[]
  vat: VatShare[]
  rows: number
  credited_cents: number
}> {
  const methods = await rowsOf<{ method: string; in_cents: number; out_cents: number }>(
    db,
    `select p.method, sum(greatest(t.eur_cents + t.exchange_cents, 0))::bigint as in_cents,
       sum(greatest(-t.eur_cents - t.exchange_cents, 0))::bigint as out_cents
     from payment_transactions t join payments p on p.id = t.payment_id
     where t.position between ? and ? group by p.method order by p.method`,
    [first, last]
  )
  const vat = await rowsOf<VatShare>(
    db,
    `select v.vat_category, v.vat_rate, sum(v.base_cents)::bigint as base_cents, sum(v.vat_cents)::bigint as vat_cents
     from payment_transactions t, jsonb_to_recordset(t.eur_vat)
       as v (vat_category text, vat_rate integer, base_cents bigint, vat_cents bigint)
     where t.position between ? and ? and t.kind <> 'credit_note' group by 1, 2 order by 2 desc, 1`,
    [first, last]
  )
  const [counted] = await rowsOf<{ rows: number; credited_cents: number }>(
    db,
    `select count(*)::integer as rows, coalesce(sum(eur_cents) filter (where kind = 'credit_note' and invoice_id is not null), 0)::bigint
       as credited_cents from payment_transactions where position between ? and ?`,
    [first, last]
  )
  return { methods, vat, rows: counted?.rows ?? 0, credited_cents: counted?.credited_cents ?? 0 }
}

/** What was issued in a stretch of the chain of documents, in EUR; credit notes count against. */
export async function issuedIn(db: Db, first: number, last: number): Promise<{ count: number; total_cents: number }> {
  const [row] = await rowsOf<{ count: number; total_cents: number }>(
    db,
    `select count(*)::integer as count, coalesce(sum((case when kind = 'credit_note' then -1 else 1 end)
       * coalesce(eur_total_cents, total_cents)), 0)::bigint as total_cents
     from invoices where chain_position between ? and ?`,
    [first, last]
  )
  return row ?? { count: 0, total_cents: 0 }
}

/** The hashes of the last row of the journal and of the last document, at these places. */
export async function hashesAt(
  db: Db,
  journal: number,
  documents: number
): Promise<{ journal: string; document: string }> {
  const [row] = await rowsOf<{ journal: string | null; document: string | null }>(
    db,
    `select (select encode(hash, 'hex') from payment_transactions where position = ?) as journal,
       (select encode(hash, 'hex') from invoices where chain_position = ?) as document`,
    [journal, documents]
  )
  return { journal: row?.journal ?? '', document: row?.document ?? '' }
}

export async function addClosing(db: Db, closing: Omit<Closing, 'id' | 'at'>): Promise<void> {
  await db('closings').insert({ ...closing, totals: JSON.stringify(closing.totals) })
}

export const listClosings = (db: Db, period: Period, limit: number): Promise<Closing[]> =>
  rowsOf(db, 'select * from closings where period = ? order by id desc limit ?', [period, limit])

/** A row of the journal with the payment it entered, as its hash covers both. */
export type ChainedRow = JournalRow & { id: number; payment: Payment | null }

/** The journal in batches of 500, from behind a place on. */
export async function* journalRows(db: Db, from: number, to: number): AsyncGenerator<ChainedRow[]> {
  let last = from - 1
  while (last < to) {
    const batch = await rowsOf<JournalRow & { id: number }>(
      db,
      'select * from payment_transactions where position > ? and position <= ? order by position limit 500',
      [last, to]
    )
    if (batch.length === 0) return
    const ids = [...new Set(batch.map(({ payment_id }) => payment_id).filter(id => id !== null))]
    const payments = await rowsOf<Payment>(db, 'select * from payments where id = any(?)', [ids])
    const known = new Map(payments.map(payment => [payment.id, payment]))
    yield batch.map(row => ({ ...row, payment: row.payment_id === null ? null : (known.get(row.payment_id) ?? null) }))
    last = batch.at(-1)?.position ?? to
  }
}

export interface ChainedDocument {
  id: number
  kind: string
  number: string
  issue_date: string
  due_date: string
  currency: string
  client_id: number
  net_cents: number
  vat_cents: number
  total_cents: number
  prepaid_cents: number
  due_cents: number
  vat: VatShare[]
  series: string
  year: number
  sequence: number
  issued_at: Date
  chain_position: number
  previous_hash: Buffer
  hash: Buffer
  document: Record<string, unknown>
  pdf_key: string | null
  pdf_sha256: Buffer | null
  pdf_bytes: number | null
}

/** Issued documents in the order of their chain, in batches of 200. */
export async function* issuedDocuments(db: Db, from: number, to: number): AsyncGenerator<ChainedDocument[]> {
  let last = from - 1
  while (last < to) {
    const batch = await rowsOf<ChainedDocument>(
      db,
      `select i.id, i.kind, i.number, i.issue_date, i.due_date, i.currency, i.client_id, i.net_cents, i.vat_cents, i.total_cents,
         i.prepaid_cents, i.due_cents, i.vat, i.series, i.year, i.sequence, i.issued_at, i.chain_position, i.previous_hash,
         i.hash, i.document, f.key as pdf_key, f.sha256 as pdf_sha256, f.bytes as pdf_bytes
       from invoices i left join files f on f.id = i.pdf_file_id
       where i.chain_position > ? and i.chain_position <= ? order by i.chain_position limit 200`,
      [last, to]
    )
    if (batch.length === 0) return
    yield batch
    last = batch.at(-1)?.chain_position ?? to
  }
}

/** The closings, oldest first, in batches of 500. */
export async function* allClosings(db: Db): AsyncGenerator<Closing[]> {
  let last = 0
  for (;;) {
    const batch = await rowsOf<Closing>(db, 'select * from closings where id > ? order by id limit 500', [last])
    if (batch.length > 0) yield batch
    if (batch.length < 500) return
    last = batch.at(-1)?.id ?? 0
  }
}
