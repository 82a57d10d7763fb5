import { activityOf, notFound, time, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { styles } from './editor.ts'
import * as queries from './queries.ts'
import { deductionsOf, referencesOf } from './related-queries.ts'
import type { Invoice } from './queries.ts'

/** The invoice of the address, or 404. */
export async function invoiceAsked(request: FastifyRequest): Promise<Invoice> {
  const invoice = await queries.findInvoice(request.db, request.recordId())
  if (!invoice) throw notFound()
  return invoice
}

/** The card of a document. Statements: 6 and those of its payments, deliveries and the parts that other plugins add. */
export async function cardPage(
  request: FastifyRequest,
  invoice: Invoice,
  failed: { errors?: Record<string, string>; values?: Record<string, unknown> } = {}
) {
  const { id, state } = invoice
  const [items, deductions, references, activity, sections, neighbours] = await together(request.db, db => [
    queries.itemsOf(db, id),
    deductionsOf(db, id),
    referencesOf(db, id),
    activityOf(db, 'invoice', id, 30),
    request.ask('invoices.sections', { invoice_id: id }, db),
    state === 'draft' ? queries.neighbourDrafts(db, id) : undefined
  ])
  const named = invoice.source ? await request.ask('core.records', { about: [invoice.source] }) : []
  const { t } = request.words()
  const today = time.today(request.studio.timezone)
  return {
    styles: [...styles, '/static/invoices/payments.css'],
    title: invoice.number ?? t('invoices.drafts.draft_number', { id }),
    invoice,
    items,
    deductions,
    references,
    origin: named.find(names => names[invoice.source ?? ''])?.[invoice.source ?? ''],
    activity,
    sections: sections.flat(),
    neighbours,
    late: lateDays(invoice, today),
    errors: {},
    values: {},
    ...failed
  }
}

/** Days since it was due, of what is still to be paid. */
export function lateDays(
  { state, kind, due_date, open_cents }: Pick<Invoice, 'state' | 'kind' | 'due_date' | 'open_cents'>,
  today: string
): number {
  if (state !== 'issued' || kind === 'credit_note' || open_cents <= 0 || due_date === null || due_date >= today)
    return 0
  return Math.round((Date.parse(today) - Date.parse(due_date)) / 864e5)
}
