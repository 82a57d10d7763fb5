import { cursor, list, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { CodesQuery } from './forms.ts'
import { isrcOf, lastNumber, parseIsrc } from './isrc.ts'

/** Whose codes are given: the studio's own, or a label's. */
export interface Root {
  id: number
  /** Five signs, without hyphen. */
  prefix: string
  owner: string
  own: boolean
  archived_at: Date | null
}

const columns = 'r.id, r.prefix, r.owner, r.own, r.archived_at'

/** Roots with the number that comes next in a year, and how many codes they gave; the studio's own first. */
export const listRoots = (db: Db, year: number): Promise<(Root & { next: number; given: number })[]> =>
  rowsOf(
    db,
    `select ${columns}, coalesce(n.last, 0) + 1 as next,
       (select count(*)::integer from isrc_codes g where g.root_id = r.id) as given
     from isrc_roots r left join isrc_counters n on n.root_id = r.id and n.year = ?
     order by r.archived_at is not null, not r.own, r.owner collate "fr-x-icu", r.id`,
    [year]
  )

export async function findRoot(
  db: Db,
  id: number,
  year: number
): Promise<(Root & { next: number; given: number }) | undefined> {
  return (await listRoots(db, year)).find(root => root.id === id)
}

/** The root that a project's tracks take their codes from: its own choice, else the studio's. */
export async function rootOf(db: Db, project_id: number): Promise<Root | undefined> {
  const [row] = await rowsOf<Root>(
    db,
    `select ${columns} from projects p join isrc_roots r on r.id = p.isrc_root_id or (p.isrc_root_id is null and r.own)
     where p.id = ? and r.archived_at is null`,
    [project_id]
  )
  return row
}

export async function addRoot(db: Db, root: Pick<Root, 'prefix' | 'owner' | 'own'>): Promise<number> {
  const [row] = await db('isrc_roots').insert(root).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function lockRoot(db: Db, id: number): Promise<Root | undefined> {
  const [row] = await rowsOf<Root>(db, `select ${columns} from isrc_roots r where r.id = ? for update`, [id])
  return row
}

export async function changeRoot(db: Db, id: number, given: Partial<Omit<Root, 'id'>>): Promise<void> {
  await db('isrc_roots').where({ id }).update(given)
}

export const hasGiven = async (db: Db, root_id: number): Promise<boolean> =>
  (await rowsOf(db, 'select 1 from isrc_codes where root_id = ? limit 1', [root_id])).length > 0

/** The last number given of a root in a year. Whoever else wants one waits until this transaction is over. */
export async function lockCounter(db: Db, root_id: number, year: number): Promise<number> {
  const [row] = await rowsOf<{ last: number }>(
    db,
    `insert into isrc_counters (root_id, year, last) values (?, ?, 0)
     on conflict (root_id, year) do update set last = isrc_counters.last returning last`,
    [root_id, year]
  )
  return row?.last ?? 0
}

export async function setCounter(db: Db, root_id: number, year: number, last: number): Promise<void> {
  await db('isrc_counters').where({ root_id, year }).update({ last })
}

/** The next `count` numbers after `last` whose codes nobody has, fewer when the year's are used up. */
export async function freeNumbers(
  db: Db,
  prefix: string,
  year: number,
  last: number,
  count: number
): Promise<number[]> {
  const rows = await rowsAfresh<{ n: number }>(
    db,
    `select n from generate_series(?::integer, ${lastNumber}) n
     where not exists (select from isrc_codes where code = ? || lpad(n::text, 5, '0')) order by n limit ?`,
    [last + 1, isrcOf(prefix, year, 0).slice(0, 7), count]
  )
  return rows.map(({ n }) => n)
}

/** Gives each of these tracks its code, for ever. */
export async function giveCodes(
  db: Db,
  given: readonly { track_id: number; code: string }[],
  { root_id, person_id }: { root_id: number; person_id: number | null }
): Promise<void> {
  const [ids, codes] = [given.map(one => one.track_id), given.map(one => one.code)]
  await rowsOf(
    db,
    `insert into isrc_codes (code, root_id, track_id, given_by)
     select code, ?, track_id, (select id from people where id = ?) from unnest(?::text[], ?::bigint[]) as g (code, track_id)`,
    [root_id, person_id, codes, ids]
  )
  await rowsOf(
    db,
    `update tracks t set isrc = g.code, version = version + 1, changed_at = now()
     from unnest(?::text[], ?::bigint[]) as g (code, track_id) where t.id = g.track_id`,
    [codes, ids]
  )
}

/**
 * Writes down a code that somebody typed for a track. False when it was given to another: a code of a root of ours is that
 * track's for ever; one that came with a recording may stand by another track once the first has it no more.
 */
export async function keepCode(db: Db, code: string, track_id: number, person_id: number | null): Promise<boolean> {
  const kept = await rowsOf(
    db,
    `insert into isrc_codes (code, root_id, track_id, given_by)
     select ?, (select id from isrc_roots where prefix = left(?, 5)), ?, (select id from people where id = ?)
     on conflict do nothing returning code`,
    [code, code, track_id, person_id]
  )
  if (kept.length > 0) return true
  const known = await rowsOf(
    db,
    `select 1 from isrc_codes c where c.code = ? and (c.track_id = ? or (c.root_id is null
       and not exists (select from tracks t where t.isrc = c.code and t.id <> ?)))`,
    [code, track_id, track_id]
  )
  return known.length > 0
}

/** Tracks of a project that have no code and are not dropped, in their order, kept from others. */
export async function lockUncoded(db: Db, project_id: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    db,
    `select id from tracks where project_id = ? and isrc is null and status <> 'dropped' order by position for update`,
    [project_id]
  )
  return rows.map(({ id }) => id)
}

/** A code that was given out, and what has it now. */
export interface CodeRow {
  code: string
  root_id: number | null
  owner: string | null
  track_id: number | null
  /** Null when the track is gone, or has another code now. */
  title: string | null
  project_title: string | null
  given_by: string | null
  given_at: Date
}

const codeRow = `c.code, c.root_id, r.owner, coalesce(t.id, c.track_id) as track_id, t.title, p.title as project_title, o.name as given_by, c.given_at`
const codeFrom = `isrc_codes c left join isrc_roots r on r.id = c.root_id left join tracks t on t.isrc = c.code
  left join projects p on p.id = t.project_id left join people o on o.id = c.given_by`

/** All codes that were ever given out, by the code, highest first. Two statements. */
export const codeList = list({
  name: 'projects.isrc_codes',
  permission: 'projects.isrc',
  query: CodesQuery,
  run: (db, query) => listCodes(db, query)
})

async function listCodes(db: Db, query: CodesQuery, size = 50): Promise<Page<CodeRow>> {
  const { sql, bindings } = filtersOf(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 1)
  const order = backwards ? 'asc' : 'desc'
  const keyset = edge ? ` and c.code ${backwards ? '>' : '<'} ?::text` : ''
  const [found, [all]] = await together(db, db => [
    rowsAfresh<CodeRow>(
      db,
      `select ${codeRow} from ${codeFrom} where ${sql}${keyset} order by c.code ${order} limit ${size + 1}`,
      [...bindings, ...(edge ?? []).map(String)]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from ${codeFrom} where ${sql}`, bindings)
  ])
  const more = found.length > size
  const rows = found.slice(0, size)
  if (backwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    count: all?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.code) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.code) : undefined
  }
}

/** The same, all of them, for a file; 100,000 at most. */
export const allCodes = (db: Db, query: CodesQuery): Promise<CodeRow[]> => {
  const { sql, bindings } = filtersOf(query)
  return rowsAfresh(db, `select ${codeRow} from ${codeFrom} where ${sql} order by c.code limit 100000`, bindings)
}

function filtersOf({ q, root }: Pick<CodesQuery, 'q' | 'root'>): { sql: string; bindings: unknown[] } {
  const wanted: [sql: string, ...values: unknown[]][] = [['true']]
  if (root) wanted.push(['c.root_id = ?', root])
  const begun = q?.toUpperCase().replace(/[\s-]/g, '') ?? ''
  if (q && (parseIsrc(q) || /^[A-Z]{2}[A-Z0-9]{3}\d{0,7}$/.test(begun))) wanted.push(['c.code like ?', `${begun}%`])
  else if (q)
    wanted.push([`(t.search like '%' || words_of(?) || '%' or p.search like '%' || words_of(?) || '%')`, q, q])
  return { sql: wanted.map(([sql]) => sql).join(' and '), bindings: wanted.flatMap(([, ...values]) => values) }
}
