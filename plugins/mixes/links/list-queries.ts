import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Version } from '../contract.ts'
import { stateOfLink } from './queries.ts'
import type { ShareLink } from './queries.ts'

/** A link among others, with what came of it. */
export interface ShownLink extends Omit<ShareLink, 'password_hash'> {
  with_password: boolean
  created_at: Date
  created_by_name: string | null
  project_title: string
  /** Of the track, or of the revision's. */
  of_track_id: number | null
  track_title: string | null
  version: Version | null
  number: number | null
  opened: number
  heard: number
  downloaded: number
  refused: number
  last_at: Date | null
}

const shown = `select l.id, l.project_id, l.track_id, l.revision_id, l.revision_ids, l.scope, l.recipient, l.email,
    l.language, l.message, l.most_visits, l.visits, l.expires_at, l.revoked_at, l.created_at,
    l.password_hash is not null as with_password, ${stateOfLink}, p.name as created_by_name, t.title as track_title,
    coalesce(l.track_id, r.track_id) as of_track_id, o.title as project_title, r.version, r.number, v.*
  from share_links l join projects o on o.id = l.project_id left join people p on p.id = l.created_by
    left join revisions r on r.id = l.revision_id left join tracks t on t.id = coalesce(l.track_id, r.track_id)
    cross join lateral (select count(*) filter (where what = 'opened')::integer as opened,
      count(*) filter (where what = 'heard')::integer as heard,
      count(*) filter (where what = 'downloaded')::integer as downloaded,
      count(*) filter (where what = 'refused')::integer as refused, max(at) as last_at
      from share_visits where link_id = l.id) v`

/** The links that open something of a project, or of one of its tracks; the newest first, at most 30. */
export function listLinks(db: Db, of: { project_id: number } | { track_id: number }): Promise<ShownLink[]> {
  const [where, value] =
    'track_id' in of ? ['coalesce(l.track_id, r.track_id) = ?', of.track_id] : ['l.project_id = ?', of.project_id]
  return rowsOf(db, `${shown} where ${where} order by l.id desc limit 30`, [value])
}

/** A page of all links, or of those of a project, below an id. */
export const pageOfLinks = (
  db: Db,
  { project_id, before, limit }: { project_id: number | null; before: number; limit: number }
): Promise<ShownLink[]> =>
  rowsOf(
    db,
    `${shown} where (?::bigint is null or l.project_id = ?) and (? = 0 or l.id < ?) order by l.id desc limit ?`,
    [project_id, project_id, before, before, limit]
  )

/** A link for its own page. */
export async function findLink(db: Db, id: number): Promise<ShownLink | undefined> {
  const [row] = await rowsOf<ShownLink>(db, `${shown} where l.id = ?`, [id])
  return row
}
