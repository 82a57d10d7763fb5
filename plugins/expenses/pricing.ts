import { divRound, inEuros as atRate, share, vatOf, vatRates } from '@patchbay/core'
import type { VatCategory } from '@patchbay/core'
import type { LineInput } from './forms.ts'
import type { Category } from './category-queries.ts'

/** A line as it is stored: cents of the expense's currency. */
export interface ExpenseLine {
  label: string
  category_id: number | null
  vat_category: VatCategory
  vat_rate: number
  base_cents: number
  vat_cents: number
  recoverable_bp: number
  recoverable_cents: number
}

export interface Sums {
  net_cents: number
  vat_cents: number
  total_cents: number
  /** In EUR, as are those below. */
  recoverable_cents: number
  eur_net_cents: number
  eur_total_cents: number
}

/** What decides how much of the VAT comes back. */
export interface Regime {
  /** Franchise en base: nothing does. */
  franchise: boolean
  categories: ReadonlyMap<number, Category>
}

const french = new Set<number>(vatRates)

/** One of the rates of France, whose VAT the French state gives back. */
export const isFrenchRate = (vat_rate: number): boolean => french.has(vat_rate)

/** Lines as they were typed, with or without VAT, as they are stored. */
export function priceLines(lines: readonly LineInput[], with_vat: boolean, regime: Regime): ExpenseLine[] {
  return lines.map(({ label, category_id, amount_cents, vat_rate, vat_cents: typed, recoverable_bp }) => {
    const made = with_vat ? vatWithin(amount_cents, vat_rate) : vatOf(amount_cents, vat_rate)
    const vat_cents = typed ?? made
    const base_cents = with_vat ? amount_cents - vat_cents : amount_cents
    const vat_category: VatCategory = vat_rate > 0 || vat_cents !== 0 ? 'S' : 'E'
    const line = { label: label ?? '', category_id, vat_category, vat_rate, base_cents, vat_cents }
    return withRecovery({ ...line, recoverable_bp: recoverable_bp ?? 10_000 }, regime, recoverable_bp !== null)
  })
}

/** The VAT inside an amount, to the cent. */
const vatWithin = (cents: number, vat_rate: number): number =>
  Number(divRound(BigInt(cents) * BigInt(vat_rate), BigInt(10_000 + vat_rate)))

/**
 * A line with what of its VAT comes back: as its category says, or as it was typed (`chosen`); nothing in franchise, and
 * nothing of another country's VAT, which is asked back there.
 */
export function withRecovery(
  line: Omit<ExpenseLine, 'recoverable_cents'>,
  { franchise, categories }: Regime,
  chosen = false
): ExpenseLine {
  const usual = (line.category_id === null ? undefined : categories.get(line.category_id))?.recoverable_bp
  const none = franchise || !isFrenchRate(line.vat_rate)
  const recoverable_bp = none ? 0 : chosen ? line.recoverable_bp : (usual ?? line.recoverable_bp)
  return { ...line, recoverable_bp, recoverable_cents: share(line.vat_cents, recoverable_bp) }
}

/** What lines come to; `exchange_rate` is EUR for one of the currency, null in EUR. */
export function sumsOf(lines: readonly ExpenseLine[], exchange_rate: number | null): Sums {
  const of = (cents: (line: ExpenseLine) => number) => lines.reduce((sum, line) => sum + cents(line), 0)
  const net_cents = of(line => line.base_cents)
  const vat_cents = of(line => line.vat_cents)
  return {
    net_cents,
    vat_cents,
    total_cents: net_cents + vat_cents,
    recoverable_cents: inEuros(
      of(line => line.recoverable_cents),
      exchange_rate
    ),
    eur_net_cents: inEuros(net_cents, exchange_rate),
    eur_total_cents: inEuros(net_cents + vat_cents, exchange_rate)
  }
}

/** Cents of a currency as cents of EUR, to the cent. */
export const inEuros = (cents: number, exchange_rate: number | null): number =>
  atRate(cents, exchange_rate === null ? null : exchange_rate.toFixed(8))
