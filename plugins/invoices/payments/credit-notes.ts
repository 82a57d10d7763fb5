import { notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { PaymentMethod } from '../contract.ts'
import { useCredit } from './credit.ts'
import { openOf } from './ledger.ts'
import { post } from './posting.ts'
import type { Posting } from './posting.ts'
import { lockAccounts, lockCredit, moneyFor, referredBy } from './queries.ts'
import { refundCredit, takeFrom } from './taking-back.ts'

/** What a credit note is for: taken off invoices, given back, kept as the client's credit. Together at most what is left of it. */
export interface CreditNoteUse {
  deduct: readonly { invoice_id: number; cents: number }[]
  refund_cents: number
  credit_cents: number
  /** How it is given back; a transfer when it is not said. */
  method?: PaymentMethod
  reference?: string | null
}

/**
 * Uses an issued credit note, inside the transaction of an action. What is taken off an invoice it refers to lessens that
 * invoice; another invoice of the client is paid by the credit it gives. Never more than is left of it, nor than is open.
 * @throws Refusal on `deduct`, `refund_cents` or `credit_cents`; notFound when it is no issued credit note
 */
export async function useCreditNote(running: Running, credit_note_id: number, use: CreditNoteUse): Promise<void> {
  const { db, studio, t } = running
  const referred = await referredBy(db, credit_note_id)
  const off = use.deduct.filter(({ invoice_id }) => referred.includes(invoice_id))
  const paid = use.deduct.filter(({ invoice_id }) => !referred.includes(invoice_id))
  const accounts = await lockAccounts(db, [credit_note_id, ...use.deduct.map(({ invoice_id }) => invoice_id)])
  const note = accounts.get(credit_note_id)
  if (note?.kind !== 'credit_note') throw notFound()
  checkAmounts(running, use, openOf(note), note.currency)
  for (const { invoice_id, cents } of use.deduct) {
    const account = accounts.get(invoice_id)
    if (!account || account.kind === 'credit_note' || account.currency !== note.currency) {
      throw refuse({ deduct: 'invoices.payments.errors.not_payable' })
    }
    if (account.client_id !== note.client_id) throw refuse({ deduct: 'invoices.payments.errors.other_client' })
    if (cents > openOf(account)) throw refuse({ deduct: left(running, openOf(account), note.currency) })
  }
  const day = time.today(studio.timezone)
  const asCredit = sum(paid) + use.refund_cents + use.credit_cents
  if (asCredit > 0) await lockCredit(db, note.client_id, note.currency)
  const base = {
    kind: 'credit_note',
    client_id: note.client_id,
    payment_id: null,
    origin_id: null,
    credit_note_id,
    currency: note.currency,
    day
  } as const
  const postings: Posting[] = off.map(({ invoice_id, cents }) => ({ ...base, invoice_id, cents }))
  await post(running, accounts, [...postings, { ...base, invoice_id: null, cents: asCredit }])
  for (const { invoice_id, cents } of paid) await useCredit(running, { invoice_id, cents, credit_note_id })
  if (use.refund_cents === 0) return
  await refundCredit(running, {
    client_id: note.client_id,
    currency: note.currency,
    cents: use.refund_cents,
    method: use.method ?? 'transfer',
    paid_on: day,
    reference: use.reference ?? null,
    reason: t('invoices.payments.refund_of_note', { number: note.number }),
    credit_note_id
  })
}

/**
 * A corrected invoice stands in place of the one it refers to: what was paid of that is paid of it, and nothing of the old
 * one is left to pay. Inside the transaction that issued it. Money it does not need becomes the client's credit.
 */
export async function replaceInvoice(running: Running, corrected_id: number): Promise<void> {
  const { db, studio } = running
  const [replaced_id] = await referredBy(db, corrected_id)
  if (replaced_id === undefined) throw notFound()
  const seen = await moneyFor(db, replaced_id)
  const accounts = await lockAccounts(db, [
    corrected_id,
    replaced_id,
    ...seen.flatMap(({ credit_note_id }) => credit_note_id ?? [])
  ])
  const [old, now] = [accounts.get(replaced_id), accounts.get(corrected_id)]
  if (!old || now?.kind !== 'corrected') throw notFound()
  await lockCredit(db, old.client_id, old.currency)
  const base = { kind: 'moved', payment_id: null, currency: old.currency, day: time.today(studio.timezone) } as const
  const out = takeFrom(seen, old.paid_cents).map(part => ({ ...base, ...part }))
  let open = openOf(now)
  const back = out.flatMap((part): Posting[] => {
    const cents = Math.min(-part.cents, open)
    open -= cents
    return [
      { ...part, client_id: now.client_id, invoice_id: corrected_id, cents },
      { ...part, client_id: old.client_id, invoice_id: null, cents: -part.cents - cents }
    ]
  })
  const cleared: Posting = {
    ...base,
    kind: 'credit_note',
    client_id: old.client_id,
    origin_id: null,
    credit_note_id: corrected_id,
    invoice_id: replaced_id,
    cents: openOf(old) + old.paid_cents
  }
  await post(running, accounts, [...out, ...back, cleared])
}

function checkAmounts(running: Running, use: CreditNoteUse, open: number, currency: string): void {
  if (use.deduct.some(({ cents }) => cents <= 0)) throw refuse({ deduct: 'invoices.payments.errors.nothing' })
  if (use.refund_cents < 0) throw refuse({ refund_cents: 'invoices.payments.errors.nothing' })
  if (use.credit_cents < 0) throw refuse({ credit_cents: 'invoices.payments.errors.nothing' })
  const wanted = sum(use.deduct) + use.refund_cents + use.credit_cents
  if (wanted > open) throw refuse({ credit_cents: left(running, open, currency) })
}

const sum = (parts: readonly { cents: number }[]) => parts.reduce((all, { cents }) => all + cents, 0)

const left = ({ fmt }: Running, cents: number, currency: string) => ({
  key: 'invoices.payments.errors.too_much',
  values: { left: fmt.money(cents, currency) }
})
