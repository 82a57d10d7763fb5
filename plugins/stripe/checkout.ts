import { action, notFound, refuse } from '@patchbay/core'
import type { Hearing, Running } from '@patchbay/core'
import type { OpenInvoice } from '../invoices/contract.ts'
import { linkedTo, trying } from './api.ts'
import type { Linked, Stripe, Trouble } from './api.ts'
import { addCheckout, changeCheckout, nextAttempt, noteReturned, underWay, waitForTurn } from './checkout-queries.ts'
import type { Checkout } from './checkout-queries.ts'
import { PayForm, ReturnForm } from './forms.ts'
import { isTakable, settingsOf } from './settings.ts'

/** A page of Stripe lives a day; one that is nearly over is not given out again. */
const freshHours = 20

/**
 * A visitor goes to pay an invoice: Stripe's page for it, one for each intent however often the button is pressed. None
 * while a payment is under way.
 */
export const pay = action({
  name: 'stripe.pay',
  permission: 'stripe.pay',
  input: PayForm,
  secret: ['token'],
  oneByOne: true,
  async run(running, { token, cents }) {
    const link = await linkedTo(running)
    if (!link?.account.ready) throw refuse({ '': 'stripe.errors.not_now' })
    const [found] = await running.ask('invoices.open', { token })
    if (!found) throw notFound()
    await waitForTurn(running.db, found.invoice_id)
    // read again: whoever was before may have paid it
    const [invoice] = await running.ask('invoices.open', { token })
    if (!invoice) throw notFound()
    const amount = amountOf(running, invoice, cents)
    const known = await settleOthers(running, link, invoice, amount)
    if (known === 'under way') return { invoice_id: invoice.invoice_id, checkout_id: null }
    const checkout = known ?? (await open(running, link, { invoice, amount, token }))
    return { invoice_id: invoice.invoice_id, checkout_id: checkout.id }
  },
  about: ({ invoice_id }) => ({ invoice: invoice_id })
})

/** A payer comes back from Stripe's page: how it ended is asked at once, once, whether or not an event says so. */
export const comeBack = action({
  name: 'stripe.come_back',
  permission: 'stripe.pay',
  input: ReturnForm,
  secret: ['token'],
  personal: true,
  async run({ db, ask, tell }, { token, session_id }) {
    const [invoice] = await ask('invoices.open', { token })
    if (!invoice) throw notFound()
    const checkout_id = await noteReturned(db, invoice.invoice_id, session_id)
    if (checkout_id !== undefined) tell('stripe.checkout-left', { checkout_id })
    return { invoice_id: invoice.invoice_id }
  },
  about: ({ invoice_id }) => ({ invoice: invoice_id })
})

/** What is to be paid: what is open, or a part of it that is allowed. Never what the browser says alone. */
function amountOf({ settings, fmt }: Running, invoice: OpenInvoice, asked: number | null): number {
  const { open_cents, currency } = invoice
  if (open_cents <= 0) throw refuse({ '': 'stripe.errors.settled' })
  const { parts, least } = settingsOf(settings)
  const cents = asked ?? open_cents
  if (cents > open_cents) {
    throw refuse({ cents: { key: 'stripe.errors.more_than_open', values: { open: fmt.money(open_cents, currency) } } })
  }
  if (cents < open_cents) {
    if (!parts) throw refuse({ cents: 'stripe.errors.no_parts' })
    const smallest = Math.min(least * 100, open_cents)
    if (cents < smallest) {
      throw refuse({ cents: { key: 'stripe.errors.too_little', values: { least: fmt.money(smallest, currency) } } })
    }
  }
  if (!isTakable(cents, currency)) throw refuse({ cents: 'stripe.errors.not_takable' })
  return cents
}

/** One that is open for the same amount goes on; any other is closed first, so that nothing is paid twice. */
async function settleOthers(
  running: Running,
  link: Linked,
  invoice: OpenInvoice,
  amount: number
): Promise<Checkout | 'under way' | undefined> {
  for (const checkout of await underWay(running.db, invoice.invoice_id)) {
    if (checkout.state === 'processing') return 'under way'
    const seen = await look(running, link, checkout)
    if (seen === 'trouble') throw refuse({ '': 'stripe.errors.not_now' })
    if (seen === 'left') return 'under way'
    if (seen === 'over') continue
    const young = Date.now() - +checkout.created_at < freshHours * 3_600_000
    if (young && checkout.cents === amount && checkout.currency === invoice.currency) return checkout
    const closed = await close(running, link, checkout)
    if (closed === 'trouble') throw refuse({ '': 'stripe.errors.not_now' })
    if (closed === 'left') return 'under way'
  }
  return undefined
}

type Going = Pick<Running, 'db' | 'tell'>

/** How Stripe's page stands. `left`: somebody has paid there, which is then asked about. */
async function look(
  going: Going,
  { stripe, account }: Linked,
  checkout: Checkout
): Promise<'open' | 'left' | 'over' | 'trouble'> {
  // another account's page cannot be reached any more
  if (checkout.account_id !== account.account_id) return over(going, checkout)
  const seen = await trying(() => stripe.checkout.sessions.retrieve(checkout.session_id))
  if (!seen.ok) return seen.trouble.passes ? 'trouble' : over(going, checkout)
  if (seen.value.status === 'open') return 'open'
  if (seen.value.status === 'expired') return over(going, checkout)
  await noteReturned(going.db, checkout.invoice_id, checkout.session_id)
  going.tell('stripe.checkout-left', { checkout_id: checkout.id })
  return 'left'
}

async function over({ db }: Going, { id }: Checkout): Promise<'over'> {
  await changeCheckout(db, id, { state: 'expired', url: null, next_look_at: null })
  return 'over'
}

/** Closes Stripe's page; `left` as above, when somebody was quicker. */
async function close(going: Going, link: Linked, checkout: Checkout): Promise<'over' | 'left' | 'trouble'> {
  const expired = await trying(() => link.stripe.checkout.sessions.expire(checkout.session_id))
  if (expired.ok) return over(going, checkout)
  if (expired.trouble.passes) return 'trouble'
  const seen = await look(going, link, checkout)
  return seen === 'open' ? 'trouble' : seen
}

/**
 * Asks Stripe for a page. The same attempt asks with the same key and gets the same page, also when what we noted of it was
 * lost in a crash; when what it was for has changed meanwhile Stripe says so, and the next attempt it is.
 */
async function open(
  running: Running,
  link: Linked,
  wanted: { invoice: OpenInvoice; amount: number; token: string }
): Promise<Checkout> {
  const { invoice, amount } = wanted
  const first = await nextAttempt(running.db, invoice.invoice_id)
  for (let attempt = first; attempt < first + 5; attempt++) {
    const key = `pay:${invoice.invoice_id}:${attempt}:${running.studio.slug}`
    const body = sessionOf(running, { ...wanted, attempt })
    const made = await trying(() => link.stripe.checkout.sessions.create(body, { idempotencyKey: key }))
    if (!made.ok && !isOtherBody(made.trouble)) throw refuse({ '': 'stripe.errors.not_now' })
    if (!made.ok || made.value.status !== 'open' || !made.value.url) continue
    return addCheckout(running.db, {
      invoice_id: invoice.invoice_id,
      attempt,
      account_id: link.account.account_id,
      session_id: made.value.id,
      cents: amount,
      currency: invoice.currency,
      url: made.value.url,
      // Stripe says when it closes; should that not arrive, it is asked
      next_look_at: new Date(Date.now() + 25 * 3_600_000)
    })
  }
  throw refuse({ '': 'stripe.errors.not_now' })
}

const isOtherBody = ({ code }: Trouble) => code === 'idempotency_error' || code === 'idempotency_key_in_use'

function sessionOf(
  { address, wordsIn }: Running,
  { invoice, amount, token, attempt }: { invoice: OpenInvoice; amount: number; token: string; attempt: number }
): Stripe.Checkout.SessionCreateParams {
  const { t } = wordsIn(invoice.language)
  const name = t('stripe.line', { number: invoice.number ?? '' })
  const metadata = {
    studio: studioMark(address),
    invoice: String(invoice.invoice_id),
    number: invoice.number ?? '',
    attempt: String(attempt)
  }
  const here = address(`/stripe/${token}`, 'open')
  return {
    mode: 'payment',
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: invoice.currency.toLowerCase(),
          unit_amount: amount,
          product_data: { name: invoice.title ? `${name} · ${invoice.title}`.slice(0, 250) : name }
        }
      }
    ],
    metadata,
    payment_intent_data: { metadata, description: name },
    client_reference_id: `invoice-${invoice.invoice_id}-${attempt}`,
    locale: invoice.language,
    ...(invoice.email && { customer_email: invoice.email }),
    success_url: `${here}?paid={CHECKOUT_SESSION_ID}`,
    cancel_url: here
  }
}

/** How a studio of this installation is named at Stripe: two installations that share an account are told apart. */
export const studioMark = (address: Running['address']): string => address('', 'open')

/** Nothing is left to pay: Stripe's page for it is closed, if it is still open. */
export async function closeSettled(hearing: Hearing, { invoice_id }: { invoice_id: number }): Promise<void> {
  const open = (await underWay(hearing.db, invoice_id)).filter(({ state }) => state === 'open')
  const link = open.length > 0 ? await linkedTo(hearing) : undefined
  if (!link) return
  for (const checkout of open) {
    // the payment that settled it may be of this very page: then that is asked about
    const seen = await look(hearing, link, checkout)
    const closed = seen === 'open' ? await close(hearing, link, checkout) : seen
    if (closed === 'trouble') await changeCheckout(hearing.db, checkout.id, { next_look_at: new Date() })
  }
}
