import type { Totals, Unit } from '../totals.ts'
import type { VatCategory } from '../totals.ts'
import { newPdf } from './archive.ts'
import type { PdfHead } from './archive.ts'
import type { Fact, Signature } from './paper.ts'
import { Paper } from './paper.ts'
import { drawFeet, drawHead, drawNotes, drawPayment, drawTotals } from './priced-parts.ts'
import { drawRows } from './priced-table.ts'
import { words } from './priced-words.ts'
import type { Words } from './priced-words.ts'
import { Sheet } from './sheet.ts'

/** What a paper with prices says: a quote, an invoice, a credit note. Amounts are cents of `currency`. */
export interface PricedPaper extends Omit<PdfHead, 'author'> {
  /** `Facture`; `title` is the whole of it with its number. */
  kind: string
  number: string | null
  /** What it is about. */
  subject: string | null
  from: PaperParty & { logo?: Buffer | null; colour?: string | null }
  to: PaperParty & { label: string }
  /** Where it is delivered, when that is elsewhere; anything else that stands beside the parties. */
  facts: readonly Fact[]
  introduction: string | null
  currency: string
  rows: readonly PaperRow[]
  totals: Pick<Totals, 'vat' | 'line_cents' | 'discount_cents' | 'net_cents' | 'vat_cents' | 'total_cents'>
  discount_label: string | null
  /** What is taken off the total: deposits, what is paid already. Positive. */
  deducted: readonly { label: string; cents: number }[]
  /** What is left; null where nothing is asked for. */
  due: { label: string; cents: number } | null
  /** Under the totals: the rate of exchange, VAT in euros. */
  remarks: readonly string[]
  payment: PaymentBox | null
  /** Boxes to sign in. */
  signatures?: readonly Signature[]
  /** Sentences of law, small. */
  notes: readonly string[]
  /** At the foot of every page: who the seller is in law; their own sentence. */
  legal_line: string
  footer: string | null
  /** Across every page of what is not valid yet: `BROUILLON`. */
  stamp?: string | null
}

/** Somebody on a paper: name in bold, the rest line by line. */
export interface PaperParty {
  name: string
  lines: readonly string[]
}

/** A row of the table. Sections add up what is under them, options stand aside. */
export type PaperRow =
  | { kind: 'section'; label: string }
  | { kind: 'text'; label: string; description: string | null }
  | PaperLine

export interface PaperLine {
  kind: 'line'
  label: string
  description: string | null
  quantity: number
  unit: Unit
  /** Millionths of the currency's unit. */
  unit_micros: number
  discount_bp: number
  discount_cents: number
  vat_category: VatCategory
  vat_rate: number
  net_cents: number
  /** Offered beside the rest, not in its total. */
  optional?: boolean
}

/** How to pay it. */
export interface PaymentBox {
  heading: string
  facts: readonly Fact[]
  /** Squares to photograph, with what is under each; an address among them can be clicked. */
  codes: readonly { content: string; caption: string }[]
}

/** A beautiful A4 of prices. The same content with the same `created` gives the same bytes. @throws Error for a logo that is neither PNG nor JPEG. */
export async function pricedPaper(content: PricedPaper, t: Words['t']): Promise<Buffer> {
  const { pdf, done } = await newPdf({ ...content, author: content.from.name })
  const sheet = new Sheet(pdf)
  const say = words(t, content.locale, content.currency)
  drawHead(sheet, content)
  drawRows(sheet, content, say)
  const noted = drawTotals(sheet, content, say)
  if (content.payment) drawPayment(sheet, content.payment)
  if (content.signatures?.length) new Paper(sheet).space(6).signatures(content.signatures)
  if (!noted) drawNotes(sheet, content.notes)
  drawFeet(sheet, content, say)
  pdf.end()
  return done
}
