import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { z } from 'zod'
import { openOf } from './ledger.ts'
import type { Account } from './ledger.ts'
import { returnCredit, useCredit } from './credit.ts'
import { useCreditNote } from './credit-notes.ts'
import {
  CorrectionForm,
  CreditNoteForm,
  CreditRefundForm,
  InvoiceForm,
  PaymentForm,
  RefundForm,
  UseCreditForm
} from './forms.ts'
import { clientOf, lockAccounts } from './queries.ts'
import { clientNamed, openInvoicesOf } from './reading.ts'
import { payable, recordPayment } from './recording.ts'
import { correctPayment, recordRefund, refundCredit } from './taking-back.ts'

/** Money came in, by hand: for one invoice, for several, or as an advance that becomes credit. */
export const payInvoices = action({
  name: 'invoices.pay',
  permission: 'invoices.pay',
  confirm: true,
  input: PaymentForm,
  constraints: { payments_client_id_foreign: ['client_id', 'fields.unknown'] },
  async run(running, typed) {
    const client_id = await payerOf(running, typed)
    const currency = typed.currency ?? (await currencyOf(running, typed, client_id))
    const allocate = await allocationsOf(running, typed, { client_id, currency })
    const recorded = await recordPayment(running, {
      client_id,
      cents: typed.cents,
      currency,
      exchange_rate: typed.exchange_rate,
      method: typed.method,
      paid_on: typed.paid_on,
      reference: typed.reference,
      payer: typed.payer,
      note: typed.note,
      external: null,
      allocate
    })
    return { ...recorded, client_id }
  },
  about: ({ payment_id, allocated, client_id }) => ({
    payment: payment_id,
    invoice: allocated.map(({ invoice_id }) => invoice_id),
    client: client_id
  })
})

/** A client's credit pays one of their invoices. */
export const useCreditAction = action({
  name: 'invoices.use_credit',
  permission: 'invoices.pay',
  confirm: true,
  input: UseCreditForm,
  async run(running, { id, cents }) {
    return { cents: await useCredit(running, { invoice_id: id, cents }) }
  },
  about: (_result, { id }) => ({ invoice: id })
})

/** Credit that was used for an invoice is the client's again. */
export const returnCreditAction = action({
  name: 'invoices.return_credit',
  permission: 'invoices.pay',
  confirm: true,
  input: InvoiceForm,
  async run(running, { id }) {
    return { cents: await returnCredit(running, id) }
  },
  about: (_result, { id }) => ({ invoice: id })
})

/** Money of a payment was given back. */
export const refundPayment = action({
  name: 'invoices.refund',
  permission: 'invoices.pay',
  confirm: true,
  input: RefundForm,
  run: (running, { id, ...back }) => recordRefund(running, { ...back, payment: { id }, external: null }),
  about: ({ payment_id, allocated }, { id }) => ({
    payment: [id, payment_id],
    invoice: allocated.map(({ invoice_id }) => invoice_id)
  })
})

/** What a client had was given back. */
export const refundCreditAction = action({
  name: 'invoices.refund_credit',
  permission: 'invoices.pay',
  confirm: true,
  input: CreditRefundForm,
  async run(running, back) {
    if (!(await clientNamed(running.db, back.client_id, null))) throw notFound()
    return refundCredit(running, back)
  },
  about: ({ payment_id }, { client_id }) => ({ payment: payment_id, client: client_id })
})

/** A payment or refund was entered wrongly: it stays, and its contrary stands beside it. */
export const correctPaymentAction = action({
  name: 'invoices.correct_payment',
  permission: 'invoices.pay',
  confirm: true,
  input: CorrectionForm,
  run: (running, { id, reason }) => correctPayment(running, { payment: { id }, reason }),
  about: ({ payment_id, allocated }, { id }) => ({
    payment: [id, payment_id],
    invoice: allocated.map(({ invoice_id }) => invoice_id)
  })
})

/** A credit note is taken off invoices, given back, or kept as credit. */
export const useCreditNoteAction = action({
  name: 'invoices.use_credit_note',
  permission: 'invoices.pay',
  confirm: true,
  input: CreditNoteForm,
  async run(running, { id, allocations, refund_cents, credit_cents, method, reference }) {
    if (allocations.length === 0 && !refund_cents && !credit_cents) {
      throw refuse({ '': 'invoices.payments.errors.nothing_chosen' })
    }
    await useCreditNote(running, id, {
      deduct: allocations,
      refund_cents: refund_cents ?? 0,
      credit_cents: credit_cents ?? 0,
      reference,
      ...(method ? { method } : {})
    })
    return { invoices: allocations.map(({ invoice_id }) => invoice_id) }
  },
  about: ({ invoices }, { id }) => ({ invoice: [id, ...invoices] })
})

export const paymentActions = [
  payInvoices,
  useCreditAction,
  returnCreditAction,
  refundPayment,
  refundCreditAction,
  correctPaymentAction,
  useCreditNoteAction
]

type Typed = z.output<typeof PaymentForm>

/**
 * What the money is for: as typed, the one invoice, or the client's open ones, the oldest first. Too much for one of them is
 * refused, and what is left over all asks to be kept as credit: neither is swallowed.
 */
async function allocationsOf(
  running: Running,
  typed: Typed,
  { client_id, currency }: { client_id: number | null; currency: string }
): Promise<{ invoice_id: number; cents: number }[]> {
  const named = typed.allocations.filter(({ cents }) => cents > 0)
  const ids = named.map(({ invoice_id }) => invoice_id)
  if (new Set(ids).size < ids.length) throw refuse({ allocations: 'invoices.payments.errors.twice' })
  const accounts = await lockAccounts(running.db, [...ids, ...(typed.invoice_id ? [typed.invoice_id] : [])])
  for (const { invoice_id, cents } of named) {
    const account = payable(accounts.get(invoice_id), currency)
    const index = typed.allocations.findIndex(row => row.invoice_id === invoice_id)
    if (cents > openOf(account)) {
      throw refuse({ [`allocations.${index}.cents`]: more(running, openOf(account), currency) })
    }
  }
  const single = typed.invoice_id ? accounts.get(typed.invoice_id) : undefined
  if (typed.invoice_id && !single) throw notFound()
  const parts =
    named.length > 0 || typed.as_credit ? named : await spread(running, typed, { single, client_id, currency })
  const sum = parts.reduce((all, { cents }) => all + cents, 0)
  if (sum > typed.cents) throw refuse({ cents: 'invoices.payments.errors.allocated_too_much' })
  if (sum < typed.cents && !typed.keep_rest && !typed.as_credit) {
    const rest = running.fmt.money(typed.cents - sum, currency)
    throw refuse({ keep_rest: { key: 'invoices.payments.errors.rest', values: { rest } } })
  }
  return parts
}

async function spread(
  { db }: Running,
  { cents }: Typed,
  { single, client_id, currency }: { single: Account | undefined; client_id: number | null; currency: string }
): Promise<{ invoice_id: number; cents: number }[]> {
  if (single) return [{ invoice_id: single.id, cents: Math.min(cents, openOf(payable(single, currency))) }]
  const open = client_id === null ? [] : await openInvoicesOf(db, client_id)
  let left = cents
  return open
    .filter(invoice => invoice.currency === currency)
    .map(({ id, open_cents }) => {
      const part = Math.min(left, open_cents)
      left -= part
      return { invoice_id: id, cents: part }
    })
    .filter(part => part.cents > 0)
}

const more = ({ fmt }: Running, open: number, currency: string) => ({
  key: 'invoices.payments.errors.more_than_open',
  values: { open: fmt.money(open, currency) }
})

/** Whoever is named; nobody when an invoice says whose it is. @throws Refusal on `client_id` */
async function payerOf({ db }: Running, typed: Typed): Promise<number | null> {
  const named = typed.client_id !== null || typed.client_name !== null
  const client = named ? await clientNamed(db, typed.client_id, typed.client_name) : undefined
  if (named && !client) throw refuse({ client_id: 'invoices.payments.errors.no_such_client' })
  if (!client && !typed.invoice_id && typed.allocations.length === 0) throw refuse({ client_id: 'fields.required' })
  return client?.id ?? null
}

/** Of the first invoice that is named, else of the client's oldest open one, else the studio's. */
async function currencyOf({ db, studio }: Running, typed: Typed, client_id: number | null): Promise<string> {
  const id = typed.allocations[0]?.invoice_id ?? typed.invoice_id
  const invoice = id ? await clientOf(db, id) : undefined
  if (invoice) return invoice.currency
  const [oldest] = client_id === null || typed.as_credit ? [] : await openInvoicesOf(db, client_id)
  return oldest?.currency ?? studio.currency
}
