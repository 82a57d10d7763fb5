import { cursor, list, time } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { SessionsQuery } from './forms.ts'
import { asIs, isLive, rowsOf, shown, shownFrom } from './queries.ts'
import type { Shown } from './queries.ts'

const pageSize = 50

/** The sessions of the studio, for its list page and the API. */
export const sessionsList = list({
  name: 'sessions.list',
  permission: 'sessions.read',
  query: SessionsQuery,
  run: (db, query, { timezone }) => sessionsPage(db, query, timezone)
})

/** The order in force: to come, the nearest first; else the latest first. */
export const sortOf = (query: SessionsQuery) => query.sort ?? (query.when === 'upcoming' ? 'starts_at' : '-starts_at')

/** One page by keyset, both ways, and the count of the whole up to 10,000. Two statements. */
export async function sessionsPage(db: Db, query: SessionsQuery, timezone: string): Promise<Page<Shown>> {
  const where = filters(query, timezone)
  const sort = sortOf(query)
  const column = sort.replace('-', '') as 'starts_at' | 'created_at'
  const backwards = cursor.read(query.before ?? undefined, 2)
  const edge = backwards ?? cursor.read(query.after ?? undefined, 2)
  const descending = sort.startsWith('-') !== Boolean(backwards)
  const order = descending ? 'desc' : 'asc'
  const keyset = edge ? `and (s.${column}, s.id) ${descending ? '<' : '>'} (?::timestamptz, ?)` : ''
  const rows = await rowsOf<Shown & { edge: string }>(
    db,
    `select ${shown}, s.${column}::text as edge ${shownFrom} where ${where.sql} ${keyset}
     order by s.${column} ${order}, s.id ${order} limit ?`,
    [...where.bindings, ...(edge ?? []), pageSize + 1]
  )
  const more = rows.length > pageSize
  const page = rows.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  const count = edge || more ? await countSessions(db, where) : page.length
  return {
    rows: page.map(row => asIs(row)),
    count,
    next: last && (backwards || more) ? cursor.write(last.edge, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.edge, first.id) : undefined
  }
}

/** All that the filters leave, by time, as many at once as the export may hold. */
export async function* exportSessions(db: Db, query: SessionsQuery, timezone: string): AsyncGenerator<Shown[]> {
  const where = filters(query, timezone)
  let edge: [string, number] | undefined
  for (;;) {
    const rows: (Shown & { edge: string })[] = await rowsOf(
      db,
      `select ${shown}, s.starts_at::text as edge ${shownFrom} where ${where.sql}
       ${edge ? 'and (s.starts_at, s.id) > (?::timestamptz, ?)' : ''} order by s.starts_at, s.id limit 1000`,
      [...where.bindings, ...(edge ?? [])]
    )
    if (rows.length > 0) yield rows.map(row => asIs(row))
    const last = rows.at(-1)
    if (!last || rows.length < 1000) return
    edge = [last.edge, last.id]
  }
}

interface Where {
  sql: string
  bindings: unknown[]
}

async function countSessions(db: Db, where: Where): Promise<number> {
  const sql = `select count(*)::integer as n from (select 1 from sessions s where ${where.sql} limit 10000) counted`
  const [row] = await rowsOf<{ n: number }>(db, sql, where.bindings)
  return row?.n ?? 0
}

function filters(query: SessionsQuery, timezone: string): Where {
  const parts = ['true']
  const bindings: unknown[] = []
  const add = (sql: string, ...values: unknown[]) => {
    parts.push(sql)
    bindings.push(...values)
  }
  if (query.when === 'upcoming' && !query.from && !query.to)
    add("s.ends_at > now() and s.starts_at > now() - interval '31 days'")
  if (query.when === 'past' && !query.from && !query.to) add('s.starts_at < now()')
  if (query.from) add('s.starts_at >= ?', time.startOfDay(query.from, timezone))
  if (query.to) add('s.starts_at < ?', time.startOfDay(time.addDays(query.to, 1), timezone))
  if (query.room) add('s.room_id = ?', query.room)
  if (query.client) add('s.client_id = ?', query.client)
  if (query.person)
    add('exists (select 1 from session_people w where w.session_id = s.id and w.person_id = ?)', query.person)
  if (query.state) add(...inState(query.state))
  if (query.q) add(...matching(query.q))
  return { sql: parts.join(' and '), bindings }
}

function inState(state: string): [string, ...unknown[]] {
  if (state === 'option') return [`s.state = 'option' and ${isLive}`]
  if (state === 'cancelled') return [`(s.state = 'cancelled' or not ${isLive})`]
  return ['s.state = ?', state]
}

/** Every word begins a word of the client or stands in the title. */
function matching(q: string): [string, ...unknown[]] {
  const like = (text: string) => text.replace(/[\\%_]/g, '\\$&')
  return [
    `(s.client_id in (select id from clients where search like '%' || words_of(?) || '%') or fold(s.title) like '%' || fold(?) || '%')`,
    q,
    like(q)
  ]
}
