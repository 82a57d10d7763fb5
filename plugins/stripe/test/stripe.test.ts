import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { startStandIn } from '../../../test/stripe/stand-in.ts'
import { catalogue } from '../../catalogue/plugin.ts'
import { clients } from '../../clients/plugin.ts'
import { invoices } from '../../invoices/plugin.ts'
import { makeClient } from '../../invoices/test/make.ts'
import { legal } from '../../legal/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { stripe } from '../plugin.ts'
import { work } from '../../../core/events.ts'
import { makePayable, makeRecorded } from './make.ts'

t.setTimeout(240_000)
const { url: STRIPE_API_BASE, ledger, close } = await startStandIn()
t.teardown(close)
const platform = ledger.addAccount('Plateforme')
const house = await openStudio(t, {
  plugins: [clients, legal, catalogue, sessions, invoices, stripe],
  env: { STRIPE_API_BASE, STRIPE_SECRET_KEY: platform.secret_key }
})
const { db, owner, manager, engineer, visitor, stranger, studio, settle, app } = house
const account = ledger.addAccount('Studio Test')
const open = `//o/${studio.slug}/stripe`

/** What the stand-in sends goes through the host as it came. */
let hook = `/o/${studio.slug}/stripe/webhook`
const deliver = async (event: (typeof ledger.things)[number], as: Parameters<typeof ledger.deliver>[1] = {}) => {
  const { account: _, ...rest } = event
  const payload = as.body ?? JSON.stringify(rest)
  const { Stripe } = await import('stripe')
  const secret = as.secret ?? String(ledger.things.find(({ object }) => object === 'webhook_endpoint')?.['secret'])
  const header = Stripe.webhooks.generateTestHeaderString({
    payload: JSON.stringify(rest),
    secret,
    timestamp: as.at ?? Math.floor(Date.now() / 1000)
  })
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header }
  return (await app.inject({ method: 'POST', url: hook, headers, payload })).statusCode
}
const eventsSince = (from: number) => ledger.events(account).slice(from)
const invoiceOf = (id: number) => db('invoices').where({ id }).first()
const paymentsOf = (id: number) =>
  db('payments')
    .whereIn('id', db('payment_transactions').where({ invoice_id: id }).select('payment_id'))
    .orderBy('id')
const watch = async () => {
  await work(house.host, studio, 'stripe', 'watch')
  await settle()
}
/** Somebody presses the button, and the page of Stripe it leads to. */
const begin = async (token: string, fields: Record<string, string> = {}) => {
  const answer = await visitor.post(`${open}/${token}`, fields)
  const leaving = answer.statusCode === 303 ? await visitor.get(`/${answer.location}`) : answer
  return { answer, leaving, session: /url=.*\/pay\/(\w+)/.exec(String(leaving.headers['refresh']))?.[1] ?? '' }
}

ledger.delivery = 'held'

t.test('without an account the pages say what to do, and nobody is offered to pay by card', async t => {
  for (const path of ['/stripe', '/stripe/events', '/stripe/comparison', '/stripe/account']) {
    const page = await owner.get(path)
    t.equal(page.statusCode, 200, path)
    t.match(page.body, /Relier un compte Stripe|Relier un compte en quelques minutes/, path)
  }
  const { token } = await makePayable(house)
  const page = await visitor.get(`${open}/${token}`)
  t.match(page.body, 'Le paiement par carte n’est pas proposé ici')
  const tried = await visitor.post(`${open}/${token}`)
  t.equal(tried.statusCode, 422)
  t.equal((await visitor.get(`${open}/${'x'.repeat(43)}`)).statusCode, 404)
})

t.test('a key is tried, kept encrypted and never shown; events are ordered by itself', async t => {
  t.equal((await manager.post('/stripe/account/keys', { secret_key: account.secret_key })).statusCode, 403)
  const wrong = await owner.post('/stripe/account/keys', { secret_key: 'sk_test_0000000000' })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'Stripe refuse cette clé')
  t.notMatch(wrong.body, 'sk_test_0000000000', 'what was typed is not shown again')
  t.match((await owner.post('/stripe/account/keys', { secret_key: 'pk_test_1234567890' })).body, 'pas une clé secrète')
  const kept = await owner.post('/stripe/account/keys', { secret_key: account.secret_key })
  t.equal(kept.statusCode, 303)
  const row = await db('stripe_account').first()
  t.match(row, { account_id: account.id, name: 'Studio Test', livemode: false, ready: true })
  t.notMatch(JSON.stringify(row), account.secret_key)
  t.notMatch(JSON.stringify(await db('activity').where({ action: 'stripe.set_keys' })), account.secret_key)
  const page = await owner.get('/stripe/account')
  t.match(page.body, 'Studio Test')
  t.notMatch(page.body, account.secret_key)
  const endpoints = ledger.things.filter(({ object }) => object === 'webhook_endpoint')
  t.equal(endpoints.length, 1)
  t.match(endpoints[0]?.['url'], `/o/${studio.slug}/stripe/webhook`)
  t.equal((await owner.post('/stripe/account/test')).statusCode, 303)
  await owner.post('/stripe/account/keys', { secret_key: account.secret_key })
  t.equal(ledger.things.filter(({ object }) => object === 'webhook_endpoint').length, 1, 'not ordered twice')
})

t.test('pressed ten times at once, the button makes one page of Stripe for the amount of our books', async t => {
  const invoice = await makePayable(house)
  const before = ledger.things.length
  const all = await Promise.all(Array.from({ length: 10 }, () => begin(invoice.token)))
  t.ok(
    all.every(({ answer }) => answer.statusCode === 303),
    String(all[0]?.answer.body).slice(0, 300)
  )
  const made = ledger.things.slice(before)
  t.equal(made.length, 1, 'one session at Stripe')
  t.match(made[0], { amount_total: invoice.due_cents, currency: 'eur', metadata: { invoice: String(invoice.id) } })
  t.equal(new Set(all.map(({ session }) => session)).size, 1)
  t.match(all[0]?.leaving.body, 'Continuer vers Stripe', 'a link for browsers that do not go on by themselves')
  const fields = { cents: String(invoice.due_cents), amount: '1' }
  t.equal((await visitor.post(`${open}/${invoice.token}`, fields)).statusCode, 422, 'a field of the browser’s own')
})

t.test(
  'a part may be paid, not less than the least nor more than is open; another amount closes the page before',
  async t => {
    const invoice = await makePayable(house)
    for (const [cents, said] of [
      ['5,00', 'Au moins 10,00'],
      ['500', 'Il ne reste que 120,00'],
      ['abc', '']
    ] as const) {
      const refused = await visitor.post(`${open}/${invoice.token}`, { cents })
      t.equal(refused.statusCode, 422, cents)
      t.ok(refused.body.replaceAll(/[\u202f\u00a0]/g, ' ').includes(said), cents)
    }
    const first = await begin(invoice.token, { cents: '50,00' })
    const second = await begin(invoice.token)
    t.not(first.session, second.session)
    t.equal(ledger.session(first.session)?.['status'], 'expired')
    t.match(ledger.session(first.session), { amount_total: 5000 })
    t.match(ledger.session(second.session), { amount_total: 12_000, status: 'open' })
  }
)

t.test('paid: the same end in order, in reverse, doubled, all at once, and replayed', async t => {
  const orders: Record<string, (events: ReturnType<typeof eventsSince>) => ReturnType<typeof eventsSince>> = {
    'in order': events => events,
    'in reverse': events => events.toReversed(),
    doubled: events => [...events, ...events],
    'fifty at once': events => Array.from({ length: 25 }, () => events).flat()
  }
  for (const [how, order] of Object.entries(orders)) {
    const invoice = await makePayable(house)
    const { session } = await begin(invoice.token)
    const from = ledger.events(account).length
    await ledger.pay(session)
    const waiting = await visitor.get(`${open}/${invoice.token}?paid=${session}`)
    t.match(waiting.body, 'Paiement en cours de confirmation', how)
    t.equal(waiting.headers['refresh'], '3', 'the page asks again by itself')
    t.match((await begin(invoice.token)).answer.location, /\/stripe\/[\w-]+$/, 'no second page is made meanwhile')
    const answers = await Promise.all(order(eventsSince(from)).map(event => deliver(event)))
    t.ok(
      answers.every(status => status === 200),
      how
    )
    await settle()
    t.match(await invoiceOf(invoice.id), { open_cents: 0, paid_cents: invoice.due_cents }, how)
    const payments = await paymentsOf(invoice.id)
    t.equal(payments.length, 1, how)
    t.match(payments[0], { method: 'stripe', payer: 'Camille Payeur', external: /^stripe:pi_/ })
    const events = await db('stripe_events').whereIn(
      'event_id',
      eventsSince(from).map(({ id }) => id)
    )
    t.equal(events.length, 2, `${how}: each event is kept once`)
    t.same([...new Set(events.map(({ state }) => state))], ['done'], JSON.stringify(events))
    t.equal((await owner.post(`/stripe/events/${events[0].id}/replay`)).statusCode, 303)
    await settle()
    t.equal((await paymentsOf(invoice.id)).length, 1, 'replayed: nothing is doubled')
    const after = await visitor.get(`${open}/${invoice.token}`)
    t.match(after.body, 'Merci, c’est payé')
    t.equal(after.headers['refresh'], undefined)
    t.equal((await visitor.post(`${open}/${invoice.token}`)).statusCode, 422, 'what is paid is not paid again')
  }
})

t.test('what is forged, altered, stale, unsigned or another studio’s is refused without a word', async t => {
  const invoice = await makePayable(house)
  const { session } = await begin(invoice.token)
  const from = ledger.events(account).length
  await ledger.pay(session)
  const [event] = eventsSince(from)
  if (!event) throw new Error('no event')
  const before = await db('stripe_events').count()
  const minutesAgo = Math.floor(Date.now() / 1000) - 301
  t.equal(await deliver(event, { secret: 'whsec_of_somebody_else' }), 400)
  t.equal(await deliver(event, { at: minutesAgo }), 400, 'five minutes old')
  const { account: _, ...rest } = event
  t.equal(await deliver(event, { body: JSON.stringify(rest).replace('"paid"', '"unpaid"') }), 400, 'one word altered')
  t.equal(await deliver(event, { body: `${JSON.stringify(rest)} ` }), 400, 'one byte more')
  const bare = await app.inject({ method: 'POST', url: hook, payload: JSON.stringify(rest) })
  t.equal(bare.statusCode, 400)
  t.equal(bare.body, '', 'no reason is given')
  const right = hook
  hook = `/o/${house.elsewhere.slug}/stripe/webhook`
  t.equal(await deliver(event), 400, 'signed for another studio')
  hook = right
  t.same(await db('stripe_events').count(), before, 'nothing was kept')
  t.equal((await invoiceOf(invoice.id)).open_cents, invoice.due_cents)
  t.equal(await deliver(event), 200, 'it is the signature that decides')
  await settle()
  t.equal((await invoiceOf(invoice.id)).open_cents, 0)
})

t.test('without any event the payment is found all the same, once the payer is back', async t => {
  const invoice = await makePayable(house)
  const { session } = await begin(invoice.token)
  await ledger.pay(session)
  await watch()
  t.equal((await invoiceOf(invoice.id)).open_cents, invoice.due_cents, 'nobody is back yet')
  const other = await makePayable(house)
  const left = await begin(other.token)
  t.match((await visitor.get(`${open}/${other.token}?paid=${left.session}`)).body, 'en cours de confirmation')
  t.match(
    (await visitor.get(`${open}/${invoice.token}?paid=${left.session}`)).body,
    'Payer 120,00',
    'of another invoice'
  )
  await watch()
  t.match((await visitor.get(`${open}/${other.token}`)).body, 'par carte</button>', 'who had not paid may')
  await visitor.get(`${open}/${invoice.token}?paid=${session}`)
  await watch()
  t.equal((await invoiceOf(invoice.id)).open_cents, 0)
})

t.test('Stripe that fails or is slow is tried again, and a payment begun is not begun twice', async t => {
  const invoice = await makePayable(house)
  ledger.failures = 2
  const failed = await begin(invoice.token)
  t.equal(failed.answer.statusCode, 422)
  t.match(failed.answer.body, 'Réessayez dans un instant')
  const { session } = await begin(invoice.token)
  const made = ledger.things.filter(
    one => one.object === 'checkout.session' && JSON.stringify(one).includes(`"${invoice.id}"`)
  )
  t.equal(made.length, 1, 'what was made while we heard an error is what is used')
  const from = ledger.events(account).length
  await ledger.pay(session)
  ledger.failures = 2
  for (const event of eventsSince(from).slice(0, 1)) t.equal(await deliver(event), 200, 'Stripe is answered at once')
  await settle()
  const [kept] = await db('stripe_events').orderBy('id', 'desc').limit(1)
  t.match(kept, { state: 'waiting', attempts: 1, error: String })
  await db('stripe_events')
    .where({ id: kept.id })
    .update({ next_try_at: db.raw(`now() - interval '1 second'`) })
  await watch()
  t.match(await db('stripe_events').where({ id: kept.id }).first(), { state: 'done', error: null })
  t.equal((await invoiceOf(invoice.id)).open_cents, 0)
})

t.test('a debit is under way for days: then it arrives, or it does not', async t => {
  for (const fails of [false, true]) {
    const invoice = await makePayable(house)
    const { session } = await begin(invoice.token)
    let from = ledger.events(account).length
    await ledger.pay(session, { later: true })
    for (const event of eventsSince(from)) await deliver(event)
    await settle()
    t.equal((await invoiceOf(invoice.id)).open_cents, invoice.due_cents)
    const page = await visitor.get(`${open}/${invoice.token}`)
    t.match(page.body, 'Votre banque traite le prélèvement')
    t.equal((await begin(invoice.token)).session, '', 'not to be paid twice')
    from = ledger.events(account).length
    await ledger.arrive(session, fails)
    for (const event of eventsSince(from)) await deliver(event)
    await settle()
    t.equal((await invoiceOf(invoice.id)).open_cents, fails ? invoice.due_cents : 0)
    if (fails) t.match((await visitor.get(`${open}/${invoice.token}`)).body, 'Le dernier paiement n’a pas abouti')
    if (fails) t.not((await begin(invoice.token)).session, '', 'one may try again')
  }
})

t.test('paid otherwise meanwhile: Stripe’s page is closed; where both were quick, the rest is credit', async t => {
  const client_id = await makeClient(db, 'Deux fois')
  const invoice = await makePayable(house, { client_id })
  const { session } = await begin(invoice.token)
  const paid = { cents: '120,00', method: 'transfer', paid_on: new Date().toISOString().slice(0, 10) }
  t.equal((await manager.post(`/invoices/${invoice.id}/payment`, paid)).statusCode, 303)
  await settle()
  t.equal(ledger.session(session)?.['status'], 'expired')
  const late = await makePayable(house, { client_id })
  const second = await begin(late.token)
  const from = ledger.events(account).length
  await ledger.pay(second.session)
  t.equal((await manager.post(`/invoices/${late.id}/payment`, paid)).statusCode, 303)
  for (const event of eventsSince(from)) await deliver(event)
  await settle()
  t.equal(Number((await db('client_credits').where({ client_id }).first()).cents), 12_000)
  const row = await db('stripe_payments').where({ invoice_id: late.id }).first()
  t.equal(Number(row.credited_cents), 12_000)
  t.match((await manager.get(`/stripe/payments/${row.id}`)).body, 'Payé en trop')
})

t.test('an amount, a currency or an invoice that is not ours is said, not believed', async t => {
  const invoice = await makePayable(house)
  const { session } = await begin(invoice.token)
  const changed = ledger.session(session)
  if (!changed) throw new Error('no session')
  Object.assign(changed, { amount_total: 9900 })
  let from = ledger.events(account).length
  await ledger.pay(session)
  const mark = String((changed['metadata'] as Record<string, string>)['studio'])
  await ledger.payElsewhere(account, 4200)
  await ledger.payElsewhere(account, 4300, { studio: 'https://elsewhere.example/o/x', invoice: '1' })
  await ledger.payElsewhere(account, 4400, { studio: mark, invoice: '999999' })
  const dollars = await makePayable(house, { currency: 'USD', exchange_rate: '0.9' })
  await ledger.payElsewhere(account, 4500, { studio: mark, invoice: String(dollars.id) })
  for (const event of eventsSince(from)) t.equal(await deliver(event), 200)
  await settle()
  t.match(await invoiceOf(invoice.id), { paid_cents: 9900 }, 'what Stripe took, and no more')
  const outcomes = await db('stripe_events').where({ state: 'kept' }).orderBy('id').pluck('outcome')
  t.same(new Set(outcomes), new Set(['other_amount', 'not_ours', 'elsewhere', 'no_invoice', 'other_currency']))
  const page = (await manager.get('/stripe/events?state=kept')).body
  for (const said of [
    'étaient demandés',
    'fait sans facture d’ici',
    'd’une autre installation',
    'facture inconnue',
    'est en USD'
  ])
    t.match(page, said)
  from = ledger.events(account).length
  t.match((await owner.get('/')).body, 'événements Stripe à regarder')
})

const paidInvoice = async () => {
  const invoice = await makePayable(house)
  const { session } = await begin(invoice.token)
  const from = ledger.events(account).length
  await ledger.pay(session)
  for (const event of eventsSince(from)) await deliver(event)
  await settle()
  const row = await db('stripe_payments').where({ invoice_id: invoice.id }).first()
  return { ...invoice, payment: row }
}

t.test('money goes back once, never more than there was, however often it is asked and told', async t => {
  const invoice = await paidInvoice()
  const here = `/stripe/payments/${invoice.payment.id}`
  t.match((await manager.get(here)).body, 'Rembourser par Stripe')
  t.match((await manager.get(`/invoices/payments/${invoice.payment.payment_id}`)).body, here, 'from the journal too')
  t.equal((await engineer.post(`${here}/refunds`, { cents: '10', reason: 'x' })).statusCode, 403)
  t.equal((await stranger.get(here)).statusCode, 404)
  const from = ledger.events(account).length
  const asked = await Promise.all(
    Array.from({ length: 6 }, () => manager.post(`${here}/refunds`, { cents: '50,00', reason: 'Séance écourtée' }))
  )
  t.equal(asked.filter(({ statusCode }) => statusCode === 303).length, 2, 'of 120 € twice 50 €')
  t.match(asked.find(({ statusCode }) => statusCode === 422)?.body, 'Il ne reste que')
  ledger.failures = 1
  await settle()
  await db('stripe_refunds')
    .whereNotNull('next_try_at')
    .update({ next_try_at: db.raw(`now() - interval '1 second'`) })
  await watch()
  for (const event of eventsSince(from).toReversed()) await deliver(event)
  for (const event of eventsSince(from)) await deliver(event)
  await settle()
  const back = ledger.things.filter(
    one => one.object === 'refund' && one['payment_intent'] === invoice.payment.payment_intent
  )
  t.equal(back.length, 2)
  t.match(await invoiceOf(invoice.id), { paid_cents: 2000, open_cents: 10_000 })
  const refunds = await db('stripe_refunds').where({ stripe_payment_id: invoice.payment.id })
  t.same(
    refunds.map(({ state }) => state),
    ['done', 'done']
  )
  t.equal((await paymentsOf(invoice.id)).filter(({ kind }) => kind === 'refund').length, 2)

  const [one] = back
  await ledger.failRefund(String(one?.id))
  for (const event of eventsSince(ledger.events(account).length - 1)) await deliver(event)
  await settle()
  t.match(await invoiceOf(invoice.id), { paid_cents: 7000 }, 'what came back is taken back by its contrary')
  await deliver(eventsSince(ledger.events(account).length - 1)[0] as never)
  await db('stripe_events').update({ state: 'waiting', next_try_at: db.fn.now() }).where({ type: 'refund.failed' })
  await watch()
  t.match(await invoiceOf(invoice.id), { paid_cents: 7000 }, 'once')
  t.match((await manager.get(here)).body, 'lost_or_stolen_card')
})

t.test('what is refunded or disputed at Stripe itself is ours too', async t => {
  const invoice = await paidInvoice()
  let from = ledger.events(account).length
  ledger.refund(account, { payment_intent: invoice.payment.payment_intent, amount: '2000' })
  await sleep(20)
  for (const event of eventsSince(from).toReversed()) await deliver(event)
  await settle()
  t.match(await invoiceOf(invoice.id), { paid_cents: 10_000 })
  t.match(await db('stripe_refunds').where({ stripe_payment_id: invoice.payment.id }).first(), {
    state: 'done',
    reason: 'Remboursé depuis Stripe'
  })
  const disputed = await paidInvoice()
  from = ledger.events(account).length
  const dispute = await ledger.dispute(disputed.payment.payment_intent)
  for (const event of eventsSince(from)) await deliver(event)
  await settle()
  t.match((await manager.get(`/stripe/payments/${disputed.payment.id}`)).body, 'contesté par la banque')
  t.match((await manager.get('/')).body, 'Contesté')
  await ledger.closeDispute(dispute.id, 'lost')
  for (const event of eventsSince(from).toReversed()) await deliver(event)
  await settle()
  t.match(await invoiceOf(disputed.id), { paid_cents: 0, open_cents: disputed.due_cents }, 'the money is gone, once')
})

t.test('comparing finds what is missing, says it in words and brings it', async t => {
  const known = await paidInvoice()
  const invoice = await makePayable(house)
  const { session } = await begin(invoice.token)
  await ledger.pay(session)
  t.equal((await manager.post('/stripe/comparison')).statusCode, 303)
  await settle()
  const check = await db('stripe_checks').orderBy('id', 'desc').first()
  t.match(check, { state: 'done' }, check.error)
  const kinds = (check.differences as { kind: string }[]).map(({ kind }) => kind)
  t.equal(kinds.filter(kind => kind === 'missing').length, 3, 'this one, that of no invoice and that of dollars')
  t.same(kinds.filter(kind => kind === 'unknown').length, 2)
  t.notOk(
    (check.differences as { payment_intent: string }[]).some(one => one.payment_intent === known.payment.payment_intent)
  )
  const page = await manager.get('/stripe/comparison')
  t.match(page.body, 'nous ne les avons pas')
  const intent = String(ledger.session(session)?.['payment_intent'])
  t.equal(
    (await manager.post(`/stripe/comparison/${check.id}/missing`, { payment_intent: 'pi_of_nobody' })).statusCode,
    404
  )
  for (let times = 0; times < 2; times++)
    t.equal((await manager.post(`/stripe/comparison/${check.id}/missing`, { payment_intent: intent })).statusCode, 303)
  await settle()
  t.equal((await invoiceOf(invoice.id)).open_cents, 0)
  // a payment of ours that Stripe does not know
  const client_id = await makeClient(db, 'Inconnu de Stripe')
  const ours = await makePayable(house, { client_id })
  await makeRecorded(db, { invoice_id: ours.id, client_id, payment_intent: 'pi_0000unknown' })
  await db('stripe_payments').where({ payment_intent: 'pi_0000unknown' }).update({ account_id: account.id })
  await db('payments').where({ external: 'stripe:pi_0000unknown' }).first()
  await work(house.host, studio, 'stripe', 'compare')
  await settle()
  const second = await db('stripe_checks').orderBy('id', 'desc').first()
  t.same((second.differences as { kind: string }[]).map(({ kind }) => kind).toSorted(), [
    'missing',
    'missing',
    'ours_only',
    'unknown',
    'unknown'
  ])
  t.equal((await manager.post('/stripe/comparison', { since: '2999-01-01' })).statusCode, 422)
})

t.test('lists take a fixed number of statements', async t => {
  for (const path of ['/stripe', '/stripe/events', '/stripe/comparison', '/stripe/account']) {
    const many = await countQueries(house, () => manager.get(path))
    t.ok(many <= 8, `${path}: ${many}`)
  }
  t.equal((await manager.get('/stripe?q=Payeur&only=refunded')).statusCode, 200)
  t.equal((await manager.api('GET', '/stripe/payments')).statusCode, 200)
  t.equal((await engineer.get('/stripe')).statusCode, 403)
})

t.test('the account goes: payers are told, what was paid stays; one may be connected without a key', async t => {
  const invoice = await paidInvoice()
  t.equal((await owner.post('/stripe/account/removal')).statusCode, 303)
  t.equal(ledger.things.filter(({ object }) => object === 'webhook_endpoint').length, 0)
  t.equal((await manager.get(`/stripe/payments/${invoice.payment.id}`)).statusCode, 200)
  const refused = await manager.post(`/stripe/payments/${invoice.payment.id}/refunds`, { cents: '1', reason: 'x' })
  t.match(refused.body, 'autre compte Stripe')
  const link = await owner.post('/stripe/account/onboarding')
  t.equal(link.statusCode, 200)
  t.match(link.headers['refresh'], /^0; url=http/)
  t.equal((await owner.post('/stripe/account/test')).statusCode, 303)
  t.match(await db('stripe_account').first(), { kind: 'connect', ready: true, key_sealed: null })
  const connected = ledger.accounts.at(-1)
  const next = await makePayable(house)
  const { session } = await begin(next.token)
  t.equal(ledger.session(session)?.['account'], connected?.id, 'a direct charge on the studio’s account')
  const from = ledger.things.length
  await ledger.pay(session)
  for (const event of ledger.things.slice(from).filter(({ object }) => object === 'event'))
    t.equal(await deliver(event), 200)
  await settle()
  t.equal((await invoiceOf(next.id)).open_cents, 0)
})
