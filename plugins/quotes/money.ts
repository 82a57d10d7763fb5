import { isPriced, lineTotal, share, shareOut, totals, vatOf, withoutVat } from '@patchbay/core'
import type { Totals, TypedLine, VatTotal, WholeDiscount } from '@patchbay/core'
import type { DocumentLine } from '../invoices/contract.ts'

/** Whether a line is in the total: priced, and taken if it is an option. */
export const isCounted = (line: Pick<TypedLine, 'kind' | 'optional' | 'chosen'>): boolean =>
  isPriced(line) && (!line.optional || line.chosen)

/** What a quote comes to with the options that are chosen. */
export const quoteTotals = (lines: readonly TypedLine[], whole: WholeDiscount): Totals =>
  totals(lines.filter(isCounted), { discount_bp: whole.discount_bp, discount_cents: whole.discount_cents })

/** Each line with what it comes to by itself, options too. */
export const withNets = <Line extends TypedLine>(lines: readonly Line[]): (Line & { net_cents: number })[] =>
  lines.map(line => ({ ...line, net_cents: isPriced(line) ? lineTotal(line).net_cents : 0 }))

/** A deposit as it is agreed: hundredths of a per cent of the total, or an amount with VAT. */
export interface DepositAsked {
  deposit_bp: number
  deposit_cents: number
}

/** The bases of a deposit, one for each VAT rate of the whole. */
export interface DepositPart extends Pick<VatTotal, 'vat_category' | 'vat_rate'> {
  net_cents: number
}

/** A deposit shared out over the rates of the whole; nothing when none is asked. */
export function depositParts(
  { vat, total_cents }: { vat: readonly VatTotal[]; total_cents: number },
  { deposit_bp, deposit_cents }: DepositAsked
): DepositPart[] {
  const asked = Math.min(deposit_bp > 0 ? share(total_cents, deposit_bp) : deposit_cents, total_cents)
  if (asked <= 0) return []
  const weights = vat.map(({ base_cents, vat_cents }) => Math.max(0, base_cents + vat_cents))
  return shareOut(asked, weights)
    .map((cents, index) => ({ cents, of: vat[index] as VatTotal }))
    .filter(({ cents }) => cents > 0)
    .map(({ cents, of: { vat_category, vat_rate } }) => {
      const [net_cents = 0] = withoutVat([cents], vat_rate)
      return { vat_category, vat_rate, net_cents }
    })
}

/** What a deposit comes to with VAT, as its invoice will: a cent beside the amount asked where no base makes it. */
export const depositTotal = (parts: readonly DepositPart[]): number =>
  parts.reduce((sum, { net_cents, vat_rate }) => sum + net_cents + vatOf(net_cents, vat_rate), 0)

/** A deposit as lines of its invoice. */
export function depositLines(parts: readonly DepositPart[], label: (part: DepositPart) => string): DocumentLine[] {
  return parts.map(part => ({
    kind: 'line' as const,
    label: label(part),
    description: null,
    quantity: 1,
    unit: 'flat' as const,
    unit_micros: part.net_cents * 10_000,
    discount_bp: 0,
    discount_cents: 0,
    vat_category: part.vat_category,
    vat_rate: part.vat_rate,
    nature: 'service' as const,
    account: null,
    item_id: null,
    source: null
  }))
}
