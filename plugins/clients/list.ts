import { cursor, fields, form, list, pageSize, rowsOf, together } from '@patchbay/core'
import type { Ask, Db, Page } from '@patchbay/core'
import type { z } from 'zod'
import { clientKinds } from './contract.ts'
import type { ClientKind } from './contract.ts'
import type { Client } from './queries.ts'
import { everySpelling, everyWord, nearWords, searchWords } from './words.ts'
import type { Where } from './words.ts'

/** The count of all is exact up to here; above it, the list says "more than". */
const countedUpTo = 10_000
/**
 * How far what words or a tag find is counted. Up to so many are sorted whole; more are so frequent that walking the sorted
 * index soon meets a page of them.
 */
const foundUpTo = 1000

/** What the list of clients can be asked, as it stands in its address. */
export const ClientsQuery = form({
  q: fields.optionalText(100),
  kind: fields.choice(...clientKinds).optional(),
  tag: fields.optionalText(40),
  archived: fields.choice('1').optional(),
  /** A filter of another plugin. */
  by: fields.optionalText(40),
  sort: fields.choice('name', '-name', 'updated_at', '-updated_at', 'created_at', '-created_at').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type ClientsQuery = z.output<typeof ClientsQuery>

/** A query with whom the filter of another plugin keeps. */
export type NarrowedQuery = ClientsQuery & { ids?: readonly number[] | undefined }

/** A line of the list. */
export interface ClientRow {
  id: number
  kind: ClientKind
  name: string
  artist_name: string | null
  email: string | null
  phone: string | null
  city: string | null
  tags: string[]
  archived_at: Date | null
  created_at: Date
  updated_at: Date
}

/** A page of clients; `nearly` when nothing matched and what is shown only resembles, `more` when `count` was cut. */
export interface ClientsPage extends Page<ClientRow> {
  nearly: boolean
  more: boolean
}

/** The studio's clients: searched, filtered, sorted, a page at once. At most 3 statements, and what a filter of others takes. */
export const clientList = list({
  name: 'clients.list',
  permission: 'clients.read',
  query: ClientsQuery,
  run: async (db: Db, query: ClientsQuery, { ask }): Promise<ClientsPage> => listClients(db, await narrowed(query, ask))
})

/** Asks whom another plugin's filter keeps; one that nobody knows keeps all. */
export async function narrowed(query: ClientsQuery, ask: Ask): Promise<NarrowedQuery> {
  const kept = query.by ? await ask('clients.kept', { filter: query.by }) : []
  return kept.length > 0 ? { ...query, ids: kept.flat() } : query
}

async function listClients(db: Db, query: NarrowedQuery): Promise<ClientsPage> {
  const narrow = query.tag !== null || query.ids !== undefined || searchWords(query.q ?? '').join('').length > 1
  const found = narrow ? await sortFound(db, query) : undefined
  if (found && found.count === 0 && query.q) return listNearly(db, query)
  if (found) return page(found.rows ?? (await walk(db, query)), query, found.count, foundUpTo)
  const [rows, count] = await together(db, db => [walk(db, query), countUpTo(db, query, countedUpTo)])
  return page(rows, query, count, countedUpTo)
}

type Listed = ClientRow & { place: string; count?: number }

/** A page in order of an index. */
function walk(db: Db, query: NarrowedQuery): Promise<Listed[]> {
  const { sql, bindings } = filtered(query)
  const { start, order } = paged(query)
  return rowsOf(db, `select ${columns}, ${order.place} from clients where ${sql} ${start.sql} ${order.sql}`, [
    ...bindings,
    ...start.bindings
  ])
}

/** How many there are, at most one more than `most`. */
async function countUpTo(db: Db, query: NarrowedQuery, most: number): Promise<number> {
  const { sql, bindings } = filtered(query)
  const counted = `select 1 from clients where ${sql} limit ${most + 1}`
  const [row] = await rowsOf<{ n: number }>(db, `select count(*)::integer as n from (${counted}) counted`, bindings)
  return row?.n ?? 0
}

/**
 * All that match, collected through their index, which the planner would not choose by itself: counted, and sorted when they
 * are few. No rows when they are too many for that.
 */
async function sortFound(db: Db, query: NarrowedQuery): Promise<{ rows?: Listed[]; count: number }> {
  const { sql, bindings } = filtered(query)
  const { start, order } = paged(query)
  const rows = await rowsOf<Omit<Listed, 'id'> & { id: number | null; count: number }>(
    db,
    `with found as materialized (select id, name, created_at, updated_at from clients where ${sql} limit ${foundUpTo + 1}),
       counted as materialized (select count(*)::integer as count from found),
       sorted as (select clients.id from found clients
         where (select count from counted) <= ${foundUpTo} ${start.sql} ${order.sql})
     select ${columns}, ${order.place}, counted.count
     from counted left join (sorted join clients using (id)) on true ${order.sql}`,
    [...bindings, ...start.bindings]
  )
  const count = rows[0]?.count ?? 0
  if (count > foundUpTo) return { count }
  return { rows: rows.filter((row): row is Listed & { count: number } => row.id !== null), count }
}

async function listNearly(db: Db, query: NarrowedQuery): Promise<ClientsPage> {
  const spellings = await nearWords(db, searchWords(query.q ?? ''))
  const [all, near] = [filtered({ ...query, q: null }), everySpelling(spellings)]
  const rows = await rowsOf<ClientRow>(db, `select ${columns} from clients where ${all.sql} and ${near.sql} limit 30`, [
    ...all.bindings,
    ...near.bindings
  ])
  rows.sort((a, b) => a.name.localeCompare(b.name, 'fr'))
  return { rows, count: rows.length, nearly: rows.length > 0, more: false }
}

/** The clients that a list with this address shows, all of them, in batches of 1,000; no connection is held between two. */
export async function* exportedClients(db: Db, query: NarrowedQuery): AsyncGenerator<Client[]> {
  const { sql, bindings } = filtered(query)
  let last = 0
  for (;;) {
    const batch = await rowsOf<Client>(
      db,
      `select clients.* from clients where ${sql} and clients.id > ? order by clients.id limit 1000`,
      [...bindings, last]
    )
    if (batch.length > 0) yield batch
    if (batch.length < 1000) return
    last = batch.at(-1)?.id ?? 0
  }
}

function filtered(query: NarrowedQuery): Where {
  const parts = ['clients.merged_into is null', `clients.archived_at is ${query.archived ? 'not null' : 'null'}`]
  const values: unknown[] = []
  const add = (sql: string, ...bindings: unknown[]) => {
    parts.push(sql)
    values.push(...bindings)
  }
  if (query.kind) add('clients.kind = ?', query.kind)
  if (query.tag) add('clients.tags @> array[?]', query.tag)
  if (query.ids) add('clients.id = any(?::bigint[])', query.ids)
  const words = searchWords(query.q ?? '')
  const [letter = ''] = words
  // one letter: the names that begin with it, a stretch of the sorted index. U+FFFF sorts behind all letters
  if (words.join('').length === 1) add(`${byName} between ? and ? || chr(65535)`, letter, letter)
  else if (query.q && words.length === 0) add('position(? in clients.name) > 0', query.q)
  else if (words.length > 0) add(everyWord(words).sql, ...everyWord(words).bindings)
  return { sql: parts.join(' and '), bindings: values }
}

const byName = 'clients.name collate "fr-x-icu"'

const columns = [
  'id',
  'kind',
  'name',
  'artist_name',
  'email',
  'phone',
  'city',
  'tags',
  'archived_at',
  'created_at',
  'updated_at'
]
  .map(column => `clients.${column}`)
  .join(', ')

/** Sorted, and from where the address says: one row more than a page, to know whether there is another. */
function paged(query: ClientsQuery): { start: Where; order: { place: string; sql: string } } {
  const { column, place, descending } = sortOf(query)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const backwards = !query.after && Boolean(query.before)
  const direction = descending === backwards ? 'asc' : 'desc'
  const typed = place === 'clients.name' ? '?' : '?::timestamptz'
  const beyond = `and (${column}, clients.id) ${direction === 'asc' ? '>' : '<'} (${typed}, ?)`
  return {
    start: edge ? { sql: beyond, bindings: edge } : { sql: '', bindings: [] },
    order: {
      place: `${place}::text as place`,
      sql: `order by ${column} ${direction}, clients.id ${direction} limit ${pageSize + 1}`
    }
  }
}

function sortOf(query: ClientsQuery): { column: string; place: string; descending: boolean } {
  const sort = query.sort ?? 'name'
  const place = `clients.${sort.replace('-', '')}`
  return { column: place === 'clients.name' ? byName : place, place, descending: sort.startsWith('-') }
}

/** Cuts the row too many, turns a page read backwards, and notes where its neighbours begin. */
function page(found: Listed[], query: ClientsQuery, count: number, upTo: number): ClientsPage {
  const more = found.length > pageSize
  const backwards = !query.after && Boolean(query.before)
  const cut = found.slice(0, pageSize)
  const rows = backwards ? cut.toReversed() : cut
  const write = (row: Listed | undefined) => row && cursor.write(row.place, row.id)
  return {
    rows: rows.map(({ place: _place, count: _count, ...row }) => row),
    next: backwards || more ? write(rows.at(-1)) : undefined,
    previous: (backwards ? more : Boolean(query.after)) ? write(rows[0]) : undefined,
    count: Math.min(count, upTo),
    nearly: false,
    more: count > upTo
  }
}
