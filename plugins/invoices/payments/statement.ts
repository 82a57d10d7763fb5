import { fields, rowsOf, together } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { z } from 'zod'
import type { InvoiceKind, PaymentMethod } from '../contract.ts'

/*
 * A client's account over a period: what was asked of them, what they paid. What is theirs is less than nothing. Credit
 * that is used or moved changes nothing of what they owe in all, and is not a line.
 */

/** Which period, as it stands in the address; what is wrong is as if it were not there. */
export const StatementQuery = z.object({
  from: fields.optionalDay().catch(null),
  to: fields.optionalDay().catch(null),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .catch(undefined)
})

export interface StatementLine {
  day: string
  kind: InvoiceKind | 'payment' | 'refund' | 'correction' | 'replaced'
  /** Of the invoice, or of the payment. */
  id: number
  number: string | null
  method: PaymentMethod | null
  reference: string | null
  due_date: string | null
  /** What is left to pay of it, of an invoice. */
  open_cents: number | null
  cents: number
  /** What the client owes after it. */
  balance_cents: number
}

export interface Statement {
  client_id: number
  currency: string
  from: string
  to: string
  opening_cents: number
  lines: StatementLine[]
  closing_cents: number
}

/** A client's account in a currency, days included. Two statements. */
export async function statementOf(
  db: Db,
  { client_id, currency, from, to }: Pick<Statement, 'client_id' | 'currency' | 'from' | 'to'>
): Promise<Statement> {
  const of = [client_id, currency, client_id, currency, client_id, currency]
  const [[opening], rows] = await together(db, db => [
    rowsOf<{ cents: number }>(
      db,
      `select coalesce(sum(cents), 0)::bigint as cents from (${movements}) m where day < ?::date`,
      [...of, from]
    ),
    rowsOf<Omit<StatementLine, 'balance_cents'>>(
      db,
      `select * from (${movements}) m where day between ?::date and ?::date and cents <> 0 order by day, place, id`,
      [...of, from, to]
    )
  ])
  let balance = opening?.cents ?? 0
  const lines = rows.map(row => ({ ...row, balance_cents: (balance += row.cents) }))
  return { client_id, currency, from, to, opening_cents: opening?.cents ?? 0, lines, closing_cents: balance }
}

const movements = `
  select issue_date as day, 0 as place, kind, id, number, null as method, null as reference, due_date,
    case when kind = 'credit_note' then null else open_cents end as open_cents,
    case when kind = 'credit_note' then -due_cents else due_cents end as cents
  from invoices where client_id = ? and currency = ? and state = 'issued'
  union all
  select t.day, 1, 'replaced', t.invoice_id, i.number, null, null, null, null, -t.cents
  from payment_transactions t join invoices n on n.id = t.credit_note_id and n.kind = 'corrected'
    join invoices i on i.id = t.invoice_id
  where t.client_id = ? and t.currency = ? and t.kind = 'credit_note'
  union all
  select p.paid_on, 2, p.kind, p.id, null, p.method, p.reference, null, null, -sum(t.cents)::bigint
  from payment_transactions t join payments p on p.id = t.payment_id
  where t.client_id = ? and t.currency = ? group by p.id`

/** In which currencies a client has an account; the one with most invoices first. */
export const currenciesOf = async (db: Db, client_id: number): Promise<string[]> =>
  (
    await rowsOf<{ currency: string }>(
      db,
      `select currency from (
         select currency from invoices where client_id = ? and state = 'issued'
         union all select currency from payments where client_id = ?) a
       group by currency order by count(*) desc, currency`,
      [client_id, client_id]
    )
  ).map(({ currency }) => currency)

/** A statement that was or will be mailed. */
export interface SentStatement {
  id: number
  client_id: number
  currency: string
  begins_on: string
  ends_on: string
  recipient: string
  message: string | null
  language: 'fr' | 'en'
  created_at: Date
}

export async function addSent(
  db: Db,
  sent: Omit<SentStatement, 'id' | 'created_at'> & { created_by: number | null }
): Promise<number> {
  const [row] = await db('client_statements').insert(sent).returning<{ id: number }[]>('id')
  if (!row) throw new Error('insert gave no row')
  return row.id
}

export const findSent = (db: Db, id: number): Promise<SentStatement | undefined> =>
  db('client_statements').where({ id }).first<SentStatement | undefined>()

export const listSent = (db: Db, client_id: number): Promise<SentStatement[]> =>
  rowsOf(db, 'select * from client_statements where client_id = ? order by id desc limit 5', [client_id])
