import { drawCode } from './codes.ts'
import type { Fact } from './paper.ts'
import type { PaperParty, PaymentBox, PricedPaper } from './priced.ts'
import { bodyWidth, page, quiet, shade, styles } from './sheet.ts'
import type { Column, Line, Sheet, Style } from './sheet.ts'
import type { Words } from './priced-words.ts'

const gutter = 20
const half = (bodyWidth - gutter) / 2
const right = page.left + half + gutter
const small: Style = { ...styles.small, size: 8, leading: 11 }
const fine: Style = { ...small, size: 7, leading: 9.5 }
const body: Style = { ...styles.body, size: 9.5, leading: 13 }

/** Logo and title, both parties side by side, what is to know, the introduction. */
export function drawHead(sheet: Sheet, paper: PricedPaper): void {
  const { from, to } = paper
  sheet.y = 42
  const logo = from.logo
  if (logo) sheet.picture(logo, page.left, sheet.y, 180, 46)
  const who = logo ? [] : sheet.lines(from.name, half, { ...styles.heading, size: 15, leading: 20 })
  const title = [
    ...sheet.lines(paper.kind, half, { ...styles.title, size: 18, leading: 24 }),
    ...(paper.number ? sheet.lines(paper.number, half, { ...styles.subtitle, size: 12, leading: 16 }) : [])
  ]
  const top = sheet.y
  sheet.flow([
    { x: page.left, width: half, lines: who },
    { x: right, width: half, align: 'right', lines: title }
  ])
  sheet.y = Math.max(sheet.y, logo ? top + 50 : 0)
  sheet.rule(sheet.y + 5, colourOf(from.colour), 2)
  sheet.y += 19
  drawParties(sheet, from, to)
  if (paper.subject) {
    sheet.flow([{ x: page.left, width: bodyWidth, lines: sheet.lines(paper.subject, bodyWidth, styles.heading) }])
    sheet.y += 6
  }
  drawFacts(sheet, paper.facts)
  if (paper.introduction) {
    sheet.flow([{ x: page.left, width: bodyWidth, lines: sheet.lines(paper.introduction, bodyWidth, body) }])
    sheet.y += 8
  }
}

function drawParties(sheet: Sheet, from: PaperParty, to: PaperParty & { label: string }): void {
  const party = ({ name, lines }: PaperParty, width: number): Line[] => [
    ...sheet.lines(name, width, { ...body, cut: 'semibold' }),
    ...lines.flatMap(line => sheet.lines(line, width, body))
  ]
  const inner = half - 24
  const left = party(from, half)
  const buyer = [...sheet.lines(to.label, inner, { ...small, colour: quiet }), ...party(to, inner)]
  const height = (lines: Line[]) => lines.reduce((sum, { style }) => sum + style.leading, 0)
  const [top, most] = [sheet.y, Math.max(height(left), height(buyer) + 16)]
  sheet.fill(right, top, half, most, shade)
  sheet.flow([{ x: page.left, width: half, lines: left }])
  sheet.y = top + 8
  sheet.flow([{ x: right + 12, width: inner, lines: buyer }])
  sheet.y = top + most + 14
}

/** Four beside one another; those that need more go on in the next row. */
function drawFacts(sheet: Sheet, facts: readonly Fact[]): void {
  let row: Column[] = []
  let taken = 0
  const draw = () => {
    sheet.flow(row, { together: true })
    sheet.y += 6
    row = []
    taken = 0
  }
  for (const { label, value } of facts) {
    const places = placesFor(sheet, value)
    if (taken + places > 4) draw()
    const width = widthOf(places)
    const lines = [...sheet.lines(label, width, small), ...sheet.lines(value, width, fact)]
    row.push({ x: page.left + taken * (widthOf(1) + gutter), width, lines })
    taken += places
  }
  if (row.length > 0) draw()
  sheet.y += 6
}

const fact: Style = { ...body, cut: 'semibold' }
const widthOf = (places: number): number => (places * (bodyWidth + gutter)) / 4 - gutter

/** Of four places, as many as the longest word needs: a reference is copied whole. */
function placesFor(sheet: Sheet, value: string): number {
  const words = value.split(/\s+/)
  return [1, 2].find(places => words.every(word => sheet.lines(word, widthOf(places), fact).length === 1)) ?? 4
}

/**
 * VAT by rate on the left, what it all comes to on the right, on one page. The sentences of law stand under the VAT when
 * there is room: then the answer is true.
 */
export function drawTotals(sheet: Sheet, paper: PricedPaper, say: Words): boolean {
  const { totals, due } = paper
  const rows = totalRows(paper, say)
  const [left, right_] = [totals.vat.length * 17 + 32, rows.length * 16 + 46]
  const notes = paper.notes.map(note => sheet.lines(note, half - 8, fine))
  const notesHeight = notes.reduce((sum, lines) => sum + lines.length * fine.leading + 2, 0)
  const beside = left + notesHeight <= right_ + 50
  sheet.keep(Math.max(right_, left + (beside ? notesHeight : 0)))
  const top = sheet.y
  drawVat(sheet, paper, say)
  if (beside) {
    sheet.y += 8
    for (const lines of notes) {
      sheet.flow([{ x: page.left, width: half - 8, lines }])
      sheet.y += 2
    }
  }
  const afterVat = sheet.y
  sheet.y = top
  for (const { label, amount, style } of rows) sumRow(sheet, label, amount, style)
  if (due) {
    sheet.fill(right, sheet.y + 1, half, 25, colourOf(paper.from.colour))
    sheet.y += 6
    const white: Style = { ...styles.strong, size: 11, leading: 15, colour: textOn(colourOf(paper.from.colour)) }
    sumRow(sheet, due.label, say.money(due.cents), white, 8)
    sheet.y += 6
  }
  sheet.y = Math.max(sheet.y, afterVat) + 6
  for (const remark of paper.remarks) {
    sheet.flow([{ x: page.left, width: bodyWidth, lines: sheet.lines(remark, bodyWidth, small) }])
  }
  sheet.y += 8
  return beside
}

function totalRows(paper: PricedPaper, say: Words): { label: string; amount: string; style: Style }[] {
  const { totals, deducted, discount_label, due } = paper
  const { t, money } = say
  const last = { ...styles.strong, size: 10.5, leading: 16 }
  const row = (label: string, cents: number, style: Style = body) => ({ label, amount: money(cents), style })
  return [
    ...(totals.discount_cents === 0
      ? []
      : [
          row(t('papers.lines'), totals.line_cents),
          row(discount_label ?? t('papers.whole_discount'), -totals.discount_cents),
          ...discountsByRate(totals, say)
        ]),
    row(t('papers.total_net'), totals.net_cents),
    row(t('papers.total_vat'), totals.vat_cents),
    row(
      t('papers.total'),
      totals.total_cents,
      due && deducted.length === 0 && due.cents === totals.total_cents ? body : last
    ),
    ...deducted.map(({ label, cents }) => row(label, -cents)),
    ...(deducted.length > 1 ? [row(t('papers.deducted'), -deducted.reduce((sum, { cents }) => sum + cents, 0))] : [])
  ]
}

/** The parts of the discount that fall on each rate, when there are several. */
function discountsByRate(
  { vat }: PricedPaper['totals'],
  say: Words
): { label: string; amount: string; style: Style }[] {
  const parts = vat.filter(({ discount_cents }) => discount_cents !== 0)
  if (parts.length < 2 && vat.length < 2) return []
  return parts.map(({ vat_category, vat_rate, line_cents, discount_cents }) => {
    const values = { rate: say.rate(vat_category, vat_rate), cents: say.money(line_cents) }
    return { label: say.t('papers.discount_at', values), amount: say.money(-discount_cents), style: small }
  })
}

function sumRow(sheet: Sheet, label: string, amount: string, style: Style, inset = 4): void {
  const [wide, narrow] = [half * 0.6, half * 0.4 - inset]
  sheet.flow([
    { x: right + inset, width: wide - inset, lines: sheet.lines(label, wide - inset, style) },
    {
      x: right + wide,
      width: narrow,
      align: 'right',
      lines: sheet.figure(amount, narrow + 30, { ...style, tabular: true })
    }
  ])
  sheet.y += 2
}

function drawVat(sheet: Sheet, { totals }: PricedPaper, say: Words): void {
  const places = [0.3, 0.35, 0.35].map((part, index) => ({
    x: page.left + half * (index === 0 ? 0 : index === 1 ? 0.3 : 0.65),
    width: half * part - 4,
    align: index === 0 ? ('left' as const) : ('right' as const)
  }))
  const row = (cells: string[], style: Style) => {
    sheet.flow(
      places.map((place, index) => ({ ...place, lines: sheet.figure(cells[index] ?? '', place.width, style) }))
    )
    sheet.rule(sheet.y + 1, undefined, undefined, page.left, page.left + half)
    sheet.y += 3
  }
  const { t, money } = say
  row([t('papers.rate'), t('papers.base'), t('papers.amount')], { ...small, cut: 'semibold' })
  for (const { vat_category, vat_rate, base_cents, vat_cents } of totals.vat) {
    row([say.rate(vat_category, vat_rate), money(base_cents), money(vat_cents)], { ...body, size: 9, tabular: true })
  }
}

/** How to pay, in a frame, with squares to photograph. */
export function drawPayment(sheet: Sheet, { heading, facts, codes }: PaymentBox): void {
  const side = 84
  const taken = codes.length * (side + 14)
  const width = bodyWidth - 24 - taken
  const lines = [
    ...sheet.lines(heading, width, styles.strong),
    ...facts.flatMap(({ label, value }) => sheet.lines(`${label} : ${value}`.replace(' : ', '\u00a0: '), width, body))
  ]
  const text = lines.reduce((sum, { style }) => sum + style.leading, 0)
  const height = Math.max(text + 20, codes.length > 0 ? side + 34 : 0)
  sheet.keep(height + 10)
  const top = sheet.y
  sheet.box(page.left, top, bodyWidth, height)
  sheet.y = top + 10
  sheet.flow([{ x: page.left + 12, width, lines }])
  codes.forEach(({ content, caption }, index) => {
    const x = page.right - 12 - (codes.length - index) * (side + 14) + 14
    drawCode(sheet, content, x, top + 6, side)
    if (/^https?:/.test(content)) sheet.pdf.link(x, top + 6, side, side, content)
    sheet.y = top + side + 8
    const captions = sheet.lines(caption, side, { ...small, size: 7, leading: 9 }).slice(0, 2)
    sheet.flow([{ x, width: side, align: 'center', lines: captions }])
  })
  sheet.y = top + height + 12
}

/** Sentences of law. */
export function drawNotes(sheet: Sheet, notes: readonly string[]): void {
  for (const note of notes) {
    const lines = sheet.lines(note, bodyWidth, small)
    sheet.flow([{ x: page.left, width: bodyWidth, lines }], { together: lines.length < 10 })
    sheet.y += 2
  }
}

/** On every page: who the seller is in law, the page's number; the title on those after the first; a stamp across. */
export function drawFeet(sheet: Sheet, paper: PricedPaper, { t }: Words): void {
  const { start, count } = sheet.pdf.bufferedPageRange()
  for (let index = 0; index < count; index++) {
    sheet.pdf.switchToPage(start + index)
    const foot = [paper.legal_line, paper.footer]
      .filter(text => text !== null && text !== '')
      .flatMap(text => sheet.lines(text ?? '', bodyWidth - 50, fine))
      .slice(0, 4)
    let y = page.bottom + 10
    sheet.rule(y - 4)
    for (const { text = '' } of foot) {
      sheet.write(text, page.left, y, fine)
      y += fine.leading
    }
    const number = t('papers.page', { page: index + 1, pages: count })
    sheet.write(number, page.right - 50, page.bottom + 10, fine, { width: 50, align: 'right' })
    if (index > 0) {
      const [whose] = sheet.lines(`${paper.from.name} — ${paper.title}`, bodyWidth, small)
      sheet.write(whose?.text ?? '', page.left, 32, small)
    }
    if (paper.stamp) stamp(sheet, paper.stamp)
  }
}

function stamp(sheet: Sheet, text: string): void {
  const { pdf } = sheet
  pdf.save().rotate(-52, { origin: [page.width / 2, page.height / 2] })
  // seen through: what is under it is read as well
  pdf.fillOpacity(0.14)
  const style: Style = { cut: 'semibold', size: 84, leading: 100, colour: '#57534e' }
  sheet.write(text, 0, page.height / 2 - 50, style, { width: page.width, align: 'center' })
  pdf.restore()
}

const colourOf = (colour: string | null | undefined) =>
  /^#[0-9a-f]{6}$/i.test(colour ?? '') ? (colour ?? '') : '#292524'

/** White on dark grounds, ink on light ones. */
function textOn(ground: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => Number.parseInt(ground.slice(at, at + 2), 16) / 255)
  const light = (part: number) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
  const luminance = 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
  return luminance > 0.36 ? '#1c1917' : '#ffffff'
}
