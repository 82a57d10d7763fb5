import { inEuros, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { MoneyBack, MoneyRecorded, PaymentMethod } from '../contract.ts'
import { openOf } from './ledger.ts'
import { post } from './posting.ts'
import type { Posting } from './posting.ts'
import {
  addPayment,
  creditSources,
  findPayment,
  holdingsOf,
  lockAccounts,
  lockCredit,
  lockPayment,
  postingsOf
} from './queries.ts'
import type { Holding, Payment } from './queries.ts'
import { alreadyRecorded, recordedBeside } from './recording.ts'

/** `invoice_id`: take it from there first. */
export interface TakenBack extends MoneyBack {
  invoice_id?: number | null
}

/**
 * Money of a payment went back, inside the transaction of an action: taken from what of it is the client's credit, then
 * from the invoices it paid, the latest first, which are open again by as much. Never more than is left of it.
 * @throws Refusal on `cents` or `paid_on`; notFound without such a payment
 */
export async function recordRefund(running: Running, back: TakenBack): Promise<MoneyRecorded> {
  const { db } = running
  const known = back.external === null ? undefined : await findPayment(db, { external: back.external })
  if (known) return alreadyRecorded(running, known)
  const payment = await lockPayment(db, back.payment)
  if (!payment || payment.kind !== 'payment') throw notFound()
  checkBack(running, back)
  // asked again once all is locked: only credit can have moved meanwhile, and whoever moves it holds the credit's lock
  const seen = await holdingsOf(db, payment.id)
  const accounts = await lockAccounts(db, invoicesOf(seen))
  await lockCredit(db, payment.client_id, payment.currency)
  const held = sorted(await holdingsOf(db, payment.id), back.invoice_id ?? null)
  const left = held.reduce((sum, { cents }) => sum + cents, 0)
  if (back.cents > left) throw refuse({ cents: tooMuch(running, left, payment.currency) })
  if (invoicesOf(held).some(id => !accounts.has(id))) throw refuse({ cents: 'invoices.payments.errors.moved' })
  const refund = await addBack(running, payment, { ...back, kind: 'refund' })
  if (!refund) return alreadyRecorded(running, await recordedBeside(running, back.external))
  const postings = takeFrom(held, back.cents).map(part => ({ ...part, ...entry(refund) }))
  await post(running, accounts, postings)
  return answer(refund, postings, accounts)
}

/** Money of a client's credit went back: the oldest first, or only what a credit note gave. @throws Refusal on `cents` */
export async function refundCredit(
  running: Running,
  back: {
    client_id: number
    currency: string
    cents: number
    method: PaymentMethod
    paid_on: string
    reference: string | null
    reason: string
    credit_note_id?: number | null
  }
): Promise<MoneyRecorded> {
  const { db } = running
  checkBack(running, back)
  const sourcesNow = async () =>
    (await creditSources(db, back.client_id, back.currency)).filter(
      ({ credit_note_id }) => !back.credit_note_id || credit_note_id === back.credit_note_id
    )
  const seen = await sourcesNow()
  const accounts = await lockAccounts(db, notesOf(seen))
  await lockCredit(db, back.client_id, back.currency)
  const sources = await sourcesNow()
  const left = sources.reduce((sum, { cents }) => sum + cents, 0)
  if (back.cents > left) throw refuse({ cents: tooMuch(running, left, back.currency) })
  if (notesOf(sources).some(id => !accounts.has(id))) throw refuse({ cents: 'invoices.payments.errors.moved' })
  const parts = takeFrom(sources, back.cents)
  const rate = await rateOf(running, parts, accounts)
  const refund = await addPayment(db, {
    client_id: back.client_id,
    cents: -back.cents,
    currency: back.currency,
    exchange_rate: rate,
    eur_cents: -inEuros(back.cents, rate),
    method: back.method,
    paid_on: back.paid_on,
    reference: back.reference,
    payer: null,
    note: back.reason,
    external: null,
    of_payment_id: null,
    kind: 'refund',
    created_by: running.person.id
  })
  if (!refund) throw new Error('a refund without an outside name was not added')
  const postings = parts.map(part => ({ ...part, ...entry(refund) }))
  await post(running, accounts, postings)
  return answer(refund, postings, accounts)
}

/**
 * A payment or refund that was entered wrongly is taken back by its contrary, dated today. What a payment brought goes from
 * where it is now; what a refund took comes back to where it was, as far as that is open, else to the client's credit.
 * @throws Refusal on `reason` when it was corrected or refunded; notFound without such an entry
 */
export async function correctPayment(
  running: Running,
  { payment: by, reason }: { payment: { id: number } | { external: string }; reason: string }
): Promise<MoneyRecorded> {
  const { db, studio } = running
  const wrong = await lockPayment(db, by)
  if (!wrong || wrong.kind === 'correction') throw notFound()
  const seen = wrong.kind === 'payment' ? await holdingsOf(db, wrong.id) : await postingsOf(db, wrong.id)
  const accounts = await lockAccounts(db, [...invoicesOf(seen), ...notesOf(seen)])
  await lockCredit(db, wrong.client_id, wrong.currency)
  const held = wrong.kind === 'payment' ? await holdingsOf(db, wrong.id) : seen
  const whole = held.reduce((sum, { cents }) => sum + cents, 0)
  if (whole !== wrong.cents || (await wasCorrected(running, wrong))) {
    throw refuse({ reason: 'invoices.payments.errors.not_whole' })
  }
  if (invoicesOf(held).some(id => !accounts.has(id))) throw refuse({ reason: 'invoices.payments.errors.moved' })
  const correction = await addBack(running, wrong, {
    kind: 'correction',
    cents: wrong.cents,
    paid_on: time.today(studio.timezone),
    reference: wrong.reference,
    external: null,
    reason,
    method: null
  })
  if (!correction) throw new Error('a correction without an outside name was not added')
  const postings = held.flatMap(part => contrary(part, wrong)).map(part => ({ ...part, ...entry(correction) }))
  await post(running, accounts, postings)
  return answer(correction, postings, accounts)

  /** What a refund took comes back to its invoice as far as that is still open. */
  function contrary(part: Part, of: Payment): Part[] {
    const account = part.invoice_id === null ? undefined : accounts.get(part.invoice_id)
    const fits = account && of.kind === 'refund' ? Math.min(-part.cents, openOf(account)) : -part.cents
    const rest = -part.cents - fits
    const { client_id, invoice_id, origin_id, credit_note_id } = part
    return [
      { client_id, invoice_id, origin_id, credit_note_id, cents: fits },
      { client_id: of.client_id, invoice_id: null, origin_id, credit_note_id, cents: rest }
    ].filter(({ cents }) => cents !== 0)
  }
}

async function wasCorrected({ db }: Running, { id }: Payment): Promise<boolean> {
  const row = await db('payments').where({ of_payment_id: id, kind: 'correction' }).first('id')
  return row !== undefined
}

type Part = Pick<Posting, 'client_id' | 'invoice_id' | 'origin_id' | 'credit_note_id' | 'cents'>

function checkBack({ studio }: Running, { cents, paid_on }: { cents: number; paid_on: string }): void {
  if (cents <= 0) throw refuse({ cents: 'invoices.payments.errors.nothing' })
  if (paid_on > time.today(studio.timezone)) throw refuse({ paid_on: 'invoices.payments.errors.later' })
}

const tooMuch = ({ fmt }: Running, left: number, currency: string) => ({
  key: 'invoices.payments.errors.too_much',
  values: { left: fmt.money(left, currency) }
})

/** So much out of these, in their order. */
export function takeFrom(held: readonly Holding[], cents: number): Part[] {
  let left = cents
  return held.flatMap(({ client_id, invoice_id, origin_id, credit_note_id, cents: there }) => {
    const part = Math.max(0, Math.min(left, there))
    left -= part
    return part === 0 ? [] : [{ client_id, invoice_id, origin_id, credit_note_id, cents: -part }]
  })
}

/** The invoice that was asked for, then credit, then the latest. */
function sorted(held: readonly Holding[], invoice_id: number | null): Holding[] {
  const rank = (holding: Holding) =>
    invoice_id !== null && holding.invoice_id === invoice_id ? 0 : holding.invoice_id === null ? 1 : 2
  return held.toSorted((a, b) => rank(a) - rank(b) || b.last_id - a.last_id)
}

const invoicesOf = (parts: readonly Pick<Part, 'invoice_id'>[]) => parts.flatMap(({ invoice_id }) => invoice_id ?? [])
const notesOf = (parts: readonly Pick<Part, 'credit_note_id'>[]) =>
  parts.flatMap(({ credit_note_id }) => credit_note_id ?? [])

const entry = ({ id, kind, currency, paid_on }: Payment) => ({ kind, payment_id: id, currency, day: paid_on })

const addBack = (
  { db, person }: Running,
  of: Payment,
  back: Pick<MoneyBack, 'cents' | 'paid_on' | 'reference' | 'external' | 'reason' | 'method'> & {
    kind: 'refund' | 'correction'
  }
) =>
  addPayment(db, {
    client_id: of.client_id,
    cents: -back.cents,
    currency: of.currency,
    exchange_rate: of.exchange_rate,
    eur_cents: -inEuros(back.cents, of.exchange_rate),
    method: back.method ?? of.method,
    paid_on: back.paid_on,
    reference: back.reference,
    payer: of.payer,
    note: back.reason,
    external: back.external,
    of_payment_id: of.id,
    kind: back.kind,
    created_by: person.id
  })

/** Of the first source: what it was worth when it came in. */
async function rateOf({ db }: Running, [first]: readonly Part[], accounts: Awaited<ReturnType<typeof lockAccounts>>) {
  if (!first) return null
  if (first.credit_note_id !== null) return accounts.get(first.credit_note_id)?.exchange_rate ?? null
  const origin = first.origin_id === null ? undefined : await findPayment(db, { id: first.origin_id })
  return origin?.exchange_rate ?? null
}

function answer(
  { id }: Payment,
  postings: readonly Part[],
  accounts: Awaited<ReturnType<typeof lockAccounts>>
): MoneyRecorded {
  return {
    payment_id: id,
    repeated: false,
    allocated: postings.flatMap(({ invoice_id, cents }) => {
      const account = invoice_id === null ? undefined : accounts.get(invoice_id)
      return account ? [{ invoice_id: account.id, cents, open_cents: openOf(account) }] : []
    }),
    credited_cents: postings.reduce((sum, { invoice_id, cents }) => sum + (invoice_id === null ? cents : 0), 0)
  }
}
