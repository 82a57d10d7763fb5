import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Working } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import { hashFile } from '@patchbay/core/hashing'
import { bring, enter, removeFile, withLocal, workshop } from '@patchbay/core/storage'
import type { Brought } from '@patchbay/core/storage'
import type { Analysis, AnalysisProblem } from './analysis.ts'
import { analyseApart } from './apart.ts'
import { ffmpegOf } from './env.ts'
import { makeCopy } from './ffmpeg.ts'
import type { Ffmpeg } from './ffmpeg.ts'
import {
  copyFailed,
  giveBack,
  isAnything,
  keep,
  nextTurn,
  retryUnsupported,
  setCopy,
  settle,
  takeUncopied,
  takeWaiting
} from './queries.ts'
import type { Found, Taken } from './queries.ts'
import { wantsCopy } from './copies.ts'

/** So many studios at once in one process: one thread each. The others look again, in milliseconds. */
const mostAtWork = 2
const atWork = new Set<number>()
const again = 10_000

/** After so long it makes room for other studios, and goes on in its next turn. */
const slice = 50_000

/** A file that ended its thread or the process so often is left alone. */
const mostTries = 3

/**
 * Measures the files that wait, one after another, and then makes the copies that are missing. Gives when it wants to go
 * on, as long as there is something left.
 */
export async function analyseWaiting(work: Working): Promise<Date | undefined> {
  const { id } = work.studio
  if (!(await isAnything(work.db))) return undefined
  if (atWork.has(id) || atWork.size >= mostAtWork) return new Date(Date.now() + again)
  atWork.add(id)
  try {
    const ffmpeg = await ffmpegOf(work.env)
    await untilTired(work, ffmpeg)
    return await nextTurn(work.db, ffmpeg !== undefined)
  } finally {
    atWork.delete(id)
  }
}

async function untilTired(work: Working, ffmpeg: Ffmpeg | undefined): Promise<void> {
  const until = Date.now() + slice
  if (ffmpeg) await retryUnsupported(work.db)
  do {
    const waiting = await takeWaiting(work.db)
    if (waiting) await measure(work, waiting, ffmpeg)
    const uncopied = !waiting && ffmpeg ? await takeUncopied(work.db) : undefined
    if (uncopied && ffmpeg) await copy(work, uncopied, ffmpeg)
    if (!waiting && !uncopied) return
  } while (Date.now() < until)
}

async function measure(work: Working, file: Taken, ffmpeg: Ffmpeg | undefined): Promise<void> {
  if (file.tries > mostTries) return note(work, file, 'failed', 'crashed')
  const ended = await kept(work, file, signal =>
    withLocal(work, file.file_id, path => analyseApart(path, { ffmpeg: ffmpeg?.path, signal }))
  )
  if (ended === 'gone') return note(work, file, 'failed', 'gone')
  if (ended.problem === 'slow') return note(work, file, 'failed', 'slow')
  if (!('sound' in ended)) return giveBack(work.db, file.id, 'at once')
  return note(work, file, ended.measured ? 'analysed' : 'failed', ended.problem, foundOf(ended, file))
}

/** Keeps what was found and tells it, both or neither. */
async function note(
  work: Working,
  { id, project_id, track_id }: Taken,
  state: 'analysed' | 'failed',
  problem: AnalysisProblem | null,
  found: Partial<Found> = {}
): Promise<void> {
  await work.within(async ({ db, tell }) => {
    const there = await settle(db, id, state, problem, found)
    if (there && project_id !== null) tell('mixes.analysed', { audio_id: id, project_id, track_id })
  })
}

/**
 * Works on a file while others are told that somebody is. When the store of the files does not answer, it is given back
 * untried, and the job fails, to be tried again.
 */
async function kept<T>(work: Working, { id }: Taken, run: (signal: AbortSignal) => Promise<T>): Promise<T | 'gone'> {
  const stop = new AbortController()
  const beat = setInterval(() => void keep(work.db, id).catch(() => stop.abort()), 15_000)
  try {
    return await run(stop.signal)
  } catch (error) {
    if (isGone(error)) return 'gone'
    await giveBack(work.db, id, 'untried')
    throw error
  } finally {
    clearInterval(beat)
  }
}

const isGone = (error: unknown) =>
  error instanceof Failure ? error.status === 404 : error instanceof Error && 'code' in error && error.code === 'ENOENT'

function foundOf({ sound, measured, tags, bext }: Analysis, { bytes }: Pick<Taken, 'bytes'>): Partial<Found> {
  const { codec, rate, depth, channels } = sound
  const known = { codec, sample_rate: rate, bit_depth: depth, channels, tags, bext }
  if (!measured) return known
  const { frames, peaks, ...levels } = measured
  const seconds = frames / (rate ?? 1)
  return {
    ...known,
    ...levels,
    duration_ms: Math.max(1, Math.round(seconds * 1000)),
    bit_rate: Math.min(2 ** 31 - 1, Math.round((bytes * 8) / seconds)),
    peaks: Buffer.from(peaks.buffer),
    copy: wantsCopy(sound, bytes) ? 'wanted' : 'none'
  }
}

/** As long as a file of two gigabytes takes. */
const copySeconds = 1200

async function copy(work: Working, file: Taken, ffmpeg: Ffmpeg): Promise<void> {
  const { db, folder } = work
  const path = join(await workshop(folder), `${randomBytes(16).toString('hex')}.mp3`)
  try {
    const made = await kept(work, file, signal =>
      withLocal(work, file.file_id, from => makeCopy(ffmpeg.path, from, path, { seconds: copySeconds, signal }))
    )
    if (made !== true) return await copyFailed(db, file.id, made === 'gone' || file.tries > 1)
    await addCopy(work, file, await bring(folder, path, await hashFile(path)))
  } finally {
    await rm(path, { force: true })
  }
}

/** A file that has a copy already, or is gone, needs none: what was brought goes again. */
async function addCopy(work: Working, { id, name, project_id, track_id }: Taken, brought: Brought): Promise<void> {
  const called = { name: name.replace(/\.[^.]*$/, ''), media_type: 'audio/mpeg' }
  await work.within(async ({ db, tell }) => {
    const { id: file_id } = await enter({ db, folder: work.folder }, brought, called)
    if (!(await setCopy(db, id, file_id))) return removeFile({ db, folder: work.folder }, file_id)
    if (project_id !== null) tell('mixes.files-changed', { project_id, track_id })
  })
}
