import { cursor, pageSize, rowsAfresh, rowsOf, time } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { countOfFound, pageOfFound, whereFound } from '@patchbay/core/database/found'
import type { Found, Sql } from '@patchbay/core/database/found'
import type { InvoiceKind } from '../contract.ts'
import type { InvoicesQuery, sorts, tabs } from './forms.ts'

export type Tab = (typeof tabs)[number]
type Sort = (typeof sorts)[number]

/** An invoice as a line of a list. */
export interface Listed {
  id: number
  kind: InvoiceKind
  state: 'draft' | 'issued'
  number: string | null
  title: string | null
  client_id: number
  client_name: string
  issue_date: string | null
  due_date: string | null
  currency: string
  total_cents: number
  open_cents: number
  sent_at: Date | null
  created_at: Date
}

const columns = `i.id, i.kind, i.state, i.number, i.title, i.client_id, coalesce(c.artist_name, c.name) as client_name,
  i.issue_date, i.due_date, i.currency, i.total_cents, i.open_cents, i.sent_at, i.created_at`

/** How far a tab is counted. */
const most = 1000
/** How far a list is counted: a search less far, because each row costs more. */
export const mostOf = ({ q }: Pick<InvoicesQuery, 'q'>) => (q ? 200 : most)

/** What the list is sorted by, spelled as its indexes are, and the type of its cursor. */
const orders = {
  date: { sql: `coalesce(i.issue_date, 'infinity'::date)`, type: 'date' },
  due: { sql: `coalesce(i.due_date, 'infinity'::date)`, type: 'date' },
  total: { sql: 'i.total_cents', type: 'bigint' },
  number: { sql: `coalesce(i.number, '')`, type: 'text' }
} as const

/** The latest first; what is to be paid, by the day it is due. */
export const sortOf = ({ sort, tab }: InvoicesQuery): Sort =>
  sort ?? (tab === 'open' || tab === 'overdue' ? 'due' : '-date')

export async function listInvoices(db: Db, query: InvoicesQuery, today: string): Promise<Page<Listed>> {
  const found = await matching(db, query, today)
  const backwards = cursor.read(query.before ?? undefined, 2)
  const edge = backwards ?? cursor.read(query.after ?? undefined, 2)
  const sort = sortOf(query)
  const descending = sort.startsWith('-') !== Boolean(backwards)
  const order = orders[sort.replace('-', '') as keyof typeof orders]
  const rows = await rowsFrom(db, found, { order, edge, descending, limit: pageSize + 1 })
  const more = rows.length > pageSize
  const page = rows.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(({ edge: _edge, ...row }) => row),
    count: edge || more ? await countOf(db, found, query) : page.length,
    next: last && (backwards || more) ? cursor.write(last.edge, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.edge, first.id) : undefined
  }
}

/** All that the filters leave, by age, a thousand at once. */
export async function* exportInvoices(
  db: Db,
  query: InvoicesQuery,
  today: string
): AsyncGenerator<(Listed & { net_cents: number; vat_cents: number; order_number: string | null })[]> {
  const { where, sides } = await matching(db, query, today)
  const { sql, bindings } = sides ? whereFound({ where, sides }) : where
  let after = 0
  for (;;) {
    const rows = await rowsOf<Listed & { net_cents: number; vat_cents: number; order_number: string | null }>(
      db,
      `select ${columns}, i.net_cents, i.vat_cents, i.order_number from invoices i join clients c on c.id = i.client_id
       where ${sql} and i.id > ? order by i.id limit 1000`,
      [...bindings, after]
    )
    if (rows.length > 0) yield rows
    if (rows.length < 1000) return
    after = rows.at(-1)?.id ?? 0
  }
}

/** What waits: for the tabs. One statement; each is counted no further than `most`. */
export async function countTabs(db: Db, today: string): Promise<Partial<Record<Tab, number>>> {
  const some = (where: string, walked = '') =>
    `(select count(*)::integer from (select 1 from invoices i where ${where} ${walked} limit ${most}) few)`
  const open = whereOf('open')
  const [row] = await rowsOf<Partial<Record<Tab, number>>>(
    db,
    `select ${some(whereOf('drafts'))} as drafts, ${some(open, byDue)} as open,
       ${some(`${open} and i.due_date < ?`, byDue)} as overdue`,
    [today]
  )
  return row ?? {}
}

interface Matching {
  where: Sql
  /** The few numbers, titles and clients that a search found. */
  sides?: Found['sides']
  /** Planned for its values, because a text to look for is among them. */
  afresh: boolean
}

/** So that PostgreSQL walks the few of the index, instead of guessing that they lie at the table's start. */
const byDue = 'order by i.due_date, i.id'

/** Only the rows of one page are dressed for showing. */
function rowsFrom(
  db: Db,
  matching: Matching,
  {
    order,
    edge,
    descending,
    limit
  }: {
    order: (typeof orders)[keyof typeof orders]
    edge: (string | number)[] | undefined
    descending: boolean
    limit: number
  }
): Promise<(Listed & { edge: string })[]> {
  const { where, sides, afresh } = matching
  const way = descending ? 'desc' : 'asc'
  const keyset = {
    sql: edge ? `and (${order.sql}, i.id) ${descending ? '<' : '>'} (?::${order.type}, ?)` : '',
    bindings: edge ?? []
  }
  const page = sides
    ? pageOfFound(foundOf(where, sides, order.sql), { keyset, way, limit, often: isOften(sides) })
    : {
        sql: `select i.id, ${order.sql} as at from invoices i where ${where.sql} ${keyset.sql}
          order by ${order.sql} ${way}, i.id ${way} limit ${limit}`,
        bindings: [...where.bindings, ...keyset.bindings]
      }
  const rows = afresh ? rowsAfresh : rowsOf
  return rows(
    db,
    `select ${columns}, page.at::text as edge from (${page.sql}) page
       join invoices i on i.id = page.id join clients c on c.id = i.client_id
     order by page.at ${way}, page.id ${way}`,
    page.bindings
  )
}

const foundOf = (where: Sql, sides: Found['sides'], at: string): Found => ({
  from: 'invoices i',
  at,
  id: 'i.id',
  where,
  sides
})

/** So many clients come by often enough to be met when walking in the order of the list. */
const isOften = (sides: Found['sides']) => sides.some(({ column, ids }) => column === 'i.client_id' && ids.length > 60)

async function countOf(db: Db, { where, sides, afresh }: Matching, { tab, q }: InvoicesQuery): Promise<number> {
  const upTo = mostOf({ q })
  const walked = tab === 'open' || tab === 'overdue' ? byDue : ''
  const { sql, bindings } = sides
    ? countOfFound(foundOf(where, sides, 'i.id'), upTo)
    : {
        sql: `select count(*)::integer as n from (select 1 from invoices i where ${where.sql} ${walked} limit ${upTo}) counted`,
        bindings: where.bindings
      }
  const [row] = await (afresh ? rowsAfresh : rowsOf)<{ n: number }>(db, sql, bindings)
  return row?.n ?? 0
}

async function matching(db: Db, query: InvoicesQuery, today: string): Promise<Matching> {
  const where = filters(query, today)
  return query.q ? searching(db, query.q, where) : { where, afresh: false }
}

function filters({ tab, client, from, to }: InvoicesQuery, today: string): Sql {
  const parts = [whereOf(tab ?? 'all')]
  const bindings: unknown[] = []
  const add = (sql: string, value: unknown) => {
    parts.push(sql)
    bindings.push(value)
  }
  if (tab === 'overdue') add('i.due_date < ?', today)
  if (client) add('i.client_id = ?', client)
  if (from) add(`${orders.date.sql} >= ?`, from)
  if (to) add('i.issue_date < ?', time.addDays(to, 1))
  return { sql: parts.join(' and '), bindings }
}

function whereOf(tab: Tab): string {
  const open = `i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents > 0`
  if (tab === 'drafts') return `i.state = 'draft'`
  if (tab === 'open' || tab === 'overdue') return open
  if (tab === 'paid') return `i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents <= 0`
  return tab === 'credits' ? `i.kind = 'credit_note'` : 'true'
}

const fewest = { numbers: 500, clients: 1000, titles: 500 }

/**
 * Words of a number, of a client or of a title. What few have is found by the indexes first; what many have is met soon when
 * walking in the order of the list, so there each invoice is asked.
 */
async function searching(db: Db, q: string, where: Sql): Promise<Matching> {
  const number = `%${q
    .trim()
    .toLowerCase()
    .replace(/[%_\\]/g, '\\$&')}%`
  const [row] = await rowsAfresh<{ pattern: string; numbers: number[]; clients: number[]; titles: number[] }>(
    db,
    `select '%' || words_of(?) || '%' as pattern,
       to_jsonb(array(select id from invoices where lower(number) like ? and number is not null limit ${fewest.numbers})) as numbers,
       to_jsonb(array(select id from clients where search like '%' || words_of(?) || '%' limit ${fewest.clients})) as clients,
       to_jsonb(array(select id from invoices where search like '%' || words_of(?) || '%' limit ${fewest.titles})) as titles`,
    [q, number, q, q]
  )
  const { pattern = '', numbers = [], clients = [], titles = [] } = row ?? {}
  const many = numbers.length === fewest.numbers || clients.length === fewest.clients || titles.length === fewest.titles
  if (!many) {
    const sides = [
      { column: 'i.client_id', ids: clients },
      { column: 'i.id', ids: [...numbers, ...titles] }
    ]
    return { where, sides, afresh: false }
  }
  const { sql, bindings } = where
  const asked = `(lower(i.number) like ? or i.search like ? or (select search like ? from clients where id = i.client_id))`
  return {
    where: { sql: `${sql} and ${asked}`, bindings: [...bindings, number, pattern, pattern] },
    afresh: true
  }
}
