/**
 * `T-034.524.680-1` or `T0345246801` as it is stored, `T0345246801`; undefined when it is not one or its check digit does
 * not fit (ISO 15707: 1 and each digit times its place, to the next ten).
 */
export function parseIswc(text: string): string | undefined {
  const code = text
    .toUpperCase()
    .replace(/^ISWC[\s:-]*/, '')
    .replace(/[\s\u2010-\u2015.-]/g, '')
  if (!/^T\d{10}$/.test(code)) return undefined
  const digits = Array.from(code.slice(1), Number)
  const sum = digits.slice(0, 9).reduce((all, digit, at) => all + digit * (at + 1), 1)
  return (10 - (sum % 10)) % 10 === digits[9] ? code : undefined
}

/** A stored code as people read it: `T-034.524.680-1`. */
export const showIswc = (code: string): string => code.replace(/^T(\d{3})(\d{3})(\d{3})(\d)$/, 'T-$1.$2.$3-$4')
