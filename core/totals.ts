import { divRound } from './money.ts'

/*
 * What a priced document comes to: a quote, an invoice, a credit note, an expense. By EN 16931 (BR-CO-10 to 17, BR-S-8
 * and its sisters): VAT is made once for each category and rate, on the sum of the net lines. Everything is whole: cents,
 * quantities in ten-thousandths, unit prices in millionths, rates in hundredths of a per cent. Halves go away from zero,
 * so that a credit note mirrors its invoice.
 */

/** EN 16931's categories: standard, zero, exempt, reverse charge, inside the EU, export, outside the scope. */
export const vatCategories = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const
export type VatCategory = (typeof vatCategories)[number]

/** The rates of France, in hundredths of a per cent: mainland, and overseas (CGI art. 278 to 281 nonies, 294, 296). */
export const vatRates = [2000, 1000, 850, 550, 210, 175, 105, 90, 0] as const

/** What quantities are counted in, and their codes of UN/ECE recommendation 20. */
export const units = {
  piece: 'C62',
  hour: 'HUR',
  half_day: 'H87',
  day: 'DAY',
  lockout: 'DAY',
  minute: 'MIN',
  month: 'MON',
  year: 'ANN',
  kilometre: 'KMT',
  track: 'C62',
  flat: 'LS'
} as const
export type Unit = keyof typeof units

/** A line with its price, as it is stored; amounts are without VAT. */
export interface PricedLine {
  /** At most four decimals; less than nothing takes something back. */
  quantity: number
  /** Millionths of the currency's unit: 45 € are 45,000,000. Never less than nothing (BR-27). */
  unit_micros: number
  /** Taken off the line: hundredths of a per cent, or cents; never both. */
  discount_bp: number
  discount_cents: number
  vat_category: VatCategory
  /** Hundredths of a per cent; 0 unless the category is S. */
  vat_rate: number
}

/** Taken off the whole: hundredths of a per cent, or cents; never both. */
export interface WholeDiscount {
  discount_bp: number
  discount_cents: number
}

export interface LineTotal {
  gross_cents: number
  discount_cents: number
  net_cents: number
}

/** A rate's part of the document. `line_cents` before the discount of the whole, `base_cents` after it. */
export interface VatTotal {
  vat_category: VatCategory
  vat_rate: number
  line_cents: number
  discount_cents: number
  base_cents: number
  vat_cents: number
}

export interface Totals {
  lines: LineTotal[]
  /** In the order of the rates, highest first; then by category. */
  vat: VatTotal[]
  line_cents: number
  discount_cents: number
  net_cents: number
  vat_cents: number
  total_cents: number
}

/** The largest amount of a document: a hundred million euros. More is a slip of the hand. */
export const largestAmount = 100_000_000_00

/** What lines and a discount come to. @throws RangeError when an amount is larger than can be kept exactly. */
export function totals(lines: readonly PricedLine[], whole: WholeDiscount = none): Totals {
  const lineTotals = lines.map(lineTotal)
  const groups = new Map<string, VatTotal>()
  lines.forEach(({ vat_category, vat_rate }, index) => {
    const key = `${vat_category} ${vat_rate}`
    const group = groups.get(key) ?? {
      vat_category,
      vat_rate,
      line_cents: 0,
      discount_cents: 0,
      base_cents: 0,
      vat_cents: 0
    }
    group.line_cents += lineTotals[index]?.net_cents ?? 0
    groups.set(key, group)
  })
  const vat = [...groups.values()].toSorted(byRate)
  const line_cents = sum(vat.map(group => group.line_cents))
  shareDiscount(vat, line_cents, whole)
  for (const group of vat) {
    group.base_cents = group.line_cents - group.discount_cents
    group.vat_cents = vatOf(group.base_cents, group.vat_rate)
  }
  const discount_cents = sum(vat.map(group => group.discount_cents))
  const vat_cents = sum(vat.map(group => group.vat_cents))
  const net_cents = line_cents - discount_cents
  return {
    lines: lineTotals,
    vat,
    line_cents,
    discount_cents,
    net_cents,
    vat_cents,
    total_cents: safe(net_cents + vat_cents)
  }
}

const none: WholeDiscount = { discount_bp: 0, discount_cents: 0 }

/** Quantity × unit price, rounded, less the line's discount, rounded. */
export function lineTotal({ quantity, unit_micros, discount_bp, discount_cents }: PricedLine): LineTotal {
  const quantity_e4 = BigInt(Math.round(quantity * 10_000))
  // ten-thousandths × millionths are 10^-10 units: a cent is 10^8 of them
  const gross_cents = toNumber(divRound(quantity_e4 * BigInt(unit_micros), 100_000_000n))
  const discount = discount_bp > 0 ? share(gross_cents, discount_bp) : discount_cents
  return { gross_cents, discount_cents: discount, net_cents: safe(gross_cents - discount) }
}

/** VAT in cents of a base in cents at a rate in hundredths of a per cent. */
export const vatOf = (base_cents: number, vat_rate: number): number => share(base_cents, vat_rate)

/** So many hundredths of a per cent of an amount, to the cent. */
export const share = (cents: number, bp: number): number => toNumber(divRound(BigInt(cents) * BigInt(bp), 10_000n))

/**
 * `cents` in shares that are as `weights` (whole, 0 or more), by the largest remainder: their sum is `cents` exactly. All
 * weights 0: the first takes all.
 */
export function shareOut(cents: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  if (weights.length === 0) return []
  if (whole === 0n) return weights.map((_, index) => (index === 0 ? cents : 0))
  const sign = cents < 0 ? -1 : 1
  const parts = weights.map((weight, index) => {
    const exact = BigInt(Math.abs(cents)) * BigInt(weight)
    return { index, cents: Number(exact / whole), rest: exact % whole }
  })
  let left = Math.abs(cents) - sum(parts.map(part => part.cents))
  for (const part of parts.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0) break
    part.cents += 1
    left -= 1
  }
  return parts.map(part => (part.cents === 0 ? 0 : sign * part.cents))
}

/**
 * Amounts with VAT of one rate as amounts without, whose sum with VAT is the sum given (but for the one in six that 20 %
 * cannot make: that one is off by a cent).
 */
export function withoutVat(cents: readonly number[], vat_rate: number): number[] {
  const net = (amount: number) => toNumber(divRound(BigInt(amount) * 10_000n, BigInt(10_000 + vat_rate)))
  const parts = cents.map(net)
  const off = net(sum(cents)) - sum(parts)
  // the largest line carries what rounding left over
  const largest = cents.reduce(
    (best, amount, index) => (Math.abs(amount) > Math.abs(cents[best] ?? 0) ? index : best),
    0
  )
  return parts.map((part, index) => (index === largest ? part + off : part))
}

/**
 * An amount paid of a document as its VAT split: base and VAT of each rate, which sum to `cents` exactly. `vat` is that of
 * the whole document.
 */
export function splitVat(
  cents: number,
  vat: readonly Pick<VatTotal, 'vat_category' | 'vat_rate' | 'base_cents' | 'vat_cents'>[]
): VatShare[] {
  const parts = shareOut(
    cents,
    vat.map(group => Math.max(0, group.base_cents + group.vat_cents))
  )
  return vat.map(({ vat_category, vat_rate, base_cents, vat_cents }, index) => {
    const part = parts[index] ?? 0
    const whole = base_cents + vat_cents
    const tax = whole === 0 ? 0 : toNumber(divRound(BigInt(part) * BigInt(vat_cents), BigInt(whole)))
    return { vat_category, vat_rate, base_cents: part - tax, vat_cents: tax }
  })
}

export interface VatShare {
  vat_category: VatCategory
  vat_rate: number
  base_cents: number
  vat_cents: number
}

/** The discount of the whole falls on each rate as its lines weigh. */
function shareDiscount(vat: VatTotal[], line_cents: number, { discount_bp, discount_cents }: WholeDiscount): void {
  if (discount_bp > 0) {
    for (const group of vat) group.discount_cents = share(group.line_cents, discount_bp)
    return
  }
  if (discount_cents === 0 || line_cents <= 0) return
  const parts = shareOut(
    discount_cents,
    vat.map(group => Math.max(0, group.line_cents))
  )
  vat.forEach((group, index) => (group.discount_cents = parts[index] ?? 0))
}

const byRate = (a: VatTotal, b: VatTotal) => b.vat_rate - a.vat_rate || (a.vat_category < b.vat_category ? -1 : 1)

const sum = (amounts: readonly number[]): number => safe(amounts.reduce((all, amount) => all + amount, 0))

const toNumber = (value: bigint): number => safe(Number(value))

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError('an amount is larger than can be kept exactly')
  return value === 0 ? 0 : value
}
