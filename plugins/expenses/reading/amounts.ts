import { vatCategories, vatOf } from '@patchbay/core'
import type { VatCategory } from '@patchbay/core'
import type { ReadLine, ReadVat } from './invoice.ts'

/** `1234.565` as cents, halves away from zero; null for what is no amount or larger than can be kept exactly. */
export function centsOf(text: string | null): number | null {
  const hundredths = text === null ? undefined : scaled(text, 2)
  return hundredths ?? null
}

/** `20.00` per cent as hundredths of a per cent; 0 for what is none. */
export const rateOf = (text: string | null): number => (text === null ? 0 : Math.max(0, scaled(text, 2) ?? 0))

/** `S` as it is; what EN 16931 does not know is outside the scope. */
export const categoryOf = (text: string | null): VatCategory =>
  vatCategories.find(category => category === text) ?? (text === 'L' || text === 'M' ? 'S' : 'O')

/** A decimal text as whole units of 10^-places. */
function scaled(text: string, places: number): number | undefined {
  const [, sign, whole = '', decimals = ''] = /^([+-]?)(\d{0,15})(?:\.(\d{0,30}))?$/.exec(text.trim()) ?? []
  if (sign === undefined || whole + decimals === '') return undefined
  const kept = decimals.slice(0, places).padEnd(places, '0')
  const up = Number(decimals[places] ?? 0) >= 5 ? 1n : 0n
  const value = Number(BigInt(`${whole || '0'}${kept}`) + up)
  if (!Number.isSafeInteger(value)) return undefined
  return sign === '-' && value !== 0 ? -value : value
}

/** Lines with the VAT of their rates shared out among them: each its own, the largest carries what rounding left over. */
export function shareVat(lines: readonly Omit<ReadLine, 'vat_cents'>[], vat: readonly ReadVat[]): ReadLine[] {
  const priced = lines.map(line => ({ ...line, vat_cents: vatOf(line.base_cents, line.vat_rate) }))
  for (const group of vat) {
    const own = priced.filter(line => line.vat_category === group.vat_category && line.vat_rate === group.vat_rate)
    const largest = own.toSorted((a, b) => Math.abs(b.base_cents) - Math.abs(a.base_cents))[0]
    if (largest) largest.vat_cents += group.vat_cents - sum(own.map(line => line.vat_cents))
  }
  return priced
}

export const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0)
