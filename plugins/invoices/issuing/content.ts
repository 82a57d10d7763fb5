import { inEuros, refuse } from '@patchbay/core'
import type { Totals } from '@patchbay/core'
import type { PaymentMethod } from '../contract.ts'
import { withTotals } from './checks.ts'
import type { Ready } from './checks.ts'
import { frameworkOf, prepaidOf } from './document.ts'
import type { IssuedDocument } from './document.ts'
import { dueDate } from './due.ts'

/** Paid in full before it is issued, which the paper then says. */
export interface PaidBefore {
  method: PaymentMethod
  paid_on: string
  reference: string | null
}

export type Content = Omit<IssuedDocument, 'number' | 'payment_link'>

/** The document as it will be, but for its number. */
export function contentOf(ready: Ready, issue_date: string, paid: PaidBefore | undefined, issued_by: string): Content {
  const { draft, seller, buyer, totals, deposits, references } = ready
  const { lines: _, ...sums } = totals
  const { exchange_rate: rate, exchange_source: source, exchange_on: on } = draft
  const named = ({ invoice_id, number, issue_date: date }: (typeof references)[number]) => ({
    invoice_id,
    number,
    issue_date: date
  })
  const taken = deposits.map(one => ({ ...named(one), cents: one.cents, vat: one.vat }))
  const left = totals.total_cents - prepaidOf({ deposits: taken, paid: null })
  const already = paid && left > 0 ? { cents: left, method: paid.method, paid_on: paid.paid_on } : null
  if (already && (draft.kind === 'credit_note' || taken.length > 0))
    throw refuse({ paid_method: 'invoices.issuing.errors.paid_kind' })
  const lines = withTotals(ready.lines)
  return {
    kind: draft.kind,
    issue_date,
    due_date: already?.paid_on ?? dueDate(issue_date, draft, buyer, seller),
    issued_at: new Date().toISOString(),
    issued_by,
    framework: frameworkOf({ kind: draft.kind, lines, deposits: taken, paid: already }),
    language: draft.language,
    title: draft.title,
    currency: draft.currency,
    exchange: draft.currency !== 'EUR' && rate && source && on ? { rate, source, on } : null,
    order_number: draft.order_number,
    buyer_reference: draft.buyer_reference,
    service_from: draft.service_from,
    service_to: draft.service_to,
    seller,
    buyer,
    lines,
    discount_bp: draft.discount_bp,
    discount_cents: draft.discount_cents,
    discount_label: draft.discount_label,
    totals: sums,
    deposits: taken,
    paid: already,
    payable_cents: already ? 0 : left,
    eur_vat_cents: draft.currency === 'EUR' || !rate ? null : inEuros(totals.vat_cents, rate),
    eur_total_cents: draft.currency === 'EUR' || !rate ? null : inEuros(totals.total_cents, rate),
    refers_to: references.map(named),
    note: draft.note
  }
}

/** The amounts as columns. A payment made before is entered as one, right after: the row itself owes the whole. */
export function amountsOf(content: Content, totals: Totals): Record<string, unknown> {
  const prepaid_cents = prepaidOf({ deposits: content.deposits, paid: null })
  return {
    net_cents: totals.net_cents,
    vat_cents: totals.vat_cents,
    total_cents: totals.total_cents,
    prepaid_cents,
    due_cents: totals.total_cents - prepaid_cents,
    vat: JSON.stringify(totals.vat),
    eur_vat_cents: content.eur_vat_cents,
    eur_total_cents: content.eur_total_cents
  }
}
