import { lazily } from '../lazily.ts'
import type { Sheet } from './sheet.ts'

const qrcode = lazily<typeof import('qrcode')>('qrcode', import.meta.url)

/** Draws a QR code of so many points a side, its quiet zone included; larger modules by less correction, level M as banks ask. */
export function drawCode(sheet: Sheet, content: string, x: number, y: number, size: number): void {
  const { modules } = qrcode().create(content, { errorCorrectionLevel: 'M' })
  const quietZone = 2
  const module = size / (modules.size + 2 * quietZone)
  sheet.fill(x, y, size, size, '#ffffff')
  for (let row = 0; row < modules.size; row++) {
    // one rectangle for each run of dark modules
    for (let column = 0; column < modules.size; column++) {
      const start = column
      while (column < modules.size && modules.get(row, column)) column++
      if (column === start) continue
      const [left, top] = [x + (start + quietZone) * module, y + (row + quietZone) * module]
      // a hair more than a module high: no white lines between rows on a screen
      sheet.pdf.rect(left, top, (column - start) * module, module + 0.05)
    }
  }
  sheet.pdf.fill('#000000')
}

/** A QR code as a PNG, for pages. */
export const codePng = (content: string): Promise<Buffer> =>
  qrcode().toBuffer(content, { errorCorrectionLevel: 'M', margin: 2, scale: 6 })

/**
 * The text of a SEPA transfer's QR code (EPC069-12, version 2): whose account, how much, what for. Undefined when there is
 * nothing to pay, or not in euros: the code knows no other currency.
 */
export function transferCode(transfer: {
  name: string
  iban: string
  bic: string | null
  cents: number
  currency: string
  text: string
}): string | undefined {
  const { name, iban, bic, cents, currency, text } = transfer
  if (currency !== 'EUR' || cents <= 0 || cents > 999_999_999_99) return undefined
  const amount = `EUR${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
  const line = (value: string, most: number) => Array.from(value.replace(/\s+/g, ' ').trim()).slice(0, most).join('')
  const lines = ['BCD', '002', '1', 'SCT', bic ?? '', line(name, 70), iban.replace(/\s/g, ''), amount]
  return [...lines, '', '', line(text, 140)].join('\n')
}
