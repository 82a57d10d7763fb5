/*
 * Numbers by which people of the music are known, as they are typed: with spaces, dots, hyphens. Each function gives the
 * number as it is stored, or undefined when its check digits do not prove it.
 */

const bare = (text: string): string => text.replace(/[\s.-]/g, '').toUpperCase()

/** An IPI name number, 11 digits: the nine first, each times 10, 9, … 2, and the check make a multiple of 101. */
export function ipiOf(text: string): string | undefined {
  const digits = bare(text).padStart(11, '0')
  if (!/^\d{11}$/.test(digits)) return undefined
  const sum = Array.from(digits.slice(0, 9)).reduce((all, digit, place) => all + Number(digit) * (10 - place), 0)
  return (101 - (sum % 101)) % 101 === Number(digits.slice(9)) ? digits : undefined
}

/** An ISNI, 16 signs of which the last may be X: ISO 7064, MOD 11-2. */
export function isniOf(text: string): string | undefined {
  const signs = bare(text)
  if (!/^\d{15}[\dX]$/.test(signs)) return undefined
  const total = Array.from(signs.slice(0, 15)).reduce((all, digit) => ((all + Number(digit)) * 2) % 11, 0)
  const check = (12 - total) % 11
  return signs[15] === (check === 10 ? 'X' : String(check)) ? signs : undefined
}

/** An International Performer Number, 8 digits without a check. */
export function ipnOf(text: string): string | undefined {
  const digits = bare(text)
  return /^\d{8}$/.test(digits) ? digits : undefined
}

/** `0000000121032683` as people read it: `0000 0001 2103 2683`. */
export const readableIsni = (isni: string): string => isni.match(/.{4}/g)?.join(' ') ?? isni

/** `00017798450` as people read it: `00 01 77 98 450`. */
export const readableIpi = (ipi: string): string => ipi.replace(/^(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/, '$1 $2 $3 $4 $5')
