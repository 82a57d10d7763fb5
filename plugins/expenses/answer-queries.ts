import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A line on somebody else's page. */
export interface Brief {
  id: number
  state: 'draft' | 'recorded'
  supplier_name: string | null
  number: string | null
  day: string
  due_date: string | null
  currency: string
  total_cents: number
  eur_net_cents: number
  open_cents: number
  note: string | null
}

const brief = `e.id, e.state, e.supplier_name, e.number, e.day, e.due_date, e.currency, e.total_cents, e.eur_net_cents,
  e.open_cents, e.note`

export const expensesOfSession = (db: Db, session_id: number, mine: number | null): Promise<Brief[]> =>
  rowsOf(
    db,
    `select ${brief} from expenses e where e.session_id = ? and (?::bigint is null or e.created_by = ?)
     order by e.day, e.id limit 50`,
    [session_id, mine, mine]
  )

export const expensesOfClient = (db: Db, client_id: number): Promise<Brief[]> =>
  rowsOf(db, `select ${brief} from expenses e where e.client_id = ? order by e.day desc, e.id desc limit 20`, [
    client_id
  ])

export const expensesOfSource = (db: Db, source: string): Promise<Brief[]> =>
  rowsOf(db, `select ${brief} from expenses e where e.source = ? order by e.day desc, e.id desc limit 100`, [source])

/** What was recorded of these sources and sessions, in cents of EUR, without the VAT that comes back; and how many they are. */
export async function costOf(
  db: Db,
  sources: readonly string[],
  session_ids: readonly number[]
): Promise<{ cents: number; count: number }> {
  const [row] = await rowsOf<{ cents: number; count: number }>(
    db,
    `select coalesce(sum(eur_total_cents - recoverable_cents), 0)::bigint as cents, count(*)::integer as count
     from expenses where state = 'recorded' and (source = any(?) or session_id = any(?::bigint[]))`,
    [[...sources], [...session_ids]]
  )
  return row ?? { cents: 0, count: 0 }
}

/** What waits: drafts to be looked at, and what is to be paid until a day. Each at most `limit`. */
export async function waiting(
  db: Db,
  until: string,
  limit: number
): Promise<{ drafts: Brief[]; due: Brief[]; count: number }> {
  const rows = await rowsOf<Brief & { what: 'draft' | 'due'; n: number }>(
    db,
    `(select 'draft' as what, count(*) over ()::integer as n, ${brief} from expenses e where e.state = 'draft'
       order by e.id desc limit ?)
     union all
     (select 'due', 0, ${brief} from expenses e where e.state = 'recorded' and e.open_cents > 0 and e.due_day <= ?
       order by e.due_day, e.id limit ?)`,
    [limit, until, limit]
  )
  const of = (what: 'draft' | 'due') => rows.filter(row => row.what === what)
  return { drafts: of('draft'), due: of('due'), count: of('draft')[0]?.n ?? 0 }
}

export const countOfClient = async (db: Db, client_id: number): Promise<number> =>
  (await rowsOf<{ n: number }>(db, 'select count(*)::integer as n from expenses where client_id = ?', [client_id]))[0]
    ?.n ?? 0

export const giveExpenses = (db: Db, from: number, into: number): Promise<number> =>
  db('expenses').where({ client_id: from }).update({ client_id: into })

/** Recorded, not paid, of about the time of bank lines; at most 500. */
export const payableExpenses = (
  db: Db,
  until: string
): Promise<(Brief & { iban: string | null; issue_date: string })[]> =>
  rowsOf(
    db,
    `select ${brief}, coalesce(e.iban, s.iban) as iban, e.issue_date from expenses e left join suppliers s on s.id = e.supplier_id
     where e.state = 'recorded' and e.open_cents <> 0 and e.day <= ?::date + 10 order by e.due_day, e.id limit 500`,
    [until]
  )

export const searchBriefs = (
  db: Db,
  condition: { sql: string; bindings: unknown[] },
  mine: number | null,
  limit: number
): Promise<Brief[]> =>
  rowsOf(
    db,
    `select ${brief} from expenses e where ${condition.sql} and (?::bigint is null or e.created_by = ?)
     order by e.day desc, e.id desc limit ?`,
    [...condition.bindings, mine, mine, limit]
  )
