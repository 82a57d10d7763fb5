import type { VatCategory } from '@patchbay/core'

/** An electronic invoice as it was read, whichever its syntax. Cents in its own currency; a credit note's are negative. */
export interface ReadInvoice {
  syntax: 'cii' | 'ubl'
  kind: 'invoice' | 'credit_note'
  number: string | null
  /** `YYYY-MM-DD` */
  issue_date: string | null
  due_date: string | null
  currency: string
  supplier: ReadParty & { iban: string | null; bic: string | null; email: string | null }
  buyer: ReadParty
  /** Ours, as they quote it. */
  order_number: string | null
  /** The invoice that a credit note takes back. */
  refers_to: string | null
  /** Allowances and charges of the whole are lines of their own. */
  lines: ReadLine[]
  vat: ReadVat[]
  announced: Announced
  warnings: Warning[]
}

export interface ReadParty {
  name: string | null
  siren: string | null
  vat_number: string | null
  country: string | null
}

export interface ReadLine {
  label: string
  base_cents: number
  vat_category: VatCategory
  /** Hundredths of a per cent; other countries' rates too. */
  vat_rate: number
  vat_cents: number
}

/** VAT of one category and rate, as the invoice says it. */
export interface ReadVat {
  vat_category: VatCategory
  vat_rate: number
  base_cents: number
  vat_cents: number
}

/** The totals as the invoice says them; null where it says nothing. */
export interface Announced {
  net_cents: number | null
  vat_cents: number | null
  total_cents: number | null
  prepaid_cents: number
  rounding_cents: number
  due_cents: number | null
}

/** What does not fit, as a sentence of `expenses.warnings.*`; `cents` are by how much. */
export interface Warning {
  key: string
  cents?: number
  text?: string
}

/** What a file turned out to be. */
export type ReadFile =
  | { what: 'invoice'; invoice: ReadInvoice }
  /** A document that people must read themselves; `why` is a key of `expenses.warnings.*`, null for a photo. */
  | { what: 'receipt'; media_type: 'application/pdf' | 'application/xml' | 'image'; why: string | null }
  /** Nothing that could be an expense; `why` is a key of `expenses.errors.*`. */
  | { what: 'nothing'; why: string }
