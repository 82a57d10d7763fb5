import { cursor, list, pageSize, time } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { countOfFound, pageOfFound } from '@patchbay/core/database/found'
import type { Found, Sql } from '@patchbay/core/database/found'
import { SessionsQuery } from './forms.ts'
import { asIs, isLive, rowsAfresh, rowsOf, shown, shownLine } from './queries.ts'
import type { Line, Shown } from './queries.ts'

/** Counting stops there: a page says "more than 1,000". A search counts less far, because each row costs more. */
export const mostOf = (query: SessionsQuery) => (query.q ? 200 : 1000)

/** The sessions of the studio, with all that is shown of them anywhere: for the API. */
export const sessionsList = list({
  name: 'sessions.list',
  permission: 'sessions.read',
  query: SessionsQuery,
  run: (db, query, { timezone }) => sessionsPage<Shown>(db, query, timezone, shown)
})

/** The same for the list's page, which shows less of each. */
export const sessionLines = list({
  ...sessionsList,
  run: (db, query, { timezone }) => sessionsPage<Line>(db, query, timezone, shownLine)
})

/** The order in force: to come, the nearest first; else the latest first. */
export const sortOf = (query: SessionsQuery) => query.sort ?? (query.when === 'upcoming' ? 'starts_at' : '-starts_at')

/** One page by keyset, both ways, and the count of the whole up to `mostOf`. Two statements, with a search at most three. */
async function sessionsPage<Row extends Line>(
  db: Db,
  query: SessionsQuery,
  timezone: string,
  columns: string
): Promise<Page<Row>> {
  const found = await matching(db, query, timezone)
  const backwards = cursor.read(query.before ?? undefined, 2)
  const edge = backwards ?? cursor.read(query.after ?? undefined, 2)
  const descending = sortOf(query).startsWith('-') !== Boolean(backwards)
  const limit = pageSize + 1
  const rows = await rowsFrom<Row>(db, found, { edge, descending, limit, most: mostOf(query), columns })
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
    const rows = await rowsFrom<Shown>(db, found, { edge, descending: false, limit: 1000, most: 0, columns: shown })
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
  where: Sql
  /** The few clients and titles that a search found. */
  sides?: Found['sides']
  /** Planned for its values, because a text to look for is among them. */
  afresh: boolean
}

interface Stretch {
  edge: (string | number)[] | undefined
  descending: boolean
  limit: number
  /** How far what a search found is counted along. */
  most: number
  columns: string
}

/**
 * Only the rows of one page are dressed for showing. Limits are part of the text: of a limit it does not know, PostgreSQL
 * expects a tenth of the table, and plans for that.
 */
function rowsFrom<Row extends Line>(
  db: Db,
  matching: Matching,
  { edge, descending, limit, most, columns }: Stretch
): Promise<(Row & { edge: string; total?: number })[]> {
  const { from, at, id, where, afresh } = matching
  const found = foundOf(matching)
  const way = descending ? 'desc' : 'asc'
  const keyset = {
    sql: edge ? `and (${at}, ${id}) ${descending ? '<' : '>'} (?::timestamptz, ?)` : '',
    bindings: edge ?? []
  }
  const page = found
    ? pageOfFound(found, { keyset, way, limit, often: isOften(matching) })
    : {
        sql: `select ${id} as id, ${at} as at from ${from} where ${where.sql} ${keyset.sql}
          order by ${at} ${way}, ${id} ${way} limit ${limit}`,
        bindings: [...where.bindings, ...keyset.bindings]
      }
  const total = found && most > 0 ? countOfFound(found, most) : undefined
  const rows = afresh ? rowsAfresh : rowsOf
  return rows(
    db,
    `select ${columns}, page.at::text as edge${total ? `, (${total.sql}) as total` : ''} from (${page.sql}) page
       join sessions s on s.id = page.id join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
     order by page.at ${way}, page.id ${way}`,
    [...(total?.bindings ?? []), ...page.bindings]
  )
}

const foundOf = ({ sides, ...rest }: Matching): Found | undefined => sides && { ...rest, sides }

/** In order of time, so that PostgreSQL walks the index instead of guessing that what is wanted lies at the table's start. */
async function countOf(db: Db, matching: Matching, most: number): Promise<number> {
  const { from, at, afresh, where } = matching
  const found = foundOf(matching)
  const { sql, bindings } = found
    ? countOfFound(found, most)
    : {
        sql: `select count(*)::integer as n from (select 1 from ${from} where ${where.sql} order by ${at} limit ${most}) counted`,
        bindings: where.bindings
      }
  const [row] = await (afresh ? rowsAfresh : rowsOf)<{ n: number }>(db, sql, bindings)
  return row?.n ?? 0
}

async function matching(db: Db, query: SessionsQuery, timezone: string): Promise<Matching> {
  const lead = query.person
    ? { from: byPerson, at: 'lower(w.during)', id: 'w.session_id' }
    : { from: 'sessions s', at: 's.starts_at', id: 's.id' }
  const where = filters(query, timezone, lead.at)
  const found = { ...lead, afresh: false, where }
  return query.q ? searching(db, query.q, found) : found
}

const byPerson = 'session_people w join sessions s on s.id = w.session_id'
const few = { clients: 1000, titles: 1000 }

/** So many clients come by often enough to be met when walking in order of time. */
const isOften = ({ from, sides = [] }: Matching) =>
  from !== byPerson && sides.some(({ column, ids }) => column === 's.client_id' && ids.length > 60)

/**
 * Words of a client or of the title. What few have is collected first, by ids; what many have is met soon when walking in
 * order of time, so there each row is asked. PostgreSQL cannot tell which by itself: it expects a search with a limit to be
 * met soon, so the limits stand outside of what it plans. The words are worked out in queries of their own: then it plans
 * once for all words.
 */
async function searching(db: Db, q: string, found: Matching): Promise<Matching> {
  const [row] = await rowsOf<{ pattern: string; clients: number[]; titles: number[] }>(
    db,
    `with found_clients as materialized (select id from clients where search like (select '%' || words_of(?) || '%')),
       found_titles as materialized (select id from sessions where search like (select '%' || words_of(?) || '%'))
     select '%' || words_of(?) || '%' as pattern,
       to_jsonb(array(select id from found_clients limit ${few.clients})) as clients,
       to_jsonb(array(select id from found_titles limit ${few.titles})) as titles`,
    [q, q, q]
  )
  const { pattern = '', clients = [], titles = [] } = row ?? {}
  if (clients.length === few.clients || titles.length === few.titles) return asking(found, pattern)
  const sides = [
    { column: 's.client_id', ids: clients },
    { column: 's.id', ids: titles }
  ]
  return { ...found, sides }
}

/** Each session, whether it or its client has the words. */
function asking(found: Matching, pattern: string): Matching {
  const asked = `(coalesce((select search like ? from clients where id = s.client_id), false)
    or coalesce(s.search like ?, false) is true)`
  const { sql, bindings } = found.where
  return { ...found, where: { sql: `${sql} and ${asked}`, bindings: [...bindings, pattern, pattern] }, afresh: true }
}

function filters(query: SessionsQuery, timezone: string, at: string): Sql {
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
