import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { AudioFormat } from '../contract.ts'
import type { AnalysisProblem } from './analysis.ts'

/** A file that is worked on, and of what it is. */
export interface Taken {
  id: number
  file_id: number
  name: string
  format: AudioFormat
  bytes: number
  /** This one included. */
  tries: number
  project_id: number | null
  track_id: number | null
}

/** Of which project and track a file `a` is, wherever it was filed. */
const placed = `left join revisions r on r.audio_id = a.id left join track_files f on f.audio_id = a.id
  left join tracks t on t.id = coalesce(r.track_id, f.track_id)`
const place = `coalesce(t.project_id, f.project_id) as project_id, t.id as track_id`

const take = (wanted: string, counted: string) => `with next as (
    update audio_files set taken_at = now(), ${counted} = ${counted} + 1
    where id = (
      select id from audio_files where ${wanted} and (taken_at is null or taken_at < now() - interval '1 minute')
      order by id limit 1 for update skip locked
    ) returning id, file_id, name, format, bytes, ${counted} as tries
  ) select a.*, ${place} from next a ${placed}`

/** Is there anything to measure, to copy, or to try again? Mostly there is not, and this is all that is asked. */
export async function isAnything(db: Db): Promise<boolean> {
  const [row] = await rowsOf<{ anything: boolean }>(
    db,
    `select exists (select from audio_files where state = 'waiting') or exists (select from audio_files where copy = 'wanted')
       or exists (select from audio_files where state = 'failed' and problem = 'unsupported') as anything`
  )
  return row?.anything ?? false
}

/**
 * When the next file may be taken, to be measured or, with `copies`, to be copied: one that somebody has, or that did not
 * come out, a minute after it was heard of. Undefined when none waits.
 */
export async function nextTurn(db: Db, copies: boolean): Promise<Date | undefined> {
  const first = (wanted: string) =>
    `(select min(coalesce(taken_at + interval '1 minute', now())) from audio_files where ${wanted})`
  const [row] = await rowsOf<{ at: Date | null }>(
    db,
    `select ${copies ? `least(${first(`state = 'waiting'`)}, ${first(`copy = 'wanted'`)})` : first(`state = 'waiting'`)} as at`
  )
  return row?.at ?? undefined
}

/**
 * Takes the next file to be measured; nobody else takes it while `keep` is heard of at least once a minute. Whoever dies
 * with it has tried: `tries` counts.
 */
export async function takeWaiting(db: Db): Promise<Taken | undefined> {
  const [row] = await rowsOf<Taken>(db, take(`state = 'waiting'`, 'tries'))
  return row
}

/** Takes the next file of which a copy to listen to is to be made. */
export async function takeUncopied(db: Db): Promise<Taken | undefined> {
  const [row] = await rowsOf<Taken>(db, take(`copy = 'wanted'`, 'copy_tries'))
  return row
}

/** Whoever has a file is still at it. */
export async function keep(db: Db, id: number): Promise<void> {
  await db('audio_files').where({ id }).update({ taken_at: db.fn.now() })
}

/** Gives a file back, to be taken again: at once, or in a minute, and then as if it had not been tried. */
export async function giveBack(db: Db, id: number, when: 'at once' | 'untried'): Promise<void> {
  const later = { taken_at: db.fn.now(), tries: db.raw('greatest(tries - 1, 0)') }
  await db('audio_files')
    .where({ id, state: 'waiting' })
    .update(when === 'at once' ? { taken_at: null } : later)
}

/** The same of a copy that did not come out: it is tried once more in a minute. */
export async function copyFailed(db: Db, id: number, forGood: boolean): Promise<void> {
  await db('audio_files')
    .where({ id, copy: 'wanted' })
    .update(forGood ? { copy: 'failed' } : { taken_at: db.fn.now() })
}

/** Everything that was found, as it is kept. */
export interface Found {
  codec: string | null
  duration_ms: number | null
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  bit_rate: number | null
  lufs: number | null
  lra: number | null
  true_peak: number | null
  sample_peak: number | null
  clipped: number | null
  head_ms: number | null
  tail_ms: number | null
  peaks: Buffer | null
  tags: object
  bext: object | null
  copy: 'none' | 'wanted'
}

/** Notes what was found in a file that waited; false when it is gone meanwhile. */
export async function settle(
  db: Db,
  id: number,
  state: 'analysed' | 'failed',
  problem: AnalysisProblem | null,
  found: Partial<Found> = {}
): Promise<boolean> {
  const { tags, bext, ...rest } = found
  const json = { ...(tags ? { tags: JSON.stringify(tags) } : {}), ...(bext ? { bext: JSON.stringify(bext) } : {}) }
  const row = { ...rest, ...json, state, problem, analysed_at: db.fn.now(), taken_at: null, copy_tries: 0 }
  return (await db('audio_files').where({ id, state: 'waiting' }).update(row)) > 0
}

/** Notes a file's copy; false when it has one, or is gone. */
export async function setCopy(db: Db, id: number, fileId: number): Promise<boolean> {
  const copied = { listening_file_id: fileId, copy: 'made', taken_at: null }
  return (await db('audio_files').where({ id }).whereNull('listening_file_id').update(copied)) > 0
}

/** What could not be read for want of an ffmpeg is tried again: there is one now. */
export async function retryUnsupported(db: Db): Promise<void> {
  await db('audio_files')
    .where({ state: 'failed', problem: 'unsupported' })
    .update({ state: 'waiting', problem: null, tries: 0, taken_at: null })
}

/** Lets a file be measured anew, and its copy be made if it failed. Gives of what it is; undefined when there is none. */
export async function waitAgain(db: Db, id: number): Promise<Pick<Taken, 'project_id' | 'track_id'> | undefined> {
  const [row] = await rowsOf<Pick<Taken, 'project_id' | 'track_id'>>(
    db,
    `with again as (
       update audio_files set state = 'waiting', problem = null, tries = 0, taken_at = null, copy_tries = 0,
         copy = case when copy = 'made' then copy else 'none' end
       where id = ? returning id
     ) select ${place} from again a ${placed}`,
    [id]
  )
  return row
}

/** A file that is not measured: it waits, or it could not be. */
export interface Unmeasured {
  id: number
  name: string
  state: 'waiting' | 'failed'
  problem: AnalysisProblem | null
  created_at: Date
  project_id: number | null
  track_id: number | null
  project: string | null
}

/** Those that failed first, then those that wait, newest first; at most 100, and how many there are of each. */
export async function listUnmeasured(db: Db): Promise<{ rows: Unmeasured[]; waiting: number; failed: number }> {
  const rows = await rowsOf<Unmeasured & { waiting: number; failed: number }>(
    db,
    `select a.id, a.name, a.state, a.problem, a.created_at, ${place}, p.title as project,
       count(*) filter (where a.state = 'waiting') over () as waiting, count(*) filter (where a.state = 'failed') over () as failed
     from audio_files a ${placed} left join projects p on p.id = coalesce(t.project_id, f.project_id)
     where a.state in ('waiting', 'failed') order by a.state, a.id desc limit 100`
  )
  return { rows, waiting: rows[0]?.waiting ?? 0, failed: rows[0]?.failed ?? 0 }
}
