import { z } from 'zod'

/** How numbers are written: `{year}` and `{n}`, six digits. At most 35 characters of `A-Z a-z 0-9 + - _ /` (BR-FR-01, -02). */
const pattern = (fallback: string) =>
  z
    .string()
    .trim()
    .refine(text => isPattern(text), 'invoices.issuing.errors.number_pattern')
    .default(fallback)

export const InvoiceSettings = z.object({
  invoice_number: pattern('F{year}-{n}'),
  credit_note_number: pattern('A{year}-{n}')
})

/** A document's number in its series. */
export function numberOf(settings: unknown, series: 'F' | 'A', year: number, sequence: number): string {
  const { invoice_number, credit_note_number } = InvoiceSettings.parse(settings)
  return fill(series === 'F' ? invoice_number : credit_note_number, year, sequence)
}

function isPattern(text: string): boolean {
  const most = fill(text, 2000, 9_999_999)
  return text.split('{n}').length === 2 && text.includes('{year}') && /^[A-Za-z0-9+_/-]{1,35}$/.test(most)
}

const fill = (text: string, year: number, sequence: number): string =>
  text.replaceAll('{year}', String(year)).replace('{n}', String(sequence).padStart(6, '0'))
