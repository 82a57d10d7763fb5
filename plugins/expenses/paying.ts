import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { PaymentMethod } from './contract.ts'
import { theirs } from './entering.ts'
import { PayForm, PaymentIdForm } from './forms.ts'
import { findPayment, addPayment, paymentOf, removePayment, settle } from './paying-queries.ts'
import { inEuros } from './pricing.ts'
import type { Expense } from './queries.ts'

/** Says that an expense is paid, in whole or in part. */
export const payExpense = action({
  name: 'expenses.pay',
  permission: 'expenses.record',
  input: PayForm,
  async run(running, { id, amount_cents, ...paid }) {
    await payNow(running, await theirs(running, id), { ...paid, cents: amount_cents, external: null })
    return id
  },
  about: id => ({ expense: id })
})

/** Takes a payment back that was said by mistake. One that a bank line made is taken back there. */
export const unpayExpense = action({
  name: 'expenses.unpay',
  permission: 'expenses.record',
  confirm: true,
  input: PaymentIdForm,
  async run(running, { id, payment_id }) {
    const { db, tell } = running
    await theirs(running, id)
    const payment = await findPayment(db, id, payment_id)
    if (!payment) throw notFound()
    if (payment.external) throw refuse({ '': 'expenses.errors.by_bank' })
    await removePayment(db, payment_id)
    await settle(db, id)
    tell('expenses.paid', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

interface Paid {
  /** Null: all that is open. */
  cents: number | null
  paid_on: string
  method: PaymentMethod
  reference: string | null
  external: string | null
  /** What left the account; null: at the expense's own rate. */
  eur_cents?: number
}

/** Writes a payment of an expense that is locked, never more than is open. The answer is what is left. */
export async function payNow({ db, person, tell }: Running, expense: Expense, paid: Paid): Promise<number> {
  const cents = paid.cents ?? expense.open_cents
  const { open_cents } = expense
  if (cents === 0 || Math.sign(cents) !== Math.sign(open_cents))
    throw refuse({ amount_cents: 'expenses.errors.nothing_open' })
  if (Math.abs(cents) > Math.abs(open_cents)) throw refuse({ amount_cents: 'expenses.errors.too_much' })
  const { paid_on, method, reference, external, eur_cents = inEuros(cents, expense.exchange_rate) } = paid
  await addPayment(db, { expense_id: expense.id, cents, eur_cents, paid_on, method, reference, external }, person.id)
  await settle(db, expense.id)
  tell('expenses.paid', { expense_id: expense.id })
  return open_cents - cents
}

/** A bank line pays an expense; told twice, once. A line in EUR pays the whole of one in another currency. */
export async function payByBank({
  running,
  expense_id,
  cents,
  paid_on,
  reference,
  external
}: {
  running: Running
  expense_id: number
  cents: number
  paid_on: string
  reference: string | null
  external: string
}): Promise<{ open_cents: number }> {
  const expense = await theirs(running, expense_id)
  if (await paymentOf(running.db, external)) return { open_cents: expense.open_cents }
  if (expense.state !== 'recorded') throw refuse({ '': 'expenses.errors.draft' })
  const foreign = expense.currency !== 'EUR'
  const whole = foreign ? expense.open_cents : cents
  const paid = { paid_on, method: 'transfer' as const, reference, external, eur_cents: cents }
  return { open_cents: await payNow(running, expense, { ...paid, cents: whole }) }
}

/** Takes back what a bank line paid. False: it paid nothing. */
export async function unpayByBank(running: Running, external: string): Promise<boolean> {
  const payment = await paymentOf(running.db, external)
  if (!payment) return false
  await theirs(running, payment.expense_id)
  await removePayment(running.db, payment.id)
  await settle(running.db, payment.expense_id)
  running.tell('expenses.paid', { expense_id: payment.expense_id })
  return true
}
