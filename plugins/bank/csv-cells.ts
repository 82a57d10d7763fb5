/** `24/11/2026`, `24.11.26`, `2026-11-24`, `20261124` as `YYYY-MM-DD`; null for what is no day. */
export function dayIn(text: string): string | null {
  const plain = text.trim()
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[T ])/.exec(plain)
  const french = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:$| )/.exec(plain)
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : [french?.[3], french?.[2], french?.[1]]
  if (!year || !month || !day) return null
  const whole = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const date = new Date(`${whole}T00:00:00Z`)
  return !Number.isNaN(+date) && date.toISOString().startsWith(whole) ? whole : null
}

/** `1 234,56`, `-1.234,56`, `1,234.56 EUR`, `45,00-`, `(45,00)`, `+45` as cents; null for what is no amount. */
export function centsIn(text: string): number | null {
  const plain = text.replace(/[\s\u00a0\u202f€'’]|EUR/gi, '').replace('−', '-')
  const [, open, before, digits, after] = /^(\()?([+-]?)([\d.,]+)([+-]|\))?$/.exec(plain) ?? []
  if (digits === undefined) return null
  const [, whole = '', decimals = ''] = /^((?:\d{1,3}(?:[.,]\d{3})+)|\d*)(?:[.,](\d{0,2}))?$/.exec(digits) ?? []
  if (whole + decimals === '') return null
  const cents = Number(whole.replace(/[.,]/g, '')) * 100 + Number(decimals.padEnd(2, '0'))
  if (!Number.isSafeInteger(cents)) return null
  const negative = before === '-' || after === '-' || (open !== undefined && after === ')')
  return negative && cents !== 0 ? -cents : cents
}
