import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { rowsOf } from '@patchbay/core'
import type { Db, Studio } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import { readKey } from '@patchbay/core/storage'
import type { Folder } from '@patchbay/core/folder'
import yazl from 'yazl'
import { decimal } from '../payments/export.ts'
import { journalContent } from '../payments/posting.ts'
import { closingContent } from './closing.ts'
import { allEvents, eventContent } from './log.ts'
import { allClosings, issuedDocuments, journalRows } from './queries.ts'
import type { ChainedDocument, ChainedRow, Closing } from './queries.ts'

/*
 * A year as a ZIP, streamed: documents, lines, journal and closings as JSON and CSV, the PDFs, what each file's hash is, and
 * a checker that needs nothing but Node.js. Nothing is held in memory but a batch.
 */

export interface Archiving {
  db: Db
  folder: Folder
  studio: Studio
  year: number
  pdfs: boolean
}

/** The archive of a year, by the studio's days: what was issued and entered in it. */
export async function archiveOf(archiving: Archiving): Promise<NodeJS.ReadableStream> {
  const zip = new yazl.ZipFile()
  const output = zip.outputStream
  const places = await placesOf(archiving)
  // one after another: each entry is read when the one before is written
  void fill(zip, archiving, places).catch((error: unknown) => (output as Readable).destroy(error as Error))
  return output
}

interface Places {
  documents: { first: number; last: number }
  journal: { first: number; last: number }
}

/** Where the year begins and ends in both chains; empty years end before they begin. */
async function placesOf({ db, studio, year }: Archiving): Promise<Places> {
  const [row] = await rowsOf<{ df: number | null; dl: number | null; jf: number | null; jl: number | null }>(
    db,
    `select
       (select min(chain_position) from invoices where extract(year from issued_at at time zone z) = y) as df,
       (select max(chain_position) from invoices where extract(year from issued_at at time zone z) = y) as dl,
       (select min(position) from payment_transactions where extract(year from at at time zone z) = y) as jf,
       (select max(position) from payment_transactions where extract(year from at at time zone z) = y) as jl
     from (select ?::text as z, ?::integer as y) asked`,
    [studio.timezone, year]
  )
  return {
    documents: { first: row?.df ?? 1, last: row?.dl ?? 0 },
    journal: { first: row?.jf ?? 1, last: row?.jl ?? 0 }
  }
}

async function fill(zip: yazl.ZipFile, archiving: Archiving, { documents, journal }: Places): Promise<void> {
  const { db, folder, studio, year, pdfs } = archiving
  const hashes: Record<string, string> = {}
  const add = async (name: string, content: AsyncIterable<string | Buffer>) => {
    const hash = createHash('sha256')
    const stream = Readable.from(hashed(content, hash), { objectMode: false })
    const done = new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject))
    zip.addReadStream(stream, name)
    await done
    hashes[name] = hash.digest('hex')
  }
  const issued = () => issuedDocuments(db, documents.first, documents.last)
  const entered = () => journalRows(db, journal.first, journal.last)
  await add('README.txt', once(await readFile(join(import.meta.dirname, 'archive', 'README.txt'), 'utf8')))
  await add('verify.mjs', once(await readFile(join(import.meta.dirname, 'archive', 'verify.mjs'), 'utf8')))
  await add('documents.json', json(issued(), documentEntry))
  await add('documents.csv', csv(documentHeads, issued(), documentCells))
  await add('lines.csv', csv(lineHeads, issued(), lineCells))
  await add('journal.json', json(entered(), journalEntry))
  await add(
    'journal.csv',
    csv(journalHeads, entered(), row => [journalCells(row)])
  )
  await add('closings.json', json(closingsOf(db, year), closingEntry))
  await add(
    'closings.csv',
    csv(closingHeads, closingsOf(db, year), row => [closingCells(row)])
  )
  await add(
    'events.json',
    json(allEvents(db), event => ({ ...eventContent(event), ...hexOf(event) }))
  )
  if (pdfs) {
    for await (const batch of issued()) {
      for (const { number, pdf_key } of batch) {
        if (pdf_key !== null) await add(`pdf/${number.replaceAll('/', '_')}.pdf`, await readKey(folder, pdf_key))
      }
    }
  }
  const manifest = { studio: studio.name, year, made_at: new Date().toISOString(), with_pdfs: pdfs, sha256: hashes }
  zip.addBuffer(Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`), 'manifest.json')
  zip.end()
}

async function* hashed(content: AsyncIterable<string | Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    hash.update(bytes)
    yield bytes
  }
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

/** A JSON array, one entry a line. */
async function* json<Row>(batches: AsyncIterable<Row[]>, entry: (row: Row) => object): AsyncGenerator<string> {
  let first = true
  yield '['
  for await (const batch of batches) {
    yield batch.map(row => `${first ? ((first = false), '\n') : ',\n'}${JSON.stringify(entry(row))}`).join('')
  }
  yield '\n]\n'
}

async function* csv<Row>(
  heads: readonly string[],
  batches: AsyncIterable<Row[]>,
  cells: (row: Row) => string[][]
): AsyncGenerator<string> {
  yield csvMark + csvLines([heads])
  for await (const batch of batches) yield csvLines(batch.flatMap(cells))
}

const hexOf = ({ previous_hash, hash }: { previous_hash: Buffer; hash: Buffer }) => ({
  previous_hash: previous_hash.toString('hex'),
  hash: hash.toString('hex')
})

const documentEntry = (row: ChainedDocument) => ({
  position: row.chain_position,
  number: row.number,
  content: row.document,
  ...hexOf(row)
})
const documentHeads = [
  'position',
  'number',
  'kind',
  'issue_date',
  'due_date',
  'currency',
  'net',
  'vat',
  'total',
  'prepaid',
  'hash'
]
const documentCells = (row: ChainedDocument) => [
  [
    String(row.chain_position),
    row.number,
    row.kind,
    row.issue_date,
    row.due_date,
    row.currency,
    ...[row.net_cents, row.vat_cents, row.total_cents, row.prepaid_cents].map(decimal),
    row.hash.toString('hex')
  ]
]
const lineHeads = [
  'number',
  'line',
  'kind',
  'label',
  'quantity',
  'unit',
  'unit_price',
  'net',
  'vat_category',
  'vat_rate'
]
interface FrozenLine {
  kind: string
  label: string
  quantity: number
  unit: string
  unit_micros: number
  net_cents?: number
  vat_category: string
  vat_rate: number
}
const lineCells = ({ number, document }: ChainedDocument) =>
  ((document['lines'] ?? []) as FrozenLine[]).map((line, index) => [
    number,
    String(index + 1),
    line.kind,
    line.label,
    String(line.quantity).replace('.', ','),
    line.unit,
    (line.unit_micros / 1_000_000).toFixed(6).replace('.', ','),
    line.net_cents === undefined ? '' : decimal(line.net_cents),
    line.vat_category,
    (line.vat_rate / 100).toFixed(2).replace('.', ',')
  ])

const journalEntry = (row: ChainedRow) => ({ content: journalContent(row, row.payment), ...hexOf(row) })
const journalHeads = ['position', 'at', 'day', 'kind', 'payment', 'invoice', 'credit_note', 'method', 'amount'].concat(
  'currency',
  'eur',
  'vat_eur',
  'by',
  'hash'
)
const journalCells = (row: ChainedRow) => [
  String(row.position),
  row.at.toISOString(),
  row.day,
  row.kind,
  String(row.payment_id ?? ''),
  String(row.invoice_id ?? ''),
  String(row.credit_note_id ?? ''),
  row.payment?.method ?? '',
  decimal(row.cents),
  row.currency,
  decimal(row.eur_cents),
  decimal(row.eur_vat.reduce((sum, { vat_cents }) => sum + vat_cents, 0)),
  row.by_name,
  row.hash.toString('hex')
]

async function* closingsOf(db: Db, year: number): AsyncGenerator<Closing[]> {
  for await (const batch of allClosings(db)) yield batch.filter(({ ends_on }) => ends_on.startsWith(`${year}-`))
}
const closingEntry = (closing: Closing) => ({ content: closingContent(closing), ...hexOf(closing) })
const closingHeads = [
  'period',
  'begins_on',
  'ends_on',
  'rows',
  'in',
  'out',
  'period_total',
  'year_total',
  'perpetual',
  'hash'
]
const closingCells = ({ period, begins_on, ends_on, totals, hash }: Closing) => [
  period,
  begins_on,
  ends_on,
  String(totals.rows),
  ...[totals.in_cents, totals.out_cents, totals.period_cents, totals.year_cents, totals.perpetual_cents].map(decimal),
  hash.toString('hex')
]
