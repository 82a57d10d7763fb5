import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Period } from '../legal/contract.ts'

/*
 * What was earned: invoices and corrected invoices, less credit notes and what corrected invoices stand in place of.
 * Deposits are earned with the final invoice, whole. Cents of EUR without VAT, at the rate kept with the document; the
 * same sums as accounts 706 and 707 of the entries.
 */
const earned = `
  select i.id, i.number, i.kind, i.issue_date, i.client_id, i.buyer->>'name' as client_name, i.currency,
    (case i.kind when 'credit_note' then -1 else 1 end) * round(i.net_cents * coalesce(i.exchange_rate, 1))::bigint
      - coalesce((select round(o.net_cents * coalesce(o.exchange_rate, 1))::bigint from invoice_references r
          join invoices o on o.id = r.refers_to where r.invoice_id = i.id and i.kind = 'corrected' limit 1), 0) as cents
  from invoices i
  where i.state = 'issued' and i.kind <> 'deposit' and i.issue_date between ?::date and ?::date`

/** By month, `2026-11`. */
export const earnedByMonth = (
  db: Db,
  { from, to }: Period
): Promise<{ month: string; cents: number; documents: number }[]> =>
  rowsOf(
    db,
    `select to_char(issue_date, 'YYYY-MM') as month, sum(cents)::bigint as cents, count(*)::integer as documents
     from (${earned}) e group by 1 order by 1`,
    [from, to]
  )

/** By client, the largest first; at most `limit`. */
export const earnedByClient = (
  db: Db,
  { from, to }: Period,
  limit: number
): Promise<{ client_id: number; client_name: string; cents: number; documents: number }[]> =>
  rowsOf(
    db,
    `select e.client_id, c.name as client_name, sum(e.cents)::bigint as cents, count(*)::integer as documents
     from (${earned}) e join clients c on c.id = e.client_id group by 1, 2 order by 3 desc, 1 limit ?`,
    [from, to, limit]
  )

export interface EarnedRow {
  id: number
  number: string
  kind: string
  day: string
  client_id: number
  client_name: string
  cents: number
}

/** The documents that make it, in their order; at most `limit`. */
export const earnedRows = (db: Db, { from, to }: Period, client: number | null, limit: number): Promise<EarnedRow[]> =>
  rowsOf(
    db,
    `select id, number, kind, issue_date::text as day, client_id, client_name, cents from (${earned}) e
     where ?::bigint is null or client_id = ?::bigint order by issue_date, id limit ?`,
    [from, to, client, client, limit]
  )

/** Money that came in, less what went back, by month: cents of EUR with VAT. */
export const cashByMonth = (db: Db, { from, to }: Period): Promise<{ month: string; cents: number }[]> =>
  rowsOf(
    db,
    `select to_char(paid_on, 'YYYY-MM') as month, sum(eur_cents)::bigint as cents from payments
     where paid_on between ?::date and ?::date group by 1 order by 1`,
    [from, to]
  )

export interface CashRow {
  id: number
  day: string
  client_id: number
  client_name: string
  method: string
  reference: string | null
  cents: number
}

export const cashRows = (db: Db, { from, to }: Period, client: number | null, limit: number): Promise<CashRow[]> =>
  rowsOf(
    db,
    `select p.id, p.paid_on::text as day, p.client_id, c.name as client_name, p.method, p.reference, p.eur_cents as cents
     from payments p join clients c on c.id = p.client_id
     where p.paid_on between ?::date and ?::date and (?::bigint is null or p.client_id = ?::bigint)
     order by p.paid_on, p.id limit ?`,
    [from, to, client, client, limit]
  )

export interface OwedRow {
  id: number
  number: string
  client_id: number
  client_name: string
  day: string
  due_date: string
  late: number
  cents: number
}

/**
 * What clients owed on a day, invoice by invoice, the oldest due first: what was issued by then, less what the journal says
 * was paid or credited by then. Cents of EUR at the document's rate.
 */
export const owedOn = (db: Db, on: string): Promise<OwedRow[]> =>
  rowsOf(
    db,
    `select i.id, i.number, i.client_id, c.name as client_name, i.issue_date::text as day, i.due_date::text as due_date,
       greatest(0, ?::date - i.due_date) as late,
       round((i.due_cents - coalesce(x.cents, 0)) * coalesce(i.exchange_rate, 1))::bigint as cents
     from invoices i join clients c on c.id = i.client_id
       left join lateral (select sum(cents)::bigint as cents from payment_transactions
         where invoice_id = i.id and day <= ?::date) x on true
     where i.state = 'issued' and i.kind <> 'credit_note' and i.issue_date <= ?::date
       and (i.open_cents > 0 or i.settled_on > ?::date) and i.due_cents - coalesce(x.cents, 0) > 0
     order by i.due_date, i.id limit 20000`,
    [on, on, on, on]
  )

/** Sessions to come that are firm, have a price, and no invoice yet. */
export const sessionsComing = (
  db: Db,
  after: string,
  zone: string
): Promise<
  {
    id: number
    day: string
    client_id: number | null
    client_name: string | null
    title: string | null
    cents: number
  }[]
> =>
  rowsOf(
    db,
    `select s.id, to_char(s.starts_at at time zone ?, 'YYYY-MM-DD') as day, s.client_id, c.name as client_name, s.title,
       s.price_cents as cents
     from sessions s left join clients c on c.id = s.client_id
     where s.state in ('confirmed', 'in_progress') and s.price_cents > 0 and s.starts_at >= ?::date
       and not exists (select from invoice_sources x where x.source = 'session:' || s.id)
     order by s.starts_at, s.id limit 5000`,
    [zone, after]
  )
