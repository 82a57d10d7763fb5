import type { Context } from '@patchbay/core'
import type Stripe from 'stripe'
import { findAccount } from './account-queries.ts'
import type { AccountRow } from './account-queries.ts'
import { envOf } from './settings.ts'

/*
 * How Stripe is spoken to: by its own SDK, which is loaded when it is first needed. A call waits 4 s and is tried once
 * more: what holds a connection to the studio's database meanwhile gives up before the database does.
 */

export type { Stripe }

/** The studio's account, and the SDK in its name. */
export interface Linked {
  stripe: Stripe
  account: AccountRow
}

/** Who can be at work with an account: what of a context it takes. */
export type Working = Pick<Context, 'db' | 'sealed' | 'env'>

/** The studio's account; undefined when it has none, or the platform's key that it needs is gone. */
export async function linkedTo(working: Working): Promise<Linked | undefined> {
  const account = await findAccount(working.db)
  return account && linkOf(working, account)
}

/** The SDK in the name of an account that is known already. */
export async function linkOf(
  { sealed, env }: Pick<Working, 'sealed' | 'env'>,
  account: AccountRow
): Promise<Linked | undefined> {
  if (account.kind === 'own') {
    return { stripe: await speaker(env, sealed.open(account.key_sealed ?? '', 'key')), account }
  }
  const key = envOf(env).STRIPE_SECRET_KEY
  return key === undefined ? undefined : { stripe: await speaker(env, key, account.account_id), account }
}

/** The SDK with a key; `stripeAccount` acts in the name of an account that is connected to the key's. */
export async function speaker(env: unknown, key: string, stripeAccount?: string): Promise<Stripe> {
  const { Stripe } = await import('stripe')
  const base = envOf(env).STRIPE_API_BASE
  return new Stripe(key, {
    telemetry: false,
    timeout: 4000,
    maxNetworkRetries: 1,
    ...(stripeAccount && { stripeAccount }),
    ...(base && addressOf(base))
  })
}

function addressOf(base: string) {
  const { protocol, hostname, port } = new URL(base)
  const plain = protocol === 'http:'
  return { protocol: plain ? ('http' as const) : ('https' as const), host: hostname, port: port || (plain ? 80 : 443) }
}

/** What Stripe had against it: a refusal that stands, or trouble that may pass. */
export interface Trouble {
  passes: boolean
  /** Stripe's own words, at most 500 characters; they never hold a key. */
  message: string
  /** Its own name for it, `resource_missing`. */
  code: string | null
  /** The key itself is refused. */
  key: boolean
}

/** What came of calling Stripe: anything but Stripe's own errors is thrown on. */
export async function trying<T>(
  call: () => Promise<T>
): Promise<{ ok: true; value: T } | { ok: false; trouble: Trouble }> {
  try {
    return { ok: true, value: await call() }
  } catch (error) {
    const trouble = await troubleOf(error)
    if (!trouble) throw error
    return { ok: false, trouble }
  }
}

/** An error of the SDK as trouble; undefined for any other. */
export async function troubleOf(error: unknown): Promise<Trouble | undefined> {
  const { Stripe } = await import('stripe')
  if (!(error instanceof Stripe.errors.StripeError)) return undefined
  const key =
    error instanceof Stripe.errors.StripeAuthenticationError || error instanceof Stripe.errors.StripePermissionError
  const stands =
    error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof Stripe.errors.StripeIdempotencyError
  const message = error.message.replaceAll(/\b(sk|rk|whsec)_\w+/g, '$1_…').slice(0, 500)
  return { passes: !stands, message, code: error.code ?? error.rawType ?? null, key }
}

/** Stripe's page of a payment. */
export const dashboard = ({ livemode }: Pick<AccountRow, 'livemode'>, payment_intent: string): string =>
  `https://dashboard.stripe.com/${livemode ? '' : 'test/'}payments/${payment_intent}`
