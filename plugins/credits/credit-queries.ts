import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Musician } from './musician-queries.ts'

/** A track as credits know it, with what they need of its project. */
export interface Track {
  id: number
  project_id: number
  position: number
  title: string
  version_title: string | null
  status: string
  isrc: string | null
  iswc: string | null
  instrumental: boolean
  duration_ms: number | null
  bpm: number | null
  key: string | null
  time_signature: string | null
  languages: string[]
  explicit: boolean
  p_line: string | null
  c_line: string | null
}

export interface Project {
  id: number
  title: string
  kind: string
  artist: string | null
  label: string | null
  catalogue_number: string | null
  upc: string | null
  client_id: number | null
  client_name: string | null
  released_on: string | null
  p_line: string | null
  c_line: string | null
}

/** A credit with whom it names. */
export interface Credit {
  id: number
  track_id: number
  musician_id: number
  name: string
  stage_name: string | null
  role: string
  display: string | null
  position: number
  source: string | null
  confirmed_at: Date | null
}

const trackColumns = `t.id, t.project_id, t.position, t.title, t.version_title, t.status, t.isrc, t.iswc, t.instrumental,
  t.duration_ms, t.bpm::float8 as bpm, t.key, t.time_signature, t.languages, t.explicit, t.p_line, t.c_line`

export async function findTrack(db: Db, id: number): Promise<Track | undefined> {
  const [found] = await rowsOf<Track>(db, `select ${trackColumns} from tracks t where t.id = ?`, [id])
  return found
}

/** The tracks of a project in their order. */
export const listTracks = (db: Db, project_id: number): Promise<Track[]> =>
  rowsOf(db, `select ${trackColumns} from tracks t where t.project_id = ? order by t.position, t.id`, [project_id])

export async function findProject(db: Db, id: number): Promise<Project | undefined> {
  const [found] = await rowsOf<Project>(
    db,
    `select p.id, p.title, p.kind, p.artist, p.label, p.catalogue_number, p.upc, p.client_id,
       coalesce(c.artist_name, c.name) as client_name, p.released_on, p.p_line, p.c_line
     from projects p left join clients c on c.id = p.client_id where p.id = ?`,
    [id]
  )
  return found
}

const creditColumns = `c.id, c.track_id, c.musician_id, m.name, m.stage_name, c.role, c.display, c.position, c.source,
  c.confirmed_at`

/** The credits of these tracks, in their order. */
export const listCredits = (db: Db, track_ids: readonly number[]): Promise<Credit[]> =>
  rowsOf(
    db,
    `select ${creditColumns} from track_credits c join musicians m on m.id = c.musician_id
     where c.track_id = any(?) order by c.track_id, c.position, c.id`,
    [track_ids as number[]]
  )

/** The credits of all tracks of a project. */
export const creditsOfProject = (db: Db, project_id: number): Promise<Credit[]> =>
  rowsOf(
    db,
    `select ${creditColumns} from track_credits c join musicians m on m.id = c.musician_id
     where c.track_id in (select id from tracks where project_id = ?) order by c.track_id, c.position, c.id`,
    [project_id]
  )

/** Those who are credited on, or share in, tracks of a project; or one track of it. */
export const partiesOf = (db: Db, track_ids: readonly number[]): Promise<Musician[]> =>
  rowsOf(
    db,
    `select m.* from musicians m where m.id in (select musician_id from track_credits where track_id = any(?))
       or m.id in (select s.musician_id from split_shares s join split_sheets h on h.id = s.sheet_id where h.track_id = any(?))
     order by m.id`,
    [track_ids as number[], track_ids as number[]]
  )

/** The tracks of these ids that are there, kept from being removed until the transaction ends. */
export const lockTracks = (
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; project_id: number; title: string }[]> =>
  rowsOf(db, 'select id, project_id, title from tracks where id = any(?) order by id for no key update', [
    ids as number[]
  ])

export interface NewCredit {
  track_id: number
  musician_id: number
  role: string
  display: string | null
  source: string | null
  created_by: number | null
}

/** Enters credits at the end of their tracks; those that are there already stay. The tracks that have more now. */
export async function addCreditRows(db: Db, credits: readonly NewCredit[]): Promise<number[]> {
  if (credits.length === 0) return []
  const rows = await rowsOf<{ track_id: number }>(
    db,
    `insert into track_credits (track_id, musician_id, role, display, source, created_by, position)
     select n.track_id, n.musician_id, n.role, n.display, n.source, n.created_by,
       coalesce((select max(position) from track_credits t where t.track_id = n.track_id), 0) + n.place
     from (select *, row_number() over () as place from jsonb_to_recordset(?::jsonb) as r (track_id bigint,
       musician_id bigint, role text, display text, source text, created_by bigint)) n
     on conflict (track_id, musician_id, role) do nothing returning track_id`,
    [JSON.stringify(credits)]
  )
  return [...new Set(rows.map(({ track_id }) => track_id))]
}

export async function findCredit(db: Db, track_id: number, id: number): Promise<Credit | undefined> {
  const [found] = await rowsOf<Credit>(
    db,
    `select ${creditColumns} from track_credits c join musicians m on m.id = c.musician_id
     where c.track_id = ? and c.id = ?`,
    [track_id, id]
  )
  return found
}

export const changeCreditRow = (
  db: Db,
  id: number,
  fields: { role: string; display: string | null }
): Promise<number> => db('track_credits').where({ id }).update(fields)

export const removeCreditRow = (db: Db, id: number): Promise<number> => db('track_credits').where({ id }).delete()

/** Confirms or takes it back: one credit, or all of the track with null. How many changed. */
export const confirmRows = (db: Db, track_id: number, id: number | null, confirmed: boolean): Promise<number> =>
  db('track_credits')
    .where({ track_id, ...(id !== null && { id }) })
    .modify(query => void (confirmed ? query.whereNull('confirmed_at') : query.whereNotNull('confirmed_at')))
    .update({ confirmed_at: confirmed ? db.fn.now() : null })

/** Writes the order of a track's credits: the ids as they are to stand. */
export async function orderCredits(db: Db, ids: readonly number[]): Promise<void> {
  await rowsOf(
    db,
    `update track_credits c set position = o.place from unnest(?::bigint[]) with ordinality as o (id, place)
     where c.id = o.id`,
    [ids as number[]]
  )
}

/** Where somebody is credited, the newest projects first; 300 at most. */
export interface Appearance {
  track_id: number
  title: string
  project_id: number
  project: string
  artist: string | null
  roles: string[]
  isrc: string | null
}

export const listAppearances = (db: Db, musician_id: number): Promise<Appearance[]> =>
  rowsOf(
    db,
    `select t.id as track_id, t.title, p.id as project_id, p.title as project, p.artist, t.isrc,
       array_agg(c.role order by c.position, c.id) as roles
     from track_credits c join tracks t on t.id = c.track_id join projects p on p.id = t.project_id
     where c.musician_id = ? group by t.id, p.id order by p.created_at desc, p.id desc, t.position limit 300`,
    [musician_id]
  )

/** Other tracks to copy credits from: those of the project first, then the last ones credited; 60 at most. */
export const tracksToCopy = (
  db: Db,
  track: Track
): Promise<{ id: number; title: string; project: string; n: number }[]> =>
  rowsOf(
    db,
    `select t.id, t.title, p.title as project, count(c.id)::integer as n
     from tracks t join projects p on p.id = t.project_id join track_credits c on c.track_id = t.id
     where t.id <> ? group by t.id, p.id
     order by (t.project_id = ?) desc, max(c.id) desc limit 60`,
    [track.id, track.project_id]
  )

/** Projects with how many tracks and credits they have, those last worked on first: the page of all credits. */
export interface CreditedProject {
  id: number
  title: string
  artist: string | null
  tracks: number
  credited: number
}

export const creditedProjects = (db: Db): Promise<CreditedProject[]> =>
  rowsOf(
    db,
    `select p.id, p.title, p.artist, count(distinct t.id)::integer as tracks, count(distinct c.track_id)::integer as credited
     from projects p join tracks t on t.project_id = p.id left join track_credits c on c.track_id = t.id
     where p.status not in ('archived', 'cancelled') group by p.id order by p.changed_at desc, p.id desc limit 6`
  )
