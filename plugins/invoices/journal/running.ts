import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Folder } from '@patchbay/core/folder'
import { setTimeout as sleep } from 'node:timers/promises'
import { logEvent } from './log.ts'
import type { Who } from './log.ts'
import { verify } from './verify.ts'
import type { Verification } from './verify.ts'

/** A verification as it is kept: running, or with what it found. */
export interface Kept {
  id: number
  state: 'running' | 'done' | 'failed'
  checked: number
  total: number
  report: Verification | null
  error: string | null
  started_at: Date
  updated_at: Date
}

/** So long a page waits for the whole answer, in milliseconds; then the work goes on and the page follows it. */
const patience = 1500
/** Nobody has heard of it for so long: the process that ran it is gone. Milliseconds. */
const lost = 120_000

const underway = new Set<Promise<void>>()

/**
 * Starts a verification on the studio's database, outside any transaction, and resolves when it is done or has taken
 * `patience`. What it found is kept, and noted in the log of technical events.
 */
export async function startVerification(
  { db, folder, person }: { db: Db; folder: Folder; person: Who },
  id: number
): Promise<void> {
  const work = run({ db, folder, person }, id).finally(() => underway.delete(work))
  underway.add(work)
  await Promise.race([work, sleep(patience, undefined, { ref: false })])
}

/** Resolves when none is under way any more: before the databases are closed. */
export const allVerified = async (): Promise<void> => {
  await Promise.allSettled(underway)
}

async function run({ db, folder, person }: { db: Db; folder: Folder; person: Who }, id: number): Promise<void> {
  let written = 0
  const progress = async (checked: number, total: number) => {
    if (Date.now() - written < 500) return
    written = Date.now()
    await db('verifications').where({ id }).update({ checked, total, updated_at: db.fn.now() })
  }
  try {
    const report = await verify({ db, folder, progress })
    const { holds, journal_rows, documents, checks } = report
    const faults = checks.reduce((sum, check) => sum + check.faults, 0)
    await db.transaction(async trx => {
      await trx('verifications')
        .where({ id })
        .update({ state: 'done', report: JSON.stringify(report), updated_at: trx.fn.now() })
      await logEvent(trx, person, 'verification', { holds, journal_rows, documents, faults })
    })
  } catch (error) {
    // said on the page: the one who waits for it is not in this request any more
    const reason = error instanceof Error ? error.message : String(error)
    await db('verifications')
      .where({ id })
      .update({ state: 'failed', error: reason.slice(0, 500), updated_at: db.fn.now() })
  }
}

/** The verification asked for last; one that was lost counts as failed. */
export async function lastVerification(db: Db): Promise<Kept | undefined> {
  const [row] = await rowsOf<Kept>(db, 'select * from verifications order by id desc limit 1')
  if (row?.state === 'running' && Date.now() - row.updated_at.getTime() > lost) return { ...row, state: 'failed' }
  return row
}

export async function addVerification(db: Db, started_by: number | null): Promise<number> {
  const [row] = await db('verifications').insert({ started_by }).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}
