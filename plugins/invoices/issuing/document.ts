import type { Totals, VatShare } from '@patchbay/core'
import type { Seller } from '../../legal/contract.ts'
import type { Buyer, DocumentLine, InvoiceKind, PaymentMethod } from '../contract.ts'

/** BT-23: services, goods or both (S, B, M); a usual invoice, one already paid, a final one after deposits (1, 2, 4). */
export type Framework = `${'B' | 'S' | 'M'}${1 | 2 | 4}`

/** What a line comes to, before and after its discount; rows without a price have none. */
export interface LineAmounts {
  gross_cents?: number
  net_cents?: number
}

/** A line as it is frozen: with what it comes to. */
export type IssuedLine = DocumentLine & LineAmounts

/** Another document that this one names. */
export interface Named {
  invoice_id: number
  number: string
  issue_date: string
}

/**
 * An invoice whole, as it is frozen in `invoices.document`, hashed and printed. Amounts are cents of `currency`; those of
 * credit notes are positive. What is here is everything the paper and its XML say.
 */
export interface IssuedDocument {
  kind: InvoiceKind
  number: string
  issue_date: string
  due_date: string
  /** ISO 8601. */
  issued_at: string
  issued_by: string
  framework: Framework
  language: 'fr' | 'en'
  title: string | null
  currency: string
  /** EUR for one of the currency, as decimal text; null in EUR. */
  exchange: { rate: string; source: string; on: string } | null
  order_number: string | null
  buyer_reference: string | null
  service_from: string | null
  service_to: string | null
  seller: Seller
  buyer: Buyer
  lines: IssuedLine[]
  discount_bp: number
  discount_cents: number
  discount_label: string | null
  totals: Omit<Totals, 'lines'>
  /** Deposit invoices taken off. */
  deposits: (Named & { cents: number; vat: VatShare[] })[]
  /** Paid in full before it was issued. */
  paid: { cents: number; method: PaymentMethod; paid_on: string } | null
  /** What is left to pay when it is issued (BT-115). */
  payable_cents: number
  /** VAT and total in EUR, for other currencies (BT-111). */
  eur_vat_cents: number | null
  eur_total_cents: number | null
  /** What a credit note takes back, or a corrected invoice replaces. */
  refers_to: Named[]
  note: string | null
  /** Where it can be paid. */
  payment_link: string | null
}

/** Lines that have a price. */
export const pricedLines = ({ lines }: Pick<IssuedDocument, 'lines'>): (DocumentLine & Required<LineAmounts>)[] =>
  lines.filter((line): line is DocumentLine & Required<LineAmounts> => line.kind === 'line')

/** What was paid before, deposits included (BT-113). */
export const prepaidOf = ({ deposits, paid }: Pick<IssuedDocument, 'deposits' | 'paid'>): number =>
  deposits.reduce((sum, { cents }) => sum + cents, 0) + (paid?.cents ?? 0)

/** BT-23 of a document. */
export function frameworkOf(document: Pick<IssuedDocument, 'kind' | 'lines' | 'deposits' | 'paid'>): Framework {
  const natures = new Set(pricedLines(document).map(({ nature }) => nature))
  const nature = natures.size > 1 ? 'M' : natures.has('goods') ? 'B' : 'S'
  if (document.paid) return `${nature}2`
  return document.deposits.length > 0 && document.kind !== 'deposit' ? `${nature}4` : `${nature}1`
}
