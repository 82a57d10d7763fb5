import { parse } from 'csv-parse/sync'
import ICAL from 'ical.js'
import { guessColumns } from './import-columns.ts'
import type { ColumnMeaning } from './import-columns.ts'

/** At most so many clients in one file. */
export const importLimit = 10_000

/** A file as lines and columns, whatever it was. `lines` says where each row stood, for messages. */
export interface Sheet {
  format: 'csv' | 'vcard'
  heads: string[]
  columns: ColumnMeaning[]
  rows: string[][]
}

/** The text of a file: UTF-8, or UTF-16 with its mark, or what Excel writes in French (Windows-1252). */
export function decode(file: Uint8Array): string {
  if ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff)) {
    return new TextDecoder(file[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(file)
  }
  const text = new TextDecoder('utf-8').decode(file)
  return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(file) : text
}

/** Reads a file of clients; the key of a sentence says why it cannot be. */
export function readSheet(content: string): Sheet | { wrong: string } {
  const text = content.replace(/^\ufeff/, '')
  const sheet = /^\s*BEGIN:VCARD/i.test(text) ? readVcards(text) : readCsv(text)
  if ('wrong' in sheet) return sheet
  if (sheet.rows.length === 0) return { wrong: 'clients.imports.errors.no_rows' }
  if (sheet.rows.length > importLimit) return { wrong: 'clients.imports.errors.too_many' }
  return sheet
}

function readCsv(text: string): Sheet | { wrong: string } {
  const options = {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true
  }
  const read = attempt(() => parse(text, options))
  if (!read) return { wrong: 'clients.imports.errors.csv' }
  const [heads = [], ...rows] = read
  if (heads.length > 60) return { wrong: 'clients.imports.errors.too_wide' }
  const filled = rows
    .filter(row => row.some(cell => cell !== ''))
    .map(row => heads.map((_, at) => plain(row[at] ?? '')))
  return { format: 'csv', heads, columns: guessColumns(heads), rows: filled }
}

/** The sign that stands most often in the first line, outside quotes. */
function delimiterOf(text: string): string {
  const first = (text.split(/\r?\n/, 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const often = (sign: string) => first.split(sign).length
  return [';', ',', '\t'].toSorted((a, b) => often(b) - often(a))[0] ?? ';'
}

/** Takes off the apostrophe that our own export puts before what looks like a formula. */
const plain = (cell: string) => cell.replace(/^'(?=[=+\-@\t\r])/, '')

const cardColumns = [
  'kind',
  'name',
  'artist_name',
  'email',
  'phone',
  'website',
  'address',
  'postal_code',
  'city',
  'country',
  'tags',
  'note'
] as const satisfies readonly ColumnMeaning[]

/** Versions 3 and 4, one after another. A card that cannot be read becomes an empty line, which the preview refuses. */
function readVcards(text: string): Sheet {
  const cards = text.split(/(?<=END:VCARD)\s*/i).filter(card => /BEGIN:VCARD/i.test(card))
  const rows = cards.map(card => {
    const read = attempt(() => new ICAL.Component(ICAL.parse(card.trim()) as unknown[]))
    return read ? cardRow(read) : cardColumns.map(() => '')
  })
  return { format: 'vcard', heads: [...cardColumns], columns: [...cardColumns], rows }
}

function cardRow(card: InstanceType<typeof ICAL.Component>): string[] {
  const values = (name: string) => card.getAllProperties(name).map(property => property.getValues().flat(2).map(String))
  const first = (name: string) => values(name)[0]?.join(' ').trim() ?? ''
  const [, , street = '', city = '', , postalCode = '', country = ''] = structured(card, 'adr')
  const [family = '', given = ''] = structured(card, 'n')
  const org = structured(card, 'org')[0] ?? ''
  const kinds: Record<string, string> = { group: 'band', org: 'company', organization: 'company' }
  const kind = kinds[first('kind').toLowerCase()] ?? (org && !family && !given ? 'company' : 'person')
  const row: Record<(typeof cardColumns)[number], string> = {
    kind,
    name: first('fn') || `${given} ${family}`.trim() || org,
    artist_name: first('nickname'),
    email: first('email'),
    phone: first('tel').replace(/^tel:/i, ''),
    website: first('url'),
    address: street,
    postal_code: postalCode,
    city,
    country,
    tags: values('categories').flat().join(','),
    note: first('note')
  }
  return cardColumns.map(column => row[column])
}

/** The parts of a structured value (a name, an address), each as one text. */
function structured(card: InstanceType<typeof ICAL.Component>, name: string): string[] {
  const value: unknown = card.getFirstPropertyValue(name)
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value)) return []
  return value.map(part => (Array.isArray(part) ? part.join(', ') : String(part)))
}

/** What other people's files hold makes the parsers throw: that is an answer here, not a failure of ours. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
