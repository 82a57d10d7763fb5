import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { LinkScope, RevisionState, Version } from '../contract.ts'

/** A link for guests: what it opens, for whom, how far, how long. */
export interface ShareLink {
  id: number
  project_id: number
  track_id: number | null
  revision_id: number | null
  revision_ids: number[] | null
  scope: LinkScope
  recipient: string | null
  email: string | null
  language: 'fr' | 'en'
  message: string | null
  password_hash: string | null
  most_visits: number | null
  visits: number
  expires_at: Date | null
  revoked_at: Date | null
  /** `used_up` lets those in who are in, and nobody else. */
  state: LinkState
}

export const linkStates = ['open', 'used_up', 'expired', 'revoked'] as const
export type LinkState = (typeof linkStates)[number]

/** SQL of `state`, over `share_links l`. */
export const stateOfLink = `case when l.revoked_at is not null then 'revoked' when l.expires_at <= now() then 'expired'
  when l.visits >= l.most_visits then 'used_up' else 'open' end as state`
const columns = `l.id, l.project_id, l.track_id, l.revision_id, l.revision_ids, l.scope, l.recipient, l.email,
  l.language, l.message, l.password_hash, l.most_visits, l.visits, l.expires_at, l.revoked_at, ${stateOfLink}`

/** The link of a private address, whatever its state; undefined when there is none. */
export async function linkOf(db: Db, token: string): Promise<ShareLink | undefined> {
  const [row] = await rowsOf<ShareLink>(db, `select ${columns} from share_links l where l.token_hash = ?`, [
    hashToken(token)
  ])
  return row
}

/** A link by its id. */
export async function linkById(db: Db, id: number): Promise<(ShareLink & { token_sealed: string }) | undefined> {
  const [row] = await rowsOf<ShareLink & { token_sealed: string }>(
    db,
    `select ${columns}, l.token_sealed from share_links l where l.id = ?`,
    [id]
  )
  return row
}

/** The same, held until the transaction ends: those who come in are counted one after another. */
export async function lockLink(db: Db, token: string): Promise<ShareLink | undefined> {
  const sql = `select ${columns} from share_links l where l.token_hash = ? for update`
  const [row] = await rowsOf<ShareLink>(db, sql, [hashToken(token)])
  return row
}

export interface LinkFields {
  project_id: number
  track_id: number | null
  revision_id: number | null
  revision_ids: readonly number[] | null
  scope: LinkScope
  recipient: string | null
  email: string | null
  language: 'fr' | 'en'
  message: string | null
  password_hash: string | null
  most_visits: number | null
  expires_at: Date | null
  created_by: number | null
}

/** A new link; its token is sealed as `link:{id}` once its id is known. */
export async function addLink(db: Db, link: LinkFields & { token_hash: Buffer }): Promise<number> {
  const revision_ids = link.revision_ids && [...link.revision_ids]
  const [row] = await db('share_links')
    .insert({ ...link, revision_ids, token_sealed: '' })
    .returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export const sealToken = (db: Db, id: number, token_sealed: string): Promise<number> =>
  db('share_links').where({ id }).update({ token_sealed })

/** Takes it back; false when it was already. */
export async function revoke(db: Db, id: number, revoked_by: number | null): Promise<boolean> {
  const by = db('people')
    .where({ id: revoked_by ?? 0 })
    .select('id')
  const taken = await db('share_links')
    .where({ id })
    .whereNull('revoked_at')
    .update({ revoked_at: db.fn.now(), revoked_by: by })
  return taken > 0
}

/** A revision that a link opens. */
export interface OpenRevision {
  id: number
  track_id: number
  version: Version
  number: number
  state: RevisionState
  note: string | null
  audio_id: number
  file_id: number
  name: string
  media_type: string
  duration_ms: number | null
  created_at: Date
  title: string
  version_title: string | null
  position: number
}

/**
 * The revisions a link opens, by track, the newest first. Chosen ones are these and no others; a track's or a project's
 * are, of each track, the newest of the version that is furthest, and all that was ever sent for review.
 */
export function revisionsOf(
  db: Db,
  link: Pick<ShareLink, 'project_id' | 'track_id' | 'revision_id' | 'revision_ids'>
): Promise<OpenRevision[]> {
  const chosen = link.revision_id === null ? link.revision_ids : [link.revision_id]
  const which = chosen
    ? 'r.id = any(?)'
    : `${link.track_id === null ? '' : 't.id = ? and '}(r.id in (
         select distinct on (n.track_id) n.id from revisions n join tracks m on m.id = n.track_id
         where m.project_id = ?
         order by n.track_id, array_position(array['demo', 'rough', 'final', 'master'], n.version) desc, n.number desc)
       or exists (select from reviews w where w.revision_id = r.id and w.outcome is distinct from 'withdrawn'))`
  const values = chosen ? [chosen] : [...(link.track_id === null ? [] : [link.track_id]), link.project_id]
  return rowsOf(
    db,
    `select r.id, r.track_id, r.version, r.number, r.state, r.note, r.audio_id, a.file_id, a.name, f.media_type,
       a.duration_ms, r.created_at, t.title, t.version_title, t.position
     from revisions r join tracks t on t.id = r.track_id join audio_files a on a.id = r.audio_id
       join files f on f.id = a.file_id
     where t.project_id = ? and ${which}
     order by t.position, t.id, array_position(array['demo', 'rough', 'final', 'master'], r.version) desc, r.number desc`,
    [link.project_id, ...values]
  )
}

/** Revisions that whoever has this link was asked about, and has not answered. */
export async function askedOf(db: Db, link_id: number): Promise<Set<number>> {
  const sql = 'select revision_id from reviews where link_id = ? and outcome is null'
  return new Set((await rowsOf<{ revision_id: number }>(db, sql, [link_id])).map(({ revision_id }) => revision_id))
}

/** What stands above a guest's page. */
export async function projectOf(db: Db, id: number): Promise<{ title: string; artist: string | null } | undefined> {
  const [row] = await rowsOf<{ title: string; artist: string | null }>(
    db,
    `select p.title, coalesce(p.artist, c.artist_name, c.name) as artist
     from projects p left join clients c on c.id = p.client_id where p.id = ?`,
    [id]
  )
  return row
}

/** Where links are made for: a revision's track and project, a track's project; undefined for what is not there. */
export async function placeOf(
  db: Db,
  of: { project_id: number; track_id: number | null; revision_id: number | null }
): Promise<{ project_id: number; track_id: number | null; revision_id: number | null } | undefined> {
  const [row] = await rowsOf<{ project_id: number }>(
    db,
    `select p.id as project_id from projects p where p.id = ?
       and (?::bigint is null or exists (select from tracks t where t.id = ?::bigint and t.project_id = p.id))
       and (?::bigint is null or exists (select from revisions r join tracks t on t.id = r.track_id
         where r.id = ?::bigint and t.project_id = p.id))`,
    [of.project_id, of.track_id, of.track_id, of.revision_id, of.revision_id]
  )
  return row && of
}

/** How many of these revisions are of the project. */
export async function countRevisions(db: Db, project_id: number, ids: readonly number[]): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from revisions r join tracks t on t.id = r.track_id
     where t.project_id = ? and r.id = any(?)`,
    [project_id, [...ids]]
  )
  return row?.n ?? 0
}

/** Whom a link is for, when nobody says: the project's client. */
export async function recipientOf(
  db: Db,
  project_id: number
): Promise<{ recipient: string | null; email: string | null; language: 'fr' | 'en' } | undefined> {
  const [row] = await rowsOf<{ recipient: string | null; email: string | null; language: 'fr' | 'en' }>(
    db,
    `select coalesce(c.artist_name, c.name) as recipient, c.email, c.language
     from projects p join clients c on c.id = p.client_id where p.id = ?`,
    [project_id]
  )
  return row
}
