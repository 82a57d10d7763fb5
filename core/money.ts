/** Money is integer cents with its currency; never a float. A negative amount is a refund. */

/**
 * `numerator / denominator` as a whole number, halves away from zero: the one rounding of this house.
 * Both are whole numbers; the product before a division may exceed 2^53, so it is done on BigInt.
 */
export function divRound(numerator: bigint, denominator: bigint): bigint {
  if (denominator < 0n) return divRound(-numerator, -denominator)
  const half = denominator / 2n
  return numerator < 0n ? -((-numerator + half) / denominator) : (numerator + half) / denominator
}

/**
 * Cents of a currency in cents of EUR. `rate`: EUR for one of it, as the database gives it, `0.93120000`; null for EUR itself.
 */
export function inEuros(cents: number, rate: string | null): number {
  if (rate === null) return cents
  const [units = '0', decimals = ''] = rate.split('.')
  const rate_e8 = BigInt(units) * 100_000_000n + BigInt(decimals.slice(0, 8).padEnd(8, '0'))
  return Number(divRound(BigInt(cents) * rate_e8, 100_000_000n))
}

/** Cents for `minutes` at `centsPerHour`, rounded to the cent. */
export function priceForMinutes(minutes: number, centsPerHour: number): number {
  return Number(divRound(BigInt(minutes) * BigInt(centsPerHour), 60n))
}

/**
 * What a person typed (`45,50`, `1 250 €`, `1,250.00`) as cents, or undefined when it is no amount.
 * A comma or point followed by one or two last digits is the decimal sign; other marks group thousands.
 */
export function parseCents(text: string): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f€]|EUR/gi, '')
  const match = /^(-?)(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(plain)
  if (!match) return undefined
  const [, sign, units = '', decimals = ''] = match
  const cents = Number(units.replace(/[.,]/g, '')) * 100 + Number(decimals.padEnd(2, '0'))
  if (!Number.isSafeInteger(cents)) return undefined
  return sign === '-' ? -cents : cents
}

/** Cents as a person would type them back into a field: `45,50`, in French; `45.50` in English. */
export function centsField(cents: number, locale: 'fr' | 'en'): string {
  const text = (cents / 100).toFixed(2)
  return locale === 'fr' ? text.replace('.', ',') : text
}

/**
 * A decimal as people type it (`0,0125`, `1 250.5`, `12 %` less its sign), as a whole number of `10^-places`; undefined for
 * what is none, or has more decimals. `decimalOf('45,5', 6)` is 45,500,000: a unit price in millionths.
 */
export function decimalOf(text: string, places: number): number | undefined {
  const plain = text.replace(/[\s\u00a0\u202f€%]|EUR/gi, '')
  const match = /^(-?)(\d{1,13}|\d{1,3}(?:,\d{3})+(?=\.))(?:[.,](\d+))?$/.exec(plain)
  if (!match) return undefined
  const [, sign, units = '', decimals = ''] = match
  if (decimals.replace(/0+$/, '').length > places) return undefined
  const whole = Number(units.replace(/,/g, '') + decimals.slice(0, places).padEnd(places, '0'))
  if (!Number.isSafeInteger(whole)) return undefined
  return sign === '-' && whole > 0 ? -whole : whole
}

/** A whole number of `10^-places` as people would type it: at least `least` decimals, no more than it takes. */
export function decimalField(value: number, places: number, locale: 'fr' | 'en', least = 0): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0')
  const [units, all] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)]
  const decimals = all.replace(/0+$/, '').padEnd(least, '0')
  return (value < 0 ? '-' : '') + units + (decimals && (locale === 'fr' ? ',' : '.') + decimals)
}
