import { bodyWidth, hairline, page, shade, styles } from './sheet.ts'
import type { Column, Line, Sheet, Style } from './sheet.ts'

/** A label and what is said under it. `wide` takes the whole width: addresses, remarks. */
export interface Fact {
  label: string
  value: string
  wide?: boolean
}

/** What stands in a table's cell: words, or a small JPEG or PNG such as a drawn signature. */
export type Cell = string | Buffer

export interface Table {
  /** `width` is a share of the whole: 1 when absent. */
  columns: { label: string; width?: number; align?: 'left' | 'right' | 'center' }[]
  rows: Cell[][]
  /** Totals, in bold under the rows. */
  foot?: Cell[][]
  /** What is said where there is no row; without it only the head is printed. */
  empty?: string
  /** At least so high, in points: for what is filled in by hand. */
  rowHeight?: number
}

export interface Signature {
  /** `Pour le client` */
  label: string
  /** What was drawn, PNG or JPEG; an empty box to sign by hand without it. */
  image?: Buffer
  /** Under the box: name, time, how it was proven. */
  lines?: string[]
}

/** A JPEG or PNG with what is said under it. */
export interface Picture {
  content: Buffer
  caption?: string
}

const gutter = 16
const pad = 4

/** What one writes on: each call adds something below the last, and pages follow by themselves. */
export class Paper {
  readonly #sheet: Sheet
  /** Waits for what it is the heading of, so that both stand on one page. */
  #heading: Line[] = []

  constructor(sheet: Sheet) {
    this.#sheet = sheet
  }

  /** The heading of what comes next: never alone at the foot of a page, and not printed when nothing comes. */
  heading(text: string): this {
    this.#heading = this.#sheet.lines(text, bodyWidth, styles.heading)
    return this
  }

  /** Running text; its own line ends are kept. */
  paragraph(text: string, style: 'body' | 'strong' | 'italic' | 'small' = 'body'): this {
    this.#begin(2 * styles.body.leading)
    this.#full(text, styles[style])
    return this.space(4)
  }

  /** Lines with a dot before each. */
  list(items: readonly string[]): this {
    this.#begin(2 * styles.body.leading)
    for (const item of items) {
      const lines = this.#sheet.lines(item, bodyWidth - 12, styles.body)
      const dot: Column = { x: page.left, width: 12, lines: [{ style: styles.body, text: '•' }] }
      this.#sheet.flow([dot, { x: page.left + 12, width: bodyWidth - 12, lines }], { together: lines.length < 8 })
    }
    return this.space(4)
  }

  /** Labels with their values, two beside one another. */
  facts(facts: readonly Fact[]): this {
    const half = (bodyWidth - gutter) / 2
    this.#begin(3 * styles.body.leading)
    for (let index = 0; index < facts.length; index++) {
      const [fact, next] = [facts[index] as Fact, facts[index + 1]]
      const pair = !fact.wide && next && !next.wide ? [fact, next] : [fact]
      const width = fact.wide ? bodyWidth : half
      const columns = pair.map(({ label, value }, place) => ({
        x: page.left + place * (half + gutter),
        width,
        lines: [
          ...this.#sheet.lines(label, width, styles.small),
          ...this.#sheet.lines(value === '' ? '–' : value, width, styles.body)
        ]
      }))
      this.#sheet.flow(columns, { together: true })
      this.space(5)
      index += pair.length - 1
    }
    return this
  }

  /** Rows under a head that is repeated on each page; a row is only broken when a page cannot hold it. */
  table({ columns, rows, foot = [], empty, rowHeight = 0 }: Table): this {
    const shares = columns.reduce((sum, { width = 1 }) => sum + width, 0)
    let x = page.left
    const places = columns.map(({ label, width = 1, align = 'left' }) => {
      const place = { label, x: x + pad, width: (bodyWidth * width) / shares - 2 * pad, align }
      x += place.width + 2 * pad
      return place
    })
    const row = (cells: readonly Cell[], style: Style): Column[] =>
      places.map((place, index) => ({
        ...place,
        lines: this.#cell(cells[index] ?? '', place.width, { ...style, tabular: place.align === 'right' })
      }))
    const head = () => {
      this.#sheet.flow(
        row(
          columns.map(({ label }) => label),
          { ...styles.small, cut: 'semibold' }
        )
      )
      this.#sheet.rule(this.#sheet.y + 2, '#78716c', 0.75)
      this.space(pad + 1)
    }
    const body = (cells: readonly Cell[], style: Style) => {
      const start = this.#sheet.y
      if (rowHeight > 0) this.#sheet.keep(rowHeight + 2 * pad)
      if (this.#sheet.y < start) head()
      const before = this.#sheet.y
      this.#sheet.flow(row(cells, style), { together: true, onPage: head })
      if (this.#sheet.y > before) this.#sheet.y = Math.max(this.#sheet.y, before + rowHeight)
      this.#sheet.rule(this.#sheet.y + 2)
      this.space(pad + 1)
    }
    this.#begin(60)
    head()
    for (const cells of rows) body(cells, { ...styles.body, size: 9, leading: 13 })
    for (const cells of foot) body(cells, { ...styles.strong, size: 9, leading: 13 })
    if (rows.length === 0 && empty !== undefined) this.#full(empty, styles.italic)
    return this.space(6)
  }

  /** Pictures beside one another, `perRow` in a row and at most `height` points high. */
  images(pictures: readonly Picture[], { perRow = 2, height = 190 }: { perRow?: number; height?: number } = {}): this {
    const width = (bodyWidth - gutter * (perRow - 1)) / perRow
    this.#begin(height + 3 * styles.small.leading)
    for (let first = 0; first < pictures.length; first += perRow) {
      const columns = pictures.slice(first, first + perRow).map(({ content, caption = '' }, place) => ({
        x: page.left + place * (width + gutter),
        width,
        lines: [
          { image: content, style: { ...styles.small, leading: height } },
          ...(caption === '' ? [] : this.#sheet.lines(caption, width, styles.small))
        ]
      }))
      this.#sheet.flow(columns, { together: true })
      this.space(8)
    }
    return this
  }

  /** Boxes for signatures, two beside one another. */
  signatures(boxes: readonly Signature[]): this {
    const [width, height] = [(bodyWidth - gutter) / 2, 76]
    this.#begin(height + 60)
    for (let first = 0; first < boxes.length; first += 2) {
      const pair = boxes.slice(first, first + 2)
      const under = pair.map(({ lines = [] }) => lines.flatMap(line => this.#sheet.lines(line, width, styles.small)))
      this.#sheet.keep(height + 20 + 12 * Math.max(0, ...under.map(lines => lines.length)))
      const at = (place: number) => page.left + place * (width + gutter)
      this.#sheet.flow(
        pair.map(({ label }, place) => ({ x: at(place), width, lines: this.#sheet.lines(label, width, styles.strong) }))
      )
      pair.forEach(({ image }, place) => {
        this.#sheet.box(at(place), this.#sheet.y, width, height)
        if (image) this.#sheet.picture(image, at(place) + 6, this.#sheet.y + 6, width - 12, height - 12)
      })
      this.space(height + 3)
      this.#sheet.flow(under.map((lines, place) => ({ x: at(place), width, lines })))
      this.space(8)
    }
    return this
  }

  /** A remark on a shaded ground, with a bar before it. */
  note(text: string): this {
    const edge: Line = { style: { ...styles.body, leading: 6 } }
    const lines = [edge, ...this.#sheet.lines(text, bodyWidth - 24, styles.body), edge]
    const behind = (y: number, height: number) => {
      this.#sheet.fill(page.left, y, bodyWidth, height, shade)
      this.#sheet.fill(page.left, y, 3, height, hairline)
    }
    this.#begin(lines.length * styles.body.leading)
    this.#sheet.flow([{ x: page.left + 12, width: bodyWidth - 24, lines }], { together: true, behind })
    return this.space(8)
  }

  /** What follows begins a page: a second copy. */
  newPage(): this {
    if (this.#sheet.y > page.top) this.#sheet.nextPage()
    return this
  }

  /** Free space, in points; none at the head of a page. */
  space(points: number): this {
    if (this.#sheet.y > page.top) this.#sheet.y += points
    return this
  }

  /** What follows is at least so high at once: it and a heading that waits go to one page. */
  #begin(height: number): void {
    const lines = this.#heading
    this.#heading = []
    if (lines.length === 0) return this.#sheet.keep(height)
    this.#sheet.keep(10 + lines.length * styles.heading.leading + 3 + height)
    this.space(10)
    this.#sheet.flow([{ x: page.left, width: bodyWidth, lines }])
    this.space(3)
  }

  #full(text: string, style: Style): void {
    this.#sheet.flow([{ x: page.left, width: bodyWidth, lines: this.#sheet.lines(text, bodyWidth, style) }])
  }

  #cell(cell: Cell, width: number, style: Style): Line[] {
    return typeof cell === 'string'
      ? this.#sheet.lines(cell, width, style)
      : [{ image: cell, style: { ...style, leading: 34 } }]
  }
}
