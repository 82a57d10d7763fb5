import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { Hearing, Working } from '@patchbay/core'
import { findAccount } from './account-queries.ts'
import { linkedTo, troubleOf } from './api.ts'
import type { Linked, Stripe } from './api.ts'
import { idOf } from './bringing.ts'
import { studioMark } from './checkout.ts'
import { addCheck, changeCheck, checkRunning, lockCheck, recordedAs, recordedSince } from './comparing-queries.ts'
import type { Difference } from './comparing-queries.ts'
import { addEvent, changeEvent, findEvent } from './event-queries.ts'
import { CheckForm, RecordForm } from './forms.ts'

/** A day's comparison looks back so far: refunds and debits arrive late. */
const usualDays = 35

/** Compares what Stripe says with what we hold, since a day. */
export const compare = action({
  name: 'stripe.compare',
  permission: 'stripe.refund',
  input: CheckForm,
  about: () => ({}),
  async run({ db, studio, person, tell }, { since }) {
    if (!(await findAccount(db))) throw refuse({ '': 'stripe.errors.not_connected' })
    const today = time.today(studio.timezone)
    if (since !== null && since > today) throw refuse({ since: 'stripe.errors.later' })
    if (since !== null && since < time.addDays(today, -750)) throw refuse({ since: 'stripe.errors.too_long_ago' })
    if (await checkRunning(db)) throw conflict('stripe.errors.comparing')
    const from = since ?? time.addDays(today, -usualDays)
    const id = await addCheck(db, { since: from, started_by: person.id })
    tell('stripe.check-asked', { check_id: id })
    return { id }
  }
})

/** A payment or refund that only Stripe has is brought here, as its event would have. */
export const recordMissing = action({
  name: 'stripe.record',
  permission: 'stripe.refund',
  input: RecordForm,
  about: () => ({}),
  async run({ db, tell }, { check_id, payment_intent }) {
    const check = await lockCheck(db, check_id)
    if (!check?.differences.some(one => one.payment_intent === payment_intent)) throw notFound()
    const event_id = `compare:${check_id}:${payment_intent}`
    const fresh = await addEvent(db, {
      event_id,
      type: 'payment_intent.succeeded',
      object_id: payment_intent,
      happened_at: new Date()
    })
    const id = fresh ?? (await findEvent(db, event_id))?.id
    if (id === undefined) throw new Error('an event was neither added nor there')
    if (fresh === undefined) await changeEvent(db, id, { state: 'waiting', attempts: 0, next_try_at: null })
    tell('stripe.event-received', { event_id: id })
    return { id }
  }
})

/** Each night, where there is an account. */
export async function compareDaily({ db, studio, tell }: Working): Promise<void> {
  if (!(await findAccount(db))) return
  const since = time.addDays(time.today(studio.timezone), -usualDays)
  tell('stripe.check-asked', { check_id: await addCheck(db, { since, started_by: null }) })
}

/** Goes through what Stripe has, page by page, beside what we hold. */
export async function hearCheck(hearing: Hearing, { check_id }: { check_id: number }): Promise<void> {
  const { db, tell, did } = hearing
  const check = await lockCheck(db, check_id)
  if (check?.state !== 'running') return
  const link = await linkedTo(hearing)
  if (!link) return failed(hearing.t('stripe.errors.not_connected'))
  try {
    const found = await compareAll(hearing, link, check.since)
    const { differences, payments, refunds } = found
    const row = { differences: JSON.stringify(differences), payments, refunds }
    await changeCheck(db, check_id, { state: 'done', ...row, done_at: new Date() })
    const troubling = differences.filter(({ kind }) => kind !== 'unknown')
    if (troubling.length > 0) await did('stripe.found_differences', {})
  } catch (error) {
    const trouble = await troubleOf(error)
    if (!trouble) throw error
    await failed(trouble.message)
  }
  tell('stripe.changed', { stripe_payment_id: null })

  async function failed(error: string): Promise<void> {
    await changeCheck(db, check_id, { state: 'failed', error, done_at: new Date() })
  }
}

async function compareAll(hearing: Hearing, link: Linked, since: string) {
  const { db, studio } = hearing
  const created = { gte: Math.floor(+time.startOfDay(since, studio.timezone) / 1000) }
  const differences: Difference[] = []
  const seen = new Set<string>()
  let payments = 0
  let refunds = 0
  for await (const page of pagesOf(start => link.stripe.paymentIntents.list({ created, limit: 100, ...start }))) {
    const paid = page.filter(({ status }) => status === 'succeeded')
    payments += paid.length
    for (const { id } of paid) seen.add(`stripe:${id}`)
    differences.push(...(await comparePayments(hearing, paid)))
  }
  for await (const page of pagesOf(start => link.stripe.refunds.list({ created, limit: 100, ...start }))) {
    const back = page.filter(({ status, payment_intent }) => status === 'succeeded' && payment_intent !== null)
    refunds += back.length
    for (const { id } of back) seen.add(`stripe:${id}`)
    differences.push(...(await compareRefunds(hearing, back)))
  }
  // a day more on our side: ours are days of the studio, theirs instants
  for (const row of await recordedSince(db, time.addDays(since, 1), link.account.account_id)) {
    if (seen.has(row.external) || !/^stripe:(pi|re|pyr)_/.test(row.external)) continue
    const back = !row.external.startsWith('stripe:pi_')
    differences.push({
      kind: back ? 'refund_ours_only' : 'ours_only',
      payment_intent: row.intent,
      refund_id: back ? row.external.slice(7) : null,
      cents: null,
      ours_cents: Math.abs(row.cents),
      currency: row.currency,
      day: row.paid_on,
      payment_id: row.id
    })
  }
  return { differences: differences.slice(0, 500), payments, refunds }
}

/** Page by page; what is read of our database between them keeps the transaction from idling. */
async function* pagesOf<Thing extends { id: string }>(
  read: (start: { starting_after?: string }) => Promise<{ data: Thing[]; has_more: boolean }>
): AsyncGenerator<Thing[]> {
  let start = {}
  for (;;) {
    const { data, has_more } = await read(start)
    yield data
    const last = data.at(-1)
    if (!has_more || !last) return
    start = { starting_after: last.id }
  }
}

async function comparePayments(hearing: Hearing, paid: readonly Stripe.PaymentIntent[]): Promise<Difference[]> {
  const ours = new Map(
    (
      await recordedAs(
        hearing.db,
        paid.map(({ id }) => `stripe:${id}`)
      )
    ).map(row => [row.external, row])
  )
  return paid.flatMap(intent => {
    const row = ours.get(`stripe:${intent.id}`)
    if (row?.cents === intent.amount_received) return []
    const foreign = intent.metadata['studio'] !== studioMark(hearing.address)
    return {
      ...common(hearing, intent),
      kind: row ? ('amount' as const) : foreign ? ('unknown' as const) : ('missing' as const),
      payment_intent: intent.id,
      refund_id: null,
      cents: intent.amount_received,
      ours_cents: row?.cents ?? null,
      payment_id: row?.id ?? null
    }
  })
}

async function compareRefunds(hearing: Hearing, back: readonly Stripe.Refund[]): Promise<Difference[]> {
  const names = back.flatMap(({ id, payment_intent }) => [`stripe:${id}`, `stripe:${idOf(payment_intent)}`])
  const ours = new Map((await recordedAs(hearing.db, names)).map(row => [row.external, row]))
  return back.flatMap(refund => {
    const row = ours.get(`stripe:${refund.id}`)
    const of = ours.get(`stripe:${idOf(refund.payment_intent)}`)
    // of a payment that is not ours nothing is ours; one that is missing brings its refunds along
    if (!of || (row && -row.cents === refund.amount)) return []
    return {
      ...common(hearing, refund),
      kind: row ? ('refund_amount' as const) : ('refund_missing' as const),
      payment_intent: idOf(refund.payment_intent) ?? '',
      refund_id: refund.id,
      cents: refund.amount,
      ours_cents: row ? -row.cents : null,
      payment_id: row?.id ?? of.id
    }
  })
}

const common = ({ studio }: Hearing, { currency, created }: { currency: string; created: number }) => ({
  currency: currency.toUpperCase(),
  day: time.localOf(new Date(created * 1000), studio.timezone).day
})
