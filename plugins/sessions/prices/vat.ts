import { divRound } from '@patchbay/core'
import type { PriceLine } from '../price.ts'

/** The VAT of a price, by rate: computed on the sum of each, rounded once. */
export interface Vat {
  /** Whether the amounts of the lines are with it. */
  included: boolean
  rates: { vat_rate: number; vat_cents: number }[]
  net_cents: number
  gross_cents: number
}

/** A price agreed otherwise is at the rate of its first line, 20 % without any. */
export function vatOf(
  { lines, cents, override = false }: { lines: readonly PriceLine[]; cents: number; override?: boolean },
  included: boolean
): Vat {
  const sums = override
    ? [[lines[0]?.vat_rate ?? 2000, cents] as const]
    : [...Map.groupBy(lines, line => line.vat_rate)].map(
        ([rate, of]) => [rate, of.reduce((sum, line) => sum + line.cents, 0)] as const
      )
  const rates = sums.map(([vat_rate, sum]) => ({ vat_rate, vat_cents: vatIn(sum, vat_rate, included) }))
  const vat = rates.reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  return { included, rates, net_cents: included ? cents - vat : cents, gross_cents: included ? cents : cents + vat }
}

/** On top of `cents`, or contained in them. */
const vatIn = (cents: number, rate: number, included: boolean) =>
  Number(divRound(BigInt(cents) * BigInt(rate), BigInt(included ? 10_000 + rate : 10_000)))
