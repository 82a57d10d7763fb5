import { cursor, list, rowsAfresh, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { TrackStatus } from '../contract.ts'
import { TracksQuery } from './forms.ts'
import { trackWords } from './queries.ts'

export const pageSize = 50

/** A line of a list of tracks. */
export interface TrackRow {
  id: number
  project_id: number
  project_title: string
  position: number
  title: string
  version_title: string | null
  status: TrackStatus
  duration_ms: number | null
  bpm: number | null
  key: string | null
  isrc: string | null
  explicit: boolean
  instrumental: boolean
}

/** A page of tracks, with what is true of all of them. */
export interface TracksPage extends Page<TrackRow> {
  count: number
  /** Of those whose length is known. */
  duration_ms: number
  without_isrc: number
}

/** Tracks in the order of their projects, 50 a page. Two statements. */
export const trackList = list({
  name: 'projects.tracks',
  permission: 'projects.read',
  query: TracksQuery,
  run: (db, query): Promise<TracksPage> => listTracks(db, query)
})

/** Two statements. */
export async function listTracks(db: Db, query: Partial<TracksQuery>, size = pageSize): Promise<TracksPage> {
  const { sql, bindings } = filtersOf(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = numbers(cursor.read(query.after ?? query.before ?? undefined, 2))
  const order = backwards ? 'desc' : 'asc'
  const keyset = edge ? ` and (t.project_id, t.position) ${backwards ? '<' : '>'} (?::bigint, ?::integer)` : ''
  const [found, [all]] = await together(db, db => [
    rowsAfresh<TrackRow>(
      db,
      `select t.id, t.project_id, p.title as project_title, t.position, t.title, t.version_title, t.status, t.duration_ms,
         t.bpm::float8 as bpm, t.key, t.isrc, t.explicit, t.instrumental
       from tracks t join projects p on p.id = t.project_id where ${sql}${keyset}
       order by t.project_id ${order}, t.position ${order} limit ${size + 1}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ count: number; duration_ms: number; without_isrc: number }>(
      db,
      `select count(*)::integer as count,
         coalesce(sum(t.duration_ms) filter (where t.status <> 'dropped'), 0)::bigint as duration_ms,
         (count(*) filter (where t.isrc is null and t.status <> 'dropped'))::integer as without_isrc
       from tracks t where ${sql}`,
      bindings
    )
  ])
  const more = found.length > size
  const rows = found.slice(0, size)
  if (backwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    count: all?.count ?? 0,
    duration_ms: all?.duration_ms ?? 0,
    without_isrc: all?.without_isrc ?? 0,
    next: last && (backwards || more) ? cursor.write(last.project_id, last.position) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.project_id, first.position) : undefined
  }
}

/** The page of a project's list on which a place is to be seen. */
export const pageAround = (project_id: number, position: number): string =>
  position > pageSize ? `&after=${cursor.write(project_id, position - pageSize / 2)}` : ''

/** A cursor may be anybody's: it holds whole numbers that the columns can hold. */
const numbers = (edge: readonly (string | number)[] | undefined): number[] | undefined => {
  const found = edge?.map(Number)
  const [project = Number.NaN, position = Number.NaN] = found ?? []
  return Number.isSafeInteger(project) && Number.isInteger(position) && Math.abs(position) < 2 ** 31 ? found : undefined
}

function filtersOf(query: Partial<TracksQuery>): { sql: string; bindings: unknown[] } {
  const words = trackWords(query.q ?? '')
  const wanted: [sql: string, ...values: unknown[]][] = [[words.sql, ...words.bindings]]
  if (query.project) wanted.push(['t.project_id = ?', query.project])
  if (query.status) wanted.push(['t.status = ?', query.status])
  if (query.show === 'no_isrc') wanted.push([`t.isrc is null and t.status <> 'dropped'`])
  return { sql: wanted.map(([sql]) => sql).join(' and '), bindings: wanted.flatMap(([, ...values]) => values) }
}
