/*
 * What reports ask of whoever knows: what was bought, what work cost, what is to come. Amounts are cents of EUR.
 */
declare module '@patchbay/core/plugin' {
  interface Questions {
    /** What was bought in a period, by the supplier's date of issue; for VAT and the journal of purchases. */
    'reports.purchases': { input: Period; answer: Purchase[] }
    /** What work cost in a period, for profit by client and project: expenses, hours, hire. */
    'reports.costs': { input: Period; answer: Cost[] }
    /** Money that may come in after a day: sessions that are booked and not billed, quotes that wait, each with how sure it is. */
    'reports.forecast': { input: { after: string }; answer: Coming[] }
  }
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
  /** When and how it was paid; null: not yet. */
  paid: { day: string; method: 'transfer' | 'card' | 'cash' | 'cheque' | 'direct_debit' | 'other' } | null
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
