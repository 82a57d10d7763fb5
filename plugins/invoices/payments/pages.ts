import { notFound, time, together } from '@patchbay/core'
import type { Asking } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { paymentMethods } from '../contract.ts'
import type { PaymentMethod } from '../contract.ts'
import { holdingsOf } from './queries.ts'
import { clientNamed, creditsOf, openInvoicesOf, paidInvoice, postingsFor, shownPayment, storyOf } from './reading.ts'
import type { PaidInvoice } from './reading.ts'

/** A form that failed, or its first values. */
export interface Filled {
  values: Record<string, unknown>
  errors: Record<string, string>
}

const say = (request: FastifyRequest, key: string, values?: Record<string, string | number>) =>
  request.words().t(`invoices.payments.${key}`, values)

export const invoicesStyles = ['/static/invoices/payments.css']

/** Ways to pay that people type; `stripe` and `direct_debit` come by themselves and are offered last. */
export const methodChoices = (request: FastifyRequest): { value: PaymentMethod; label: string }[] =>
  paymentMethods.map(value => ({ value, label: say(request, `methods.${value}`) }))

/** The form of a payment: of one invoice, or of a client's open ones. */
export async function paymentPage(
  request: FastifyRequest,
  about: { invoice?: PaidInvoice; client_id?: number | null; client_name?: string | null },
  filled?: Filled
) {
  const { invoice } = about
  const client = invoice
    ? undefined
    : await clientNamed(request.db, about.client_id ?? null, about.client_id ? null : (about.client_name ?? null))
  const open = client ? await openInvoicesOf(request.db, client.id) : []
  const currencies = [...new Set([...open.map(({ currency }) => currency), request.studio.currency])]
  const values = filled?.values ?? {
    client_id: client?.id ?? '',
    client_name: client?.name ?? about.client_name ?? '',
    cents: invoice ? typedCents(request, invoice.open_cents) : '',
    currency: currencies[0],
    exchange_rate: invoice?.exchange_rate?.replace(/\.?0+$/, '') ?? '',
    method: 'transfer',
    paid_on: time.today(request.studio.timezone)
  }
  return {
    title: say(request, 'new.title'),
    styles: invoicesStyles,
    invoice,
    client,
    open,
    currencies,
    methods: methodChoices(request),
    values,
    errors: filled?.errors ?? {}
  }
}

/** An invoice that can be paid. @throws notFound for a draft, a credit note or none */
export async function invoiceAsked(request: FastifyRequest): Promise<PaidInvoice> {
  const invoice = await paidInvoice(request.db, request.recordId())
  if (!invoice) throw notFound()
  return invoice
}

/** The page of one payment: who, what for, where its money is now, what can be done. */
export async function paymentCard(request: FastifyRequest, filled: { refund?: Filled; correction?: Filled } = {}) {
  const payment = await shownPayment(request.db, request.recordId())
  if (!payment) throw notFound()
  const [story, holdings] = await together(request.db, db => [storyOf(db, payment.id), holdingsOf(db, payment.id)])
  const left = holdings.reduce((sum, { cents }) => sum + cents, 0)
  const back = story.filter(({ payment_id, kind }) => payment_id !== payment.id && kind !== 'credit_used')
  const names = new Map(story.map(({ invoice_id, number }) => [invoice_id, number]))
  return {
    title: say(request, `kinds.${payment.kind}`),
    styles: invoicesStyles,
    payment,
    story,
    holdings: holdings.map(holding => ({ ...holding, number: names.get(holding.invoice_id) ?? null })),
    left,
    correctable:
      payment.kind !== 'correction' && back.length === 0 && (payment.kind === 'refund' || left === payment.cents),
    methods: methodChoices(request),
    parts: await request.ask('invoices.payment-sections', { payment_id: payment.id }),
    refund: filled.refund ?? {
      values: {
        cents: typedCents(request, left),
        method: payment.method,
        paid_on: time.today(request.studio.timezone)
      },
      errors: {}
    },
    correction: filled.correction ?? { values: {}, errors: {} }
  }
}

/** What an invoice was paid with, and what it can still be paid with: a part of its page. Two statements. */
export async function paidPart({ db, can }: Pick<Asking, 'db' | 'can'>, invoice_id: number, filled?: Filled) {
  if (!can('invoices.read')) return undefined
  const invoice = await paidInvoice(db, invoice_id)
  if (!invoice) return undefined
  const [postings, credits, open] = await together(db, db => [
    postingsFor(db, invoice_id),
    creditsOf(db, invoice.client_id),
    invoice.kind === 'credit_note' && invoice.open_cents > 0 ? openInvoicesOf(db, invoice.client_id) : []
  ])
  const credit = credits.find(({ currency }) => currency === invoice.currency)?.cents ?? 0
  const used = postings
    .filter(({ kind, invoice_id: of }) => kind === 'credit_used' && of === invoice_id)
    .reduce((sum, { cents }) => sum + cents, 0)
  return {
    invoice,
    postings: postings.filter(
      ({ invoice_id: of, cents }) => invoice.kind === 'credit_note' || (of === invoice_id && cents !== 0)
    ),
    credit,
    used: Math.min(used, invoice.paid_cents),
    open: open.filter(({ currency }) => currency === invoice.currency),
    methods: paymentMethods,
    filled: filled ?? { values: {}, errors: {} }
  }
}

/** Cents as a person types them. */
export function typedCents(request: FastifyRequest, cents: number): string {
  const text = (cents / 100).toFixed(2)
  return request.words().locale === 'fr' ? text.replace('.', ',') : text
}
