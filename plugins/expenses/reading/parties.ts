import { isIban } from '@patchbay/core/iban'

/** A SIREN among identifiers (SIREN, SIRET, electronic address), or in a French VAT number; null without one. */
export function sirenOf(identifiers: readonly (string | null)[], vat_number: string | null): string | null {
  for (const text of identifiers) {
    const [, siren] = /^(\d{9})(?:\d{5})?(?:_.*)?$/.exec(text?.replace(/[\s.]/g, '') ?? '') ?? []
    if (siren && isLuhn(siren)) return siren
  }
  return /^FR[0-9A-Z]{2}(\d{9})$/.exec(vat_number ?? '')?.[1] ?? null
}

/** The check digit of SIREN numbers. */
function isLuhn(digits: string): boolean {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((all, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 1 : 2)
      return all + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}

/** `FR 12 345678901` as it is stored; null for what cannot be one. */
export function vatNumberOf(text: string | null): string | null {
  const plain = text?.replace(/[\s.-]/g, '').toUpperCase() ?? ''
  return /^[A-Z]{2}[0-9A-Z]{2,13}$/.test(plain) ? plain : null
}

export const countryOf = (text: string | null): string | null =>
  text && /^[A-Z]{2}$/i.test(text) ? text.toUpperCase() : null

/** The first IBAN among account numbers that is one, by its check digits. */
export function ibanOf(texts: readonly (string | null)[]): string | null {
  for (const text of texts) {
    const plain = text?.replace(/\s/g, '').toUpperCase() ?? ''
    if (isIban(plain)) return plain
  }
  return null
}

export function bicOf(texts: readonly (string | null)[]): string | null {
  const plain = texts.map(text => text?.replace(/\s/g, '').toUpperCase() ?? '')
  return plain.find(text => /^[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?$/.test(text)) ?? null
}

/** `20261122` or `2026-11-22` (a zone may follow) as a day; null for what is none. */
export function dayOf(text: string | null): string | null {
  const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[TZ+-])/.exec(text ?? '') ?? []
  const plain = `${year}-${month}-${day}`
  const date = new Date(`${plain}T00:00:00Z`)
  return year && !Number.isNaN(+date) && date.toISOString().startsWith(plain) ? plain : null
}
