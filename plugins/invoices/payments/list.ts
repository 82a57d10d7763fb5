import { cursor, fields, form, list, pageSize, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { z } from 'zod'
import { paymentMethods } from '../contract.ts'
import type { PaymentMethod } from '../contract.ts'

/** What the list of payments can be asked, as it stands in its address. */
export const PaymentsQuery = form({
  q: fields.optionalText(100),
  method: fields.choice(...paymentMethods).optional(),
  client: fields.optionalId(),
  from: fields.optionalDay(),
  to: fields.optionalDay(),
  /** Money that waits for an invoice; what went back; what was entered wrongly. */
  only: fields.choice('credit', 'refunds', 'corrections').optional(),
  after: fields.optionalText(200),
  before: fields.optionalText(200)
})
export type PaymentsQuery = z.output<typeof PaymentsQuery>

/** A line of the list. `credit_cents` is what of it waits for an invoice. */
export interface PaymentRow {
  id: number
  client_id: number
  client_name: string
  cents: number
  currency: string
  eur_cents: number
  method: PaymentMethod
  paid_on: string
  reference: string | null
  payer: string | null
  kind: 'payment' | 'refund' | 'correction'
  credit_cents: number
  invoices: { id: number; number: string }[]
}

/** A page of payments; `total_cents` in EUR of all that the filters leave. */
export interface PaymentsPage extends Page<PaymentRow> {
  total_cents: number
}

/** The studio's payments, the latest first, a page at once. Two statements. */
export const paymentList = list({
  name: 'invoices.payments',
  permission: 'invoices.read',
  query: PaymentsQuery,
  run: (db: Db, query: PaymentsQuery): Promise<PaymentsPage> => listPayments(db, query)
})

async function listPayments(db: Db, query: PaymentsQuery): Promise<PaymentsPage> {
  const { sql, bindings } = filtered(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const beyond = edge ? `and (p.paid_on, p.id) ${backwards ? '>' : '<'} (?::date, ?)` : ''
  const order = backwards ? 'asc' : 'desc'
  const [found, [sum]] = await together(db, db => [
    rowsOf<PaymentRow>(
      db,
      `select ${columns} from (select p.* from payments p join clients c on c.id = p.client_id where ${sql} ${beyond}
         order by p.paid_on ${order}, p.id ${order} limit ${pageSize + 1}) p
       join clients c on c.id = p.client_id order by p.paid_on ${order}, p.id ${order}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsOf<{ count: number; total_cents: number }>(
      db,
      `select count(*)::integer as count, coalesce(sum(p.eur_cents), 0)::bigint as total_cents
       from payments p join clients c on c.id = p.client_id where ${sql}`,
      bindings
    )
  ])
  const more = found.length > pageSize
  const cut = found.slice(0, pageSize)
  const rows = backwards ? cut.toReversed() : cut
  const write = (row: PaymentRow | undefined) => row && cursor.write(row.paid_on, row.id)
  return {
    rows,
    next: backwards || more ? write(rows.at(-1)) : undefined,
    previous: (backwards ? more : Boolean(query.after)) ? write(rows[0]) : undefined,
    count: sum?.count ?? 0,
    total_cents: sum?.total_cents ?? 0
  }
}

/** All payments that a list with this address shows, in batches of 1,000, the oldest first; no connection is held between. */
export async function* exportedPayments(db: Db, query: PaymentsQuery): AsyncGenerator<PaymentRow[]> {
  const { sql, bindings } = filtered(query)
  let last = 0
  for (;;) {
    const batch = await rowsOf<PaymentRow>(
      db,
      `select ${columns} from payments p join clients c on c.id = p.client_id
       where ${sql} and p.id > ? order by p.id limit 1000`,
      [...bindings, last]
    )
    if (batch.length > 0) yield batch
    if (batch.length < 1000) return
    last = batch.at(-1)?.id ?? 0
  }
}

const columns = `p.id, p.client_id, coalesce(c.artist_name, c.name) as client_name, p.cents, p.currency, p.eur_cents, p.method,
  p.paid_on, p.reference, p.payer, p.kind,
  coalesce((select sum(t.cents) from payment_transactions t where t.origin_id = p.id and t.invoice_id is null), 0)::bigint
    as credit_cents,
  coalesce((select jsonb_agg(distinct jsonb_build_object('id', i.id, 'number', i.number))
    from payment_transactions t join invoices i on i.id = t.invoice_id where t.payment_id = p.id), '[]') as invoices`

function filtered(query: PaymentsQuery): { sql: string; bindings: unknown[] } {
  const parts = ['true']
  const bindings: unknown[] = []
  const add = (sql: string, ...values: unknown[]) => {
    parts.push(sql)
    bindings.push(...values)
  }
  if (query.method) add('p.method = ?', query.method)
  if (query.client) add('p.client_id = ?', query.client)
  if (query.from) add('p.paid_on >= ?', query.from)
  if (query.to) add('p.paid_on <= ?', query.to)
  if (query.only === 'refunds') add(`p.kind = 'refund'`)
  if (query.only === 'corrections') add(`p.kind = 'correction'`)
  if (query.only === 'credit') {
    add(`p.id in (select origin_id from payment_transactions where invoice_id is null and origin_id is not null
      group by origin_id having sum(cents) > 0)`)
  }
  if (query.q) {
    const like = `%${query.q.replace(/[\\%_]/g, sign => `\\${sign}`)}%`
    add(
      `(words_of(c.name || ' ' || coalesce(c.artist_name, '')) like '%' || words_of(?) || '%' or p.reference ilike ?
        or p.payer ilike ? or exists (select from payment_transactions t join invoices i on i.id = t.invoice_id
          where t.payment_id = p.id and i.number ilike ?))`,
      query.q,
      like,
      like,
      like
    )
  }
  return { sql: parts.join(' and '), bindings }
}
