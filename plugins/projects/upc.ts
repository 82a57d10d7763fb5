/** The code of a release as shops read it: UPC-A of 12 digits or EAN-13, whose last digit proves the others (GS1, mod 10). */

/** Digits alone of what was typed, with spaces or hyphens between; undefined when it cannot be a code. */
export function readUpc(text: string): string | undefined {
  const digits = text.replace(/[\s-]/g, '')
  return /^\d{12,13}$/.test(digits) && upcCheck(digits.slice(0, -1)) === Number(digits.at(-1)) ? digits : undefined
}

/** The check digit of the digits before it: from the right, every other counts three times. */
export function upcCheck(digits: string): number {
  const sum = Array.from(digits)
    .toReversed()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0)
  return (10 - (sum % 10)) % 10
}
