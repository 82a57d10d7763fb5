import { rowsAfresh, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { InvoiceKind, InvoiceOfSource } from '../contract.ts'
import type { Listed } from './list-queries.ts'
import { waitingSessions } from './session-queries.ts'

/*
 * What invoices say on other people's pages.
 */

type Part = Pick<Listed, 'id' | 'kind' | 'state' | 'number' | 'title' | 'client_id' | 'client_name'> &
  Pick<Listed, 'issue_date' | 'due_date' | 'currency' | 'total_cents' | 'open_cents'>

const columns = `i.id, i.kind, i.state, i.number, i.title, i.client_id, coalesce(c.artist_name, c.name) as client_name,
  i.issue_date, i.due_date, i.currency, i.total_cents, i.open_cents`
const from = 'invoices i join clients c on c.id = i.client_id'

/** A client's latest documents, and how many there are. */
export async function invoicesOfClient(db: Db, client_id: number): Promise<(Part & { total: number })[]> {
  return rowsOf(
    db,
    `select ${columns}, (select count(*)::integer from invoices where client_id = ?) as total from ${from}
     where i.client_id = ? order by i.id desc limit 6`,
    [client_id, client_id]
  )
}

/** What was made from a source: as a whole, or by its lines. */
export function invoicesOfSource(db: Db, source: string): Promise<Omit<InvoiceOfSource, 'href'>[]> {
  return rowsOf(
    db,
    `select id as invoice_id, kind, state, number, total_cents, open_cents, currency from invoices
     where source = ? or id = (select invoice_id from invoice_sources where source = ?) order by id`,
    [source, source]
  )
}

/**
 * What was billed of these sources, in cents without VAT: of documents made from them, or of their lines in others. Credit
 * notes are taken off; a deposit counts until an invoice deducts it, an invoice until a corrected one stands for it.
 */
export async function billedOf(db: Db, sources: readonly string[]): Promise<{ cents: number; count: number }> {
  const [row] = await rowsOf<{ cents: number; count: number }>(
    db,
    `select coalesce(sum(case when net_cents = 0 then 0
         else round(own::numeric * greatest(0, net_cents - credited) / net_cents) end), 0)::bigint as cents,
       count(*)::integer as count
     from (
       select i.net_cents, case when i.source = any(?) then i.net_cents else
           (select coalesce(sum(m.net_cents), 0) from invoice_items m where m.invoice_id = i.id and m.source = any(?)) end as own,
         (select coalesce(sum(n.net_cents), 0) from invoice_references r join invoices n on n.id = r.invoice_id
          where r.refers_to = i.id and n.kind = 'credit_note' and n.state = 'issued') as credited
       from invoices i
       where i.state = 'issued' and i.kind <> 'credit_note'
         and i.id in (select id from invoices where source = any(?)
           union select invoice_id from invoice_sources where source = any(?))
         and not exists (select from invoice_deductions d join invoices n on n.id = d.invoice_id
           where d.deposit_id = i.id and n.state = 'issued')
         and not exists (select from invoice_references r join invoices n on n.id = r.invoice_id
           where r.refers_to = i.id and n.kind = 'corrected' and n.state = 'issued')
     ) billed`,
    [[...sources], [...sources], [...sources], [...sources]]
  )
  return row ?? { cents: 0, count: 0 }
}

const overdue = `state = 'issued' and kind <> 'credit_note' and open_cents > 0 and due_date < ?`

/** What is late, the oldest first. */
export function overdueInvoices(db: Db, today: string, limit: number): Promise<Part[]> {
  return rowsOf(
    db,
    `select ${columns} from ${from} where i.id = any (array(select id from invoices where ${overdue}
       order by due_date, id limit ${limit})) order by i.due_date, i.id`,
    [today]
  )
}

/** Clients of whom something is still open. */
export async function owingClients(db: Db): Promise<number[]> {
  const rows = await rowsOf<{ client_id: number }>(
    db,
    `select distinct client_id from invoices where state = 'issued' and kind <> 'credit_note' and open_cents > 0`
  )
  return rows.map(({ client_id }) => client_id)
}

/** What waits to be done: drafts, late invoices, sessions of the last year that are not billed. Each counted up to 100. */
export async function countWaiting(
  db: Db,
  today: string
): Promise<{ drafts: number; overdue: number; unbilled: number }> {
  const few = (from: string) => `(select count(*)::integer from (select 1 from ${from} limit 100) few)`
  const [row] = await rowsOf<{ drafts: number; overdue: number; unbilled: number }>(
    db,
    `select ${few(`invoices where state = 'draft'`)} as drafts, ${few(waitingSessions)} as unbilled,
       ${few(`invoices where ${overdue} order by due_date, id`)} as overdue`,
    [today]
  )
  return row ?? { drafts: 0, overdue: 0, unbilled: 0 }
}

/**
 * By a part of a number, where there is a digit in it, or by words of a title: the six latest. Mostly there are none: what
 * is planned anew for its words is no more than finds their ids.
 */
export async function searchInvoices(db: Db, text: string): Promise<Part[]> {
  const number = `%${text.toLowerCase().replace(/[%_\\]/g, '\\$&')}%`
  const numbered =
    '(select id from invoices where number is not null and lower(number) like ? order by id desc limit 6)'
  const titled = `(select id from invoices where search like '%' || words_of(?) || '%' order by id desc limit 6)`
  const found = await rowsAfresh<{ id: number }>(
    db,
    /\d/.test(text) ? `${numbered} union ${titled} order by id desc limit 6` : titled,
    /\d/.test(text) ? [number, text] : [text]
  )
  if (found.length === 0) return []
  return rowsOf(db, `select ${columns} from ${from} where i.id = any(?::bigint[]) order by i.id desc`, [
    found.map(({ id }) => id)
  ])
}

export function namesOf(
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; number: string | null; kind: InvoiceKind; client_name: string }[]> {
  return rowsOf(
    db,
    `select i.id, i.number, i.kind, coalesce(c.artist_name, c.name) as client_name from ${from} where i.id = any(?::bigint[])`,
    [ids]
  )
}

/** Who is told of money: those who run the studio, the first 20 of them. */
export const listKeepers = (db: Db): Promise<number[]> =>
  db('people').where({ active: true }).whereIn('role', ['owner', 'manager']).orderBy('id').limit(20).pluck('id')
