import { cursor, list, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { codeOf } from '@patchbay/core/database/pg-errors'
import type { RevisionState, Version, FileKind } from '../contract.ts'
import { RevisionsQuery } from './forms.ts'
import { soundColumns } from './queries.ts'
import type { Revision } from './queries.ts'

export interface LockedRevision {
  id: number
  track_id: number
  version: Version
  number: number
  note: string | null
  state: RevisionState
  audio_id: number
  project_id: number
  /** It was approved, now or once: what was decided stays. */
  decided: boolean
}

export async function lockRevision(db: Db, id: number): Promise<LockedRevision | undefined> {
  const [row] = await rowsOf<LockedRevision>(
    db,
    `select r.id, r.track_id, r.version, r.number, r.note, r.state, r.audio_id, t.project_id,
       r.state = 'approved' or exists (select from reviews w where w.revision_id = r.id and w.outcome = 'approved') as decided
     from revisions r join tracks t on t.id = r.track_id where r.id = ? for update of r`,
    [id]
  )
  return row
}

/** The project of a track. */
export async function projectOf(db: Db, trackId: number): Promise<number | undefined> {
  const [row] = await rowsOf<{ project_id: number }>(
    db,
    'select project_id from tracks where id = ? for no key update',
    [trackId]
  )
  return row?.project_id
}

/** Tracks that something of a project can be moved to. */
export const tracksOf = (db: Db, projectId: number): Promise<{ id: number; position: number; title: string }[]> =>
  rowsOf(db, 'select id, position, title from tracks where project_id = ? order by position', [projectId])

export const noteRevision = (db: Db, id: number, note: string | null) => db('revisions').where({ id }).update({ note })

/** Puts it after what is there already. The track is locked by `projectOf`; two that come at once are told apart by the key. */
export async function moveRevision(db: Db, id: number, trackId: number, version: Version): Promise<number> {
  const [row] = await rowsOf<{ number: number }>(
    db,
    `update revisions set track_id = ?, version = ?, number =
       (select coalesce(max(number), 0) + 1 from revisions where track_id = ? and version = ?)
     where id = ? returning number`,
    [trackId, version, trackId, version, id]
  )
  if (!row) throw new Error('the revision was locked and is gone')
  return row.number
}

export const removeRevision = (db: Db, id: number) => db('revisions').where({ id }).delete()

export interface LockedFile {
  id: number
  project_id: number
  track_id: number | null
  kind: FileKind
  label: string
  audio_id: number
}

export const lockFile = (db: Db, id: number): Promise<LockedFile | undefined> =>
  db('track_files')
    .where({ id })
    .forUpdate()
    .first<LockedFile | undefined>('id', 'project_id', 'track_id', 'kind', 'label', 'audio_id')

export const changeFile = (db: Db, id: number, fields: Pick<LockedFile, 'label' | 'kind' | 'track_id'>) =>
  db('track_files').where({ id }).update(fields)

export const removeFurtherFile = (db: Db, id: number) => db('track_files').where({ id }).delete()

/**
 * Forgets a file of sound that is neither a revision nor a further file any more; the ids of its stored files, to be
 * removed. Nothing when something else still refers to it, a package that was delivered: then it stays, bytes and all.
 */
export async function forgetSound(db: Db, audioId: number): Promise<number[]> {
  try {
    return await db.transaction(async trx => {
      const [row] = await trx('audio_files')
        .where({ id: audioId })
        .delete()
        .returning<{ file_id: number; listening_file_id: number | null }[]>(['file_id', 'listening_file_id'])
      return row ? [row.file_id, ...(row.listening_file_id === null ? [] : [row.listening_file_id])] : []
    })
  } catch (error) {
    if (codeOf(error) === '23503') return []
    throw error
  }
}

/** Revisions, newest first. */
export const revisionList = list({
  name: 'mixes.revisions',
  permission: 'mixes.read',
  query: RevisionsQuery,
  async run(db, { project, track, version, state, after }) {
    const last = Number(cursor.read(after ?? undefined, 1)?.[0] ?? 0)
    const asked: [string, string | number | null | undefined][] = [
      ['t.project_id = ?', project],
      ['r.track_id = ?', track],
      ['r.version = ?', version],
      ['r.state = ?', state],
      ['r.id < ?', last || undefined]
    ]
    const given = asked.filter((one): one is [string, string | number] => one[1] !== undefined && one[1] !== null)
    const rows = await rowsOf<Revision & { title: string; project_id: number }>(
      db,
      `select r.id, r.track_id, t.title, t.project_id, r.version, r.number, r.note, r.state, p.name as by,
         r.created_at as at, ${soundColumns}
       from revisions r join audio_files a on a.id = r.audio_id join tracks t on t.id = r.track_id
         left join people p on p.id = r.created_by
       where true ${given.map(([sql]) => `and ${sql}`).join(' ')} order by r.id desc limit 51`,
      given.map(([, value]) => value)
    )
    const end = rows[49]
    return { rows: rows.slice(0, 50), next: end && rows.length > 50 ? cursor.write(end.id) : undefined }
  }
})
