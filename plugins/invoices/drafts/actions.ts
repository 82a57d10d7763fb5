import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { DocumentLine } from '../contract.ts'
import { totalsOf } from './amounts.ts'
import { checkCredit } from './credit-limits.ts'
import { findBilling } from './billing-queries.ts'
import { ChangeDraftForm, DraftForm, InvoiceForm } from './forms.ts'
import type { Draft } from './forms.ts'
import * as queries from './queries.ts'
import type { DraftFields, Invoice } from './queries.ts'
import { writeDraft } from './writing.ts'

export const aboutInvoice = ({ id, client_id }: { id: number; client_id: number }) => ({
  invoice: id,
  client: client_id
})

/** Begins an invoice. */
export const draftInvoice = action({
  name: 'invoices.draft',
  permission: 'invoices.write',
  input: DraftForm,
  async run(running, input) {
    if (input.more_rows) throw refuse({})
    checkSources(input.lines, [])
    const fields = { ...(await fieldsOf(running, input)), kind: 'invoice' as const, source: null }
    const id = await writeDraft(running, null, { fields, lines: plainLines(input), deposits: input.deposits })
    running.tell('invoices.drafted', { invoice_id: id })
    return { id, client_id: fields.client_id }
  },
  about: aboutInvoice
})

/** Writes a draft anew, whole, if it still is the version that was read. */
export const changeDraft = action({
  name: 'invoices.change',
  permission: 'invoices.write',
  input: ChangeDraftForm,
  async run(running, input) {
    const { db, tell, changed } = running
    const before = await lockedDraft(running, input.id)
    if (input.more_rows) throw refuse({})
    if (input.version !== null && input.version !== before.version)
      throw refuse({ version: 'invoices.drafts.errors.stale' })
    const items = await queries.itemsOf(db, before.id)
    checkSources(
      input.lines,
      items.map(({ source }) => source)
    )
    const { kind, source } = before
    const fields = { ...(await fieldsOf(running, input, before)), kind, source }
    await writeDraft(running, before.id, { fields, lines: plainLines(input), deposits: input.deposits })
    if (kind === 'credit_note') await checkCredit(running, before.id)
    const after = await queries.findInvoice(db, before.id)
    if (after) changed(traced(before), traced(after))
    tell('invoices.drafted', { invoice_id: before.id })
    return { id: before.id, client_id: fields.client_id }
  },
  about: aboutInvoice
})

/** Throws a draft away; what it billed can be billed again. */
export const removeDraft = action({
  name: 'invoices.remove',
  permission: 'invoices.write',
  confirm: true,
  input: InvoiceForm,
  async run(running, { id }) {
    const draft = await lockedDraft(running, id)
    await queries.removeDraft(running.db, id)
    running.tell('invoices.drafted', { invoice_id: id })
    return { id, client_id: draft.client_id }
  },
  about: aboutInvoice
})

/** A new draft as another document was; what that one billed is not billed again. */
export const duplicateInvoice = action({
  name: 'invoices.duplicate',
  permission: 'invoices.write',
  input: InvoiceForm,
  async run(running, { id }) {
    const { db, tell } = running
    const found = await queries.findInvoice(db, id)
    if (!found) throw notFound()
    const lines = (await queries.itemsOf(db, id)).map(line => ({ ...line, source: null }))
    const fields: DraftFields = {
      ...draftFieldsOf(found),
      kind: found.kind === 'deposit' ? 'deposit' : 'invoice',
      source: null,
      issue_date: null,
      service_from: null,
      service_to: null,
      // a code is used once; what it took off stays
      discount_code: null
    }
    const copy = await writeDraft(running, null, { fields, lines, deposits: [] })
    tell('invoices.drafted', { invoice_id: copy })
    return { id: copy, client_id: found.client_id }
  },
  about: aboutInvoice
})

/** The draft, kept from changing. @throws notFound, and a refusal once it is issued. */
export async function lockedDraft({ db }: Pick<Running, 'db'>, id: number): Promise<Invoice> {
  const draft = await queries.lockInvoice(db, id)
  if (!draft) throw notFound()
  if (draft.state !== 'draft')
    throw refuse({ '': { key: 'invoices.drafts.errors.issued', values: { number: draft.number ?? '' } } })
  return draft
}

/** What a document says of itself, to begin another with. */
export function draftFieldsOf(invoice: Invoice): DraftFields {
  const { kind, client_id, title, language, currency, exchange_rate, exchange_source, exchange_on } = invoice
  const { order_number, buyer_reference, issue_date, payment_days, service_from, service_to } = invoice
  const { discount_bp, discount_cents, discount_label, discount_code, note, internal_note, source, recipients } =
    invoice
  const money = { currency, exchange_rate, exchange_source, exchange_on }
  const terms = { order_number, buyer_reference, issue_date, payment_days, service_from, service_to }
  const discount = { discount_bp, discount_cents, discount_label, discount_code }
  return { kind, client_id, title, language, ...money, ...terms, ...discount, note, internal_note, source, recipients }
}

/** What was typed as the fields of a document: the client found, what is left out as their terms say. */
async function fieldsOf(
  running: Running,
  input: Draft,
  before?: Invoice
): Promise<Omit<DraftFields, 'kind' | 'source'>> {
  const { db, studio } = running
  const client = await queries.clientCalled(db, input.client_id, input.client_name)
  if (!client) throw refuse({ client_id: 'invoices.drafts.errors.client' })
  if (before && before.kind !== 'invoice' && client.id !== before.client_id)
    throw refuse({ client_id: 'invoices.drafts.errors.client_stays' })
  const billing = before ? undefined : await findBilling(db, client.id)
  const currency = input.currency ?? before?.currency ?? billing?.currency ?? studio.currency
  return {
    client_id: client.id,
    title: input.title,
    language: input.language ?? before?.language ?? client.language,
    ...exchangeOf(input, currency),
    order_number: input.order_number ?? billing?.order_number ?? null,
    buyer_reference: input.buyer_reference,
    issue_date: issueDate(input.issue_date, studio.timezone),
    payment_days: input.payment_days,
    ...serviceOf(input),
    ...(await discountOf(running, client.id, input)),
    note: input.note,
    internal_note: input.internal_note,
    recipients: input.recipients
  }
}

function exchangeOf(input: Draft, currency: string) {
  if (currency === 'EUR') return { currency, exchange_rate: null, exchange_source: null, exchange_on: null }
  const { exchange_rate, exchange_source, exchange_on } = input
  const missing = Object.entries({ exchange_rate, exchange_source, exchange_on }).filter(([, value]) => value === null)
  if (missing.length > 0)
    throw refuse(Object.fromEntries(missing.map(([name]) => [name, 'invoices.drafts.errors.exchange'])))
  return { currency, exchange_rate: exchange_rate?.toFixed(8) ?? null, exchange_source, exchange_on }
}

function issueDate(day: string | null, timezone: string): string | null {
  if (day !== null && day > time.today(timezone)) throw refuse({ issue_date: 'invoices.drafts.errors.future' })
  return day
}

function serviceOf({ service_from, service_to }: Draft) {
  if (service_from && service_to && service_to < service_from)
    throw refuse({ service_to: 'invoices.drafts.errors.service' })
  return { service_from: service_from ?? service_to, service_to: service_to ?? service_from }
}

/** What is typed, or what the code takes off. */
async function discountOf(running: Running, client_id: number, input: Draft) {
  const { discount_code, discount_label, discount } = input
  if (!discount_code) return { ...discount, discount_label, discount_code: null }
  const net_cents = totalsOf(plainLines(input)).line_cents
  const on = time.today(running.studio.timezone)
  const [found] = await running.ask('catalogue.discount', { code: discount_code, client_id, on, net_cents, use: null })
  if (!found || found.refused !== null)
    throw refuse({ discount_code: found?.refused ?? 'invoices.drafts.errors.discount_code' })
  const { discount_bp, discount_cents, label } = found
  return { discount_bp, discount_cents, discount_label: discount_label ?? label, discount_code }
}

const plainLines = ({ lines }: Draft): DocumentLine[] =>
  lines.map(({ optional: _optional, chosen: _chosen, ...line }) => line)

/** Where lines come from is not for people to write: only what the draft has stays. */
function checkSources(lines: readonly { source: string | null }[], known: readonly (string | null)[]): void {
  lines.forEach(({ source }, index) => {
    if (source !== null && !known.includes(source)) throw refuse({ [`lines.${index}.source`]: 'fields.invalid' })
  })
}

/** What the trail keeps of a change. */
const traced = ({
  client_id,
  title,
  currency,
  order_number,
  net_cents,
  vat_cents,
  total_cents,
  prepaid_cents
}: Invoice) => ({
  client_id,
  title,
  currency,
  order_number,
  net_cents,
  vat_cents,
  total_cents,
  prepaid_cents
})
