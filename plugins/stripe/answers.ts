import type { Asking, Notice, Plugin, Section } from '@patchbay/core'
import { findAccount } from './account-queries.ts'
import { latestCheckout } from './checkout-queries.ts'
import { countTroubles } from './event-queries.ts'
import {
  currencyOf,
  listKeepers,
  openDisputes,
  paymentOfJournal,
  paymentsOfInvoice,
  shownPayment
} from './money-queries.ts'
import { envOf, isTakable, settingsOf } from './settings.ts'

/** What the studio hears of; each is a kind people may refuse. */
const kinds = ['paid', 'disputed', 'refund-failed'] as const

/** What Stripe says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'core.notice': notice,
  'core.notice-kinds': async ({ t }) =>
    kinds.map(kind => ({ kind: `stripe.${kind}`, label: t(`stripe.notice_kinds.${kind}`), by_mail: kind !== 'paid' })),
  'stripe.platform': async ({ env }) => envOf(env).STRIPE_SECRET_KEY !== undefined,
  async 'core.today'({ db, can }): Promise<Section | undefined> {
    if (!can('stripe.read')) return undefined
    const disputes = await openDisputes(db)
    const troubles = await countTroubles(db)
    if (disputes.length === 0 && troubles === 0) return undefined
    return { view: 'stripe/_today', data: { disputes, troubles } }
  },
  async 'invoices.tabs'({ can, base, t }) {
    return can('stripe.read') ? { href: `${base}/stripe`, label: t('stripe.tab'), order: 25 } : undefined
  },
  async 'invoices.sections'({ db, can }, { invoice_id }): Promise<Section | undefined> {
    if (!can('stripe.read')) return undefined
    const rows = await paymentsOfInvoice(db, invoice_id)
    const checkout = await latestCheckout(db, invoice_id)
    if (rows.length === 0 && !checkout) return undefined
    return { view: 'stripe/_invoice', data: { rows, checkout } }
  },
  async 'invoices.payment-sections'({ db, can }, { payment_id }): Promise<Section | undefined> {
    const row = can('stripe.read') ? await paymentOfJournal(db, payment_id) : undefined
    return row && { view: 'stripe/_journal', data: { row } }
  },
  async 'invoices.ways-to-pay'(asking, { invoice_id, token, cents }): Promise<Section | undefined> {
    if (!asking.can('stripe.pay')) return undefined
    const data = await wayToPay(asking, { invoice_id, cents })
    return data && { view: 'stripe/_way', data: { ...data, token } }
  },
  async 'invoices.payment-link'({ db, env, address }, { token }) {
    return (await canTake({ db, env })) ? address(`/stripe/${token}`, 'open') : undefined
  }
}

/** How an open invoice can be paid by card; undefined when it cannot. Three statements. */
export async function wayToPay(
  { db, env, settings }: Pick<Asking, 'db' | 'env' | 'settings'>,
  { invoice_id, cents }: { invoice_id: number; cents: number }
) {
  if (!(await canTake({ db, env }))) return undefined
  const currency = await currencyOf(db, invoice_id)
  if (!currency || !isTakable(cents, currency)) return undefined
  const { parts, least } = settingsOf(settings)
  const checkout = await latestCheckout(db, invoice_id)
  const confirming = checkout !== undefined && isConfirming(checkout)
  return { cents, currency, confirming, parts: parts && cents > least * 100, least_cents: least * 100 }
}

/** Is there an account that may take money, and a key to it? */
async function canTake({ db, env }: Pick<Asking, 'db' | 'env'>): Promise<boolean> {
  const account = await findAccount(db)
  return Boolean(account?.ready) && (account?.kind === 'own' || envOf(env).STRIPE_SECRET_KEY !== undefined)
}

/** Somebody has paid, and Stripe has not said yet that it is sure. */
export const isConfirming = ({ state, returned_at }: { state: string; returned_at: Date | null }): boolean =>
  state === 'processing' || (state === 'open' && returned_at !== null)

async function notice(
  { db, fmt }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const kind = kinds.find(one => fact === `stripe.${one}`)
  const payment = kind && (await shownPayment(db, Number(ids['stripe_payment_id'])))
  if (!kind || !payment) return undefined
  const { id, number, client_name, cents, currency } = payment
  return {
    people: await listKeepers(db),
    kind: fact,
    text: `stripe.notices.${kind}`,
    values: { number, client: client_name, amount: fmt.money(cents, currency) },
    path: `/stripe/payments/${id}`,
    by_mail: kind !== 'paid'
  }
}
