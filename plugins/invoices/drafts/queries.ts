import { rowsOf } from '@patchbay/core'
import type { Db, Unit } from '@patchbay/core'
import type { DocumentLine, InvoiceKind } from '../contract.ts'
import type { Amounts } from './amounts.ts'

/** What people type of a document, as it is stored. */
export interface DraftFields {
  kind: InvoiceKind
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
  payment_days: number | null
  service_from: string | null
  service_to: string | null
  discount_bp: number
  discount_cents: number
  discount_label: string | null
  discount_code: string | null
  note: string | null
  internal_note: string | null
  source: string | null
  recipients: string[]
}

/** A document as its pages show it, draft or issued. */
export interface Invoice extends DraftFields, Amounts {
  id: number
  state: 'draft' | 'issued'
  number: string | null
  due_date: string | null
  issued_at: Date | null
  paid_cents: number
  credited_cents: number
  open_cents: number
  settled_on: string | null
  sent_at: Date | null
  seen_at: Date | null
  platform_status: number | null
  pdf_file_id: number | null
  version: number
  created_at: Date
  updated_at: Date
  client_name: string
  client_email: string | null
}

const columns = `i.id, i.kind, i.state, i.client_id, i.title, i.language, i.currency, i.exchange_rate::text as exchange_rate,
  i.exchange_source, i.exchange_on, i.order_number, i.buyer_reference, i.issue_date, i.due_date, i.payment_days, i.service_from,
  i.service_to, i.discount_bp, i.discount_cents, i.discount_label, i.discount_code, i.note, i.internal_note, i.source,
  i.recipients, i.net_cents, i.vat_cents, i.total_cents, i.prepaid_cents, i.due_cents, i.vat, i.eur_vat_cents,
  i.eur_total_cents, i.number, i.issued_at, i.paid_cents, i.credited_cents, i.open_cents, i.settled_on, i.sent_at, i.seen_at,
  i.platform_status, i.pdf_file_id, i.version, i.created_at, i.updated_at,
  coalesce(c.artist_name, c.name) as client_name, c.email as client_email`

export async function findInvoice(db: Db, id: number): Promise<Invoice | undefined> {
  const sql = `select ${columns} from invoices i join clients c on c.id = i.client_id where i.id = ?`
  const [row] = await rowsOf<Invoice>(db, sql, [id])
  return row
}

/** The same, kept from changing until the transaction ends. */
export async function lockInvoice(db: Db, id: number): Promise<Invoice | undefined> {
  const sql = `select ${columns} from invoices i join clients c on c.id = i.client_id where i.id = ? for update of i`
  const [row] = await rowsOf<Invoice>(db, sql, [id])
  return row
}

/** A line as it is stored, with what it comes to. */
export interface Item extends DocumentLine {
  id: number
  position: number
  net_cents: number
}

export function itemsOf(db: Db, invoice_id: number): Promise<Item[]> {
  return rowsOf<Item>(
    db,
    `select id, position, kind, label, description, quantity::float8 as quantity, unit, unit_micros, discount_bp,
       discount_cents, vat_category, vat_rate, nature, account, item_id, source, net_cents
     from invoice_items where invoice_id = ? order by position`,
    [invoice_id]
  )
}

export async function insertDraft(
  db: Db,
  fields: DraftFields & Amounts & { created_by: number | null }
): Promise<number> {
  const [row] = await db('invoices')
    .insert({ ...fields, vat: JSON.stringify(fields.vat) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function updateDraft(db: Db, id: number, fields: DraftFields & Amounts): Promise<void> {
  const changes = {
    ...fields,
    vat: JSON.stringify(fields.vat),
    version: db.raw('version + 1'),
    updated_at: db.fn.now()
  }
  await db('invoices').where({ id, state: 'draft' }).update(changes)
}

export async function removeDraft(db: Db, id: number): Promise<void> {
  await db('invoices').where({ id, state: 'draft' }).delete()
}

/** Puts these lines in place of those a draft had. */
export async function replaceItems(
  db: Db,
  invoice_id: number,
  lines: readonly (DocumentLine & { net_cents: number })[]
): Promise<void> {
  await db('invoice_items').where({ invoice_id }).delete()
  if (lines.length === 0) return
  await db('invoice_items').insert(lines.map((line, position) => ({ ...itemOf(line), invoice_id, position })))
}

function itemOf(line: DocumentLine & { net_cents: number }) {
  const { kind, label, description, quantity, unit, unit_micros, discount_bp, discount_cents } = line
  const { vat_category, vat_rate, nature, account, item_id, source, net_cents } = line
  const price = { quantity, unit: unit satisfies Unit, unit_micros, discount_bp, discount_cents, net_cents }
  return { kind, label, description, ...price, vat_category, vat_rate, nature, account, item_id, source }
}

/** What was made from a source is billed by one document: the sources that another document has, with that document. */
export async function claimSources(
  db: Db,
  invoice_id: number,
  sources: readonly string[]
): Promise<{ source: string; invoice_id: number; number: string | null }[]> {
  const named = [...sources].toSorted()
  await db.raw('delete from invoice_sources where invoice_id = ? and not source = any(?::text[])', [invoice_id, named])
  // in one order, so that two drafts of the same sessions wait for one another instead of locking each other out
  await db.raw(
    `insert into invoice_sources (source, invoice_id) select source, ? from unnest(?::text[]) with ordinality u (source, n)
     order by n on conflict do nothing`,
    [invoice_id, named]
  )
  return rowsOf(
    db,
    `select s.source, s.invoice_id, i.number from invoice_sources s join invoices i on i.id = s.invoice_id
     where s.source = any(?::text[]) and s.invoice_id <> ?`,
    [named, invoice_id]
  )
}

/** Which document bills each of these sources. */
export function billedBy(
  db: Db,
  sources: readonly string[]
): Promise<
  {
    source: string
    invoice_id: number
    number: string | null
    state: string
    total_cents: number
    currency: string
    open_cents: number
    kind: InvoiceKind
  }[]
> {
  return rowsOf(
    db,
    `select s.source, s.invoice_id, i.number, i.state, i.total_cents, i.currency, i.open_cents, i.kind
     from invoice_sources s join invoices i on i.id = s.invoice_id where s.source = any(?::text[])`,
    [sources]
  )
}

/** The one client of that id or name; undefined when there is none or more. */
export async function clientCalled(
  db: Db,
  id: number | null,
  name: string | null
): Promise<{ id: number; name: string; language: 'fr' | 'en' } | undefined> {
  const found = await rowsOf<{ id: number; name: string; language: 'fr' | 'en' }>(
    db,
    `select id, coalesce(artist_name, name) as name, language from clients where merged_into is null
       and (id = ? or (?::bigint is null and archived_at is null and words_of(?) in (words_of(name), words_of(artist_name))))
     limit 2`,
    [id, id, name ?? '']
  )
  return found.length === 1 ? found[0] : undefined
}

/** The drafts before and after one, by their age: for going through them one after another. */
export async function neighbourDrafts(
  db: Db,
  id: number
): Promise<{ previous: number | null; next: number | null; left: number }> {
  const [row] = await rowsOf<{ previous: number | null; next: number | null; left: number }>(
    db,
    `select (select max(id) from invoices where state = 'draft' and id < ?) as previous,
       (select min(id) from invoices where state = 'draft' and id > ?) as next,
       (select count(*)::integer from invoices where state = 'draft') as left`,
    [id, id]
  )
  return row ?? { previous: null, next: null, left: 0 }
}
