import { rowsOf } from '@patchbay/core'
import type { Db, TypedLine, VatTotal } from '@patchbay/core'
import type { Buyer } from '../invoices/contract.ts'
import type { Seller } from '../legal/contract.ts'
import type { Confirmation, DepositKind, QuoteState } from './contract.ts'

/** What is typed of a quote, beside its lines. */
export interface QuoteFields {
  title: string | null
  language: 'fr' | 'en'
  currency: string
  recipient_name: string | null
  recipient_email: string | null
  order_number: string | null
  introduction: string | null
  terms: string | null
  internal_note: string | null
  valid_days: number
  execution: string | null
  service_from: string | null
  service_to: string | null
  rounds_included: number | null
  discount_bp: number
  discount_cents: number
  discount_label: string | null
  discount_code: string | null
  deposit_bp: number
  /** With VAT. */
  deposit_cents: number
  deposit_kind: DepositKind
  cancellation: string | null
  confirm_on: Confirmation
}

/** What it comes to with the options that are chosen. */
export interface QuoteTotals {
  net_cents: number
  vat_cents: number
  total_cents: number
  vat: VatTotal[]
}

/** What was frozen when it was sent, and what came of it. */
export interface QuoteFate {
  state: QuoteState
  number: string | null
  valid_until: string | null
  seller: Seller | null
  buyer: Buyer | null
  pdf_file_id: number | null
  sha256: Buffer | null
  request_id: number | null
  link_sealed: string | null
  sent_at: Date | null
  sent_by: number | null
  reminded_at: Date | null
  accepted_at: Date | null
  accepted_by: string | null
  accepted_way: 'online' | 'paper' | null
  paper_file_id: number | null
  declined_at: Date | null
  decline_reason: string | null
  ended_at: Date | null
}

export interface Quote extends QuoteFields, QuoteTotals, QuoteFate {
  id: number
  root_id: number | null
  revision: number
  client_id: number
  version: number
  created_by: number | null
  created_at: Date
  updated_at: Date
}

export interface QuoteLine extends TypedLine {
  id: number
  position: number
  net_cents: number
}

const columns = `q.id, q.root_id, q.revision, q.client_id, q.version, q.created_by, q.created_at, q.updated_at,
  q.title, q.language, q.currency, q.recipient_name, q.recipient_email, q.order_number, q.introduction, q.terms,
  q.internal_note, q.valid_days, q.execution, q.service_from, q.service_to, q.rounds_included, q.discount_bp,
  q.discount_cents, q.discount_label, q.discount_code, q.deposit_bp, q.deposit_cents, q.deposit_kind, q.cancellation,
  q.confirm_on, q.net_cents, q.vat_cents, q.total_cents, q.vat, q.state, q.number, q.valid_until, q.seller, q.buyer,
  q.pdf_file_id, q.sha256, q.request_id, q.link_sealed, q.sent_at, q.sent_by, q.reminded_at, q.accepted_at, q.accepted_by,
  q.accepted_way, q.paper_file_id, q.declined_at, q.decline_reason, q.ended_at`

export async function findQuote(db: Db, id: number): Promise<Quote | undefined> {
  const [quote] = await rowsOf<Quote>(db, `select ${columns} from quotes q where q.id = ?`, [id])
  return quote
}

/** The same, kept from changing until the transaction ends. */
export async function lockQuote(db: Db, id: number): Promise<Quote | undefined> {
  const [quote] = await rowsOf<Quote>(db, `select ${columns} from quotes q where q.id = ? for update`, [id])
  return quote
}

/** Enters a draft. */
export async function addQuote(
  db: Db,
  row: QuoteFields & { client_id: number; created_by: number | null; root_id?: number; revision?: number }
): Promise<number> {
  const [added] = await db('quotes').insert(row).returning<{ id: number }[]>('id')
  if (!added) throw new Error('insert gave no row')
  return added.id
}

/** Writes on a quote; with `version`, only when it still is that one. False: it is another. */
export async function changeQuote(
  db: Db,
  id: number,
  row: Partial<QuoteFields & QuoteFate & { net_cents: number; vat_cents: number; total_cents: number; vat: string }>,
  version?: number | null
): Promise<boolean> {
  const changed = await db('quotes')
    .where({ id })
    .modify(query => void (version && query.where({ version })))
    .update({
      ...row,
      ...(row.seller !== undefined && { seller: JSON.stringify(row.seller) }),
      ...(row.buyer !== undefined && { buyer: JSON.stringify(row.buyer) }),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })
  return changed > 0
}

export const removeQuote = (db: Db, id: number): Promise<number> => db('quotes').where({ id, state: 'draft' }).delete()

export function listLines(db: Db, quote_id: number): Promise<QuoteLine[]> {
  return rowsOf(
    db,
    `select id, position, kind, label, description, quantity::float8 as quantity, unit, unit_micros, discount_bp,
       discount_cents, vat_category, vat_rate, nature, account, item_id, source, optional, chosen, net_cents
     from quote_items where quote_id = ? order by position`,
    [quote_id]
  )
}

/** Lines in place of those there are. */
export async function replaceLines(
  db: Db,
  quote_id: number,
  lines: readonly (TypedLine & { net_cents: number })[]
): Promise<void> {
  await db('quote_items').where({ quote_id }).delete()
  if (lines.length === 0) return
  await db('quote_items').insert(
    lines.map((line, position) => ({
      quote_id,
      position,
      kind: line.kind,
      label: line.label,
      description: line.description,
      quantity: line.quantity,
      unit: line.unit,
      unit_micros: line.unit_micros,
      discount_bp: line.discount_bp,
      discount_cents: line.discount_cents,
      vat_category: line.vat_category,
      vat_rate: line.vat_rate,
      nature: line.nature,
      account: line.account,
      item_id: line.item_id,
      source: line.source,
      optional: line.optional,
      chosen: line.chosen,
      net_cents: line.net_cents
    }))
  )
}

/** Says which optional lines are taken. */
export async function chooseLines(db: Db, quote_id: number, ids: readonly number[]): Promise<void> {
  await db.raw('update quote_items set chosen = (id = any(?)) where quote_id = ? and optional', [[...ids], quote_id])
}

/** The next number of a year: `D2026-0012`. */
export async function nextNumber(db: Db, year: number): Promise<string> {
  const [row] = await db('quote_series')
    .insert({ year, last_sequence: 1 })
    .onConflict('year')
    .merge({ last_sequence: db.raw('quote_series.last_sequence + 1') })
    .returning<{ last_sequence: number }[]>('last_sequence')
  return `D${year}-${String(row?.last_sequence ?? 1).padStart(4, '0')}`
}

/** Who a client is on a quote's pages. */
export interface Whose {
  id: number
  name: string
  kind: string
  email: string | null
  language: 'fr' | 'en'
  is_private: boolean
}

export async function findClient(db: Db, id: number): Promise<Whose | undefined> {
  const [client] = await rowsOf<Whose>(
    db,
    `select id, coalesce(artist_name, name) as name, kind, email, language,
       siren is null and vat_number is null as is_private
     from clients where id = ? and merged_into is null`,
    [id]
  )
  return client
}

/** The one client of that id or name; undefined when there is none or more. */
export async function clientCalled(db: Db, id: number | null, name: string | null): Promise<number | undefined> {
  const found = await rowsOf<{ id: number }>(
    db,
    `select id from clients where merged_into is null and archived_at is null
       and (id = ? or (?::bigint is null and words_of(?) in (words_of(name), words_of(artist_name)))) limit 2`,
    [id, id, name ?? '']
  )
  return found.length === 1 ? found[0]?.id : undefined
}

/** What the catalogue has for one round of mixing more, by its name. */
export async function mixRoundItem(db: Db): Promise<number | undefined> {
  const [item] = await rowsOf<{ id: number }>(
    db,
    `select id from catalogue_items where archived_at is null and package_unit is null
       and (fold(label) like '%tour%mix%' or fold(label) like '%mix%round%' or fold(label) like '%round%mix%')
     order by fold(label) like '%suppl%' desc, id limit 1`,
    []
  )
  return item?.id
}
