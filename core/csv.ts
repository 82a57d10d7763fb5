import { lazily } from './lazily.ts'

const reader = lazily<typeof import('csv-parse/sync')>('csv-parse/sync', import.meta.url)
const writer = lazily<typeof import('csv-stringify/sync')>('csv-stringify/sync', import.meta.url)

/** What a CSV file begins with, so that spreadsheets read it as UTF-8. */
export const csvMark = '\uFEFF'

/** Lines as spreadsheets in France open them: `;`, CRLF, and no cell that they would run as a formula. */
export const csvLines = (rows: readonly (readonly string[])[]): string =>
  writer().stringify(
    rows.map(row => row.map(defused)),
    { delimiter: ';', record_delimiter: 'windows' }
  )

/** The text of a file: UTF-8, or UTF-16 with its mark, or what Excel writes in French (Windows-1252). */
export function decodeText(file: Uint8Array): string {
  if ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff)) {
    return new TextDecoder(file[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(file)
  }
  const text = new TextDecoder('utf-8').decode(file)
  return text.includes('\uFFFD') ? new TextDecoder('windows-1252').decode(file) : text
}

/** The filled lines of a CSV text, whichever of `;`, `,` and tab it is separated by; undefined when it cannot be read. */
export function readCsvLines(text: string): string[][] | undefined {
  const options = {
    delimiter: delimiterOf(text),
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true
  }
  try {
    const rows = reader().parse(text, options)
    return rows.filter(row => row.some(cell => cell !== '')).map(row => row.map(plain))
  } catch {
    // other people's files make the parser throw: that is an answer here, not a failure of ours
    return undefined
  }
}

/** The sign that stands most often in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const first = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const often = (sign: string) => first.split(sign).length
  return [';', ',', '\t'].toSorted((a, b) => often(b) - often(a))[0] ?? ';'
}

/** A cell that a spreadsheet would run as a formula begins with an apostrophe; a negative number is none. */
const defused = (text: string) => (/^[=+\-@\t\r]/.test(text) && !/^-\d+(?:[.,]\d+)?$/.test(text) ? `'${text}` : text)

/** Takes off the apostrophe that our own files put before what looks like a formula. */
const plain = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r])/, '')
