import { fields } from '@patchbay/core'
import { stringify } from 'csv-stringify/sync'
import ICAL from 'ical.js'
import { columnFields } from './import-columns.ts'
import type { Client } from './queries.ts'

/**
 * Clients as a spreadsheet opens them in French: semicolons, a byte order mark, CRLF. A text that a spreadsheet would take
 * for a formula gets an apostrophe before it. Yields one chunk for each batch.
 */
export async function* toCsv(batches: AsyncIterable<Client[]>, say: (key: string) => string): AsyncGenerator<string> {
  const heads = columnFields.map(field => say(`fields.${field}`))
  yield `\ufeff${line([heads])}`
  for await (const batch of batches)
    yield line(batch.map(client => columnFields.map(field => cell(client, field, say))))
}

/** Clients as vCard 4 (RFC 6350), one after another. */
export async function* toVcards(batches: AsyncIterable<Client[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map(vcard).join('')
}

/** One client as vCard 4. */
export function vcard(client: Client): string {
  const card = new ICAL.Component('vcard')
  const add = (name: string, value: string | string[] | null, params: Record<string, string> = {}) => {
    if (value === null || value.length === 0) return
    const property = new ICAL.Property(name)
    if (Array.isArray(value) && name !== 'n' && name !== 'adr') property.setValues(value)
    else property.setValue(value)
    for (const [key, text] of Object.entries(params)) property.setParameter(key, text)
    card.addProperty(property)
  }
  const person = client.kind === 'person'
  add('version', '4.0')
  add('kind', person ? 'individual' : client.kind === 'band' ? 'group' : 'org')
  add('fn', client.name)
  if (person) add('n', nameParts(client.name))
  else add('org', client.legal_name ?? client.name)
  add('nickname', client.artist_name)
  add('email', client.email)
  if (client.phone) add('tel', `tel:${client.phone}`, { value: 'uri' })
  if (client.address || client.city || client.postal_code) {
    const { address, city, postal_code, country } = client
    add('adr', ['', '', address ?? '', city ?? '', '', postal_code ?? '', country])
  }
  add('url', client.website)
  add('lang', client.language)
  add('categories', client.tags)
  add('rev', client.updated_at.toISOString().replace(/[-:]|\.\d+/g, ''), {})
  return `${card.toString().replace(/\r?\n/g, '\r\n')}\r\n`
}

const line = (rows: string[][]): string =>
  stringify(rows, { delimiter: ';', record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n]/ })

function cell(client: Client, field: (typeof columnFields)[number], say: (key: string) => string): string {
  if (field === 'kind') return say(`kinds.${client.kind}`)
  if (field === 'note') return ''
  if (field === 'phone') return client.phone ? fields.readablePhone(client.phone) : ''
  const value = client[field]
  return Array.isArray(value) ? value.join(', ') : (value ?? '')
}

/** Family name last: `Marie de La Tour` → family `de La Tour`, given `Marie`. */
function nameParts(name: string): string[] {
  const [given = '', ...family] = name.split(' ')
  return family.length > 0 ? [family.join(' '), given, '', '', ''] : ['', given, '', '', '']
}
