import type { PricedLine, Running, Unit, VatTotal } from '@patchbay/core'
import type { Address } from '../legal/contract.ts'

/*
 * What other plugins may know of invoices and payments: the facts told, with ids only, and the questions asked. Amounts are
 * cents in the invoice's currency unless they say otherwise.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A draft was made, changed or removed. */
    'invoices.drafted': { invoice_id: number }
    /** It has its number now, and never changes again. */
    'invoices.issued': { invoice_id: number }
    'invoices.sent': { invoice_id: number }
    /** It is to be given out: mails are written and the platform is called after the commit. */
    'invoices.delivery-asked': { delivery_id: number; invoice_id: number }
    /** Money came in or went back, or credit was used. */
    'invoices.payment-recorded': { payment_id: number }
    /** Nothing is left to pay of it. */
    'invoices.settled': { invoice_id: number }
    /** Something is left to pay again: a payment was taken back. */
    'invoices.reopened': { invoice_id: number }
    /** A client's account is to be mailed. */
    'invoices.statement-asked': { statement_id: number }
    /** An approved platform said something of it (200, 210, 212, 213). */
    'invoices.status-changed': { invoice_id: number }
    /** Its reminders were stopped or go on; or those of its client. */
    'invoices.reminders-changed': { invoice_id: number | null; client_id: number }
  }
  interface Questions {
    /** As deliveries declare it, word for word, so that either may be installed without the other. */
    'deliveries.paid': {
      input: { project_id: number; client_id: number | null; sources: readonly string[] }
      answer: {
        paid: boolean
        open_cents: number
        documents: { label: string; href: string; open_cents: number; pay: string | null }[]
      }
    }
    /** A page beside the list of invoices (payments, bank, reminders): a tab for those who may open it. */
    'invoices.tabs': { input: Record<string, never>; answer: InvoicesTab | InvoicesTab[] }
    /** Parts of an invoice's page: what this plugin has of that invoice. */
    'invoices.sections': { input: { invoice_id: number }; answer: Section | Section[] }
    /** A part of a payment's page: what whoever brought the money can do with it. */
    'invoices.payment-sections': { input: { payment_id: number }; answer: Section }
    /** Ways to pay an open invoice, on its open page: a view whose form leads elsewhere. `token` is that page's. */
    'invoices.ways-to-pay': { input: { invoice_id: number; token: string; cents: number }; answer: Section }
    /** A link to pay it by, whole, for the paper and its QR code; the first answer counts. `token` is its open page's. */
    'invoices.payment-link': { input: { invoice_id: number; token: string }; answer: string }
    /** What there is to know of an invoice by whoever lets it be paid. Nothing when there is none. Invoices answer. */
    'invoices.open': { input: { invoice_id: number } | { token: string }; answer: OpenInvoice }
    /** Inside a transaction: a client as they stand on papers. Nothing when there is none. Invoices answer. */
    'invoices.buyer': { input: { client_id: number }; answer: Buyer }
    /** Asked inside the transaction of an action, which hands on what it was given: make a draft. Invoices answer. */
    'invoices.make': { input: { running: Running } & DraftWanted; answer: { invoice_id: number } }
    /** The same: issue a draft. Refuses by throwing. */
    'invoices.issue': { input: { running: Running; invoice_id: number }; answer: { number: string } }
    /**
     * The same: money came in. Recorded exactly once for each `external`; told twice, the answer is what it was the first
     * time, with `repeated`. What is more than is open becomes the client's credit.
     */
    'invoices.record-payment': { input: { running: Running } & MoneyIn; answer: MoneyRecorded }
    /** The same: money of a payment went back. Reopens what it paid. `external` as above. */
    'invoices.record-refund': { input: { running: Running } & MoneyBack; answer: MoneyRecorded }
    /**
     * The same: a payment or refund was entered by mistake, and is taken back by its contrary. Its `external` stays taken:
     * told anew, it needs another.
     */
    'invoices.correct-payment': {
      input: { running: Running; payment: { id: number } | { external: string }; reason: string }
      answer: MoneyRecorded
    }
    /** Open invoices that money of a bank line could be for, the likeliest first. Invoices answer. */
    'invoices.payable-by': { input: { cents: number; currency: string; text: string }; answer: Payable[] }
    /** What a client owes. Invoices answer, always. */
    'invoices.balance': { input: { client_id: number }; answer: Balance }
    /** What was made from a source (`quote:12`, `session:7`): drafts and issued ones. Invoices answer. */
    'invoices.of-source': { input: { source: string }; answer: InvoiceOfSource[] }
  }
}

/** `href` below `/s/<slug>`, whole: `${base}/bank`. Small orders come first; the list itself is 0. */
export interface InvoicesTab {
  href: string
  /** Translated. */
  label: string
  order: number
}

/** Whom a paper is for, as it is frozen with it. */
export interface Buyer extends Address {
  client_id: number
  /** The legal name of a business, else the name. */
  name: string
  contact: string | null
  /** B2B buyers have a SIREN or a VAT number; others are private persons. */
  is_business: boolean
  siren: string | null
  siret: string | null
  vat_number: string | null
  electronic_address: string | null
  language: 'fr' | 'en'
  /** Days to pay; null: the studio's. */
  payment_days: number | null
  /** What VAT is for them: as usual, reverse charge (AE), inside the EU (K), export (G). */
  vat_treatment: 'standard' | 'reverse_charge' | 'intra_community' | 'export'
  currency: string
  /** Mail addresses that papers go to. */
  recipients: string[]
}

/** A line as drafts and papers keep it. */
export interface DocumentLine extends PricedLine {
  kind: 'line' | 'section' | 'text'
  label: string
  description: string | null
  unit: Unit
  nature: 'service' | 'goods'
  /** Ledger account; null: the card's. */
  account: string | null
  item_id: number | null
  /** Where it comes from, `session:12`: is billed once. */
  source: string | null
}

/** An invoice to be drafted by another plugin. */
export interface DraftWanted {
  kind: 'invoice' | 'deposit'
  client_id: number
  title: string | null
  lines: DocumentLine[]
  discount_bp: number
  discount_cents: number
  discount_label: string | null
  order_number: string | null
  /** `quote:12` */
  source: string
  service_from: string | null
  service_to: string | null
  /** Deposit invoices of this source that are issued are deducted. */
  deduct_deposits: boolean
}

export interface OpenInvoice {
  invoice_id: number
  number: string | null
  kind: InvoiceKind
  state: 'draft' | 'issued'
  client_id: number
  client_name: string
  email: string | null
  language: 'fr' | 'en'
  currency: string
  total_cents: number
  /** What is left to pay. */
  open_cents: number
  title: string | null
  /** The open page, whole; null before it is issued. */
  href: string | null
}

export interface MoneyIn {
  /** Null only when an invoice says whose it is. */
  client_id: number | null
  cents: number
  currency: string
  method: PaymentMethod
  paid_on: string
  reference: string | null
  payer: string | null
  /** Whoever sends money twice is heard once: `stripe:pi_…`, `bank:12`; null for what people type. */
  external: string | null
  /** To which invoices, at most so much each; what is left goes to the client's credit. */
  allocate: { invoice_id: number; cents: number | null }[]
}

export interface MoneyBack {
  /** The payment by its id, or by what it was called outside. */
  payment: { id: number } | { external: string }
  cents: number
  paid_on: string
  reference: string | null
  external: string | null
  reason: string
  /** Money by which means; null: that of the payment. */
  method: PaymentMethod | null
}

export interface MoneyRecorded {
  payment_id: number
  repeated: boolean
  allocated: { invoice_id: number; cents: number; open_cents: number }[]
  credited_cents: number
}

export interface Payable {
  invoice_id: number
  number: string
  client_id: number
  client_name: string
  issue_date: string
  due_date: string
  open_cents: number
  currency: string
  /** How sure, 0 to 100, and why: locale keys `invoices.match.*`. */
  score: number
  reasons: string[]
}

export interface Balance {
  open_cents: number
  overdue_cents: number
  /** Of the oldest overdue invoice; 0 for none. */
  overdue_days: number
  credit_cents: number
}

export interface InvoiceOfSource {
  invoice_id: number
  kind: InvoiceKind
  state: 'draft' | 'issued'
  number: string | null
  total_cents: number
  open_cents: number
  currency: string
  href: string
}

/** 380, 386, 381, 384 of UNTDID 1001. */
export const invoiceKinds = { invoice: 380, deposit: 386, credit_note: 381, corrected: 384 } as const
export type InvoiceKind = keyof typeof invoiceKinds

export const paymentMethods = ['transfer', 'card', 'cash', 'cheque', 'direct_debit', 'stripe', 'other'] as const
export type PaymentMethod = (typeof paymentMethods)[number]

export { isCurrency } from './codes.ts'
export type { VatTotal }
