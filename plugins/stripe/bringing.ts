import { time } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import type { OpenInvoice } from '../invoices/contract.ts'
import type { Linked, Stripe } from './api.ts'
import { aside } from './aside.ts'
import { bringBack } from './bringing-back.ts'
import { changeCheckout, lockCheckout } from './checkout-queries.ts'
import type { Checkout } from './checkout-queries.ts'
import { studioMark } from './checkout.ts'
import { changePayment, keepPayment } from './money-queries.ts'
import type { StripePayment } from './money-queries.ts'

/*
 * One way in for all that Stripe has of a payment: it is read from there, and what we hold is brought in line with it. Doing
 * it twice, late, in another order or for another event of the same payment changes nothing more.
 */

/** What came of it: a key of `stripe.outcomes`, what fills its gaps, and whether a person should look. */
export interface Outcome {
  key: string
  details: Record<string, string | number>
  kept?: boolean
  invoice_id?: number
}

/** A page of Stripe where somebody paid, or did not. */
export async function bringSession(hearing: Hearing, link: Linked, session_id: string): Promise<Outcome> {
  const session = await link.stripe.checkout.sessions.retrieve(session_id)
  const checkout = await lockCheckout(hearing.db, { session_id })
  const intent = idOf(session.payment_intent)
  if (checkout?.state === 'open' && session.status === 'open' && checkout.returned_at !== null) {
    // whoever came back had not paid: the button is theirs again
    const next_look_at = new Date(+checkout.created_at + 25 * 3_600_000)
    await changeCheckout(hearing.db, checkout.id, { returned_at: null, looks: 0, next_look_at })
  }
  if (checkout && session.status !== 'open') {
    await changeCheckout(hearing.db, checkout.id, {
      url: null,
      ...(intent && { payment_intent: intent }),
      ...(session.status === 'expired' && { state: 'expired', next_look_at: null })
    })
  }
  if (intent) return bringPayment(hearing, link, intent)
  const invoice_id = checkout?.invoice_id
  return { key: session.status === 'expired' ? 'expired' : 'open', details: {}, ...(invoice_id && { invoice_id }) }
}

/** A payment with its refunds and its dispute. */
export async function bringPayment(hearing: Hearing, link: Linked, intent_id: string): Promise<Outcome> {
  const intent = await link.stripe.paymentIntents.retrieve(intent_id, { expand: ['latest_charge'] })
  const whose = await whoseIs(hearing, intent)
  if ('key' in whose) return whose
  const { invoice, checkout } = whose
  if (intent.status !== 'succeeded') return notPaid(hearing, intent, whose)
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const written = await aside(hearing, async running => {
    const paid_at = new Date((charge?.created ?? intent.created) * 1000)
    const payer = charge?.billing_details.name ?? null
    const [recorded] = await running.ask('invoices.record-payment', {
      running,
      client_id: null,
      cents: intent.amount_received,
      currency: intent.currency.toUpperCase(),
      method: 'stripe',
      paid_on: time.localOf(paid_at, hearing.studio.timezone).day,
      reference: intent.id,
      payer: payer?.slice(0, 200) ?? null,
      external: `stripe:${intent.id}`,
      allocate: [{ invoice_id: invoice.invoice_id, cents: null }]
    })
    if (!recorded) throw new Error('nobody answers invoices.record-payment')
    const { payment, isNew } = await keepPayment(running.db, {
      payment_intent: intent.id,
      account_id: link.account.account_id,
      invoice_id: invoice.invoice_id,
      payment_id: recorded.payment_id,
      cents: intent.amount_received,
      currency: intent.currency.toUpperCase(),
      ...meansOf(charge),
      payer,
      email: charge?.billing_details.email ?? null,
      paid_at,
      credited_cents: recorded.credited_cents,
      expected_cents: checkout && checkout.cents !== intent.amount_received ? checkout.cents : null
    })
    if (checkout) {
      const state = { state: 'paid' as const, payment_intent: intent.id, url: null, next_look_at: null }
      await changeCheckout(running.db, checkout.id, state)
    }
    if (isNew) {
      running.tell('stripe.paid', { stripe_payment_id: payment.id, invoice_id: invoice.invoice_id })
      running.tell('stripe.changed', { stripe_payment_id: payment.id })
      await running.did('stripe.receive_payment', { invoice: invoice.invoice_id, payment: recorded.payment_id })
    }
    return { payment, isNew }
  })
  if (!written.ok) return refused(written.sentence, intent, invoice)
  const { payment, isNew } = written.value
  const dispute = charge?.disputed ? await bringDispute(hearing, link, payment) : undefined
  const back = await bringBack(hearing, link, payment)
  return { ...(dispute ?? back ?? outcomeOf(payment, isNew)), invoice_id: invoice.invoice_id }
}

function outcomeOf(payment: StripePayment, isNew: boolean): Outcome {
  const { cents, currency, credited_cents, expected_cents } = payment
  if (!isNew) return { key: 'known', details: { cents, currency } }
  if (expected_cents !== null) return { key: 'other_amount', details: { cents, currency, expected_cents }, kept: true }
  if (credited_cents > 0) return { key: 'credited', details: { cents, currency, credited_cents } }
  return { key: 'recorded', details: { cents, currency } }
}

function refused(sentence: FieldError, intent: Stripe.PaymentIntent, { invoice_id }: OpenInvoice): Outcome {
  const { key, values } = typeof sentence === 'string' ? { key: sentence, values: {} } : sentence
  const money = { cents: intent.amount_received, currency: intent.currency.toUpperCase() }
  return { key: 'refused', details: { ...values, ...money, sentence: key }, kept: true, invoice_id }
}

/** Which invoice it is for: by what we noted when somebody went to pay, else by what we wrote on it at Stripe. */
async function whoseIs(
  { db, ask, address }: Hearing,
  intent: Stripe.PaymentIntent
): Promise<{ invoice: OpenInvoice; checkout: Checkout | undefined } | Outcome> {
  const { studio, invoice: named, attempt } = intent.metadata
  const money = { cents: intent.amount, currency: intent.currency.toUpperCase() }
  const ours = studio === studioMark(address)
  const invoice_id = Number(named)
  const checkout =
    (await lockCheckout(db, { payment_intent: intent.id })) ??
    (ours && Number.isSafeInteger(invoice_id) && Number.isSafeInteger(Number(attempt))
      ? await lockCheckout(db, { invoice_id, attempt: Number(attempt) })
      : undefined)
  if (!checkout && studio === undefined) return { key: 'not_ours', details: money, kept: true }
  if (!checkout && !ours) return { key: 'elsewhere', details: money, kept: true }
  const id = checkout?.invoice_id ?? invoice_id
  const [invoice] = Number.isSafeInteger(id) && id > 0 ? await ask('invoices.open', { invoice_id: id }) : []
  if (invoice?.state !== 'issued') return { key: 'no_invoice', details: money, kept: true }
  if (invoice.currency !== money.currency) {
    return { key: 'other_currency', details: { ...money, expected: invoice.currency }, kept: true, invoice_id: id }
  }
  return { invoice, checkout }
}

/** Not paid yet, or not at all. */
async function notPaid(
  { db, tell }: Hearing,
  intent: Stripe.PaymentIntent,
  { invoice, checkout }: { invoice: OpenInvoice; checkout: Checkout | undefined }
): Promise<Outcome> {
  const { invoice_id } = invoice
  const state = intent.status === 'processing' ? 'processing' : 'failed'
  const details = { cents: intent.amount, currency: intent.currency.toUpperCase() }
  // on an open page of Stripe a refused card may be followed by another
  if (!checkout || checkout.state === 'paid' || (state === 'failed' && checkout.url !== null)) {
    return { key: state, details, invoice_id }
  }
  // a debit takes days: it is asked about each day, should no event come
  const next_look_at = state === 'processing' ? new Date(Date.now() + 24 * 3_600_000) : null
  await changeCheckout(db, checkout.id, { state, payment_intent: intent.id, url: null, next_look_at })
  tell('stripe.changed', { stripe_payment_id: null })
  return { key: state, details, invoice_id }
}

/** The payer's bank asks the money back: shown, and recorded as gone once that is decided. */
async function bringDispute(
  hearing: Hearing,
  { stripe }: Linked,
  payment: StripePayment
): Promise<Outcome | undefined> {
  const { data } = await stripe.disputes.list({ payment_intent: payment.payment_intent, limit: 1 })
  const [dispute] = data
  if (!dispute) return undefined
  const details = { cents: dispute.amount, currency: dispute.currency.toUpperCase(), reason: dispute.reason }
  const isNew = payment.dispute_id === null
  await changePayment(hearing.db, payment.id, {
    dispute_id: dispute.id,
    dispute_status: dispute.status,
    dispute_reason: dispute.reason,
    disputed_at: new Date(dispute.created * 1000)
  })
  if (isNew || payment.dispute_status !== dispute.status) {
    hearing.tell('stripe.changed', { stripe_payment_id: payment.id })
    if (isNew) hearing.tell('stripe.disputed', { stripe_payment_id: payment.id, invoice_id: payment.invoice_id })
  }
  if (dispute.status !== 'lost') return { key: `dispute_${dispute.status === 'won' ? 'won' : 'open'}`, details }
  const gone = await aside(hearing, running =>
    running.ask('invoices.record-refund', {
      running,
      payment: { external: `stripe:${payment.payment_intent}` },
      cents: dispute.amount,
      paid_on: time.today(hearing.studio.timezone),
      reference: dispute.id,
      external: `stripe:${dispute.id}`,
      reason: hearing.t('stripe.dispute_reason'),
      method: 'stripe'
    })
  )
  return gone.ok ? { key: 'dispute_lost', details } : { key: 'dispute_unrecorded', details, kept: true }
}

function meansOf(charge: Stripe.Charge | null): Pick<StripePayment, 'means' | 'brand' | 'last4'> {
  const method = charge?.payment_method_details
  const { card, sepa_debit } = method ?? {}
  return {
    means: method?.type ?? null,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? sepa_debit?.last4 ?? null
  }
}

/** The id of what Stripe gives as an id or whole. */
export const idOf = (thing: string | { id: string } | null | undefined): string | null =>
  typeof thing === 'string' ? thing : (thing?.id ?? null)
