import { centsField, notFound, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { OpenInvoice } from '../invoices/contract.ts'
import { findAccount } from './account-queries.ts'
import { dashboard } from './api.ts'
import { listChecks } from './comparing-queries.ts'
import { comeBack } from './checkout.ts'
import { latestCheckout } from './checkout-queries.ts'
import { isConfirming } from './answers.ts'
import { stripeEvents, stripePayments } from './list.ts'
import { leftOf, refundsOf, shownPayment } from './money-queries.ts'

const styles = ['/static/stripe/stripe.css']

/** A form that failed, or its first values. */
export interface Filled {
  values: Record<string, unknown>
  errors: Record<string, string>
}

const frame = async (request: FastifyRequest, key: string) => ({
  styles,
  title: request.words().t(`stripe.${key}`),
  tabs: await request.ask('invoices.tabs', {}),
  account: await findAccount(request.db),
  search: new URL(request.url, 'http://x').search
})

/** Payments by card, the studio's account above them. */
export async function paymentsPage(request: FastifyRequest) {
  return { ...(await frame(request, 'title')), ...(await request.list(stripePayments)) }
}

/** What Stripe told us, and what came of it. */
export async function eventsPage(request: FastifyRequest) {
  const page = await request.list(stripeEvents)
  return { ...(await frame(request, 'events.title')), ...page }
}

/** What Stripe says beside what we hold. */
export async function comparisonPage(request: FastifyRequest, filled?: Filled) {
  const checks = await listChecks(request.db)
  const nothing = { values: {}, errors: {} }
  return { ...(await frame(request, 'comparison.title')), ...nothing, checks, latest: checks[0], ...filled }
}

/** The account: how it stands, how one is connected. */
export async function accountPage(request: FastifyRequest, filled?: Filled) {
  const webhook = request.address('/stripe/webhook', 'open')
  const back = (request.query as { back?: string }).back !== undefined
  const nothing = { values: {}, errors: {} }
  const [platform] = await request.ask('stripe.platform', {})
  return {
    ...(await frame(request, 'account.title')),
    ...nothing,
    platform: platform ?? false,
    webhook,
    back,
    ...filled
  }
}

/** One payment: how it was paid, what went back, a dispute. */
export async function paymentPage(request: FastifyRequest, filled?: Filled) {
  const payment = await shownPayment(request.db, request.recordId())
  if (!payment) throw notFound()
  const [account, refunds, left] = await together(request.db, db => [
    findAccount(db),
    refundsOf(db, payment.id),
    leftOf(db, payment)
  ])
  const { locale, t, fmt } = request.words()
  const mine = account?.account_id === payment.account_id
  return {
    styles,
    title: t('stripe.payment.title', { amount: fmt.money(payment.cents, payment.currency) }),
    payment,
    refunds,
    left,
    refundable: mine && left > 0,
    there: account && mine ? dashboard(account, payment.payment_intent) : null,
    values: { cents: centsField(left, locale) },
    errors: {},
    ...filled
  }
}

/** The invoice of a private link, as payers may know it. @throws notFound for one that is unknown or was taken back */
export async function invoiceOf(request: FastifyRequest): Promise<OpenInvoice> {
  const { token } = request.params as { token: string }
  const [invoice] = token.length <= 100 ? await request.ask('invoices.open', { token }) : []
  if (!invoice) throw notFound()
  return invoice
}

/** Seconds until the page that waits asks again, and how long it does. */
const again = 3
const patience = 5 * 60_000

/** Paying an invoice: what is open, what is being confirmed, what is done. Coming back from Stripe is noted, once. */
export async function payPage(request: FastifyRequest, filled?: Filled) {
  const { invoice_id } = await invoiceOf(request)
  const { token } = request.params as { token: string }
  const { paid } = request.query as { paid?: unknown }
  if (typeof paid === 'string') await request.act(comeBack, { token, session_id: paid })
  // what is open is read after how it was paid: both are written at once, and one may not be shown without the other
  const checkout = await latestCheckout(request.db, invoice_id)
  const invoice = await invoiceOf(request)
  const ways = await request.ask('invoices.ways-to-pay', {
    invoice_id,
    token,
    cents: invoice.open_cents
  })
  const confirming = checkout !== undefined && isConfirming(checkout)
  const waits =
    confirming && checkout.state === 'open' && Date.now() - +(checkout.returned_at ?? checkout.created_at) < patience
  return {
    styles,
    title: request.words().t('stripe.pay.title', { number: invoice.number ?? '' }),
    invoice,
    token,
    checkout,
    confirming,
    waits,
    refresh: waits ? again : null,
    mine: ways.find(({ view }) => view === 'stripe/_way')?.data ?? null,
    values: {},
    errors: {},
    ...filled
  }
}
