import { inEuros, isPriced, totals } from '@patchbay/core'
import type { Totals, VatTotal, WholeDiscount } from '@patchbay/core'
import type { DocumentLine } from '../contract.ts'

/** What a document comes to, as its row keeps it. */
export interface Amounts {
  net_cents: number
  vat_cents: number
  total_cents: number
  prepaid_cents: number
  due_cents: number
  vat: VatTotal[]
  eur_vat_cents: number | null
  eur_total_cents: number | null
}

/** Totals of those lines that have a price; headings and texts count nothing. */
export const totalsOf = (lines: readonly DocumentLine[], whole?: WholeDiscount): Totals =>
  totals(lines.filter(isPriced), whole)

/** `exchange_rate`: EUR for one of the currency, as it is stored; null in EUR, and while it is not known. */
export function amountsOf(
  made: Totals,
  { prepaid_cents, currency, exchange_rate }: { prepaid_cents: number; currency: string; exchange_rate: string | null }
): Amounts {
  const { net_cents, vat_cents, total_cents, vat } = made
  const euros = (cents: number): number | null =>
    currency === 'EUR' ? cents : exchange_rate === null ? null : inEuros(cents, exchange_rate)
  return {
    net_cents,
    vat_cents,
    total_cents,
    prepaid_cents,
    due_cents: total_cents - prepaid_cents,
    vat,
    eur_vat_cents: euros(vat_cents),
    eur_total_cents: euros(total_cents)
  }
}
