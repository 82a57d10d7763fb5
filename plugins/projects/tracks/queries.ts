import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { DeliverySheet, TrackStatus } from '../contract.ts'
import { everyWord } from '../queries.ts'
import type { Link, NewTitle } from './fields.ts'
import { parseIsrc } from './isrc.ts'
import type { SheetPart } from './sheet.ts'

/** How it was made, in the words of who did. */
export interface Technical {
  mics: string | null
  patch: string | null
  plug_ins: string | null
  notes: string | null
}

/** What people write of a track. */
export interface TrackFields {
  title: string
  version_title: string | null
  status: TrackStatus
  bpm: number | null
  key: string | null
  time_signature: string | null
  duration_ms: number | null
  isrc: string | null
  iswc: string | null
  lyrics: string | null
  /** ISO 639-1. */
  languages: string[]
  explicit: boolean
  instrumental: boolean
  p_line: string | null
  c_line: string | null
  technical: Technical
  links: Link[]
  /** Where it differs from its project's. */
  sheet: SheetPart
}

/** A track as its page shows it, with what it takes from its project. */
export interface Track extends TrackFields {
  id: number
  project_id: number
  position: number
  version: number
  project_title: string
  artist: string | null
  /** Of the project, where the track has none. */
  project_p_line: string | null
  project_c_line: string | null
  project_sheet: DeliverySheet
  /** How many tracks the project has. */
  of: number
  previous: { id: number; title: string } | null
  next: { id: number; title: string } | null
}

const own = `t.id, t.project_id, t.position, t.title, t.version_title, t.status, t.bpm::float8 as bpm, t.key,
  t.time_signature, t.duration_ms, t.isrc, t.iswc, t.lyrics, t.languages, t.explicit, t.instrumental, t.p_line, t.c_line,
  jsonb_build_object('mics', null, 'patch', null, 'plug_ins', null, 'notes', null) || t.technical as technical, t.links,
  t.sheet, t.version`

const beside = (by: number) =>
  `(select jsonb_build_object('id', n.id, 'title', n.title) from tracks n
    where n.project_id = t.project_id and n.position = t.position ${by < 0 ? '-' : '+'} 1)`

export async function findTrack(db: Db, id: number): Promise<Track | undefined> {
  const [row] = await rowsOf<Track>(
    db,
    `select ${own}, p.title as project_title, coalesce(p.artist, c.artist_name, c.name) as artist,
       p.p_line as project_p_line, p.c_line as project_c_line,
       jsonb_build_object('rate', p.sheet_rate, 'depth', p.sheet_depth, 'format', p.sheet_format, 'lufs', p.sheet_lufs,
         'true_peak', p.sheet_true_peak) as project_sheet,
       (select count(*)::integer from tracks o where o.project_id = t.project_id) as of,
       ${beside(-1)} as previous, ${beside(1)} as next
     from tracks t join projects p on p.id = t.project_id left join clients c on c.id = p.client_id where t.id = ?`,
    [id]
  )
  return row
}

/** The tracks of a project in their order, with all their fields: for files. */
export const allTracks = (db: Db, project_id: number): Promise<(TrackFields & Pick<Track, 'id' | 'position'>)[]> =>
  rowsOf(db, `select ${own} from tracks t where t.project_id = ? order by t.position`, [project_id])

/** A track's own fields, kept from others until the transaction ends. */
export async function lockTrack(
  db: Db,
  id: number
): Promise<(TrackFields & Pick<Track, 'id' | 'project_id' | 'position' | 'version'>) | undefined> {
  const [row] = await rowsOf<Track>(db, `select ${own} from tracks t where t.id = ? for update`, [id])
  return row
}

export async function changeTrack(db: Db, id: number, given: Partial<TrackFields>): Promise<void> {
  const { technical, links, sheet, ...fields } = given
  await db('tracks')
    .where({ id })
    .update({
      ...fields,
      ...(technical && { technical: JSON.stringify(technical) }),
      ...(links && { links: JSON.stringify(links) }),
      ...(sheet && { sheet: JSON.stringify(sheet) }),
      version: db.raw('version + 1'),
      changed_at: db.fn.now()
    })
}

/** Keeps the order of a project's tracks from others. False when there is no such project. */
export async function lockOrder(db: Db, project_id: number): Promise<boolean> {
  return (await rowsOf(db, 'select id from projects where id = ? for update', [project_id])).length > 0
}

export async function projectOfTrack(db: Db, id: number): Promise<number | undefined> {
  const [row] = await rowsOf<{ project_id: number }>(db, 'select project_id from tracks where id = ?', [id])
  return row?.project_id
}

/** Puts titles behind those there are; whoever calls has locked the order. */
export async function addTracks(db: Db, project_id: number, titles: readonly NewTitle[]): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    db,
    `insert into tracks (project_id, position, title, duration_ms)
     select ?, (select coalesce(max(position), 0) from tracks where project_id = ?) + n, title, duration_ms
     from unnest(?::text[], ?::bigint[]) with ordinality as given (title, duration_ms, n) returning id`,
    [project_id, project_id, titles.map(one => one.title), titles.map(one => one.duration_ms)]
  )
  return rows.map(({ id }) => id)
}

/** Puts a track at a place of its project, 1 first; the others make room. Whoever calls has locked the order. */
export async function moveTrack(db: Db, id: number, position: number): Promise<number> {
  const [row] = await rowsOf<{ place: number }>(
    db,
    `with moved as (
       select t.project_id, t.position as before,
         least(?, (select count(*) from tracks o where o.project_id = t.project_id))::integer as place
       from tracks t where t.id = ?
     ), done as (
       update tracks t set position = case when t.id = ? then m.place
           when m.place < m.before then t.position + 1 else t.position - 1 end
       from moved m where t.project_id = m.project_id
         and t.position between least(m.before, m.place) and greatest(m.before, m.place)
       returning t.id
     )
     select place from moved`,
    [position, id, id]
  )
  return row?.place ?? position
}

/** Takes a track out; those behind it close up. Whoever calls has locked the order. */
export async function removeTrack(db: Db, { id, project_id, position }: Pick<Track, 'id' | 'project_id' | 'position'>) {
  await db('tracks').where({ id }).delete()
  await db('tracks').where({ project_id }).where('position', '>', position).decrement('position', 1)
}

export async function changeSheet(db: Db, id: number, sheet: DeliverySheet): Promise<void> {
  await db('projects')
    .where({ id })
    .update({
      ...Object.fromEntries(Object.entries(sheet).map(([field, value]) => [`sheet_${field}`, value as unknown])),
      version: db.raw('version + 1'),
      changed_at: db.fn.now()
    })
}

/** Tracks by their words or their ISRC, at most `limit`. */
export function searchTracks(
  db: Db,
  text: string,
  limit = 6
): Promise<
  { id: number; title: string; version_title: string | null; project_title: string; artist: string | null }[]
> {
  const { sql, bindings } = trackWords(text)
  return rowsOf(
    db,
    `select t.id, t.title, t.version_title, p.title as project_title, coalesce(p.artist, c.artist_name, c.name) as artist
     from tracks t join projects p on p.id = t.project_id left join clients c on c.id = p.client_id
     where ${sql} order by t.changed_at desc, t.id limit ${limit}`,
    bindings
  )
}

/** True for tracks `t` in which all words are, or whose ISRC it is, with hyphens or without. */
export function trackWords(text: string): { sql: string; bindings: unknown[] } {
  const code = parseIsrc(text)
  return code ? { sql: 't.isrc = ?', bindings: [code] } : everyWord('t.search', text)
}

/** What these tracks are called, those that are there. */
export const trackNames = (db: Db, ids: readonly number[]): Promise<{ id: number; title: string }[]> =>
  rowsOf(db, 'select id, title from tracks where id = any(?)', [[...ids]])
