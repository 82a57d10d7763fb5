import { centsField, discountText, lineValues, time, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { totalsOf } from './amounts.ts'
import * as queries from './queries.ts'
import { deductionsOf, freeDeposits } from './related-queries.ts'
import type { Invoice, Item } from './queries.ts'
import type { Deduction } from './related-queries.ts'
import { vatFactsOf } from './terms.ts'
import { vatChoices } from './vat.ts'

export const styles = ['/static/invoices/invoices.css']

interface Typed {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

/** What the editor shows: a new draft, or one that is there; as stored, or as it was typed. */
export async function editorPage(request: FastifyRequest, invoice: Invoice | undefined, typed: Typed) {
  const { db, studio } = request
  const { t, locale } = request.words()
  const { values, errors = {} } = typed
  const client_id = Number(values['client_id']) || (invoice?.client_id ?? null)
  const facts = await vatFactsOf({ db, studio, ask: request.ask.bind(request) }, client_id)
  const typedCurrency = values['currency']
  const currency = typeof typedCurrency === 'string' && typedCurrency ? typedCurrency : studio.currency
  const stored = invoice && (await storedParts(request, invoice))
  const offered =
    client_id !== null && (invoice?.kind ?? 'invoice') === 'invoice'
      ? await freeDeposits(db, client_id, currency, { but: invoice?.id })
      : []
  const again = Array.isArray(values['lines'])
  const rows = again ? values['lines'] : (stored?.items ?? []).map(item => lineValues(item, locale))
  return {
    styles,
    title: t(`invoices.drafts.${invoice ? `edit_${invoice.kind}` : 'new'}`),
    invoice,
    values: errors['version'] ? { ...values, version: invoice?.version } : values,
    errors,
    rows,
    // without script, asking for more rows sends the form
    empty: values['more_rows'] ? 8 : 3,
    vat: vatChoices(facts, t),
    facts,
    currency,
    totals: stored && !again ? totalsOf(stored.items, invoice) : undefined,
    prepaid: invoice?.prepaid_cents ?? 0,
    deposits: offered.filter(({ left_cents }) => left_cents > 0),
    today: time.today(studio.timezone)
  }
}

async function storedParts(
  { db }: FastifyRequest,
  { id }: Invoice
): Promise<{ items: Item[]; deductions: Deduction[] }> {
  const [items, deductions] = await together(db, db => [queries.itemsOf(db, id), deductionsOf(db, id)])
  return { items, deductions }
}

/** A draft as its form shows it. */
export async function valuesOf(request: FastifyRequest, invoice: Invoice): Promise<Record<string, unknown>> {
  const { locale } = request.words()
  const deductions = await deductionsOf(request.db, invoice.id)
  return {
    version: invoice.version,
    client_id: invoice.client_id,
    client_name: invoice.client_name,
    title: invoice.title ?? '',
    language: invoice.language,
    currency: invoice.currency,
    exchange_rate: plainRate(invoice.exchange_rate, locale),
    exchange_source: invoice.exchange_source ?? '',
    exchange_on: invoice.exchange_on ?? '',
    order_number: invoice.order_number ?? '',
    buyer_reference: invoice.buyer_reference ?? '',
    issue_date: invoice.issue_date ?? '',
    payment_days: invoice.payment_days ?? '',
    service_from: invoice.service_from ?? '',
    service_to: invoice.service_to ?? '',
    // what a code takes off is worked out anew
    discount: invoice.discount_code ? '' : discountText(invoice, locale),
    discount_label: invoice.discount_label ?? '',
    discount_code: invoice.discount_code ?? '',
    note: invoice.note ?? '',
    internal_note: invoice.internal_note ?? '',
    recipients: invoice.recipients.join('\n'),
    deposits: deductions.map(({ deposit_id }) => deposit_id)
  }
}

/** A new draft as its address fills it in: `?client_id=7`. */
export async function prefilled(request: FastifyRequest): Promise<Record<string, unknown>> {
  const { client_id, title } = request.query as Record<string, unknown>
  const known = typeof client_id === 'string' && /^\d{1,15}$/.test(client_id) ? Number(client_id) : null
  const client = known === null ? undefined : await queries.clientCalled(request.db, known, null)
  return {
    ...(client && { client_id: client.id, client_name: client.name, language: client.language }),
    ...(typeof title === 'string' && { title }),
    currency: request.studio.currency
  }
}

/** `0,92` of `0.92000000`. */
function plainRate(stored: string | null, locale: 'fr' | 'en'): string {
  const text = (stored ?? '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
  return locale === 'fr' ? text.replace('.', ',') : text
}

/** Cents as the forms of this part take them. */
export const typedCents = (request: FastifyRequest, cents: number): string => centsField(cents, request.words().locale)
