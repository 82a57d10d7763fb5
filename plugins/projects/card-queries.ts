import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A session of a project, or one that could be. */
export interface ProjectSession {
  id: number
  room_name: string
  colour: number
  starts_at: Date
  ends_at: Date
  state: string
  rank: number | null
  expires_at: Date | null
  title: string | null
}

const session = `s.id, r.name as room_name, r.colour, s.starts_at, s.ends_at, s.state, s.rank, s.expires_at, s.title`

/** Its sessions by time, at most 200. */
export const listSessions = (db: Db, project_id: number): Promise<ProjectSession[]> =>
  rowsOf(
    db,
    `select ${session} from project_sessions l join sessions s on s.id = l.session_id join rooms r on r.id = s.room_id
     where l.project_id = ? order by s.starts_at, s.id limit 200`,
    [project_id]
  )

/** Sessions that are in no project and may be of this one: of its client, or of nobody; the nearest to now first. */
export const sessionsToLink = (db: Db, client_id: number | null): Promise<ProjectSession[]> =>
  rowsOf(
    db,
    `select ${session} from sessions s join rooms r on r.id = s.room_id
     where s.client_id is not distinct from ?::bigint and s.state not in ('cancelled', 'no_show')
       and s.starts_at > now() - interval '1 year'
       and not exists (select from project_sessions l where l.session_id = s.id)
     order by abs(extract(epoch from s.starts_at - now())) limit 60`,
    [client_id]
  )

/** Puts a session into a project, out of any other; false when there is no such session. */
export async function linkSession(db: Db, project_id: number, session_id: number): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `insert into project_sessions (session_id, project_id) select id, ? from sessions where id = ?
     on conflict (session_id) do update set project_id = excluded.project_id, added_at = now()`,
    [project_id, session_id]
  )
  return rowCount > 0
}

/** False when it was not in that project. */
export const unlinkSession = async (db: Db, project_id: number, session_id: number): Promise<boolean> =>
  (await db('project_sessions').where({ project_id, session_id }).delete()) > 0

export async function projectOfSession(db: Db, session_id: number): Promise<number | undefined> {
  const row = await db('project_sessions').where({ session_id }).first<{ project_id: number } | undefined>('project_id')
  return row?.project_id
}

/** What a session's page shows: whose it is, its project, and those it could be of. */
export interface SessionPlace {
  client_id: number | null
  project_id: number | null
  title: string | null
  status: string | null
  choices: { id: number; title: string }[]
}

export async function placeOfSession(db: Db, session_id: number): Promise<SessionPlace | undefined> {
  const [row] = await rowsOf<SessionPlace>(
    db,
    `select s.client_id, p.id as project_id, p.title, p.status,
       (select coalesce(json_agg(json_build_object('id', o.id, 'title', o.title) order by o.own desc, o.changed_at desc), '[]')
        from (select p.id, p.title, p.changed_at, p.client_id is not distinct from s.client_id as own from projects p
          where p.status not in ('archived', 'cancelled', 'delivered') and (p.client_id = s.client_id or p.client_id is null)
          order by 4 desc, p.changed_at desc limit 30) o) as choices
     from sessions s left join project_sessions l on l.session_id = s.id left join projects p on p.id = l.project_id
     where s.id = ?`,
    [session_id]
  )
  return row
}

/** A file of a project, as its page lists it. */
export interface ProjectFile {
  id: number
  file_id: number
  label: string
  media_type: string
  bytes: number
  added_by: string | null
  added_at: Date
}

const file = `f.id, f.file_id, f.label, s.media_type, s.bytes, p.name as added_by, f.added_at
  from project_files f join files s on s.id = f.file_id left join people p on p.id = f.added_by`

export const listFiles = (db: Db, project_id: number): Promise<ProjectFile[]> =>
  rowsOf(db, `select ${file} where f.project_id = ? order by f.id desc limit 200`, [project_id])

export async function findFile(db: Db, project_id: number, id: number): Promise<ProjectFile | undefined> {
  const [row] = await rowsOf<ProjectFile>(db, `select ${file} where f.project_id = ? and f.id = ?`, [project_id, id])
  return row
}

export const filesOfProject = (db: Db, project_id: number): Promise<number[]> =>
  db('project_files').where({ project_id }).pluck('file_id')

export const hasTracks = async (db: Db, project_id: number): Promise<boolean> =>
  (await db('tracks').where({ project_id }).first('id')) !== undefined

export async function addFile(
  db: Db,
  row: { project_id: number; file_id: number; label: string; added_by: number | null }
): Promise<number> {
  const [added] = await db('project_files').insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

export async function dropFile(db: Db, id: number): Promise<void> {
  await db('project_files').where({ id }).delete()
}

export interface ProjectNote {
  id: number
  body: string
  person_id: number | null
  person_name: string | null
  at: Date
}

const note = `n.id, n.body, n.person_id, p.name as person_name, n.at
  from project_notes n left join people p on p.id = n.person_id`

/** Its notes, the latest first, at most 200. */
export const listNotes = (db: Db, project_id: number): Promise<ProjectNote[]> =>
  rowsOf(db, `select ${note} where n.project_id = ? order by n.at desc, n.id desc limit 200`, [project_id])

export async function findNote(db: Db, project_id: number, id: number): Promise<ProjectNote | undefined> {
  const [row] = await rowsOf<ProjectNote>(db, `select ${note} where n.project_id = ? and n.id = ?`, [project_id, id])
  return row
}

export async function addNote(
  db: Db,
  row: { project_id: number; body: string; person_id: number | null; at?: Date }
): Promise<number> {
  const [added] = await db('project_notes').insert(row).returning<{ id: number }[]>('id')
  return added?.id ?? 0
}

export async function changeNote(db: Db, id: number, body: string): Promise<void> {
  await db('project_notes').where({ id }).update({ body })
}

export async function removeNote(db: Db, id: number): Promise<void> {
  await db('project_notes').where({ id }).delete()
}
