import { time } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import type { Linked, Stripe } from './api.ts'
import { aside } from './aside.ts'
import type { Outcome } from './bringing.ts'
import { addRefund, changeRefund, lockPayment, lockRefund } from './money-queries.ts'
import type { StripePayment, StripeRefund } from './money-queries.ts'

/** Every refund Stripe has of a payment is ours too; one that failed there after all is taken back here. */
export async function bringBack(hearing: Hearing, { stripe }: Linked, of: StripePayment): Promise<Outcome | undefined> {
  const refunds = await stripe.refunds.list({ payment_intent: of.payment_intent, limit: 100 })
  if (refunds.data.length === 0) return undefined
  // one after the other: two events of one payment may be worked on at once
  const payment = await lockPayment(hearing.db, { id: of.id })
  if (!payment) return undefined
  const outcomes: Outcome[] = []
  for (const refund of refunds.data.toReversed()) {
    const outcome = await bringRefund(hearing, payment, refund)
    if (outcome) outcomes.push(outcome)
  }
  return outcomes.at(-1)
}

async function bringRefund(
  hearing: Hearing,
  payment: StripePayment,
  refund: Stripe.Refund
): Promise<Outcome | undefined> {
  const row = await rowOf(hearing, payment, refund)
  const details = { cents: refund.amount, currency: refund.currency.toUpperCase() }
  if (refund.status === 'failed' || refund.status === 'canceled') return failed(hearing, payment, row, refund)
  if (refund.status !== 'succeeded') {
    await changeRefund(hearing.db, row.id, { state: 'pending', refund_id: refund.id, next_try_at: null })
    return { key: 'refund_pending', details }
  }
  if (row.state === 'done') return undefined
  const written = await aside(hearing, async running => {
    const [recorded] = await running.ask('invoices.record-refund', {
      running,
      payment: { external: `stripe:${payment.payment_intent}` },
      cents: refund.amount,
      paid_on: time.localOf(new Date(refund.created * 1000), hearing.studio.timezone).day,
      reference: refund.id,
      external: `stripe:${refund.id}`,
      reason: row.reason,
      method: 'stripe'
    })
    if (!recorded) throw new Error('nobody answers invoices.record-refund')
    const { payment_id } = recorded
    await changeRefund(running.db, row.id, { state: 'done', refund_id: refund.id, payment_id, next_try_at: null })
    running.tell('stripe.changed', { stripe_payment_id: payment.id })
    await running.did('stripe.record_refund', {
      invoice: payment.invoice_id,
      payment: [payment.payment_id, payment_id]
    })
  })
  if (written.ok) return { key: 'refunded', details }
  const { sentence } = written
  const { key, values } = typeof sentence === 'string' ? { key: sentence, values: {} } : sentence
  return { key: 'refund_refused', details: { ...values, ...details, sentence: key }, kept: true }
}

/** Ours, by what we wrote on it when we asked; else one that was asked for at Stripe. */
async function rowOf(hearing: Hearing, payment: StripePayment, refund: Stripe.Refund): Promise<StripeRefund> {
  const { db, t } = hearing
  const known = await lockRefund(db, { refund_id: refund.id })
  if (known) return known
  const id = Number(refund.metadata?.['refund'])
  const asked =
    refund.metadata?.['studio'] && Number.isSafeInteger(id)
      ? await lockRefund(db, { id, stripe_payment_id: payment.id })
      : undefined
  if (asked && asked.refund_id === null && asked.cents === refund.amount) return asked
  return addRefund(db, {
    stripe_payment_id: payment.id,
    refund_id: refund.id,
    cents: refund.amount,
    reason: t('stripe.refunded_there'),
    state: 'pending'
  })
}

/** It did not go through: what was recorded of it is taken back by its contrary, once. */
async function failed(
  hearing: Hearing,
  payment: StripePayment,
  row: StripeRefund,
  refund: Stripe.Refund
): Promise<Outcome> {
  const details = { cents: refund.amount, currency: refund.currency.toUpperCase() }
  const error = refund.failure_reason ?? refund.status ?? 'failed'
  if (row.state === 'done' && !row.corrected) {
    const written = await aside(hearing, running =>
      running.ask('invoices.correct-payment', {
        running,
        payment: { external: `stripe:${refund.id}` },
        reason: hearing.t('stripe.refund_came_back')
      })
    )
    if (!written.ok) return { key: 'refund_stays', details, kept: true }
  }
  if (row.state !== 'failed') {
    const corrected = row.state === 'done' || row.corrected
    await changeRefund(hearing.db, row.id, {
      state: 'failed',
      refund_id: refund.id,
      corrected,
      error,
      next_try_at: null
    })
    hearing.tell('stripe.refund-failed', { stripe_payment_id: payment.id, refund_id: row.id })
    hearing.tell('stripe.changed', { stripe_payment_id: payment.id })
  }
  return { key: 'refund_failed', details }
}
