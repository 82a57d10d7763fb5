/*
 * What other plugins may know of the studio's legal card: who issues its papers, in which words, in what look. Whoever
 * makes a paper freezes the answer with it.
 */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** The card, its look, a wording or an account is another. */
    'legal.changed': { card_id: number }
  }
  interface Questions {
    /**
     * Who issues a paper of that day, in the words valid then. Legal answers, always; `missing` says what must be filled in
     * before the first invoice.
     */
    'legal.seller': { input: { on: string; language: 'fr' | 'en' }; answer: Seller }
    /** The studio's accounts, for journals. Legal answers, always. */
    'legal.accounts': { input: Record<string, never>; answer: Accounts }
    /** What was bought in a period, by the supplier's date of issue: for VAT and the journal of purchases. */
    'legal.purchases': { input: Period; answer: Purchase[] }
    /** What work cost in a period, for profit by client and project: expenses, hours, hire. */
    'legal.costs': { input: Period; answer: Cost[] }
    /** Money that may come in after a day and is not invoiced yet: quotes that wait, each with how sure it is. */
    'legal.forecast': { input: { after: string }; answer: Coming[] }
  }
}

/** How the studio stands with VAT: as usual, not at all (franchise en base), and whether it is due on invoices (débits). */
export const vatRegimes = ['normal', 'franchise'] as const
export type VatRegime = (typeof vatRegimes)[number]

/** The dated sentences of French papers. */
export const wordingCodes = [
  'franchise',
  'reverse_charge',
  'intra_community',
  'export',
  'exempt',
  'debits',
  'late_penalty',
  'recovery_fee',
  'early_payment',
  'quote_acceptance',
  'withdrawal',
  'deposit',
  'arrhes'
] as const
export type WordingCode = (typeof wordingCodes)[number]

/** A postal address as it is printed. `country` is ISO 3166-1 alpha-2. */
export interface Address {
  address: string
  postal_code: string
  city: string
  country: string
}

/** The issuer of a paper, as it is frozen with it. */
export interface Seller extends Address {
  name: string
  /** The trade name, when it is another than the legal one. */
  trade_name: string | null
  /** `SARL`, `SAS`, `EI`… */
  legal_form: string
  /** Cents; null for those that have none. */
  capital_cents: number | null
  siren: string | null
  siret: string | null
  vat_number: string | null
  /** `RCS Rennes`, without the number; or `RM …`; null when none is due. */
  register: string | null
  email: string | null
  phone: string | null
  website: string | null
  /** The address of electronic invoices in scheme 0225: begins with the SIREN. */
  electronic_address: string | null
  iban: string | null
  bic: string | null
  /** Whose account it is, when it is not the seller's name. */
  account_holder: string | null
  vat_regime: VatRegime
  /** VAT on services falls due with the invoice and not with its payment. */
  vat_on_debits: boolean
  /** Days from the issue to the due date, when the client has no terms; 0: at once. */
  payment_days: number
  /** End of the month after those days. */
  end_of_month: boolean
  /** The sentences valid on that day, in the language asked for. */
  wordings: Record<WordingCode, string>
  /** Printed at the foot of each paper, under the legal line; null for none. */
  footer: string | null
  /** Above the lines, under the head; null for none. */
  introduction: string | null
  logo_file_id: number | null
  /** `#rrggbb` */
  colour: string | null
  /** What must be filled in before anything may be issued: locale keys of `legal.missing.*`. Empty: all is there. */
  missing: string[]
}

/** Ledger accounts (plan comptable général), as typed on the card. */
export interface Accounts {
  clients: string
  services: string
  goods: string
  deposits: string
  vat_collected: string
  vat_pending: string
  bank: string
  cash: string
  card: string
  cheques: string
  expenses: string
  suppliers: string
  vat_deductible: string
  exchange_gain: string
  exchange_loss: string
  rounding: string
}

/** Both days included, `YYYY-MM-DD`. */
export interface Period {
  from: string
  to: string
}

export interface Purchase {
  id: number
  /** Of the paper. */
  day: string
  /** The supplier's number of it; ours when it has none. */
  piece: string
  label: string
  supplier: { id: number | null; name: string }
  /** What it was for, without VAT that is recovered. Less than nothing for a credit note. */
  lines: { account: string | null; cents: number }[]
  /** VAT that is recovered, by rate in hundredths of a per cent. */
  vat: { vat_rate: number; base_cents: number; vat_cents: number }[]
  /** With VAT: lines and VAT together. */
  total_cents: number
  /** What was paid of it so far, with the bank's own amount in EUR. */
  payments: {
    id: number
    day: string
    cents: number
    method: 'transfer' | 'card' | 'cash' | 'cheque' | 'direct_debit' | 'other'
  }[]
  /** Below `/s/<slug>`. */
  path: string
}

export interface Cost {
  day: string
  label: string
  cents: number
  client_id: number | null
  /** `project:3`; null: none. */
  project: string | null
  path: string
}

export interface Coming {
  day: string
  label: string
  client_id: number | null
  cents: number
  /** How sure, in hundredths of a per cent: 10000 is certain. */
  probability_bp: number
  kind: 'session' | 'quote'
  path: string
}
