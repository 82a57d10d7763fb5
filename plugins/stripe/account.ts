import { action, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { changeAccount, findAccount, forgetAccount, keepAccount, lockAccount } from './account-queries.ts'
import type { AccountRow } from './account-queries.ts'
import { linkOf, speaker, trying } from './api.ts'
import type { Stripe, Trouble } from './api.ts'
import { KeysForm, NoForm, SecretForm } from './forms.ts'
import { envOf } from './settings.ts'

/** What we want to hear of. */
const heard: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'charge.refunded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'account.updated'
]

/** The studio's own account, by its secret key: tried, then kept encrypted; events are ordered at once. */
export const setKeys = action({
  name: 'stripe.set_keys',
  permission: 'stripe.write',
  input: KeysForm,
  secret: ['secret_key', 'webhook_secret'],
  oneByOne: true,
  about: () => ({}),
  async run(running, { secret_key, webhook_secret }) {
    const { db, sealed, env, changed, tell } = running
    const before = await lockAccount(db)
    const stripe = await speaker(env, secret_key)
    const found = await trying(() => stripe.accounts.retrieveCurrent())
    if (!found.ok) throw refuse({ secret_key: sentenceOf(found.trouble) })
    const endpoint = webhook_secret
      ? { webhook_id: null, webhook_secret_sealed: sealed.seal(webhook_secret, 'webhook'), webhook_problem: null }
      : await orderEvents(running, stripe, found.value.id, before)
    const account: AccountRow = {
      kind: 'own',
      livemode: secret_key.includes('_live_'),
      key_sealed: sealed.seal(secret_key, 'key'),
      key_end: secret_key.slice(-4),
      ...stateOf(found.value),
      ...endpoint
    }
    await keepAccount(db, account)
    changed(shown(before), shown(account))
    tell('stripe.changed', { stripe_payment_id: null })
    return { name: account.name, account_id: account.account_id }
  }
})

/** An account connected to the platform's: made if there is none, and the address where Stripe asks what it must know. */
export const connect = action({
  name: 'stripe.connect',
  permission: 'stripe.write',
  input: NoForm,
  oneByOne: true,
  about: () => ({}),
  async run(running) {
    const { db, env, studio, address } = running
    const key = envOf(env).STRIPE_SECRET_KEY
    if (key === undefined) throw refuse({ '': 'stripe.errors.no_platform' })
    const platform = await speaker(env, key)
    const before = await lockAccount(db)
    if (before?.kind === 'own') throw refuse({ '': 'stripe.errors.own_first' })
    const account_id = before?.account_id ?? (await makeAccount(running, platform))
    const link = await trying(() =>
      platform.accountLinks.create({
        account: account_id,
        type: 'account_onboarding',
        refresh_url: address('/stripe/account'),
        return_url: address('/stripe/account?back=1')
      })
    )
    if (!link.ok) throw refuse({ '': sentenceOf(link.trouble) })
    return { url: link.value.url, account_id, studio: studio.slug }
  }
})

async function makeAccount(running: Running, platform: Stripe): Promise<string> {
  const { db, env, studio } = running
  const made = await trying(() =>
    platform.accounts.create(
      {
        // a direct charge: the studio is the seller, pays Stripe's fees and answers for disputes
        controller: {
          fees: { payer: 'account' },
          losses: { payments: 'stripe' },
          stripe_dashboard: { type: 'full' },
          requirement_collection: 'stripe'
        },
        business_profile: { name: studio.name },
        metadata: { studio: studio.slug }
      },
      { idempotencyKey: `account:${studio.id}:${studio.slug}` }
    )
  )
  if (!made.ok) throw refuse({ '': sentenceOf(made.trouble) })
  const own = await speaker(env, envOf(env).STRIPE_SECRET_KEY ?? '', made.value.id)
  const livemode = (envOf(env).STRIPE_SECRET_KEY ?? '').includes('_live_')
  const endpoint = await orderEvents(running, own, made.value.id, undefined)
  const row = { kind: 'connect' as const, livemode, key_sealed: null, key_end: null }
  await keepAccount(db, { ...row, ...stateOf(made.value), ...endpoint })
  return made.value.id
}

/** Asks Stripe how the account stands, and for events where they do not come yet. */
export const testAccount = action({
  name: 'stripe.test',
  permission: 'stripe.write',
  input: NoForm,
  oneByOne: true,
  about: () => ({}),
  async run(running) {
    const { db, tell } = running
    const account = await lockAccount(db)
    const link = account && (await linkOf(running, account))
    if (!account || !link) throw refuse({ '': 'stripe.errors.not_connected' })
    const found = await trying(() => link.stripe.accounts.retrieveCurrent())
    if (found.ok) await changeAccount(db, stateOf(found.value))
    else await changeAccount(db, { ready: false, problem: found.trouble.message, checked_at: new Date() })
    if (found.ok && !account.webhook_secret_sealed) {
      await changeAccount(db, await orderEvents(running, link.stripe, account.account_id, account))
    }
    tell('stripe.changed', { stripe_payment_id: null })
    const after = await findAccount(db)
    return { ready: after?.ready ?? false, name: after?.name ?? null, livemode: account.livemode }
  }
})

/** The secret of an endpoint that somebody set up at Stripe by hand. */
export const setSecret = action({
  name: 'stripe.set_secret',
  permission: 'stripe.write',
  input: SecretForm,
  secret: ['webhook_secret'],
  about: () => ({}),
  async run({ db, sealed }, { webhook_secret }) {
    const webhook_secret_sealed = sealed.seal(webhook_secret, 'webhook')
    const kept = await changeAccount(db, { webhook_id: null, webhook_secret_sealed, webhook_problem: null })
    if (kept === 0) throw refuse({ '': 'stripe.errors.not_connected' })
    return {}
  }
})

/** Takes the account off: its keys are forgotten, what was paid through it stays. */
export const disconnect = action({
  name: 'stripe.disconnect',
  permission: 'stripe.write',
  input: NoForm,
  confirm: true,
  about: () => ({}),
  async run(running) {
    const { db, tell, changed } = running
    const account = await lockAccount(db)
    if (!account) throw refuse({ '': 'stripe.errors.not_connected' })
    const link = account.webhook_id === null ? undefined : await linkOf(running, account)
    // an endpoint that stays behind is answered 400, which harms nobody
    if (link) await trying(() => link.stripe.webhookEndpoints.del(account.webhook_id ?? ''))
    await forgetAccount(db)
    changed(shown(account), shown(undefined))
    tell('stripe.changed', { stripe_payment_id: null })
    return { account_id: account.account_id }
  }
})

/** Has Stripe send its events here, or says why it would not: then they are asked for, or the secret is given by hand. */
async function orderEvents(
  { sealed, address }: Running,
  stripe: Stripe,
  account_id: string,
  before: AccountRow | undefined
): Promise<Pick<AccountRow, 'webhook_id' | 'webhook_secret_sealed' | 'webhook_problem'>> {
  const { webhook_id = null, webhook_secret_sealed = null } = before?.account_id === account_id ? before : {}
  if (webhook_secret_sealed) return { webhook_id, webhook_secret_sealed, webhook_problem: null }
  const url = address('/stripe/webhook', 'open')
  const made = await trying(() => stripe.webhookEndpoints.create({ url, enabled_events: heard }))
  if (!made.ok) return { webhook_id: null, webhook_secret_sealed: null, webhook_problem: made.trouble.message }
  const { id, secret } = made.value
  if (!secret) throw new Error('Stripe made an endpoint without a secret')
  return { webhook_id: id, webhook_secret_sealed: sealed.seal(secret, 'webhook'), webhook_problem: null }
}

/** How an account stands, as Stripe just said. */
export const stateOf = (account: Stripe.Account) => ({
  account_id: account.id,
  name: account.settings?.dashboard.display_name || account.business_profile?.name || account.email || null,
  ready: account.charges_enabled,
  problem: null,
  checked_at: new Date()
})

const sentenceOf = ({ key, passes, message }: Trouble) => ({
  key: key ? 'stripe.errors.key_refused' : passes ? 'stripe.errors.unreachable' : 'stripe.errors.refused',
  values: { message }
})

/** What of an account may be in the trail. */
const shown = (account: AccountRow | undefined) => ({
  account_id: account?.account_id ?? null,
  name: account?.name ?? null,
  key: account?.key_end ?? null
})
