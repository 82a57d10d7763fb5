import { interFonts, printable } from './fonts.ts'
import type { Cut } from './fonts.ts'
import { linesOf } from './lines.ts'

/** A4 upright, in points: 72 an inch. */
export const page = { width: 595.28, height: 841.89, left: 50, right: 545.28, top: 60, bottom: 780 }
export const bodyWidth = page.right - page.left

export const ink = '#1c1917'
export const quiet = '#57534e'
export const hairline = '#d6d3d1'
export const shade = '#f5f5f4'

/** How a text is set. `size` and `leading` (from one line to the next) are points. */
export interface Style {
  cut: Cut
  size: number
  leading: number
  colour: string
  /** Figures of one width, for columns of amounts. */
  tabular?: boolean
}

export const styles = {
  title: { cut: 'semibold', size: 20, leading: 26, colour: ink },
  heading: { cut: 'semibold', size: 12, leading: 17, colour: ink },
  body: { cut: 'regular', size: 10, leading: 14, colour: ink },
  strong: { cut: 'semibold', size: 10, leading: 14, colour: ink },
  italic: { cut: 'italic', size: 10, leading: 14, colour: quiet },
  subtitle: { cut: 'regular', size: 11, leading: 15, colour: quiet },
  small: { cut: 'regular', size: 8.5, leading: 12, colour: quiet }
} as const satisfies Record<string, Style>

/** One line ready to be drawn, or an image as high as its line. */
export interface Line {
  style: Style
  text?: string
  image?: Buffer
}

/** A column of lines at `x`, `width` points wide. */
export interface Column {
  x: number
  width: number
  align?: 'left' | 'right' | 'center'
  lines: Line[]
}

/** The pages of one document and the place where the next thing goes. Knows lines and pages, not what they mean. */
export class Sheet {
  readonly pdf: PDFKit.PDFDocument
  y = page.top
  readonly #fonts = interFonts()

  constructor(pdf: PDFKit.PDFDocument) {
    this.pdf = pdf
    // pdfkit 0.20 takes parsed fonts; its types are older
    for (const [cut, font] of Object.entries(this.#fonts)) pdf.registerFont(cut, font as unknown as Buffer)
    pdf.addPage()
  }

  /** Points left on this page. */
  get left(): number {
    return page.bottom - this.y
  }

  nextPage(): void {
    this.pdf.addPage()
    this.y = page.top
  }

  /** Makes sure that `height` points follow on one page, when a page has that many. */
  keep(height: number): void {
    if (height > this.left && height <= page.bottom - page.top && this.y > page.top) this.nextPage()
  }

  /** A text broken into lines of a style. */
  lines(text: string, width: number, style: Style): Line[] {
    const pdf = this.pdf.font(style.cut).fontSize(style.size)
    const clean = printable(text, this.#fonts[style.cut])
    return linesOf(clean, width, text => pdf.widthOfString(text, featuresOf(style))).map(text => ({ style, text }))
  }

  /** A figure on one line, whatever its place: smaller where it would be broken, for halves of an amount are other amounts. */
  figure(text: string, width: number, style: Style): Line[] {
    const whole = this.lines(text, width, style)
    if (whole.length === 1) return whole
    const pdf = this.pdf.font(style.cut).fontSize(style.size)
    const size = (style.size * width) / pdf.widthOfString(text, featuresOf(style))
    return this.lines(text, Number.MAX_SAFE_INTEGER, { ...style, size })
  }

  /**
   * Draws columns side by side and moves below them. They stay on one page if `together` and a page holds them; else they
   * go on, line by line, on the next one. `onPage` draws what each new page begins with, `behind` what lies under a line.
   */
  flow(
    columns: Column[],
    options: { together?: boolean; onPage?: () => void; behind?: (y: number, height: number) => void } = {}
  ): void {
    const rows = Math.max(0, ...columns.map(column => column.lines.length))
    const heights = Array.from({ length: rows }, (_, row) => rowHeight(columns, row))
    const whole = heights.reduce((sum, height) => sum + height, 0)
    if (options.together && whole > this.left && whole <= page.bottom - page.top - 40) this.#turn(options.onPage)
    heights.forEach((height, row) => {
      if (height > this.left) this.#turn(options.onPage)
      options.behind?.(this.y, height)
      for (const column of columns) this.#draw(column, row, height)
      this.y += height
    })
  }

  #turn(onPage: (() => void) | undefined): void {
    this.nextPage()
    onPage?.()
  }

  #draw({ x, width, align = 'left', lines }: Column, row: number, height: number): void {
    const line = lines[row]
    if (line?.image) this.picture(line.image, x, this.y + 2, width, height - 4)
    if (line?.text) this.write(line.text, x, this.y, line.style, { width, align })
  }

  /** Writes one line at a place, wherever that is on the page. */
  write(
    text: string,
    x: number,
    y: number,
    style: Style,
    { width = 0, align = 'left' }: { width?: number; align?: Column['align'] } = {}
  ): void {
    const pdf = this.pdf.font(style.cut).fontSize(style.size).fillColor(style.colour)
    const clean = printable(text, this.#fonts[style.cut])
    const free = align === 'left' ? 0 : width - pdf.widthOfString(clean, featuresOf(style))
    pdf.text(clean, x + (align === 'center' ? free / 2 : free), y + (style.leading - style.size * 1.21) / 2, {
      lineBreak: false,
      ...featuresOf(style)
    })
  }

  /** A JPEG or PNG as large as fits in its place. */
  picture(content: Buffer, x: number, y: number, width: number, height: number): void {
    this.pdf.image(content, x, y, { fit: [width, height] })
  }

  /** A line across the page, or from `from` to `to`. */
  rule(y: number, colour = hairline, thickness = 0.5, from = page.left, to = page.right): void {
    this.pdf.moveTo(from, y).lineTo(to, y).lineWidth(thickness).strokeColor(colour).stroke()
  }

  box(x: number, y: number, width: number, height: number): void {
    this.pdf.rect(x, y, width, height).lineWidth(0.5).strokeColor(hairline).stroke()
  }

  fill(x: number, y: number, width: number, height: number, colour: string): void {
    this.pdf.rect(x, y, width, height).fill(colour)
  }
}

/** Spacing by features is slower: only where figures stand under one another. */
const featuresOf = ({ tabular }: Style): PDFKit.Mixins.TextOptions => (tabular ? { features: ['tnum'] } : {})

const rowHeight = (columns: Column[], row: number) =>
  Math.max(...columns.map(column => column.lines[row]?.style.leading ?? 0))
