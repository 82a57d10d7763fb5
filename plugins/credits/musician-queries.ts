import { cursor, list, pageSize, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { MusiciansQuery } from './forms.ts'
import type { RateUnit } from './forms.ts'

export interface MusicianFields {
  name: string
  stage_name: string | null
  email: string | null
  phone: string | null
  instruments: string[]
  /** Words of DDEX's lists. */
  roles: string[]
  society: string | null
  performer_society: string | null
  performer_number: string | null
  ipi: string | null
  ipn: string | null
  isni: string | null
  rate_cents: number | null
  rate_unit: RateUnit | null
  person_id: number | null
  client_id: number | null
  note: string | null
}

/** A row of `musicians`. */
export interface Musician extends MusicianFields {
  id: number
  archived_at: Date | null
  version: number
}

const columns = `m.id, m.name, m.stage_name, m.email, m.phone, m.instruments, m.roles, m.society, m.performer_society,
  m.performer_number, m.ipi, m.ipn, m.isni, m.rate_cents, m.rate_unit, m.person_id, m.client_id, m.note, m.archived_at, m.version`

/** With the names of the person and the client they are. */
export interface ShownMusician extends Musician {
  person_name: string | null
  client_name: string | null
}

export async function findMusician(db: Db, id: number): Promise<ShownMusician | undefined> {
  const [found] = await rowsOf<ShownMusician>(
    db,
    `select ${columns}, p.name as person_name, coalesce(c.artist_name, c.name) as client_name
     from musicians m left join people p on p.id = m.person_id left join clients c on c.id = m.client_id where m.id = ?`,
    [id]
  )
  return found
}

/** Kept from changing until the transaction ends, in the order of their ids. */
export const lockMusicians = (db: Db, ids: readonly number[]): Promise<Musician[]> =>
  rowsOf(db, `select ${columns} from musicians m where m.id = any(?) order by m.id for update`, [ids as number[]])

export async function addMusicianRow(db: Db, fields: Partial<MusicianFields> & { name: string }): Promise<number> {
  const [row] = await db('musicians').insert(fields).returning<{ id: number }[]>('id')
  if (!row) throw new Error('a musician was inserted and not returned')
  return row.id
}

/** Writes fields when it still is in `version` (any, when null); false when somebody was quicker. */
export async function changeMusicianRow(
  db: Db,
  id: number,
  version: number | null,
  fields: Partial<MusicianFields> & { archived_at?: Date | null }
): Promise<boolean> {
  const changed = await db('musicians')
    .where({ id, ...(version !== null && { version }) })
    .update({ ...fields, version: db.raw('version + 1') })
  return changed > 0
}

export const removeMusicianRow = (db: Db, id: number): Promise<number> => db('musicians').where({ id }).delete()

/** Those who are called so, by their own name or their stage name, whatever the accents and case. */
export const namedSo = (db: Db, name: string): Promise<{ id: number; name: string }[]> =>
  rowsOf(
    db,
    `select id, name from musicians where archived_at is null and (fold(name) = fold(?) or fold(stage_name) = fold(?))
     order by id limit 3`,
    [name, name]
  )

/** The clients that are called so; two at most. */
export const clientsCalled = (db: Db, name: string): Promise<{ id: number }[]> =>
  rowsOf(
    db,
    `select id from clients where merged_into is null and archived_at is null
       and (words_of(name) = words_of(?) or words_of(artist_name) = words_of(?)) order by id limit 2`,
    [name, name]
  )

export const clientName = async (db: Db, id: number): Promise<string | undefined> =>
  (await rowsOf<{ name: string }>(db, 'select name from clients where id = ?', [id]))[0]?.name

/** The studio's people, for linking. */
export const listStaff = (db: Db): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from people where active order by name collate "fr-x-icu", id')

/** A line of the list. */
export interface MusicianRow {
  id: number
  name: string
  stage_name: string | null
  instruments: string[]
  roles: string[]
  society: string | null
  performer_society: string | null
  ipi: string | null
  isni: string | null
  /** On how many tracks. */
  tracks: number
}

/** The musicians of the studio: searched, filtered, a page at once by name. Two statements. */
export const musicianList = list({
  name: 'credits.musicians',
  permission: 'credits.read',
  query: MusiciansQuery,
  run: (db, query) => listMusicians(db, query)
})

async function listMusicians(db: Db, query: MusiciansQuery): Promise<Page<MusicianRow>> {
  const { sql, bindings } = filtersOf(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const order = backwards ? 'desc' : 'asc'
  const keyset = edge ? ` and (m.name collate "fr-x-icu", m.id) ${backwards ? '<' : '>'} (?, ?)` : ''
  const [found, [total]] = await together(db, db => [
    rowsAfresh<MusicianRow>(
      db,
      `select m.id, m.name, m.stage_name, m.instruments, m.roles, m.society, m.performer_society, m.ipi, m.isni,
         (select count(distinct c.track_id)::integer from track_credits c where c.musician_id = m.id) as tracks
       from musicians m where ${sql}${keyset}
       order by m.name collate "fr-x-icu" ${order}, m.id ${order} limit ${pageSize + 1}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from musicians m where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const rows = found.slice(0, pageSize)
  if (backwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.name, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.name, first.id) : undefined
  }
}

/** What the filters of the list leave, as a condition on `musicians m`. */
export function filtersOf(query: Pick<MusiciansQuery, 'q' | 'role' | 'archived'>): {
  sql: string
  bindings: unknown[]
} {
  const words = everyWord('m.search', query.q ?? '')
  const role = query.role
    ? ['(? = any(m.roles) or exists (select from track_credits c where c.musician_id = m.id and c.role = ?))']
    : []
  return {
    sql: [`m.archived_at is ${query.archived ? 'not null' : 'null'}`, words.sql, ...role].join(' and '),
    bindings: [...words.bindings, ...(query.role ? [query.role, query.role] : [])]
  }
}

/** All that a list with this address shows, for the file; 5,000 at most. */
export function exportedMusicians(db: Db, query: MusiciansQuery): Promise<Musician[]> {
  const { sql, bindings } = filtersOf(query)
  return rowsAfresh(
    db,
    `select ${columns} from musicians m where ${sql} order by m.name collate "fr-x-icu", m.id limit 5000`,
    bindings
  )
}

/** Those whose names have words that begin like these. */
export function searchMusicians(db: Db, text: string, limit: number): Promise<MusicianRow[]> {
  const words = everyWord('m.search', text)
  return rowsOf(
    db,
    `select m.id, m.name, m.stage_name, m.instruments, m.roles from musicians m
     where m.archived_at is null and ${words.sql} order by m.name collate "fr-x-icu", m.id limit ${limit}`,
    words.bindings
  )
}

/** True where each word of `text` begins a word of `column`. */
function everyWord(column: string, text: string): { sql: string; bindings: string[] } {
  const words = text
    .split(/[^\p{L}\p{N}@.]+/u)
    .filter(Boolean)
    .slice(0, 8)
  if (words.length === 0) return { sql: 'true', bindings: [] }
  return { sql: words.map(() => `${column} like '%' || words_of(?) || '%'`).join(' and '), bindings: words }
}

export const musicianNames = (db: Db, ids: readonly number[]): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, coalesce(stage_name, name) as name from musicians where id = any(?)', [ids as number[]])

/** Roles that somebody of the studio has, the most frequent first: what the filters offer. */
export async function usedRoles(db: Db): Promise<string[]> {
  const rows = await rowsOf<{ role: string }>(
    db,
    `select role from (select unnest(roles) as role from musicians where archived_at is null) r
     group by role order by count(*) desc, role limit 8`
  )
  return rows.map(({ role }) => role)
}

/** The musicians that a client is. */
export const musiciansOfClient = (db: Db, client_id: number): Promise<MusicianRow[]> =>
  rowsOf(
    db,
    `select m.id, m.name, m.stage_name, m.instruments, m.roles, m.ipi, m.isni,
       (select count(distinct c.track_id)::integer from track_credits c where c.musician_id = m.id) as tracks
     from musicians m where m.client_id = ? order by m.id limit 20`,
    [client_id]
  )

/** Musicians that were the client `from` are `into` now; how many. */
export const giveToClient = (db: Db, from: number, into: number): Promise<number> =>
  db('musicians').where({ client_id: from }).update({ client_id: into })
