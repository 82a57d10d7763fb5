import { action, notFound, refuse } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import { z } from 'zod'
import { changeAccount, findAccount } from './account-queries.ts'
import { stateOf } from './account.ts'
import { linkedTo, troubleOf } from './api.ts'
import type { Linked } from './api.ts'
import { bringPayment, bringSession, idOf } from './bringing.ts'
import type { Outcome } from './bringing.ts'
import { changeCheckout, findCheckout } from './checkout-queries.ts'
import { addEvent, changeEvent, lockEvent } from './event-queries.ts'
import type { StripeEvent } from './event-queries.ts'
import { EventForm, EventIdForm } from './forms.ts'
import { mostTries, pause } from './pausing.ts'

/** What of an event is believed: whose it is and what it is about. All else is read again. */
const Told = z.object({
  id: z.string().min(1).max(255),
  type: z.string().min(1).max(100),
  created: z.int().min(0).max(9_999_999_999),
  account: z.string().max(255).optional(),
  data: z.object({ object: z.object({ id: z.string().max(255).optional() }) })
})

/**
 * An event arrives, from anybody: whoever does not sign it with the secret of this studio's account is refused without a
 * word. It is noted once and worked on afterwards.
 */
export const receive = action({
  name: 'stripe.receive',
  permission: 'stripe.pay',
  input: EventForm,
  // nobody did it, and what follows from it is in the trail
  personal: true,
  about: () => ({}),
  async run({ db, sealed, tell }, { payload, signature }) {
    const account = await findAccount(db)
    if (!account?.webhook_secret_sealed) throw refuse({ '': 'stripe.errors.signature' })
    const told = await verified(payload, signature, sealed.open(account.webhook_secret_sealed, 'webhook'))
    if (!told) throw refuse({ '': 'stripe.errors.signature' })
    const event_id = await addEvent(db, {
      event_id: told.id,
      type: told.type,
      object_id: told.data.object.id ?? null,
      account_id: told.account ?? account.account_id,
      happened_at: new Date(told.created * 1000)
    })
    if (event_id !== undefined) tell('stripe.event-received', { event_id })
    return { repeated: event_id === undefined }
  }
})

/** The event, when the signature is Stripe's and not older than five minutes. */
async function verified(
  payload: string,
  signature: string,
  secret: string
): Promise<z.output<typeof Told> | undefined> {
  const { Stripe } = await import('stripe')
  try {
    const parsed = Told.safeParse(Stripe.webhooks.constructEvent(payload, signature, secret, 300))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError)
      return undefined
    throw error
  }
}

/** Works on an event anew: however it ended, what it is about is read again. */
export const replay = action({
  name: 'stripe.replay',
  permission: 'stripe.refund',
  input: EventIdForm,
  async run({ db, tell }, { id }) {
    const event = await lockEvent(db, id)
    if (!event) throw notFound()
    await changeEvent(db, id, { state: 'waiting', attempts: 0, error: null, next_try_at: null })
    tell('stripe.event-received', { event_id: id })
    tell('stripe.changed', { stripe_payment_id: null })
    return { id, invoice_id: event.invoice_id }
  },
  about: ({ invoice_id }) => ({ invoice: invoice_id })
})

/** Reads what an event is about and brings ours in line with it. Trouble that may pass is waited for. */
export async function hearEvent(hearing: Hearing, { event_id: id }: { event_id: number }): Promise<void> {
  const { db, tell } = hearing
  const event = await lockEvent(db, id)
  if (event?.state !== 'waiting') return
  const link = await linkedTo(hearing)
  const attempts = event.attempts + 1
  try {
    const outcome = link ? await workOn(hearing, link, event) : { key: 'not_connected', details: {}, kept: true }
    await changeEvent(db, id, {
      state: outcome.kept ? 'kept' : 'done',
      outcome: outcome.key,
      details: JSON.stringify(outcome.details),
      invoice_id: outcome.invoice_id ?? null,
      error: null,
      attempts,
      next_try_at: null,
      done_at: new Date()
    })
  } catch (error) {
    const trouble = await troubleOf(error)
    if (!trouble) throw error
    const over = !trouble.passes || attempts >= mostTries
    await changeEvent(db, id, {
      state: over ? 'failed' : 'waiting',
      error: trouble.message,
      attempts,
      next_try_at: over ? null : pause(attempts)
    })
    if (trouble.key) await changeAccount(db, { problem: trouble.message })
  }
  tell('stripe.changed', { stripe_payment_id: null })
}

async function workOn(hearing: Hearing, link: Linked, event: StripeEvent): Promise<Outcome> {
  const { stripe, account } = link
  const { type, object_id: id, account_id } = event
  if (account_id !== null && account_id !== account.account_id) {
    return { key: 'other_account', details: { account: account_id }, kept: true }
  }
  if (id === null) return ignored(type)
  if (type.startsWith('checkout.session.')) return bringSession(hearing, link, id)
  if (type.startsWith('account.')) {
    await changeAccount(hearing.db, stateOf(await stripe.accounts.retrieveCurrent()))
    return { key: 'account', details: {} }
  }
  const intent = await intentOf(link, type, id)
  if (intent === undefined) return ignored(type)
  if (intent === null) return { key: 'no_payment', details: {}, kept: true }
  return bringPayment(hearing, link, intent)
}

const ignored = (type: string): Outcome => ({ key: 'ignored', details: { type } })

/** Which payment an event is about; undefined for events we take no notice of, null when the thing has no payment. */
async function intentOf({ stripe }: Linked, type: string, id: string): Promise<string | null | undefined> {
  if (type.startsWith('payment_intent.')) return id
  if (type.startsWith('charge.dispute.')) return idOf((await stripe.disputes.retrieve(id)).payment_intent)
  if (type.startsWith('refund.') || type.startsWith('charge.refund.')) {
    return idOf((await stripe.refunds.retrieve(id)).payment_intent)
  }
  if (type.startsWith('charge.')) return idOf((await stripe.charges.retrieve(id)).payment_intent)
  return undefined
}

/** A payer is back, or Stripe's page is over by now: what became of it is read, with or without an event. */
export async function hearLeft(hearing: Hearing, { checkout_id }: { checkout_id: number }): Promise<void> {
  const { db } = hearing
  const checkout = await findCheckout(db, { id: checkout_id })
  if (!checkout || !['open', 'processing'].includes(checkout.state)) return
  const link = await linkedTo(hearing)
  if (link?.account.account_id !== checkout.account_id) {
    await changeCheckout(db, checkout_id, { next_look_at: null })
    return
  }
  try {
    await bringSession(hearing, link, checkout.session_id)
  } catch (error) {
    // it is looked at again: see `watch`
    if (!(await troubleOf(error))) throw error
  }
}
