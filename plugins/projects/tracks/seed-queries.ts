import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ProjectKind, ProjectStatus } from '../contract.ts'

/** A project without titles, and who made it. */
export interface Bare {
  id: number
  title: string
  kind: ProjectKind
  status: ProjectStatus
  person_id: number | null
  created_at: Date
}

export const bareProjects = (db: Db): Promise<Bare[]> =>
  rowsOf(
    db,
    `select id, title, kind, status, created_by as person_id, created_at from projects p
     where not exists (select from tracks t where t.project_id = p.id) order by id`
  )
