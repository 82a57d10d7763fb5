import t from 'tap'
import { countOfFound, pageOfFound, whereFound } from '../../core/database/found.ts'
import type { Found, Sql } from '../../core/database/found.ts'
import { rowsOf } from '../../core/database/reading.ts'
import { openStudio } from '../helper.ts'

const rows = 8000
/** Twelve rows a day, of 400 clients in turn; those of the last hundred came only in the first days. */
const clientOf = (id: number) => (id <= 1000 ? 300 + (id % 100) : id % 300)

t.test('what a search found is paged in order, both ways, however it is collected', async t => {
  const { host, studio } = await openStudio(t, { work: false })
  const { tenants } = host
  const db = tenants.admin(await tenants.server(studio.server_id), studio.database) // who may make tables
  await db.raw('create table heard (id bigint primary key, at timestamptz not null, client_id bigint not null)')
  await db.raw('create index on heard (at, id)')
  await db.raw('create index on heard (client_id, at, id)')
  await db.raw(
    `insert into heard select n, timestamptz '2026-01-01' + n / 12 * interval '1 day',
       case when n <= 1000 then 300 + n % 100 else n % 300 end from generate_series(1, ?::int) n`,
    [rows]
  )
  const some = (from: number, to: number) => Array.from({ length: to - from }, (_, nth) => from + nth)
  const cases: Record<string, { clients: number[]; ids: number[]; where?: Sql }> = {
    'clients met often': { clients: some(0, 90), ids: [] },
    'clients met often, and rows by themselves': { clients: some(0, 90), ids: [7, 8, 4242, 7995] },
    'clients of long ago, behind what is walked': { clients: some(300, 380), ids: [] },
    'rows by themselves': { clients: [], ids: [5, 50, 500, 5000] },
    'with another filter': { clients: some(0, 90), ids: [], where: { sql: 'h.id % 2 = ?', bindings: [0] } },
    nothing: { clients: [], ids: [] }
  }
  for (const [name, { clients, ids, where = { sql: 'true', bindings: [] } }] of Object.entries(cases)) {
    const found: Found = {
      from: 'heard h',
      at: 'h.at',
      id: 'h.id',
      where,
      sides: [
        { column: 'h.client_id', ids: clients },
        { column: 'h.id', ids }
      ]
    }
    const wanted = some(1, rows + 1).filter(
      id => (clients.includes(clientOf(id)) || ids.includes(id)) && (where.sql === 'true' || id % 2 === 0)
    )
    for (const way of ['asc', 'desc'] as const)
      for (const often of [true, false])
        t.same(
          await pages(found, way, often),
          way === 'asc' ? wanted : wanted.toReversed(),
          `${name}, ${way}${often ? ', walked' : ''}`
        )
    const count = countOfFound(found, 200)
    t.match(await rowsOf(db, count.sql, count.bindings), [{ n: Math.min(200, wanted.length) }], name)
    const filter = whereFound(found)
    const all = await rowsOf<{ id: number }>(
      db,
      `select id from heard h where ${filter.sql} order by id`,
      filter.bindings
    )
    t.same(
      all.map(({ id }) => id),
      wanted,
      name
    )
  }

  async function pages(found: Found, way: 'asc' | 'desc', often: boolean): Promise<number[]> {
    const seen: number[] = []
    let keyset: Sql = { sql: '', bindings: [] }
    for (;;) {
      const { sql, bindings } = pageOfFound(found, { keyset, way, limit: 50, often })
      const page = await rowsOf<{ id: number; at: Date }>(
        db,
        `select * from (${sql}) page order by at ${way}, id ${way}`,
        bindings
      )
      seen.push(...page.map(({ id }) => id))
      const last = page.at(-1)
      if (!last || page.length < 50) return seen
      keyset = {
        sql: `and (h.at, h.id) ${way === 'asc' ? '>' : '<'} (?::timestamptz, ?)`,
        bindings: [last.at, last.id]
      }
    }
  }
})
