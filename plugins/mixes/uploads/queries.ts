import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { FileKind, Version } from '../contract.ts'
import type { Candidate } from './proposals.ts'

export type UploadState = 'receiving' | 'received' | 'filed' | 'refused' | 'gone'

export interface Upload {
  id: number
  key: string
  name: string
  bytes: number
  state: UploadState
  problem: string | null
  project_id: number
  track_id: number | null
  /** The title of a track that is made when it is filed. */
  new_track: string | null
  version: Version | null
  kind: FileKind | null
  label: string | null
  note: string | null
  person_id: number | null
  created_at: Date
  tries: number
  audio_id: number | null
  same: boolean
}

/** What an upload is begun with. */
export type NewUpload = Pick<
  Upload,
  | 'key'
  | 'name'
  | 'bytes'
  | 'project_id'
  | 'track_id'
  | 'new_track'
  | 'version'
  | 'kind'
  | 'label'
  | 'note'
  | 'person_id'
>

export async function addUpload(db: Db, upload: NewUpload): Promise<number> {
  const [row] = await db('uploads').insert(upload).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export async function findUpload(db: Db, key: string): Promise<Upload | undefined> {
  const [row] = await rowsOf<Upload>(db, 'select * from uploads where key = ?', [key])
  return row
}

/** The same, which nobody else changes until the transaction is over. */
export async function lockUpload(db: Db, key: string): Promise<Upload | undefined> {
  const [row] = await rowsOf<Upload>(db, 'select * from uploads where key = ? for update', [key])
  return row
}

/** Until the transaction is over nobody else begins an upload in this studio: what is free is not given out twice. */
export async function lockRoom(db: Db): Promise<void> {
  await db.raw(`select pg_advisory_xact_lock(hashtextextended('mixes.uploads', 0))`)
}

/** Bytes that sound takes, with what is on its way. */
export async function usedBytes(db: Db): Promise<number> {
  const [row] = await rowsOf<{ used: number }>(
    db,
    `select ((select coalesce(sum(bytes), 0) from audio_files)
           + (select coalesce(sum(bytes), 0) from uploads where state in ('receiving', 'received')))::bigint as used`
  )
  return row?.used ?? 0
}

/** Bytes on their way of which only a part has come: the disk must still hold the rest. */
export async function awaitedBytes(db: Db): Promise<number> {
  const [row] = await rowsOf<{ bytes: number }>(
    db,
    `select coalesce(sum(bytes), 0)::bigint as bytes from uploads where state = 'receiving'`
  )
  return row?.bytes ?? 0
}

/** Whether there is such a project; no other transaction makes a track in it meanwhile. */
export async function lockProject(db: Db, id: number): Promise<boolean> {
  return (await rowsOf(db, 'select 1 from projects where id = ? for update', [id])).length > 0
}

export async function isProject(db: Db, id: number): Promise<boolean> {
  return (await rowsOf(db, 'select 1 from projects where id = ?', [id])).length > 0
}

export async function isTrackOf(db: Db, project_id: number, id: number): Promise<boolean> {
  return (await rowsOf(db, 'select 1 from tracks where id = ? and project_id = ?', [id, project_id])).length > 0
}

export async function trackByTitle(db: Db, project_id: number, title: string): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    'select id from tracks where project_id = ? and fold(title) = fold(?) order by position limit 1',
    [project_id, title]
  )
  return row?.id
}

/** The tracks of a project as files may belong to them, in their order. */
export async function candidatesOf(db: Db, project_id: number): Promise<Candidate[]> {
  return rowsOf<Candidate>(
    db,
    `select t.id, t.title, t.version_title, t.position,
            (select r.version from revisions r where r.track_id = t.id order by r.id desc limit 1) as version
       from tracks t where t.project_id = ? and t.status <> 'dropped' order by t.position`,
    [project_id]
  )
}

/** Takes the writing of an upload for `seconds`; false when somebody else has it. */
export async function hold(db: Db, key: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await rowsOf(
    db,
    `update uploads set held_by = ?, held_until = now() + make_interval(secs => ?)
      where key = ? and state = 'receiving' and (held_until is null or held_until < now() or held_by = ?)
     returning id`,
    [holder, seconds, key, holder]
  )
  return rows.length > 0
}

export async function release(db: Db, key: string, holder: string): Promise<void> {
  await db('uploads').where({ key, held_by: holder }).update({ held_by: null, held_until: null })
}

export async function setReceived(db: Db, id: number): Promise<void> {
  await db('uploads')
    .where({ id })
    .update({ state: 'received', received_at: db.fn.now(), held_by: null, held_until: null })
}

export async function setGone(db: Db, id: number): Promise<void> {
  await db('uploads').where({ id }).update({ state: 'gone', settled_at: db.fn.now(), seen_at: db.fn.now() })
}

export async function setSeen(db: Db, id: number): Promise<void> {
  await db('uploads').where({ id }).update({ seen_at: db.fn.now() })
}

/** What is under way of a project, and what was refused or was there already and nobody has read yet; the newest first. */
export interface ShownUpload extends Pick<
  Upload,
  | 'id'
  | 'key'
  | 'name'
  | 'bytes'
  | 'state'
  | 'problem'
  | 'version'
  | 'kind'
  | 'label'
  | 'person_id'
  | 'created_at'
  | 'same'
> {
  track_id: number | null
  track: string | null
  person: string | null
  /** Of the file that has the same bytes. */
  same_name: string | null
}

export async function shownUploads(db: Db, project_id: number, track_id: number | null): Promise<ShownUpload[]> {
  return rowsOf<ShownUpload>(
    db,
    `select u.id, u.key, u.name, u.bytes, u.state, u.problem, u.version, u.kind, u.label, u.person_id, u.created_at, u.same,
            u.track_id, coalesce(t.title, u.new_track) as track, p.name as person, case when u.same then a.name end as same_name
       from uploads u
       left join tracks t on t.id = u.track_id
       left join people p on p.id = u.person_id
       left join audio_files a on a.id = u.audio_id
      where u.project_id = ? and (?::bigint is null or u.track_id = ?)
        and (u.state in ('receiving', 'received') or (u.seen_at is null and (u.state = 'refused' or (u.state = 'filed' and u.same))))
      order by u.id desc limit 200`,
    [project_id, track_id, track_id]
  )
}
