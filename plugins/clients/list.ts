import { cursor, fields, form, list } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { Knex } from 'knex'
import type { z } from 'zod'
import { clientKinds } from './contract.ts'
import type { ClientKind } from './contract.ts'
import type { Client } from './queries.ts'
import { everySpelling, everyWord, nearWords, searchWords } from './words.ts'

const pageSize = 50
/** The count of all is exact up to here; above it, the list says "more than". */
const countedUpTo = 10_000
/** Up to so many found by words or tag are sorted whole; more are so frequent that walking the sorted index finds them. */
const sortedWhole = 5000

/** What the list of clients can be asked, as it stands in its address. */
export const ClientsQuery = form({
  q: fields.optionalText(100),
  kind: fields.choice(...clientKinds).optional(),
  tag: fields.optionalText(40),
  archived: fields.choice('1').optional(),
  sort: fields.choice('name', '-name', 'updated_at', '-updated_at', 'created_at', '-created_at').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type ClientsQuery = z.output<typeof ClientsQuery>

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

/** The studio's clients: searched, filtered, sorted, 50 a page. At most 3 statements. */
export const clientList = list({
  name: 'clients.list',
  permission: 'clients.read',
  query: ClientsQuery,
  run: (db: Db, query: ClientsQuery): Promise<ClientsPage> => listClients(db, query)
})

async function listClients(db: Db, query: ClientsQuery): Promise<ClientsPage> {
  const narrow = query.tag !== null || searchWords(query.q ?? '').join('').length > 1
  const found = narrow ? await sortFound(db, query) : undefined
  if (found && found.count === 0 && query.q) return listNearly(db, query)
  if (found && found.count <= sortedWhole) return page(found.rows, query, found.count, sortedWhole)
  const rows: Listed[] = await paged(filtered(db, query), query)
  if (found) return page(rows, query, found.count, sortedWhole)
  const counted = db.from(
    filtered(db, query)
      .select(db.raw('1'))
      .limit(countedUpTo + 1)
      .as('counted')
  )
  const total = await counted.count<{ count: number }[]>('* as count')
  return page(rows, query, total[0]?.count ?? 0, countedUpTo)
}

type Listed = ClientRow & { place: string; count?: number }

/** All that match are collected through their index and sorted, which the planner would not choose by itself. */
async function sortFound(db: Db, query: ClientsQuery): Promise<{ rows: Listed[]; count: number }> {
  const found = filtered(db, query)
    .select('clients.*')
    .limit(sortedWhole + 1)
  const rows: Listed[] = await paged(db('found as clients'), query)
    .withMaterialized('found', found)
    .select(db.raw('(select count(*) from found) as count'))
  if (rows[0]) return { rows, count: rows[0].count ?? 0 }
  if (!query.after && !query.before) return { rows, count: 0 }
  const [total] = await db.from(found.as('found')).count<{ count: number }[]>('* as count')
  return { rows, count: total?.count ?? 0 }
}

async function listNearly(db: Db, query: ClientsQuery): Promise<ClientsPage> {
  const words = searchWords(query.q ?? '')
  const spellings = await nearWords(db, words)
  const rows = await filtered(db, { ...query, q: null })
    .modify(clients => everySpelling(clients, spellings))
    .limit(30)
    .select<ClientRow[]>(columns)
  rows.sort((a, b) => a.name.localeCompare(b.name, 'fr'))
  return { rows, count: rows.length, nearly: rows.length > 0, more: false }
}

/** The clients that a list with this address shows, all of them, in batches of 1,000; no connection is held between two. */
export async function* exportedClients(db: Db, query: ClientsQuery): AsyncGenerator<Client[]> {
  let last = 0
  for (;;) {
    const batch: Client[] = await filtered(db, query)
      .where('clients.id', '>', last)
      .orderBy('clients.id')
      .limit(1000)
      .select('clients.*')
    if (batch.length > 0) yield batch
    if (batch.length < 1000) return
    last = batch.at(-1)?.id ?? 0
  }
}

function filtered(db: Db, query: ClientsQuery): Knex.QueryBuilder {
  const clients = db('clients').whereNull('clients.merged_into')
  if (query.archived) void clients.whereNotNull('clients.archived_at')
  else void clients.whereNull('clients.archived_at')
  if (query.kind) void clients.where('clients.kind', query.kind)
  if (query.tag) void clients.whereRaw('clients.tags @> array[?]', [query.tag])
  const words = searchWords(query.q ?? '')
  if (query.q && words.join('').length === 1) beginsWith(clients, words[0] ?? '')
  else if (query.q && words.length === 0) void clients.whereRaw('position(? in clients.name) > 0', [query.q])
  else everyWord(clients, words)
  return clients
}

/** One letter: the names that begin with it, a stretch of the sorted index. U+FFFF sorts behind all letters. */
function beginsWith(clients: Knex.QueryBuilder, letter: string): void {
  void clients.whereRaw(`clients.name collate "fr-x-icu" between ? and ? || chr(65535)`, [letter, letter])
}

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
].map(column => `clients.${column}`)

/** Sorted, and from where the address says: one row more than a page, to know whether there is another. */
function paged(clients: Knex.QueryBuilder, query: ClientsQuery): Knex.QueryBuilder {
  const { column, place, descending } = sortOf(query)
  const start = cursor.read(query.after ?? query.before ?? undefined, 2)
  const backwards = !query.after && Boolean(query.before)
  const direction = descending === backwards ? 'asc' : 'desc'
  if (start) {
    const typed = place === 'clients.name' ? '?' : '?::timestamptz'
    void clients.whereRaw(`(${column}, clients.id) ${direction === 'asc' ? '>' : '<'} (${typed}, ?)`, start)
  }
  return clients
    .select(columns)
    .select(clients.client.raw(`${place}::text as place`))
    .orderByRaw(`${column} ${direction}, clients.id ${direction}`)
    .limit(pageSize + 1)
}

function sortOf(query: ClientsQuery): { column: string; place: string; descending: boolean } {
  const sort = query.sort ?? 'name'
  const place = `clients.${sort.replace('-', '')}`
  const column = place === 'clients.name' ? 'clients.name collate "fr-x-icu"' : place
  return { column, place, descending: sort.startsWith('-') }
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
