import { createHash } from 'node:crypto'
import { Failure } from '@patchbay/core/errors'
import { readKey } from '@patchbay/core/storage'
import type { Folder } from '@patchbay/core/folder'
import { linkHash } from '../chain.ts'
import type { ChainedDocument } from './queries.ts'

export const checks = ['documents', 'numbers', 'journal', 'balances', 'closings', 'events', 'files'] as const
export type Check = (typeof checks)[number]

/** One thing that does not hold: the key of a sentence `invoices.journal.findings.*`, and what fills it. */
export interface Finding {
  key: string
  values: Record<string, string | number>
}

export interface CheckReport {
  check: Check
  /** How many things were looked at. */
  looked: number
  /** How many do not hold; of these at most 20 are named. */
  faults: number
  findings: Finding[]
}

const named = 20

/** Collects what does not hold. */
export function report(check: Check) {
  const found: CheckReport = { check, looked: 0, faults: 0, findings: [] }
  return {
    found,
    looked: (count = 1) => void (found.looked += count),
    fault(key: string, values: Finding['values'] = {}) {
      found.faults += 1
      if (found.findings.length < named) found.findings.push({ key, values })
    }
  }
}

export type Report = ReturnType<typeof report>
export type Head = { position: number; hash: Buffer }

/** One link: it is next, it hangs on the one before, and its content is what its hash says. Goes on from what is stored. */
export function follow(
  chain: Report,
  name: string,
  before: Head,
  row: Head & { previous_hash: Buffer },
  content: unknown
): Head {
  if (row.position !== before.position + 1) {
    chain.fault('missing', { name, from: before.position + 1, to: row.position - 1 })
  } else if (!row.previous_hash.equals(before.hash)) chain.fault('unlinked', { name })
  if (!linkHash(row.previous_hash, content).equals(row.hash)) chain.fault('changed', { name })
  return { position: row.position, hash: row.hash }
}

export function endOf(chain: Report, last: Head, head: Head): void {
  if (last.position !== head.position || !last.hash.equals(head.hash)) {
    chain.fault('end', { last: last.position, head: head.position })
  }
}

export async function compareFile(files: Report, folder: Folder, row: ChainedDocument): Promise<void> {
  files.looked()
  if (row.pdf_key === null || row.pdf_sha256 === null) return files.fault('no_file', { name: row.number })
  const found = await hashOfFile(folder, row.pdf_key)
  if (found === undefined) return files.fault('no_file', { name: row.number })
  const frozen = row.document['pdf_sha256']
  if (found !== row.pdf_sha256.toString('hex') || (frozen !== undefined && found !== frozen)) {
    files.fault('file_changed', { name: row.number })
  }
}

/** SHA-256 of a file, read a piece at a time; undefined when it is not there. */
async function hashOfFile(folder: Folder, key: string): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const piece of await readKey(folder, key)) hash.update(piece as Buffer)
  } catch (error) {
    if (error instanceof Failure && error.status === 404) return undefined
    throw error
  }
  return hash.digest('hex')
}
