import { cursor, pageSize, rowsAfresh, rowsOf } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { QuoteState } from './contract.ts'
import type { QuotesQuery } from './forms.ts'

/** A line of lists. */
export interface QuoteRow {
  id: number
  number: string | null
  revision: number
  title: string | null
  client_id: number
  client_name: string
  state: QuoteState
  currency: string
  total_cents: number
  valid_until: string | null
  sent_at: Date | null
  accepted_at: Date | null
  created_at: Date
}

/** A sent one that is out of date is expired, even before the clock has said so. `?` is today. */
const stateNow = `case when q.state = 'sent' and q.valid_until < ? then 'expired' else q.state end`
const shown = `q.id, q.number, q.revision, q.title, q.client_id, coalesce(c.artist_name, c.name) as client_name,
  q.currency, q.total_cents, q.valid_until, q.sent_at, q.accepted_at, q.created_at`
const from = `from quotes q join clients c on c.id = q.client_id`

const orders = {
  created: { place: 'q.id', cast: 'bigint' },
  client: { place: `coalesce(c.artist_name, c.name) collate "fr-x-icu"`, cast: 'text' },
  total: { place: 'q.total_cents', cast: 'bigint' },
  valid_until: { place: `coalesce(q.valid_until, '9999-12-31')`, cast: 'date' }
} as const

/** Quotes as asked for, a page at once: one statement, and one that counts them. */
export async function listQuotes(
  db: Db,
  query: QuotesQuery,
  { today, soon }: { today: string; soon: string }
): Promise<Page<QuoteRow>> {
  const { where, bindings } = filtered(query, today, soon)
  const sort = query.sort ?? '-created'
  const { place, cast } = orders[sort.replace('-', '') as keyof typeof orders]
  const back = !query.after && Boolean(query.before)
  const down = sort.startsWith('-') !== back
  const at = cursor.read(query.after ?? query.before ?? undefined, 2)
  const start = at ? `and (${place}, q.id) ${down ? '<' : '>'} (?::${cast}, ?::bigint)` : ''
  const order = `order by ${place} ${down ? 'desc' : 'asc'}, q.id ${down ? 'desc' : 'asc'} limit ${pageSize + 1}`
  const found = await rowsAfresh<QuoteRow & { place: string | number }>(
    db,
    `select ${shown}, ${stateNow} as state, ${place}::text as place ${from} where ${where} ${start} ${order}`,
    [today, ...bindings, ...(at ?? [])]
  )
  const [counted] = await rowsAfresh<{ n: number }>(
    db,
    `select count(*)::integer as n ${from} where ${where}`,
    bindings
  )
  const rows = found.slice(0, pageSize)
  if (back) rows.reverse()
  const more = found.length > pageSize
  const [first, last] = [rows[0], rows.at(-1)]
  const next = last && (back || more) ? cursor.write(String(last.place), last.id) : undefined
  const previous = first && (back ? more : Boolean(at)) ? cursor.write(String(first.place), first.id) : undefined
  return { rows, count: counted?.n ?? 0, next, previous }
}

/** How many there are in each state now, and how many run out soon. */
export async function countQuotes(
  db: Db,
  { today, soon }: { today: string; soon: string }
): Promise<Record<string, number>> {
  const rows = await rowsOf<{ state: string; n: number; soon: number }>(
    db,
    `select ${stateNow} as state, count(*)::integer as n,
       count(*) filter (where q.state = 'sent' and q.valid_until between ? and ?)::integer as soon
     from quotes q group by 1`,
    [today, today, soon]
  )
  const counts = Object.fromEntries(rows.map(({ state, n }) => [state, n]))
  return { ...counts, soon: rows.reduce((sum, row) => sum + row.soon, 0) }
}

function filtered({ q, state, client_id }: QuotesQuery, today: string, soon: string) {
  const words = (q ?? '').trim()
  const parts: [string, ...unknown[]][] = [
    ...(words === '' ? [] : [withWords(words)]),
    ...(client_id === null ? [] : [['q.client_id = ?', client_id] as [string, number]]),
    ...statePart(state, today, soon)
  ]
  return {
    where: ['true', ...parts.map(([sql]) => sql)].join(' and '),
    bindings: parts.flatMap(([, ...values]) => values)
  }
}

const withWords = (words: string): [string, string] => [
  `not exists (select from regexp_split_to_table(trim(words_of(?)), ' ') w
     where q.search not like '%' || w || '%' and c.search not like '%' || w || '%')`,
  words
]

function statePart(state: QuotesQuery['state'], today: string, soon: string): [string, ...unknown[]][] {
  if (state === undefined) return []
  if (state === 'soon') return [[`q.state = 'sent' and q.valid_until between ? and ?`, today, soon]]
  if (state === 'sent') return [[`q.state = 'sent' and q.valid_until >= ?`, today]]
  if (state === 'expired') return [[`(q.state = 'expired' or (q.state = 'sent' and q.valid_until < ?))`, today]]
  return [['q.state = ?', state]]
}

/** For the palette: the newest with all these words, in their title, number or client. */
export function searchQuotes(db: Db, text: string, today: string, limit: number): Promise<QuoteRow[]> {
  const [words, ...bindings] = withWords(text)
  return rowsOf(db, `select ${shown}, ${stateNow} as state ${from} where ${words} order by q.id desc limit ${limit}`, [
    today,
    ...bindings
  ])
}

/** The latest quotes of a client. */
export const quotesOfClient = (db: Db, client_id: number, today: string): Promise<QuoteRow[]> =>
  rowsOf(
    db,
    `select ${shown}, ${stateNow} as state ${from} where q.client_id = ? and q.state <> 'superseded'
     order by q.id desc limit 8`,
    [today, client_id]
  )

/** Quotes about a session, the newest first. */
export const quotesOfSession = (db: Db, session_id: number, today: string): Promise<QuoteRow[]> =>
  rowsOf(
    db,
    `select ${shown}, ${stateNow} as state ${from} join quote_sessions qs on qs.quote_id = q.id
     where qs.session_id = ? and q.state <> 'superseded' order by q.id desc limit 5`,
    [today, session_id]
  )

/** A quote somebody has something to do about. */
export interface Pending extends QuoteRow {
  why: 'accepted' | 'blocked' | 'soon' | 'declined'
}

/** For Today: accepted ones nothing was made of, sessions in the way, those that run out soon, what was declined lately. */
export const quotesToDecide = (db: Db, { today, soon }: { today: string; soon: string }): Promise<Pending[]> =>
  rowsOf(
    db,
    `select * from (
       select ${shown}, q.state, case
         when q.state = 'accepted' and exists (select from quote_sessions b where b.quote_id = q.id and b.blocked is not null)
           then 'blocked'
         when q.state = 'accepted' and q.accepted_at > now() - interval '60 days'
           and not exists (select from invoices i where i.source = 'quote:' || q.id) then 'accepted'
         when q.state = 'sent' and q.valid_until between ? and ? then 'soon'
         when q.state = 'declined' and q.declined_at > now() - interval '3 days' then 'declined'
       end as why ${from} where q.state in ('accepted', 'sent', 'declined')
     ) pending where why is not null order by array_position(array['blocked', 'accepted', 'soon', 'declined'], why), id desc
     limit 8`,
    [today, soon]
  )

/** What quotes are called, for the trail. */
export const namesOf = (
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; number: string | null; title: string | null; client_name: string }[]> =>
  rowsOf(
    db,
    `select q.id, q.number, q.title, coalesce(c.artist_name, c.name) as client_name ${from} where q.id = any(?)`,
    [[...ids]]
  )

export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(db, 'select count(*)::integer as n from quotes where client_id = ?', [
    client_id
  ])
  return row?.n ?? 0
}

export const giveQuotes = (db: Db, from: number, into: number): Promise<number> =>
  db('quotes').where({ client_id: from }).update({ client_id: into })

/** Who hears of a quote: who sent or made it, and those who run the studio, 20 at most. */
export const listConcerned = async (db: Db, quote_id: number): Promise<number[]> => {
  const rows = await rowsOf<{ id: number }>(
    db,
    `select p.id from people p where p.active and (p.role in ('owner', 'manager') or p.id in (
       select unnest(array[sent_by, created_by]) from quotes where id = ?)) order by p.id limit 20`,
    [quote_id]
  )
  return rows.map(({ id }) => id)
}
