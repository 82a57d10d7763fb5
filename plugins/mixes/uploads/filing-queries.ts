import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { AudioFormat } from '../contract.ts'
import type { Upload } from './queries.ts'

/** What waits to be filed, the oldest first. */
export async function waitingUploads(db: Db): Promise<Upload[]> {
  return rowsOf<Upload>(db, `select * from uploads where state = 'received' order by id limit 500`)
}

/** Those of which all bytes should be here although nobody said so: begun, and held by nobody. */
export async function openUploads(db: Db): Promise<Upload[]> {
  return rowsOf<Upload>(
    db,
    `select * from uploads where state = 'receiving' and coalesce(held_until < now(), true) order by id limit 2000`
  )
}

/**
 * Takes one of them to file it, for `seconds`, and says the how manieth try that is; undefined when somebody else has it or
 * it is settled.
 */
export async function takeUp(db: Db, id: number, holder: string, seconds: number): Promise<number | undefined> {
  const [row] = await rowsOf<{ tries: number }>(
    db,
    `update uploads set tries = tries + 1, held_by = ?, held_until = now() + make_interval(secs => ?)
      where id = ? and state = 'received' and coalesce(held_until < now(), true) returning tries`,
    [holder, seconds, id]
  )
  return row?.tries
}

/** Says that it is still being filed. */
export async function keepUp(db: Db, id: number, holder: string, seconds: number): Promise<void> {
  await rowsOf(
    db,
    `update uploads set held_until = now() + make_interval(secs => ?) where id = ? and held_by = ? returning id`,
    [seconds, id, holder]
  )
}

/** Lets it go again; a try that failed for reasons outside is `not counted`. */
export async function putDown(db: Db, id: number, holder: string, counted: boolean): Promise<void> {
  await rowsOf(
    db,
    `update uploads set held_by = null, held_until = null, tries = greatest(0, tries - ?) where id = ? and held_by = ?
     returning id`,
    [counted ? 0 : 1, id, holder]
  )
}

/** The upload, locked, when it is still to be filed. */
export async function lockWaiting(db: Db, id: number): Promise<Upload | undefined> {
  const [row] = await rowsOf<Upload>(db, `select * from uploads where id = ? and state = 'received' for update`, [id])
  return row
}

/** A file of the same bytes in the same project; the first of them. */
export async function sameAudio(db: Db, project_id: number, sha256: Buffer): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `select a.id from audio_files a
      where a.sha256 = ?
        and (exists (select 1 from revisions r join tracks t on t.id = r.track_id where r.audio_id = a.id and t.project_id = ?)
          or exists (select 1 from track_files f where f.audio_id = a.id and f.project_id = ?))
      order by a.id limit 1`,
    [sha256, project_id, project_id]
  )
  return row?.id
}

export async function lockTrack(db: Db, id: number): Promise<boolean> {
  return (await rowsOf(db, 'select 1 from tracks where id = ? for update', [id])).length > 0
}

export interface NewAudio {
  file_id: number
  name: string
  format: AudioFormat
  bytes: number
  sha256: Buffer
  codec: string | null
  sample_rate: number | null
  bit_depth: number | null
  channels: number | null
  duration_ms: number | null
  uploaded_by: number | null
}

export async function addAudio(db: Db, audio: NewAudio): Promise<number> {
  const [row] = await db('audio_files').insert(audio).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

/** The next revision of a version; call it with the track locked. */
export async function addRevision(
  db: Db,
  revision: { track_id: number; version: string; audio_id: number; note: string | null; created_by: number | null }
): Promise<number> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into revisions (track_id, version, number, audio_id, note, created_by)
     select ?, ?, 1 + coalesce(max(number), 0), ?, ?, ? from revisions where track_id = ? and version = ?
     returning id`,
    [
      revision.track_id,
      revision.version,
      revision.audio_id,
      revision.note,
      revision.created_by,
      revision.track_id,
      revision.version
    ]
  )
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export async function addTrackFile(
  db: Db,
  file: {
    project_id: number
    track_id: number | null
    kind: string
    label: string
    audio_id: number
    created_by: number | null
  }
): Promise<void> {
  await db('track_files').insert(file)
}

export async function settle(
  db: Db,
  id: number,
  how:
    | { state: 'filed'; audio_id: number; same: boolean; track_id?: number | null }
    | { state: 'refused'; problem: string }
): Promise<void> {
  await db('uploads')
    .where({ id })
    .update({ ...how, settled_at: db.fn.now(), held_by: null, held_until: null })
}

/** Uploads whose bytes may be swept: those not touched for `days` days are gone. Gives the keys of all that are over. */
export async function giveUpOld(db: Db, days: number): Promise<Set<string>> {
  await db('uploads')
    .where({ state: 'receiving' })
    .whereRaw(`greatest(created_at, held_until) < now() - make_interval(days => ?)`, [days])
    .update({ state: 'gone', settled_at: db.fn.now() })
  const open = await rowsOf<{ key: string }>(db, `select key from uploads where state in ('receiving', 'received')`)
  return new Set(open.map(({ key }) => key))
}
