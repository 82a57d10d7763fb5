import { cursor, list, time } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { SessionsQuery } from './forms.ts'
import { asIs, isLive, rowsOf, shown } from './queries.ts'
import type { Shown } from './queries.ts'

const pageSize = 50
/** Counting stops here: a page says "more than 1,000". */
export const countedUpTo = 1000

/** The sessions of the studio, for its list page and the API. */
export const sessionsList = list({
  name: 'sessions.list',
  permission: 'sessions.read',
  query: SessionsQuery,
  run: (db, query, { timezone }) => sessionsPage(db, query, timezone)
})

/** The order in force: to come, the nearest first; else the latest first. */
export const sortOf = (query: SessionsQuery) => query.sort ?? (query.when === 'upcoming' ? 'starts_at' : '-starts_at')

/** One page by keyset, both ways, and the count of the whole up to `countedUpTo`. Two statements. */
export async function sessionsPage(db: Db, query: SessionsQuery, timezone: string): Promise<Page<Shown>> {
  const found = matching(query, timezone)
  const backwards = cursor.read(query.before ?? undefined, 2)
  const edge = backwards ?? cursor.read(query.after ?? undefined, 2)
  const descending = sortOf(query).startsWith('-') !== Boolean(backwards)
  const rows = await rowsFrom(db, found, { edge, descending, limit: pageSize + 1 })
  const more = rows.length > pageSize
  const page = rows.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(row => asIs(row)),
    count: edge || more ? await countOf(db, found) : page.length,
    next: last && (backwards || more) ? cursor.write(last.edge, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.edge, first.id) : undefined
  }
}

/** All that the filters leave, by time, a thousand at once. */
export async function* exportSessions(db: Db, query: SessionsQuery, timezone: string): AsyncGenerator<Shown[]> {
  const found = matching(query, timezone)
  let edge: (string | number)[] | undefined
  for (;;) {
    const rows = await rowsFrom(db, found, { edge, descending: false, limit: 1000 })
    if (rows.length > 0) yield rows.map(row => asIs(row))
    const last = rows.at(-1)
    if (!last || rows.length < 1000) return
    edge = [last.edge, last.id]
  }
}

/** What a query asks for, in a form whose every branch an index gives in order of time. */
interface Matching {
  from: string
  /** The start and the id as the table that leads has them. */
  at: string
  id: string
  where: Where
  /** A search has two: by client, by title. Else one that is always true. */
  branches: Where[]
}

interface Where {
  sql: string
  bindings: unknown[]
}

interface Stretch {
  edge: (string | number)[] | undefined
  descending: boolean
  limit: number
}

/** The first rows of each branch are enough to have the first rows of all; only those are dressed for showing. */
function rowsFrom(
  db: Db,
  found: Matching,
  { edge, descending, limit }: Stretch
): Promise<(Shown & { edge: string })[]> {
  const { from, at, id, where, branches } = found
  const order = descending ? 'desc' : 'asc'
  const keyset = edge ? `and (${at}, ${id}) ${descending ? '<' : '>'} (?::timestamptz, ?)` : ''
  const one = (branch: Where) =>
    `(select ${id} as id, ${at} as sort_at from ${from} where ${where.sql} and ${branch.sql} ${keyset}
      order by ${at} ${order}, ${id} ${order} limit ?)`
  return rowsOf(
    db,
    `select ${shown}, hits.sort_at::text as edge
     from (select * from (${branches.map(one).join(' union ')}) found order by sort_at ${order}, id ${order} limit ?) hits
       join sessions s on s.id = hits.id join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     order by hits.sort_at ${order}, hits.id ${order}`,
    [...branches.flatMap(branch => [...where.bindings, ...branch.bindings, ...(edge ?? []), limit]), limit]
  )
}

async function countOf(db: Db, { from, id, where, branches }: Matching): Promise<number> {
  const one = (branch: Where) => `(select ${id} as id from ${from} where ${where.sql} and ${branch.sql} limit ?)`
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(*)::integer as n from (select * from (${branches.map(one).join(' union ')}) found limit ?) counted`,
    [...branches.flatMap(branch => [...where.bindings, ...branch.bindings, countedUpTo]), countedUpTo]
  )
  return row?.n ?? 0
}

function matching(query: SessionsQuery, timezone: string): Matching {
  const lead = query.person
    ? { from: 'session_people w join sessions s on s.id = w.session_id', at: 'lower(w.during)', id: 'w.session_id' }
    : { from: 'sessions s', at: 's.starts_at', id: 's.id' }
  const where = filters(query, timezone, lead.at)
  if (!query.q) return { ...lead, where, branches: [{ sql: 'true', bindings: [] }] }
  const words = `'%' || words_of(?) || '%'`
  return {
    ...lead,
    where,
    branches: [
      { sql: `s.client_id in (select id from clients where search like ${words})`, bindings: [query.q] },
      { sql: `s.search like ${words}`, bindings: [query.q] }
    ]
  }
}

function filters(query: SessionsQuery, timezone: string, at: string): Where {
  const parts = ['true']
  const bindings: unknown[] = []
  const add = (sql: string, ...values: unknown[]) => {
    parts.push(sql)
    bindings.push(...values)
  }
  const always = Boolean(query.from ?? query.to)
  if (query.when === 'upcoming' && !always) add(`s.ends_at > now() and ${at} > now() - interval '31 days'`)
  if (query.when === 'past' && !always) add(`${at} < now()`)
  if (query.from) add(`${at} >= ?`, time.startOfDay(query.from, timezone))
  if (query.to) add(`${at} < ?`, time.startOfDay(time.addDays(query.to, 1), timezone))
  if (query.room) add('s.room_id = ?', query.room)
  if (query.client) add('s.client_id = ?', query.client)
  if (query.person) add('w.person_id = ?', query.person)
  if (query.state) add(...inState(query.state))
  return { sql: parts.join(' and '), bindings }
}

function inState(state: string): [string, ...unknown[]] {
  if (state === 'option') return [`s.state = 'option' and ${isLive}`]
  if (state === 'cancelled') return [`(s.state = 'cancelled' or not ${isLive})`]
  return ['s.state = ?', state]
}
