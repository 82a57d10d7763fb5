import { action, notFound, refuse } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import { linkedTo, troubleOf } from './api.ts'
import { bringBack } from './bringing-back.ts'
import { studioMark } from './checkout.ts'
import { RefundForm } from './forms.ts'
import { addRefund, changeRefund, findRefund, leftOf, lockPayment, lockRefund } from './money-queries.ts'
import type { StripeRefund } from './money-queries.ts'
import { findAccount } from './account-queries.ts'
import { mostTries, pause } from './pausing.ts'

/**
 * Money of a payment goes back the way it came. It is noted first, then asked of Stripe under the name of that note: however
 * often it is asked, it goes back once.
 */
export const refund = action({
  name: 'stripe.refund',
  permission: 'stripe.refund',
  input: RefundForm,
  confirm: true,
  async run({ db, person, tell, fmt }, { id, cents, reason }) {
    const account = await findAccount(db)
    const payment = await lockPayment(db, { id })
    if (!payment) throw notFound()
    if (account?.account_id !== payment.account_id) throw refuse({ '': 'stripe.errors.other_account' })
    if (cents <= 0) throw refuse({ cents: 'stripe.errors.nothing' })
    const left = await leftOf(db, payment)
    if (cents > left) {
      const values = { left: fmt.money(left, payment.currency) }
      throw refuse({ cents: { key: 'stripe.errors.more_than_left', values } })
    }
    const row = await addRefund(db, { stripe_payment_id: id, cents, reason, created_by: person.id })
    tell('stripe.refund-asked', { refund_id: row.id })
    tell('stripe.changed', { stripe_payment_id: id })
    const { invoice_id, payment_id } = payment
    return { id, refund_id: row.id, invoice_id, payment_id }
  },
  about: ({ invoice_id, payment_id }) => ({ invoice: invoice_id, payment: payment_id })
})

/** Asks Stripe to give money back, and records what it says. Trouble that may pass is waited for. */
export async function hearRefund(hearing: Hearing, { refund_id }: { refund_id: number }): Promise<void> {
  const { db, tell } = hearing
  const named = await findRefund(db, refund_id)
  // the payment first, as events of it do
  const payment = named && (await lockPayment(db, { id: named.stripe_payment_id }))
  const asked = await lockRefund(db, { id: refund_id })
  if (!payment || asked?.state !== 'asked') return
  const link = await linkedTo(hearing)
  if (link?.account.account_id !== payment.account_id) {
    return giveUp(hearing, asked, hearing.t('stripe.errors.other_account'))
  }
  try {
    const body = {
      payment_intent: payment.payment_intent,
      amount: asked.cents,
      metadata: { studio: studioMark(hearing.address), refund: String(asked.id) }
    }
    const idempotencyKey = `refund:${asked.id}:${hearing.studio.slug}`
    await link.stripe.refunds.create(body, { idempotencyKey })
    await bringBack(hearing, link, payment)
  } catch (error) {
    const trouble = await troubleOf(error)
    if (!trouble) throw error
    if (!trouble.passes || asked.attempts + 1 >= mostTries) return giveUp(hearing, asked, trouble.message)
    const attempts = asked.attempts + 1
    await changeRefund(db, asked.id, { attempts, error: trouble.message, next_try_at: pause(attempts) })
    tell('stripe.changed', { stripe_payment_id: payment.id })
  }
}

async function giveUp({ db, tell }: Hearing, { id, stripe_payment_id }: StripeRefund, error: string): Promise<void> {
  await changeRefund(db, id, { state: 'failed', error, next_try_at: null })
  tell('stripe.refund-failed', { stripe_payment_id, refund_id: id })
  tell('stripe.changed', { stripe_payment_id })
}
