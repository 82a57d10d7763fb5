import { lineTotal } from '../totals.ts'
import { bodyWidth, page, quiet, shade, styles } from './sheet.ts'
import type { Column, Line, Sheet, Style } from './sheet.ts'
import type { PaperLine, PaperRow, PricedPaper } from './priced.ts'
import type { Words } from './priced-words.ts'

const pad = 4
const cell: Style = { ...styles.body, size: 9, leading: 12.5 }
const strong: Style = { ...cell, cut: 'semibold' }
const under: Style = { ...styles.small, size: 8, leading: 11 }

interface Place {
  key: 'item' | 'quantity' | 'unit_price' | 'discount' | 'vat' | 'net'
  x: number
  width: number
  align: 'left' | 'right'
}

/** The lines under a head that every page repeats; what is under a section heading is summed at its end. */
export function drawRows(sheet: Sheet, { rows }: PricedPaper, say: Words): void {
  const places = placesFor(rows.some(row => row.kind === 'line' && (row.discount_bp > 0 || row.discount_cents !== 0)))
  const head = () => drawHeadRow(sheet, places, say)
  sheet.keep(90)
  head()
  let section: { label: string; cents: number; lines: number } | undefined
  const closeSection = () => {
    if (section && section.lines > 0) drawSubtotal(sheet, section, say, head)
    section = undefined
  }
  for (const row of rows) {
    if (row.kind === 'section') {
      closeSection()
      section = { label: row.label, cents: 0, lines: 0 }
      drawSection(sheet, row.label, head)
    } else if (row.kind === 'text') {
      drawText(sheet, row, head)
    } else {
      drawLine(sheet, places, row, say, head)
      if (section && !row.optional) {
        section.cents += row.net_cents
        section.lines += 1
      }
    }
  }
  closeSection()
  sheet.y += 6
}

function placesFor(discounts: boolean): Place[] {
  const widths: [Place['key'], number][] = [
    ['quantity', 58],
    ['unit_price', 84],
    ...(discounts ? ([['discount', 62]] as [Place['key'], number][]) : []),
    ['vat', 44],
    ['net', 84]
  ]
  const taken = widths.reduce((sum, [, width]) => sum + width, 0)
  let x = page.left
  return [['item', bodyWidth - taken] as const, ...widths].map(([key, width]) => {
    const place: Place = { key, x: x + pad, width: width - 2 * pad, align: key === 'item' ? 'left' : 'right' }
    x += width
    return place
  })
}

function drawHeadRow(sheet: Sheet, places: readonly Place[], { t }: Words): void {
  const style: Style = { ...styles.small, size: 8, leading: 11, cut: 'semibold' }
  const columns = places.map(place => ({ ...place, lines: sheet.lines(t(`papers.${place.key}`), place.width, style) }))
  const height = Math.max(...columns.map(({ lines }) => lines.length)) * style.leading + 8
  sheet.fill(page.left, sheet.y, bodyWidth, height, shade)
  sheet.y += 4
  sheet.flow(columns)
  sheet.y += 7
}

function drawSection(sheet: Sheet, label: string, head: () => void): void {
  turnFor(sheet, 50, head)
  sheet.y += 3
  const width = bodyWidth - 2 * pad
  const lines = sheet.lines(label, width, { ...strong, size: 10, leading: 14 })
  sheet.flow([{ x: page.left + pad, width, lines }], { together: true, onPage: head })
  sheet.rule(sheet.y + 2)
  sheet.y += 6
}

function drawText(sheet: Sheet, row: Extract<PaperRow, { kind: 'text' }>, head: () => void): void {
  const width = bodyWidth - 2 * pad
  const lines = [row.label, row.description]
    .filter(text => text !== null)
    .flatMap(text => sheet.lines(text, width, { ...cell, colour: quiet }))
  sheet.flow([{ x: page.left + pad, width, lines }], { together: true, onPage: head })
  endRow(sheet)
}

function drawLine(sheet: Sheet, places: readonly Place[], line: PaperLine, say: Words, head: () => void): void {
  const columns: Column[] = places.map(place => ({ ...place, lines: linesIn(sheet, place, line, say) }))
  sheet.flow(columns, { together: true, onPage: head })
  endRow(sheet)
}

function linesIn(sheet: Sheet, { key, width }: Place, line: PaperLine, say: Words): Line[] {
  const figure: Style = { ...cell, tabular: true, ...(line.optional && { colour: quiet }) }
  const one = (text: string, style = figure) => sheet.lines(text, width, style)
  switch (key) {
    case 'item':
      return [
        ...one(line.label, { ...cell, ...(line.optional && { colour: quiet }) }),
        ...(line.description ? one(line.description, under) : []),
        ...(line.discount_bp > 0 ? one(partOf(line, say), under) : []),
        ...(line.optional ? one(say.t('papers.option'), { ...under, cut: 'italic' }) : [])
      ]
    case 'quantity':
      return one(say.quantity(line.quantity, line.unit))
    case 'unit_price':
      return sheet.figure(say.price(line.unit_micros), width, figure)
    case 'discount':
      return sheet.figure(discountOf(line, say), width, figure)
    case 'vat':
      return one(say.rate(line.vat_category, line.vat_rate))
    default:
      return sheet.figure(say.money(line.net_cents), width, figure)
  }
}

/** What a discount takes off, as an amount: what it is a part of is said under the item. */
function discountOf({ discount_bp, discount_cents, ...line }: PaperLine, say: Words): string {
  const taken = discount_bp > 0 ? grossOf(line) - line.net_cents : discount_cents
  return taken === 0 ? '' : say.money(-taken)
}

const partOf = (line: PaperLine, say: Words): string =>
  say.t('papers.discount_of', { percent: say.percent(line.discount_bp), cents: say.money(grossOf(line)) })

const grossOf = ({ quantity, unit_micros }: Pick<PaperLine, 'quantity' | 'unit_micros'>): number =>
  lineTotal({ quantity, unit_micros, discount_bp: 0, discount_cents: 0, vat_category: 'S', vat_rate: 0 }).gross_cents

function drawSubtotal(sheet: Sheet, section: { label: string; cents: number }, say: Words, head: () => void): void {
  const half = bodyWidth - 100
  const label = sheet.lines(say.t('papers.subtotal', { label: section.label }), half, { ...strong, colour: quiet })
  const amount = sheet.figure(say.money(section.cents), 100 - pad, { ...strong, tabular: true })
  sheet.flow(
    [
      { x: page.left, width: half, align: 'right', lines: label },
      { x: page.left + half, width: 100 - pad, align: 'right', lines: amount }
    ],
    { together: true, onPage: head }
  )
  sheet.rule(sheet.y + 2, '#a8a29e', 0.75)
  sheet.y += 8
}

function endRow(sheet: Sheet): void {
  sheet.rule(sheet.y + 2)
  sheet.y += 5
}

function turnFor(sheet: Sheet, height: number, head: () => void): void {
  const before = sheet.y
  sheet.keep(height)
  if (sheet.y < before) head()
}
