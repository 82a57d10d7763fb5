import { cursor, pageSize, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { ProjectKind, ProjectStatus } from './contract.ts'
import type { ProjectsQuery } from './forms.ts'
import { everyWord } from './queries.ts'

/** A line of the list, and a card of the board. */
export interface ProjectRow {
  id: number
  title: string
  kind: ProjectKind
  artist: string | null
  client_id: number | null
  client_name: string | null
  status: ProjectStatus
  due_on: string | null
  released_on: string | null
  changed_at: Date
  tracks: number
  /** Of these, approved or delivered. */
  tracks_done: number
  tasks_open: number
  tasks_late: number
  /** Names of its team, at most five. */
  team: string[]
}

const row = `p.id, p.title, p.kind, p.artist, p.client_id, coalesce(c.artist_name, c.name) as client_name, p.status, p.due_on,
  p.released_on, p.changed_at, coalesce(k.tracks, 0) as tracks, coalesce(k.tracks_done, 0) as tracks_done,
  coalesce(d.tasks_open, 0) as tasks_open, coalesce(d.tasks_late, 0) as tasks_late,
  array(select distinct o.name from project_people t join people o on o.id = t.person_id where t.project_id = p.id
    order by 1 limit 5) as team`

/** Counted for the rows of a page only: `from` is those. The one `?` is today. */
const counted = `left join clients c on c.id = p.client_id
  left join lateral (select count(*)::integer as tracks, (count(*) filter (where status in ('approved', 'delivered')))::integer
    as tracks_done from tracks where project_id = p.id and status <> 'dropped') k on true
  left join lateral (select count(*)::integer as tasks_open, (count(*) filter (where due_on < ?::date))::integer as tasks_late
    from tasks where project_id = p.id and done_at is null) d on true`

/** For whom and on which day a list is read. */
export interface About {
  today: string
  person_id: number | null
}

const columns = {
  due: `coalesce(p.due_on, 'infinity'::date)`,
  title: 'p.title collate "fr-x-icu"',
  changed: 'p.changed_at'
}
const places = { due: `coalesce(p.due_on, 'infinity'::date)::text`, title: 'p.title', changed: 'p.changed_at::text' }
const types = { due: '::date', title: '', changed: '::timestamptz' }

/** Projects: searched, filtered, sorted, a page at once. Two statements. */
export async function listProjects(db: Db, query: ProjectsQuery, about: About): Promise<Page<ProjectRow>> {
  const { sql, bindings } = filtersOf(query, about)
  const sort = query.sort ?? 'due'
  const key = sort.replace('-', '') as keyof typeof columns
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const ascending = sort.startsWith('-') === backwards
  const direction = ascending ? 'asc' : 'desc'
  const keyset = edge ? ` and (${columns[key]}, p.id) ${ascending ? '>' : '<'} (?${types[key]}, ?)` : ''
  const order = `order by ${columns[key]} ${direction}, p.id ${direction}`
  const [found, [total]] = await together(db, db => [
    rowsAfresh<ProjectRow & { place: string }>(
      db,
      `select ${row}, ${places[key]} as place
       from (select p.* from projects p where ${sql}${keyset} ${order} limit ${pageSize + 1}) p ${counted} ${order}`,
      [...bindings, ...(edge ?? []), about.today]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from projects p where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(({ place: _place, ...one }) => one),
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.place, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.place, first.id) : undefined
  }
}

/** What the filters of a list leave, as a condition on `projects p`. */
export function filtersOf(
  query: Pick<ProjectsQuery, 'q' | 'status' | 'kind' | 'client' | 'show'>,
  { today, person_id }: About
): { sql: string; bindings: unknown[] } {
  const words = everyWord('p.search', query.q ?? '')
  const wanted: [sql: string, ...values: unknown[]][] = [[words.sql, ...words.bindings]]
  if (query.status) wanted.push(['p.status = ?', query.status])
  // what is over is looked for by its words, its status or its client, or when all is asked for
  else if (query.show === 'late') wanted.push([`${open} and p.due_on < ?::date`, today])
  else if (query.show !== 'all' && !query.q && !query.client) wanted.push([open])
  if (query.kind) wanted.push(['p.kind = ?', query.kind])
  if (query.client) wanted.push(['p.client_id = ?', query.client])
  if (query.show === 'mine')
    wanted.push(['exists (select from project_people t where t.project_id = p.id and t.person_id = ?)', person_id ?? 0])
  return { sql: wanted.map(([sql]) => sql).join(' and '), bindings: wanted.flatMap(([, ...values]) => values) }
}

/** Still worked on. */
export const open = `p.status not in ('delivered', 'archived', 'cancelled')`
const current = `p.status not in ('archived', 'cancelled')`

/** A column of the board: its first cards, and how many there are. */
export interface Column {
  status: ProjectStatus
  count: number
  rows: ProjectRow[]
}

/** The first `most` cards of each column, all of `whole`'s up to 500. Two statements. */
export async function listBoard(
  db: Db,
  statuses: readonly ProjectStatus[],
  query: { q?: string | undefined; kind?: ProjectKind | undefined; show?: 'mine' | 'late' | undefined },
  { whole, most, ...about }: About & { whole?: ProjectStatus | undefined; most: number }
): Promise<Column[]> {
  const { q = null, kind, show } = query
  const { sql, bindings } = filtersOf({ q, kind, show: show ?? 'all', client: null, status: undefined }, about)
  const [rows, counts] = await together(db, db => [
    rowsAfresh<ProjectRow>(
      db,
      `select ${row} from unnest(?::text[]) as column_(status)
         cross join lateral (select p.* from projects p where p.status = column_.status and ${sql}
           order by p.position, p.id limit case when column_.status = ? then 500 else ${most} end) p
         ${counted} order by p.position, p.id`,
      [[...statuses], ...bindings, whole ?? '', about.today]
    ),
    rowsAfresh<{ status: ProjectStatus; n: number }>(
      db,
      `select p.status, count(*)::integer as n from projects p where p.status = any(?::text[]) and ${sql} group by p.status`,
      [[...statuses], ...bindings]
    )
  ])
  return statuses.map(status => ({
    status,
    count: counts.find(one => one.status === status)?.n ?? 0,
    rows: rows.filter(one => one.status === status)
  }))
}

/** A project in a few words, for other pages. */
export type Brief = Pick<ProjectRow, 'id' | 'title' | 'kind' | 'artist' | 'status' | 'due_on' | 'client_name'>

const brief = `p.id, p.title, p.kind, p.artist, p.status, p.due_on, coalesce(c.artist_name, c.name) as client_name
  from projects p left join clients c on c.id = p.client_id`

export const projectsOfClient = (db: Db, client_id: number): Promise<Brief[]> =>
  rowsOf(
    db,
    `select ${brief} where p.client_id = ? order by ${current} desc, p.due_on desc nulls last, p.id desc limit 20`,
    [client_id]
  )

export async function searchProjects(db: Db, text: string, limit: number): Promise<Brief[]> {
  const words = everyWord('p.search', text)
  return rowsOf(
    db,
    `select ${brief} where ${words.sql} order by ${current} desc, p.changed_at desc, p.id limit ${limit}`,
    words.bindings
  )
}

/** Projects still worked on that were due before a day, or are within a week of it; at most `limit`. */
export const dueProjects = (db: Db, today: string, limit: number): Promise<Brief[]> =>
  rowsOf(db, `select ${brief} where ${open} and p.due_on <= ?::date + 7 order by p.due_on, p.id limit ?`, [
    today,
    limit
  ])

export const countOfClient = async (db: Db, client_id: number): Promise<number> =>
  (
    await rowsOf<{ n: number }>(
      db,
      `select ((select count(*) from projects where client_id = ?) + (select count(*) from tasks where client_id = ?))::integer
         as n`,
      [client_id, client_id]
    )
  )[0]?.n ?? 0

export async function giveProjects(db: Db, from: number, into: number): Promise<number> {
  const projects = await db('projects').where({ client_id: from }).update({ client_id: into })
  return projects + (await db('tasks').where({ client_id: from }).update({ client_id: into }))
}
