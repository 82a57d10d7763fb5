/** `FR-6V8-26-00012`, `fr6v82600012` or `ISRC FR6V82600012` as it is stored, without hyphens; undefined for anything else. */
export function parseIsrc(text: string): string | undefined {
  const code = text
    .toUpperCase()
    .replace(/^ISRC[\s:-]*/, '')
    .replace(/[\s\u2010-\u2015.-]/g, '')
  return /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(code) ? code : undefined
}

/** A stored code as people read it: `FR-6V8-26-00012`. */
export const showIsrc = (code: string): string => code.replace(/^(.{2})(.{3})(\d{2})(\d{5})$/, '$1-$2-$3-$4')

/** The root of a registrant, five signs, from `FR-6V8` or `fr6v8`. */
export function parseRoot(text: string): string | undefined {
  const root = text.toUpperCase().replace(/[\s\u2010-\u2015.-]/g, '')
  return /^[A-Z]{2}[A-Z0-9]{3}$/.test(root) ? root : undefined
}

export const showRoot = (prefix: string): string => prefix.replace(/^(.{2})(.{3})$/, '$1-$2')

/** The highest number of a root in a year. */
export const lastNumber = 99_999

/** The code of a number, 1 to 99999, of a root in a year of two digits. */
export const isrcOf = (prefix: string, year: number, number: number): string =>
  `${prefix}${String(year).padStart(2, '0')}${String(number).padStart(5, '0')}`
