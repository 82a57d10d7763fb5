/*
 * Numbers that carry their own check. All take what was cleaned of spaces and points, in capitals.
 */

/** Nine digits whose Luhn sum is a multiple of ten. */
export const isSiren = (siren: string): boolean => /^\d{9}$/.test(siren) && luhn(siren) % 10 === 0

/** La Poste has more establishments than the key allows for: the sum of the digits of theirs is a multiple of five. */
const laPoste = '356000000'

/** Fourteen digits: a SIREN, then the establishment's five. */
export function isSiret(siret: string): boolean {
  if (!/^\d{14}$/.test(siret)) return false
  if (luhn(siret) % 10 === 0) return true
  return siret.startsWith(laPoste) && Array.from(siret).reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0
}

/** The French VAT number of a SIREN. */
export const frenchVat = (siren: string): string =>
  `FR${String((12 + 3 * (Number(siren) % 97)) % 97).padStart(2, '0')}${siren}`

/** As the member states and their neighbours write them, beginning with the country (VIES; GB, CH and NO beside it). */
const vatForms: Record<string, RegExp> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(\d{7}[A-Z]{1,2}|\d[A-Z+*]\d{5}[A-Z])$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  GB: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  CH: /^E\d{9}(MWST|TVA|IVA)?$/,
  NO: /^\d{9}(MVA)?$/
}

/** A VAT number in its country's form; a French one whose key is in digits has the right key. */
export function isVatNumber(number: string): boolean {
  const [country, rest] = [number.slice(0, 2), number.slice(2)]
  if (!vatForms[country]?.test(rest)) return false
  if (country !== 'FR') return true
  return /^\d{11}$/.test(rest) ? number === frenchVat(rest.slice(2)) : isSiren(rest.slice(2))
}

/** How long an IBAN is, by country (registry of SWIFT). */
const ibanLengths = new Set(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 ' +
    'FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 ' +
    'LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 ' +
    'SA24 SC31 SE24 SI19 SK24 SM27 TN24 TR26 UA29 VA22 VG24 XK20'
  ).split(' ')
)

/** As long as its country's are, and its check is right (ISO 7064, mod 97). */
export function isIban(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) || !ibanLengths.has(iban.slice(0, 2) + iban.length)) return false
  const digits = Array.from(iban.slice(4) + iban.slice(0, 4), sign => parseInt(sign, 36)).join('')
  return Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}

/** Eight or eleven signs: bank, country, place, branch (ISO 9362). */
export const isBic = (bic: string): boolean => /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic)

/** An IBAN as people read it: in fours. */
export const ibanInFours = (iban: string): string => iban.replace(/(.{4})(?=.)/g, '$1\u00a0')

/** How well a colour is read on white, from 1 to 21 (WCAG 2). `#rrggbb`. */
export function contrastOnWhite(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

/** Every second digit from the right doubled, those above nine less nine. */
function luhn(digits: string): number {
  return Array.from(digits)
    .toReversed()
    .reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
      return sum + (value > 9 ? value - 9 : value)
    }, 0)
}
