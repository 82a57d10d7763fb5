import { inEuros, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { MoneyIn, MoneyRecorded } from '../contract.ts'
import { openOf } from './ledger.ts'
import type { Account } from './ledger.ts'
import { post } from './posting.ts'
import type { Posting } from './posting.ts'
import { addPayment, findPayment, lockAccounts, lockCredit, postingsOf } from './queries.ts'
import type { Payment } from './queries.ts'

/** What is entered by hand beside: a remark, and what one of the currency was worth in EUR that day. */
export interface Entered extends MoneyIn {
  note?: string | null
  /** Null: the rate of the first invoice it is for. */
  exchange_rate?: string | null
}

/**
 * Money came in, inside the transaction of an action. Allocated in the order given, at most what is open of each; what is
 * left becomes credit of whoever paid. An `external` that is known changes nothing, and the answer is what it was.
 * @throws Refusal on `cents`, `paid_on`, `client_id` or `allocate`
 */
export async function recordPayment(running: Running, money: Entered): Promise<MoneyRecorded> {
  const { db, studio } = running
  const known = money.external === null ? undefined : await findPayment(db, { external: money.external })
  if (known) return alreadyRecorded(running, known)
  if (money.cents <= 0) throw refuse({ cents: 'invoices.payments.errors.nothing' })
  if (money.paid_on > time.today(studio.timezone)) throw refuse({ paid_on: 'invoices.payments.errors.later' })
  const accounts = await lockAccounts(
    db,
    money.allocate.map(({ invoice_id }) => invoice_id)
  )
  const invoices = money.allocate.map(({ invoice_id }) => payable(accounts.get(invoice_id), money.currency))
  const client_id = money.client_id ?? invoices[0]?.client_id
  if (client_id === undefined) throw refuse({ client_id: 'fields.required' })
  const exchange_rate =
    money.currency === 'EUR' ? null : (money.exchange_rate ?? invoices[0]?.exchange_rate ?? undefined)
  if (exchange_rate === undefined) throw refuse({ exchange_rate: 'invoices.payments.errors.rate' })
  const payment = await addPayment(db, {
    client_id,
    cents: money.cents,
    currency: money.currency,
    exchange_rate,
    eur_cents: inEuros(money.cents, exchange_rate),
    method: money.method,
    paid_on: money.paid_on,
    reference: money.reference,
    payer: money.payer,
    note: money.note ?? null,
    external: money.external,
    of_payment_id: null,
    kind: 'payment',
    created_by: running.person.id
  })
  if (!payment) return alreadyRecorded(running, await recordedBeside(running, money.external))
  return allocate(running, payment, accounts, money.allocate)
}

async function allocate(
  running: Running,
  payment: Payment,
  accounts: Map<number, Account>,
  wanted: MoneyIn['allocate']
): Promise<MoneyRecorded> {
  let left = payment.cents
  const open = new Map([...accounts.values()].map(account => [account.id, openOf(account)]))
  const parts = wanted.map(({ invoice_id, cents }) => {
    const part = Math.max(0, Math.min(cents ?? left, left, open.get(invoice_id) ?? 0))
    left -= part
    open.set(invoice_id, (open.get(invoice_id) ?? 0) - part)
    return { invoice_id, cents: part }
  })
  const base = {
    kind: 'payment',
    payment_id: payment.id,
    origin_id: payment.id,
    credit_note_id: null,
    currency: payment.currency,
    day: payment.paid_on
  } as const
  const postings: Posting[] = parts.map(({ invoice_id, cents }) => ({
    ...base,
    client_id: accounts.get(invoice_id)?.client_id ?? payment.client_id,
    invoice_id,
    cents
  }))
  if (left > 0) await lockCredit(running.db, payment.client_id, payment.currency)
  await post(running, accounts, [...postings, { ...base, client_id: payment.client_id, invoice_id: null, cents: left }])
  const allocated = parts
    .filter(({ cents }) => cents > 0)
    .map(part => ({ ...part, open_cents: open.get(part.invoice_id) ?? 0 }))
  return { payment_id: payment.id, repeated: false, allocated, credited_cents: left }
}

/** What was answered the first time, read back from the journal; what is open is as it is now. */
export async function alreadyRecorded({ db }: Pick<Running, 'db'>, payment: Payment): Promise<MoneyRecorded> {
  const rows = await postingsOf(db, payment.id)
  const accounts = await lockAccounts(
    db,
    rows.flatMap(({ invoice_id }) => invoice_id ?? [])
  )
  return {
    payment_id: payment.id,
    repeated: true,
    allocated: rows.flatMap(({ invoice_id, cents }) => {
      const account = invoice_id === null ? undefined : accounts.get(invoice_id)
      return account ? [{ invoice_id: account.id, cents, open_cents: openOf(account) }] : []
    }),
    credited_cents: rows.reduce((sum, { invoice_id, cents }) => sum + (invoice_id === null ? cents : 0), 0)
  }
}

/** Somebody else told the same a moment before and has committed since. */
export async function recordedBeside({ db }: Pick<Running, 'db'>, external: string | null): Promise<Payment> {
  const payment = external === null ? undefined : await findPayment(db, { external })
  if (!payment) throw new Error('a payment was neither added nor there')
  return payment
}

/** An invoice that money of this currency can be for. @throws Refusal on `allocate` */
export function payable(account: Account | undefined, currency: string): Account {
  if (!account || account.kind === 'credit_note') throw refuse({ allocate: 'invoices.payments.errors.not_payable' })
  if (account.currency !== currency) {
    const { number, currency: wanted } = account
    throw refuse({ allocate: { key: 'invoices.payments.errors.currency', values: { number, currency: wanted } } })
  }
  return account
}
