import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RevisionState, Version } from '../contract.ts'

export interface SeededRevision {
  id: number
  track_id: number
  project_id: number
  title: string
  version: Version
  number: number
  state: RevisionState
  duration_ms: number | null
  sha256: Buffer
  created_at: Date
  /** Of the project's client, else somebody's. */
  client: string
  email: string | null
}

/** The demo's revisions, in the order in which they came. */
export const seededRevisions = (db: Db): Promise<SeededRevision[]> =>
  rowsOf<SeededRevision>(
    db,
    `select r.id, r.track_id, t.project_id, t.title, r.version, r.number, r.state, a.duration_ms, a.sha256, r.created_at,
       coalesce(c.artist_name, c.name, p.artist, p.title) as client, c.email
     from revisions r join tracks t on t.id = r.track_id join projects p on p.id = t.project_id
       join audio_files a on a.id = r.audio_id left join clients c on c.id = p.client_id
     order by t.position, r.created_at, r.id`,
    []
  )

/** A comment as if it had been settled then. */
export const settleSeeded = (db: Db, id: number, by: string, at: Date): Promise<number> =>
  db('track_comments').where({ id }).update({ resolved_at: at, resolved_by: by })

/** It repeats one of the revision before. */
export const carrySeeded = (db: Db, id: number, carried_from: number): Promise<number> =>
  db('track_comments').where({ id }).update({ carried_from })
