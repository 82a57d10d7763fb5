import { cursor, list, time } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { SessionsQuery } from './forms.ts'
import { asIs, isLive, rowsAfresh, rowsOf, shown } from './queries.ts'
import type { Shown } from './queries.ts'

const pageSize = 50

/** Counting stops there: a page says "more than 1,000". A search counts less far, because each row costs more. */
export const mostOf = (query: SessionsQuery) => (query.q ? 200 : 1000)

/** The sessions of the studio, for its list page and the API. */
export const sessionsList = list({
  name: 'sessions.list',
  permission: 'sessions.read',
  query: SessionsQuery,
  run: (db, query, { timezone }) => sessionsPage(db, query, timezone)
})

/** The order in force: to come, the nearest first; else the latest first. */
export const sortOf = (query: SessionsQuery) => query.sort ?? (query.when === 'upcoming' ? 'starts_at' : '-starts_at')

/** One page by keyset, both ways, and the count of the whole up to `mostOf`. Two statements, with a search at most three. */
export async function sessionsPage(db: Db, query: SessionsQuery, timezone: string): Promise<Page<Shown>> {
  const found = await matching(db, query, timezone)
  const backwards = cursor.read(query.before ?? undefined, 2)
  const edge = backwards ?? cursor.read(query.after ?? undefined, 2)
  const descending = sortOf(query).startsWith('-') !== Boolean(backwards)
  const rows = await rowsFrom(db, found, { edge, descending, limit: pageSize + 1, most: mostOf(query) })
  const more = rows.length > pageSize
  const page = rows.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  const count = edge || more ? (first?.total ?? (await countOf(db, found, mostOf(query)))) : page.length
  return {
    rows: page.map(row => asIs(Object.assign(row, { total: undefined }))),
    count,
    next: last && (backwards || more) ? cursor.write(last.edge, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.edge, first.id) : undefined
  }
}

/** All that the filters leave, by time, a thousand at once. */
export async function* exportSessions(db: Db, query: SessionsQuery, timezone: string): AsyncGenerator<Shown[]> {
  const found = await matching(db, query, timezone)
  let edge: (string | number)[] | undefined
  for (;;) {
    const rows = await rowsFrom(db, found, { edge, descending: false, limit: 1000, most: 0 })
    if (rows.length > 0) yield rows.map(row => asIs(row))
    const last = rows.at(-1)
    if (!last || rows.length < 1000) return
    edge = [last.edge, last.id]
  }
}

/** What a query asks for, led by a table whose index gives it in order of time. */
interface Matching {
  from: string
  /** The start and the id as the table that leads has them. */
  at: string
  id: string
  /** What comes before the statement: the few sessions that a search found, which then lead. */
  hits: Where
  /** Planned for its values, because a text to look for is among them. */
  afresh: boolean
  where: Where
}

interface Where {
  sql: string
  bindings: unknown[]
}

interface Stretch {
  edge: (string | number)[] | undefined
  descending: boolean
  limit: number
  /** How far what a search collected is counted along. */
  most: number
}

/**
 * Only the rows of one page are dressed for showing. Limits are part of the text: of a limit it does not know, PostgreSQL
 * expects a tenth of the table, and plans for that.
 */
function rowsFrom(
  db: Db,
  { from, at, id, hits, afresh, where }: Matching,
  { edge, descending, limit, most }: Stretch
): Promise<(Shown & { edge: string; total?: number })[]> {
  const order = descending ? 'desc' : 'asc'
  const keyset = edge ? `and (${at}, ${id}) ${descending ? '<' : '>'} (?::timestamptz, ?)` : ''
  const total = hits.sql ? `, (select count(*)::integer from (select 1 from hit limit ${most}) counted) as total` : ''
  const rows = afresh ? rowsAfresh : rowsOf
  return rows(
    db,
    `${hits.sql}select ${shown}, page.sort_at::text as edge${total}
     from (select ${id} as id, ${at} as sort_at from ${from} where ${where.sql} ${keyset}
       order by ${at} ${order}, ${id} ${order} limit ${limit}) page
       join sessions s on s.id = page.id join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     order by page.sort_at ${order}, page.id ${order}`,
    [...hits.bindings, ...where.bindings, ...(edge ?? [])]
  )
}

/** In order of time, so that PostgreSQL walks the index instead of guessing that what is wanted lies at the table's start. */
async function countOf(db: Db, { from, at, hits, afresh, where }: Matching, most: number): Promise<number> {
  const sql = `${hits.sql}select count(*)::integer as n from (select 1 from ${from} where ${where.sql} order by ${at} limit ${most}) counted`
  const [row] = await (afresh ? rowsAfresh : rowsOf)<{ n: number }>(db, sql, [...hits.bindings, ...where.bindings])
  return row?.n ?? 0
}

async function matching(db: Db, query: SessionsQuery, timezone: string): Promise<Matching> {
  const lead = query.person
    ? { from: 'session_people w join sessions s on s.id = w.session_id', at: 'lower(w.during)', id: 'w.session_id' }
    : { from: 'sessions s', at: 's.starts_at', id: 's.id' }
  const where = filters(query, timezone, lead.at)
  const found = { ...lead, hits: nothing, afresh: false, where }
  return query.q ? searching(db, query.q, found) : found
}

const nothing: Where = { sql: '', bindings: [] }
const few = { clients: 200, titles: 1000 }

/**
 * Words of a client or of the title. What few have is collected by its indexes with what else is asked, then put in order;
 * what many have is met soon when walking in order of time, so there each row is asked. PostgreSQL cannot tell which by
 * itself: it expects a search with a limit to be met soon, so the limits stand outside of what it plans.
 */
async function searching(db: Db, q: string, found: Matching): Promise<Matching> {
  const [row] = await rowsAfresh<{ pattern: string; clients: number[]; titles: number[] }>(
    db,
    `with found_clients as materialized (select id from clients where search like '%' || words_of(?) || '%'),
       found_titles as materialized (select id from sessions where search like '%' || words_of(?) || '%')
     select '%' || words_of(?) || '%' as pattern,
       to_jsonb(array(select id from found_clients limit ${few.clients})) as clients,
       to_jsonb(array(select id from found_titles limit ${few.titles})) as titles`,
    [q, q, q]
  )
  const { pattern = '', clients = [], titles = [] } = row ?? {}
  if (clients.length === few.clients || titles.length === few.titles) return asking(found, pattern)
  const { from, at, id, where } = found
  const both = [
    { column: 's.client_id', ids: clients },
    { column: 's.id', ids: titles }
  ]
  // a union tells doubles apart, which takes longer than finding them: it is left out where one side found nothing
  const sides = titles.length === 0 ? both.slice(0, 1) : clients.length === 0 ? both.slice(1) : both
  const hit = (column: string) =>
    `select ${id} as id, ${at} as at from ${from} where ${where.sql} and ${column} = any(?::bigint[])`
  const [one, other] = sides.map(({ column }) => hit(column))
  return {
    from: 'hit',
    at: 'hit.at',
    id: 'hit.id',
    hits: {
      // one side is sorted as it is read, and counted no further than is told; `offset 0` keeps it from being walked in order
      sql: other
        ? `with hit as materialized (${one} union ${other}) `
        : `with hit as not materialized (${one} offset 0) `,
      bindings: sides.flatMap(({ ids }) => [...where.bindings, ids])
    },
    afresh: false,
    where: { sql: 'true', bindings: [] }
  }
}

/** Each session, whether it or its client has the words. */
function asking(found: Matching, pattern: string): Matching {
  const asked = `(coalesce((select search like ? from clients where id = s.client_id), false)
    or coalesce(s.search like ?, false) is true)`
  const { sql, bindings } = found.where
  return { ...found, where: { sql: `${sql} and ${asked}`, bindings: [...bindings, pattern, pattern] }, afresh: true }
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
  if (query.person) add(`w.person_id = ? and w.answer <> 'declined'`, query.person)
  if (query.state) add(...inState(query.state))
  return { sql: parts.join(' and '), bindings }
}

function inState(state: string): [string, ...unknown[]] {
  if (state === 'option') return [`s.state = 'option' and ${isLive}`]
  if (state === 'cancelled') return [`(s.state = 'cancelled' or not ${isLive})`]
  return ['s.state = ?', state]
}
