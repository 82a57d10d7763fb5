import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Who of the studio works on a project, and as what. */
export const teamOf = (db: Db, project_id: number): Promise<{ person_id: number; name: string; role: string }[]> =>
  rowsOf(
    db,
    `select t.person_id, p.name, t.role from project_people t join people p on p.id = t.person_id
     where t.project_id = ? order by p.name collate "fr-x-icu", t.person_id, t.role`,
    [project_id]
  )

/** A session of a project that is on or was. */
export interface ProjectSession {
  id: number
  title: string | null
  starts_at: Date
  ends_at: Date
  room: string
  room_kind: string
  state: string
}

/** The sessions of a project that took place or take place now, the first ones first. */
export const sessionsOf = (db: Db, project_id: number): Promise<ProjectSession[]> =>
  rowsOf(
    db,
    `select s.id, s.title, s.starts_at, s.ends_at, r.name as room, r.kind as room_kind, s.state
     from project_sessions ps join sessions s on s.id = ps.session_id join rooms r on r.id = s.room_id
     where ps.project_id = ? and s.state in ('in_progress', 'completed') order by s.starts_at, s.id limit 200`,
    [project_id]
  )

/** What is needed to know somebody again by name. */
export interface Known {
  id: number
  name: string
  stage_name: string | null
  person_id: number | null
}

/** All musicians that are not put away, 5,000 at most. */
export const everybody = (db: Db): Promise<Known[]> =>
  rowsOf(db, 'select id, name, stage_name, person_id from musicians where archived_at is null order by id limit 5000')
