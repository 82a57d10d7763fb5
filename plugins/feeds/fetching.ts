import type { Db, Studio } from '@patchbay/core'
import { FetchFailure } from '@patchbay/core/safe-fetch'
import type { Fetched, FetchOptions } from '@patchbay/core/safe-fetch'
import { uidsOf } from './calendar.ts'
import { noteBad, noteGood, replaceTimes } from './outside-queries.ts'
import type { ToFetch } from './outside-queries.ts'
import type { ReadCalendar } from './reading/calendar.ts'
import { readApart } from './reading/reading.ts'

/** How addresses are fetched; the tests have a world of their own. */
export type Fetch = (address: string, options: FetchOptions) => Promise<Fetched>

/** A calendar of more bytes is none that people write. */
const maxBytes = 10_000_000
const most = 5000
const dayMs = 86_400_000

/** What a calendar elsewhere said: its times, that nothing changed, or what is wrong (a sentence of `feeds.problems`). */
export type Found =
  | ({ times: ReadCalendar['times'] } & Omit<ReadCalendar, 'times'> & Marks)
  | { same: true }
  | { problem: string }

/** By what it is asked whether it changed. */
interface Marks {
  etag: string | null
  last_modified: string | null
}

/** Fetches and reads a calendar elsewhere; nothing is written. */
export async function look(
  fetch: Fetch,
  { url, etag, last_modified }: Pick<ToFetch, 'url' | 'etag' | 'last_modified'>,
  studio: Studio
): Promise<Found> {
  const headers = {
    accept: 'text/calendar, */*;q=0.1',
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(last_modified ? { 'if-modified-since': last_modified } : {})
  }
  let answer: Fetched
  try {
    answer = await fetch(url, { maxBytes, headers })
  } catch (error) {
    if (error instanceof FetchFailure) return { problem: error.problem }
    throw error
  }
  if (answer.status === 304) return { same: true }
  if (answer.status !== 200) return { problem: statusProblem(answer.status) }
  const now = Date.now()
  const reading = await readApart(answer.body, {
    timezone: studio.timezone,
    from: new Date(now - dayMs),
    to: new Date(now + 365 * dayMs),
    own: uidsOf(studio),
    most
  })
  if (!reading.ok) return { problem: reading.problem }
  const mark = (value: string | undefined) => (value !== undefined && value.length <= 300 ? value : null)
  const { times, cut_at } = reading
  return { times, cut_at, etag: mark(answer.headers.etag), last_modified: mark(answer.headers['last-modified']) }
}

/** Writes down what was found; true when pages that show it are to be told. */
export async function keep(db: Db, { id, problem }: Pick<ToFetch, 'id' | 'problem'>, found: Found): Promise<boolean> {
  if ('problem' in found) {
    await noteBad(db, id, found.problem)
    return found.problem !== problem
  }
  if ('same' in found) {
    await noteGood(db, id)
    return problem !== null
  }
  await db.transaction(trx => replaceTimes(trx, id, found))
  return true
}

function statusProblem(status: number): string {
  if (status === 404 || status === 410) return 'gone'
  return status === 401 || status === 403 ? 'denied' : 'status'
}
