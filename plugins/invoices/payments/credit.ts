import { notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { openOf } from './ledger.ts'
import type { Account } from './ledger.ts'
import { post } from './posting.ts'
import type { Posting } from './posting.ts'
import { creditSources, creditUsedFor, lockAccounts, lockCredit } from './queries.ts'
import type { Holding } from './queries.ts'
import { takeFrom } from './taking-back.ts'

/**
 * A client's credit pays an invoice of theirs, the oldest credit first; null: as much as is open and there. With
 * `credit_note_id`, only what that credit note gave. Inside the transaction of an action.
 * @returns the cents used. @throws Refusal on `cents`; notFound without such an invoice
 */
export async function useCredit(
  running: Running,
  { invoice_id, cents, credit_note_id }: { invoice_id: number; cents: number | null; credit_note_id?: number | null }
): Promise<number> {
  const { db, fmt } = running
  const invoice = await db('invoices').where({ id: invoice_id }).first<Owned | undefined>('client_id', 'currency')
  if (!invoice) throw notFound()
  const { client_id, currency } = invoice
  const sourcesNow = async () =>
    (await creditSources(db, client_id, currency)).filter(
      source => !credit_note_id || source.credit_note_id === credit_note_id
    )
  const seen = await sourcesNow()
  const accounts = await lockAccounts(db, [invoice_id, ...seen.flatMap(({ credit_note_id: note }) => note ?? [])])
  const account = accounts.get(invoice_id)
  if (!account || account.kind === 'credit_note') throw notFound()
  await lockCredit(db, client_id, currency)
  const sources = await sourcesNow()
  const there = sources.reduce((sum, source) => sum + source.cents, 0)
  const most = Math.min(there, openOf(account))
  const used = cents ?? most
  if (used <= 0) throw refuse({ cents: 'invoices.payments.errors.nothing' })
  if (used > most) {
    throw refuse({ cents: { key: 'invoices.payments.errors.too_much', values: { left: fmt.money(most, currency) } } })
  }
  if (sources.some(source => source.credit_note_id !== null && !accounts.has(source.credit_note_id))) {
    throw refuse({ cents: 'invoices.payments.errors.moved' })
  }
  await post(running, accounts, uses(running, takeFrom(sources, used), account))
  return used
}

interface Owned {
  client_id: number
  currency: string
}

/** Out of the credit, into the invoice. */
function uses({ studio }: Running, parts: ReturnType<typeof takeFrom>, account: Account): Posting[] {
  const base = {
    kind: 'credit_used',
    payment_id: null,
    currency: account.currency,
    day: time.today(studio.timezone)
  } as const
  return parts.flatMap(part => [
    { ...base, ...part },
    { ...base, ...part, client_id: account.client_id, invoice_id: account.id, cents: -part.cents }
  ])
}

/** Credit that was used for an invoice is credit again. @returns the cents. @throws Refusal on `''` when none was used */
export async function returnCredit(running: Running, invoice_id: number): Promise<number> {
  const { db, studio } = running
  const seen = await creditUsedFor(db, invoice_id)
  const accounts = await lockAccounts(db, [invoice_id, ...seen.flatMap(({ credit_note_id }) => credit_note_id ?? [])])
  const account = accounts.get(invoice_id)
  if (!account) throw notFound()
  await lockCredit(db, account.client_id, account.currency)
  // refunds may have taken some of that money from the invoice since
  const held = (await creditUsedFor(db, invoice_id)).map(holding => ({
    ...holding,
    cents: Math.min(holding.cents, account.paid_cents)
  }))
  const cents = held.reduce((sum, holding) => sum + holding.cents, 0)
  if (cents <= 0) throw refuse({ '': 'invoices.payments.errors.no_credit_used' })
  const base = {
    kind: 'credit_used',
    payment_id: null,
    client_id: account.client_id,
    currency: account.currency,
    day: time.today(studio.timezone)
  } as const
  await post(
    running,
    accounts,
    held.flatMap((holding: Holding): Posting[] => {
      const { origin_id, credit_note_id } = holding
      const source = { ...base, origin_id, credit_note_id }
      return [
        { ...source, invoice_id, cents: -holding.cents },
        { ...source, invoice_id: null, cents: holding.cents }
      ]
    })
  )
  return cents
}
