import type { Db } from '@patchbay/core'
import type { Folder } from '@patchbay/core/folder'
import { canonical, linkHash } from '../chain.ts'
import { sumOf } from '../payments/ledger.ts'
import { journalContent } from '../payments/posting.ts'
import { closingContent, totalsOf } from './closing.ts'
import { allEvents, eventContent } from './log.ts'
import { allClosings, issuedDocuments, journalRows, lastClosing } from './queries.ts'
import type { ChainedDocument, Closing, Period } from './queries.ts'
import { compareFile, endOf, follow, report } from './findings.ts'
import type { CheckReport, Head, Report } from './findings.ts'
import { balanceFaults, chainHeads, numberFaults } from './verify-queries.ts'

/*
 * Works out anew everything that is said to hold: both chains, the numbering, the closings, what is paid of each invoice,
 * what clients have, and the stored PDFs byte by byte. Reads in batches and holds nothing back; changes nothing.
 */

export interface Verification {
  checks: CheckReport[]
  /** Nothing at all was found. */
  holds: boolean
  journal_rows: number
  documents: number
  /** Local day of the first row or document; null when there is none. */
  since: string | null
}

export interface Verifying {
  db: Db
  folder: Folder
  /** Leaves out the bytes of the PDFs, which take longest. */
  withoutFiles?: boolean
  progress?: (checked: number, total: number) => Promise<void> | void
}

/** Checks all. @throws only what the database or the disk say when they cannot be read at all */
export async function verify(verifying: Verifying): Promise<Verification> {
  const { db, progress, withoutFiles = false } = verifying
  const heads = await chainHeads(db)
  const total = heads.documents.position * (withoutFiles ? 1 : 2) + heads.journal.position
  const tally = counting(total, progress)
  const documents = await verifyDocuments(verifying, heads.documents, tally)
  const found = [
    documents.report,
    await verifyNumbers(db),
    await verifyJournal(db, heads.journal, tally),
    await verifyBalances(db),
    await verifyClosings(db),
    await verifyEvents(db),
    ...(withoutFiles ? [] : [documents.files])
  ]
  await progress?.(total, total)
  return {
    checks: found,
    holds: found.every(({ faults }) => faults === 0),
    journal_rows: heads.journal.position,
    documents: heads.documents.position,
    since: heads.since
  }
}

type Tally = (count: number) => Promise<void>

function counting(total: number, progress: Verifying['progress']): Tally {
  let checked = 0
  return async count => {
    checked += count
    await progress?.(Math.min(checked, total), total)
  }
}

async function verifyDocuments(
  { db, folder, withoutFiles }: Verifying,
  head: Head,
  tally: Tally
): Promise<{ report: CheckReport; files: CheckReport }> {
  const [chain, files] = [report('documents'), report('files')]
  let previous: Head = { position: 0, hash: Buffer.alloc(0) }
  for await (const batch of issuedDocuments(db, 1, head.position)) {
    for (const row of batch) {
      chain.looked()
      previous = follow(chain, row.number, previous, { ...row, position: row.chain_position }, row.document)
      compareDocument(chain, row)
      if (!withoutFiles) await compareFile(files, folder, row)
    }
    await tally(batch.length * (withoutFiles ? 1 : 2))
  }
  endOf(chain, previous, head)
  return { report: chain.found, files: files.found }
}

/** The columns that pages and reports read say what the frozen document says. */
function compareDocument(chain: Report, row: ChainedDocument): void {
  const document = row.document as {
    number?: unknown
    issue_date?: unknown
    kind?: unknown
    currency?: unknown
    totals?: Record<string, unknown>
  }
  const { totals = {} } = document
  const pairs: [string, unknown, unknown][] = [
    ['number', row.number, document.number],
    ['issue_date', row.issue_date, document.issue_date],
    ['kind', row.kind, document.kind ?? row.kind],
    ['currency', row.currency, document.currency ?? row.currency],
    ...(['net_cents', 'vat_cents', 'total_cents'] as const).map((key): [string, unknown, unknown] => [
      key,
      row[key],
      totals[key] ?? row[key]
    ]),
    ['vat', canonical(row.vat), canonical(totals['vat'] ?? row.vat)]
  ]
  for (const [field, column, frozen] of pairs) {
    if (column !== frozen) chain.fault('differs', { name: row.number, field })
  }
}

async function verifyNumbers(db: Db): Promise<CheckReport> {
  const numbers = report('numbers')
  const { series, faults } = await numberFaults(db)
  numbers.looked(series.reduce((sum, { count }) => sum + count, 0))
  for (const { key, ...values } of faults) numbers.fault(key, values)
  return numbers.found
}

async function verifyJournal(db: Db, head: Head, tally: Tally): Promise<CheckReport> {
  const chain = report('journal')
  let previous: Head = { position: 0, hash: Buffer.alloc(0) }
  let at = 0
  for await (const batch of journalRows(db, 1, head.position)) {
    for (const row of batch) {
      chain.looked()
      const name = `${row.position}`
      previous = follow(chain, name, previous, row, journalContent(row, row.payment))
      if (row.at.getTime() < at) chain.fault('earlier', { name })
      at = row.at.getTime()
      if (row.vat.length > 0 && sumOf(row.vat) !== row.cents) chain.fault('split', { name })
      if (row.eur_vat.length > 0 && sumOf(row.eur_vat) !== row.eur_cents) chain.fault('split', { name })
    }
    await tally(batch.length)
  }
  endOf(chain, previous, head)
  return chain.found
}

async function verifyBalances(db: Db): Promise<CheckReport> {
  const balances = report('balances')
  const { looked, faults } = await balanceFaults(db)
  balances.looked(looked)
  for (const { key, ...values } of faults) balances.fault(key, values)
  return balances.found
}

/** Each closing hangs on the one before, and says what the journal and the documents say. */
async function verifyClosings(db: Db): Promise<CheckReport> {
  const chain = report('closings')
  let hash: Buffer = Buffer.alloc(0)
  const before = new Map<Period, Closing>()
  for await (const batch of allClosings(db)) {
    for (const closing of batch) {
      chain.looked()
      const name = `${closing.begins_on} – ${closing.ends_on}`
      if (!closing.previous_hash.equals(hash)) chain.fault('unlinked', { name })
      if (!linkHash(closing.previous_hash, closingContent(closing)).equals(closing.hash))
        chain.fault('changed', { name })
      if (!(await sameTotals(db, closing, before.get(closing.period)))) chain.fault('totals', { name })
      before.set(closing.period, closing)
      hash = closing.hash
    }
  }
  const last = await lastClosing(db)
  if (last && !last.hash.equals(hash)) chain.fault('end', { last: chain.found.looked, head: last.id })
  return chain.found
}

async function sameTotals(db: Db, { first_position, last_position, totals }: Closing, before: Closing | undefined) {
  const from = (before?.last_position ?? 0) + 1
  if (first_position !== null && first_position !== from) return false
  const issuedFrom = (before?.totals.documents.last_position ?? 0) + 1
  const now = await totalsOf(db, {
    from,
    to: last_position,
    issuedFrom,
    issuedTo: totals.documents.last_position
  })
  const perpetual = (before?.totals.perpetual_cents ?? 0) + now.period_cents
  const { year_cents: _year, perpetual_cents, perpetual_absolute_cents: _absolute, ...stored } = totals
  return canonical(stored) === canonical(now) && perpetual_cents === perpetual
}

async function verifyEvents(db: Db): Promise<CheckReport> {
  const chain = report('events')
  let previous: Head = { position: 0, hash: Buffer.alloc(0) }
  for await (const batch of allEvents(db)) {
    for (const event of batch) {
      chain.looked()
      previous = follow(chain, `${event.position}`, previous, event, eventContent(event))
    }
  }
  return chain.found
}
