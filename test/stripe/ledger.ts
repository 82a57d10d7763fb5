import { Stripe } from 'stripe'
import { randomBytes } from 'node:crypto'

/** What the stand-in remembers, and what happens to it. Amounts are cents, times Unix seconds, as at Stripe. */

export class StripeRefusal extends Error {
  readonly status: number
  readonly type: string
  readonly code: string | undefined
  readonly param: string | undefined
  constructor(status: number, type: string, message: string, code?: string, param?: string) {
    super(message)
    this.status = status
    this.type = type
    this.code = code
    this.param = param
  }
}

export interface Account {
  id: string
  name: string
  secret_key: string
  /** The platform it is connected to. */
  connected_to: string | null
  charges_enabled: boolean
}

type Thing = Record<string, unknown> & { id: string; object: string; account: string }

/** How events are delivered: at once, or only when `deliver` says so. */
export type Delivery = 'at once' | 'held'

export class Ledger {
  url = ''
  /** So many of the next answers are errors 503, though what was asked is done. */
  failures = 0
  delivery: Delivery = 'at once'
  readonly accounts: Account[] = []
  readonly things: Thing[] = []
  readonly #once = new Map<string, { body: string; result: unknown }>()
  #last = 0

  next(): string {
    this.#last += 1
    return `${String(this.#last).padStart(6, '0')}${randomBytes(6).toString('hex')}`
  }

  addAccount(name: string, connected_to: string | null = null): Account {
    const account = {
      id: `acct_${this.next()}`,
      name,
      secret_key: `sk_test_${this.next()}`,
      connected_to,
      charges_enabled: true
    }
    this.accounts.push(account)
    return account
  }

  /** The same key gives the same answer; with another body it is refused. */
  once(account: Account, key: string, body: string, run: () => unknown): unknown {
    const known = this.#once.get(`${account.id} ${key}`)
    if (known && known.body !== body) {
      throw new StripeRefusal(
        400,
        'idempotency_error',
        'Keys for idempotent requests can only be used with the same parameters they were first used with.'
      )
    }
    if (known) return known.result
    const result = run()
    this.#once.set(`${account.id} ${key}`, { body, result })
    return result
  }

  accountJson({ id, name, charges_enabled }: Account) {
    return {
      id,
      object: 'account',
      charges_enabled,
      details_submitted: charges_enabled,
      payouts_enabled: charges_enabled,
      country: 'FR',
      default_currency: 'eur',
      business_profile: { name },
      settings: { dashboard: { display_name: name } }
    }
  }

  connected(platform: Account, id: string): Account {
    const found = this.accounts.find(
      account => account.id === id && (account.connected_to === platform.id || account === platform)
    )
    if (!found) throw missing('account', id)
    return found
  }

  connect(platform: Account, given: Record<string, unknown>): Account {
    const account = this.addAccount(
      (given['business_profile'] as { name?: string } | undefined)?.name ?? 'Connected',
      platform.id
    )
    account.charges_enabled = false
    return account
  }

  /** Onboarding: whoever follows the link has told Stripe all. */
  link(platform: Account, given: Record<string, unknown>) {
    const account = this.connected(platform, String(given['account']))
    account.charges_enabled = true
    return { object: 'account_link', created: now(), expires_at: now() + 300, url: String(given['return_url']) }
  }

  openSession(account: Account, given: Record<string, unknown>): Thing {
    const known = [
      'mode',
      'line_items',
      'success_url',
      'cancel_url',
      'metadata',
      'payment_intent_data',
      'customer_email',
      'client_reference_id',
      'locale',
      'expires_at',
      'submit_type',
      'expand',
      'invoice_creation',
      'ui_mode',
      'customer_creation',
      'billing_address_collection',
      'allowed_payment_method_types',
      'excluded_payment_method_types',
      'payment_method_options',
      'custom_text'
    ]
    for (const name of Object.keys(given)) if (!known.includes(name)) throw unknownParameter(name)
    if (given['mode'] !== 'payment') throw invalid('mode', 'mode must be payment here')
    const items = (given['line_items'] ?? []) as {
      quantity?: string
      price_data?: { currency?: string; unit_amount?: string; product_data?: { name?: string } }
    }[]
    const currency = items[0]?.price_data?.currency
    const amount = items.reduce(
      (sum, item) => sum + Number(item.quantity ?? 1) * Number(item.price_data?.unit_amount),
      0
    )
    if (!Number.isInteger(amount) || amount < 50)
      throw invalid('line_items', 'The total must be at least €0.50.', 'amount_too_small')
    if (
      !currency ||
      items.some(item => item.price_data?.currency !== currency || !item.price_data.product_data?.name)
    ) {
      throw invalid('line_items', 'every item needs a name and the same currency')
    }
    for (const field of ['success_url', 'cancel_url'])
      if (!URL.canParse(String(given[field]))) throw invalid(field, 'Not a valid URL', 'url_invalid')
    const id = `cs_test_${this.next()}`
    return this.#add(account, {
      id,
      object: 'checkout.session',
      mode: 'payment',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: amount,
      amount_subtotal: amount,
      currency,
      metadata: given['metadata'] ?? {},
      client_reference_id: given['client_reference_id'] ?? null,
      customer_email: given['customer_email'] ?? null,
      success_url: given['success_url'],
      cancel_url: given['cancel_url'],
      expires_at: Number(given['expires_at'] ?? now() + 86_400),
      payment_intent: null,
      payment_intent_data: given['payment_intent_data'] ?? {},
      url: `${this.url}/pay/${id}`
    })
  }

  session(id: string): Thing | undefined {
    return this.things.find(thing => thing.object === 'checkout.session' && thing.id === id)
  }

  expire(account: Account, id: string): Thing {
    const session = this.#thing(account, 'checkout.session', id)
    if (session['status'] !== 'open')
      throw invalid('session', 'Only Checkout Sessions with a status in ["open"] can be expired.')
    session['status'] = 'expired'
    session['url'] = null
    void this.#happened(session.account, 'checkout.session.expired', session)
    return session
  }

  /** Somebody pays on the hosted page. `later`: by debit, which arrives by itself with `arrive`. */
  async pay(id: string, { later = false }: { later?: boolean } = {}): Promise<Thing> {
    const session = this.session(id)
    if (!session || session['status'] !== 'open') throw missing('checkout.session', id)
    const data = session['payment_intent_data'] as { metadata?: Record<string, string>; description?: string }
    const intent = this.#add(
      { id: session.account },
      {
        id: `pi_${this.next()}`,
        object: 'payment_intent',
        amount: session['amount_total'],
        amount_received: later ? 0 : session['amount_total'],
        currency: session['currency'],
        status: later ? 'processing' : 'succeeded',
        description: data.description ?? null,
        metadata: data.metadata ?? {},
        latest_charge: null
      }
    )
    Object.assign(session, {
      status: 'complete',
      payment_intent: intent.id,
      payment_status: later ? 'unpaid' : 'paid',
      url: null
    })
    if (!later) this.#charge(intent)
    await this.#happened(session.account, 'checkout.session.completed', session)
    if (!later) await this.#happened(session.account, 'payment_intent.succeeded', intent)
    return session
  }

  /** What was paid by debit arrives, or does not. */
  async arrive(sessionId: string, fails = false): Promise<void> {
    const session = this.session(sessionId)
    const intent = this.things.find(({ id }) => id === session?.['payment_intent'])
    if (!session || !intent) throw missing('checkout.session', sessionId)
    if (fails) {
      intent['status'] = 'requires_payment_method'
      return this.#happened(session.account, 'checkout.session.async_payment_failed', session)
    }
    Object.assign(intent, { status: 'succeeded', amount_received: intent['amount'] })
    this.#charge(intent)
    session['payment_status'] = 'paid'
    await this.#happened(session.account, 'checkout.session.async_payment_succeeded', session)
  }

  refund(account: Account, given: Record<string, unknown>): Thing {
    const intent = this.#thing(account, 'payment_intent', String(given['payment_intent']))
    const charge = this.things.find(({ id }) => id === intent['latest_charge'])
    if (!charge) throw invalid('payment_intent', 'This PaymentIntent has no successful charge to refund.')
    const left = Number(charge['amount']) - Number(charge['amount_refunded'])
    const amount = given['amount'] === undefined ? left : Number(given['amount'])
    if (!Number.isInteger(amount) || amount < 1) throw invalid('amount', 'Invalid positive integer')
    if (amount > left)
      throw invalid(
        'amount',
        `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
        left === 0 ? 'charge_already_refunded' : undefined
      )
    charge['amount_refunded'] = Number(charge['amount_refunded']) + amount
    charge['refunded'] = charge['amount_refunded'] === charge['amount']
    const refund = this.#add(account, {
      id: `re_${this.next()}`,
      object: 'refund',
      amount,
      currency: intent['currency'],
      payment_intent: intent.id,
      charge: charge.id,
      status: 'succeeded',
      reason: given['reason'] ?? null,
      metadata: given['metadata'] ?? {}
    })
    void this.#happened(account.id, 'refund.created', refund).then(() =>
      this.#happened(account.id, 'charge.refunded', charge)
    )
    return refund
  }

  async dispute(intentId: string, reason = 'fraudulent'): Promise<Thing> {
    const intent = this.things.find(({ id }) => id === intentId)
    if (!intent) throw missing('payment_intent', intentId)
    const dispute = this.#add(
      { id: intent.account },
      {
        id: `dp_${this.next()}`,
        object: 'dispute',
        amount: intent['amount'],
        currency: intent['currency'],
        charge: intent['latest_charge'],
        payment_intent: intent.id,
        reason,
        status: 'needs_response'
      }
    )
    const charge = this.things.find(({ id }) => id === intent['latest_charge'])
    if (charge) charge['disputed'] = true
    await this.#happened(intent.account, 'charge.dispute.created', dispute)
    return dispute
  }

  /** It is settled who was right. */
  async closeDispute(id: string, status: 'won' | 'lost'): Promise<void> {
    const dispute = this.things.find(thing => thing.id === id)
    if (!dispute) throw missing('dispute', id)
    dispute['status'] = status
    await this.#happened(dispute.account, 'charge.dispute.closed', dispute)
  }

  /** A refund that went out comes back: the bank does not know the account any more. */
  async failRefund(id: string): Promise<void> {
    const refund = this.things.find(thing => thing.id === id)
    if (!refund) throw missing('refund', id)
    const charge = this.things.find(thing => thing.id === refund['charge'])
    if (charge) charge['amount_refunded'] = Number(charge['amount_refunded']) - Number(refund['amount'])
    Object.assign(refund, { status: 'failed', failure_reason: 'lost_or_stolen_card' })
    await this.#happened(refund.account, 'refund.failed', refund)
  }

  /** Money taken at Stripe itself, without a page of ours: a payment link of the dashboard. */
  async payElsewhere(account: Account, amount: number, metadata: Record<string, string> = {}): Promise<Thing> {
    const intent = this.#add(account, {
      id: `pi_${this.next()}`,
      object: 'payment_intent',
      amount,
      amount_received: amount,
      currency: 'eur',
      status: 'succeeded',
      description: null,
      metadata,
      latest_charge: null
    })
    this.#charge(intent)
    await this.#happened(account.id, 'payment_intent.succeeded', intent)
    return intent
  }

  addEndpoint(account: Account, given: Record<string, unknown>): Thing {
    if (!URL.canParse(String(given['url']))) throw invalid('url', 'Invalid URL', 'url_invalid')
    const secret = `whsec_${this.next()}`
    return this.#add(account, {
      id: `we_${this.next()}`,
      object: 'webhook_endpoint',
      url: given['url'],
      enabled_events: given['enabled_events'],
      status: 'enabled',
      secret
    })
  }

  removeEndpoint(account: Account, id: string) {
    const endpoint = this.#thing(account, 'webhook_endpoint', id)
    this.things.splice(this.things.indexOf(endpoint), 1)
    return { id, object: 'webhook_endpoint', deleted: true }
  }

  /** One thing of an account; `expand[]=latest_charge` puts things in place of their ids. */
  find(account: { id: string }, object: string, id: string, given: Record<string, unknown> = {}): unknown {
    return this.#expanded(this.#thing(account, object, id), given)
  }

  /** The thing itself, to be changed. */
  #thing(account: { id: string }, object: string, id: string): Thing {
    const thing = this.things.find(one => one.object === object && one.id === id && one.account === account.id)
    if (!thing) throw missing(object, id)
    return thing
  }

  /** The newest first; `limit`, `starting_after`, `created[gte]`, `payment_intent`, `type`. */
  list(account: Account, object: string, given: Record<string, unknown>) {
    const created = given['created'] as { gte?: string } | undefined
    const all = this.things
      .filter(thing => thing.object === object && thing.account === account.id)
      .filter(thing => Number(thing['created']) >= Number(created?.gte ?? 0))
      .filter(thing =>
        ['payment_intent', 'type', 'charge'].every(name => given[name] === undefined || thing[name] === given[name])
      )
      .toReversed()
    const from = given['starting_after'] ? all.findIndex(({ id }) => id === given['starting_after']) + 1 : 0
    const limit = Number(given['limit'] ?? 10)
    return {
      object: 'list',
      url: `/v1/${object}`,
      has_more: all.length > from + limit,
      data: all.slice(from, from + limit).map(thing => this.#expanded(thing, given))
    }
  }

  events(account: Account): Thing[] {
    return this.things.filter(thing => thing.object === 'event' && thing.account === account.id)
  }

  /** Sends an event to the endpoints of its account (and of its platform), signed; `as` changes what is sent or how. */
  async deliver(
    event: Thing,
    as: { secret?: string; at?: number; body?: string; url?: string } = {}
  ): Promise<number[]> {
    const { account: whose, ...rest } = event
    const account = this.accounts.find(({ id }) => id === whose)
    const endpoints = this.things.filter(
      thing =>
        thing.object === 'webhook_endpoint' && (thing.account === whose || thing.account === account?.connected_to)
    )
    const answers: number[] = []
    for (const endpoint of endpoints) {
      const connected = endpoint.account !== whose
      const signed = JSON.stringify(connected ? { ...rest, account: whose } : rest)
      const header = Stripe.webhooks.generateTestHeaderString({
        payload: signed,
        secret: as.secret ?? String(endpoint['secret']),
        timestamp: as.at ?? now()
      })
      const answered = await fetch(as.url ?? String(endpoint['url']), {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header },
        body: as.body ?? signed
      })
      answers.push(answered.status)
    }
    return answers
  }

  #charge(intent: Thing): void {
    const charge = this.#add(
      { id: intent.account },
      {
        id: `ch_${this.next()}`,
        object: 'charge',
        amount: intent['amount'],
        amount_refunded: 0,
        refunded: false,
        disputed: false,
        currency: intent['currency'],
        payment_intent: intent.id,
        paid: true,
        status: 'succeeded',
        metadata: intent['metadata'],
        billing_details: { name: 'Camille Payeur', email: null },
        payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } }
      }
    )
    intent['latest_charge'] = charge.id
  }

  async #happened(account: string, type: string, object: Thing): Promise<void> {
    const { account: _, ...rest } = object
    const event = this.#add(
      { id: account },
      {
        id: `evt_${this.next()}`,
        object: 'event',
        type,
        livemode: false,
        api_version: '2026-10-28.endive',
        data: { object: structuredClone(rest) }
      }
    )
    if (this.delivery === 'at once') await this.deliver(event)
  }

  #add(account: { id: string }, thing: Record<string, unknown> & { id: string; object: string }): Thing {
    const added = { created: now(), livemode: false, ...thing, account: account.id }
    this.things.push(added)
    return added
  }

  #expanded(thing: Thing, given: Record<string, unknown>): unknown {
    const names = Object.values(given['expand'] ?? {}).map(name => String(name).replace(/^data\./, ''))
    const { account: _, ...rest } = thing
    const whole: Record<string, unknown> = { ...rest }
    for (const name of names) {
      const inner = this.things.find(({ id }) => id === whole[name])
      if (inner) whole[name] = inner
    }
    return whole
  }
}

const now = () => Math.floor(Date.now() / 1000)

const missing = (object: string, id: string) =>
  new StripeRefusal(404, 'invalid_request_error', `No such ${object}: '${id}'`, 'resource_missing', 'id')
const invalid = (param: string, message: string, code?: string) =>
  new StripeRefusal(400, 'invalid_request_error', message, code, param)
const unknownParameter = (name: string) => invalid(name, `Received unknown parameter: ${name}`, 'parameter_unknown')
