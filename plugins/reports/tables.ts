import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Format } from '@patchbay/core/format'
import type { Locale } from '@patchbay/core/i18n'

/** A report's table: the page, the CSV and the sheet are made of the same one. */
export interface Table {
  id: string
  /** Translated. */
  title: string
  columns: Column[]
  rows: Row[]
  /** Sums, as the rows. */
  foot?: Cell[]
  /** Said in place of the rows when there is none. */
  empty: string
}

export interface Column {
  key: string
  label: string
  /** Money is cents of EUR; a share hundredths of a per cent. */
  type: 'text' | 'day' | 'month' | 'money' | 'share' | 'count'
  /** Dropped on narrow screens. */
  hide?: 'phone' | 'tablet'
}

export type Cell = string | number | null

export interface Row {
  cells: Cell[]
  /** Where its first cell leads. */
  href?: string
  /** Where each figure leads, by column: down to what makes it. */
  links?: Record<string, string>
}

/** A cell as people read it. */
export function shown(cell: Cell, { type }: Column, fmt: Format): string {
  if (cell === null) return '–'
  if (typeof cell === 'string')
    return type === 'day' ? fmt.day(cell) : type === 'month' ? fmt.month(`${cell}-01`) : cell
  if (type === 'money') return fmt.money(cell, 'EUR')
  if (type === 'share') return `${fmt.number(Math.round(cell / 10) / 10)} %`
  return fmt.number(cell)
}

/** A file that spreadsheets open: amounts without currency, with the comma of the language. */
export function tableCsv({ columns, rows, foot }: Table, locale: Locale): string {
  const line = (cells: readonly Cell[]) => cells.map((cell, index) => plain(cell, columns[index], locale))
  return (
    csvMark +
    csvLines([
      columns.map(({ label }) => label),
      ...rows.map(({ cells }) => line(cells)),
      ...(foot ? [line(foot)] : [])
    ])
  )
}

function plain(cell: Cell, column: Column | undefined, locale: Locale): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return cell
  const text = column?.type === 'money' || column?.type === 'share' ? (cell / 100).toFixed(2) : String(cell)
  return locale === 'fr' ? text.replace('.', ',') : text
}

/** A workbook with a sheet a table. */
export async function tablesXlsx(tables: readonly Table[]): Promise<Buffer> {
  // only here: nobody who does not export needs it
  const { default: write } = await import('write-excel-file/node')
  const sheets = tables.map(({ title, columns, rows, foot }, index) => ({
    sheet: `${index + 1} ${title}`.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31),
    columns: columns.map(({ type }) => ({ width: type === 'text' ? 34 : 16 })),
    data: [
      columns.map(({ label }) => ({ value: label, fontWeight: 'bold' as const })),
      ...[...rows.map(({ cells }) => cells), ...(foot ? [foot] : [])].map(cells =>
        cells.map((cell, at) => sheetCell(cell, columns[at]))
      )
    ]
  }))
  return Buffer.from(await write(sheets).toBuffer())
}

function sheetCell(cell: Cell, column: Column | undefined) {
  if (cell === null || cell === '') return null
  if (typeof cell === 'string') {
    return column?.type === 'day'
      ? { value: new Date(`${cell}T00:00:00Z`), type: Date, format: 'yyyy-mm-dd' }
      : { value: cell, type: String }
  }
  if (column?.type === 'money') return { value: cell / 100, type: Number, format: '#,##0.00' }
  if (column?.type === 'share') return { value: cell / 10_000, type: Number, format: '0.0%' }
  return { value: cell, type: Number }
}
