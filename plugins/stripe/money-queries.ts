import { cursor, pageSize, rowsAfresh, rowsOf } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { PaymentsQuery } from './forms.ts'

/** Money that came in through Stripe. */
export interface StripePayment {
  id: number
  payment_intent: string
  account_id: string
  invoice_id: number
  payment_id: number
  cents: number
  currency: string
  means: string | null
  brand: string | null
  last4: string | null
  payer: string | null
  email: string | null
  paid_at: Date
  credited_cents: number
  expected_cents: number | null
  dispute_id: string | null
  dispute_status: string | null
  dispute_reason: string | null
  disputed_at: Date | null
}

/** Money given back through Stripe. */
export interface StripeRefund {
  id: number
  stripe_payment_id: number
  refund_id: string | null
  cents: number
  reason: string
  state: 'asked' | 'pending' | 'done' | 'failed'
  payment_id: number | null
  corrected: boolean
  error: string | null
  attempts: number
  created_by: number | null
  created_at: Date
}

/** Writes a payment once; what is there already comes back as it is. */
export async function keepPayment(
  db: Db,
  row: Omit<StripePayment, 'id' | 'dispute_id' | 'dispute_status' | 'dispute_reason' | 'disputed_at'>
): Promise<{ payment: StripePayment; isNew: boolean }> {
  const [added] = await db('stripe_payments')
    .insert(row)
    .onConflict('payment_intent')
    .ignore()
    .returning<StripePayment[]>('*')
  const payment = added ?? (await lockPayment(db, { payment_intent: row.payment_intent }))
  if (!payment) throw new Error('a payment was neither added nor there')
  return { payment, isNew: added !== undefined }
}

/** One payment, locked: what changes about it changes one after the other. */
export const lockPayment = (
  db: Db,
  by: { id: number } | { payment_intent: string }
): Promise<StripePayment | undefined> => db('stripe_payments').where(by).forUpdate().first<StripePayment | undefined>()

export const changePayment = (db: Db, id: number, row: Partial<StripePayment>): Promise<number> =>
  db('stripe_payments').where({ id }).update(row)

export const refundsOf = (db: Db, stripe_payment_id: number): Promise<StripeRefund[]> =>
  db('stripe_refunds').where({ stripe_payment_id }).orderBy('id')

/** What of a payment is not given back, nor about to be. */
export async function leftOf(db: Db, { id, cents }: Pick<StripePayment, 'id' | 'cents'>): Promise<number> {
  const [row] = await rowsOf<{ back: number }>(
    db,
    `select coalesce(sum(cents), 0)::bigint as back from stripe_refunds where stripe_payment_id = ? and state <> 'failed'`,
    [id]
  )
  return cents - (row?.back ?? 0)
}

export async function addRefund(db: Db, row: Partial<StripeRefund>): Promise<StripeRefund> {
  const [added] = await db('stripe_refunds').insert(row).returning<StripeRefund[]>('*')
  if (!added) throw new Error('insert gave no row')
  return added
}

export const findRefund = (db: Db, id: number): Promise<StripeRefund | undefined> =>
  db('stripe_refunds').where({ id }).first<StripeRefund | undefined>()

export const lockRefund = (
  db: Db,
  by: { id: number; stripe_payment_id?: number } | { refund_id: string }
): Promise<StripeRefund | undefined> => db('stripe_refunds').where(by).forUpdate().first<StripeRefund | undefined>()

export const changeRefund = (
  db: Db,
  id: number,
  row: Partial<StripeRefund> & { next_try_at?: Date | null }
): Promise<number> =>
  db('stripe_refunds')
    .where({ id })
    .update({ ...row, updated_at: db.fn.now() })

/** Those that Stripe is to be asked for now, locked. */
export const refundsDue = (db: Db): Promise<{ id: number }[]> =>
  rowsOf(
    db,
    `select id from stripe_refunds where state = 'asked' and next_try_at <= now() order by id limit 50
      for update skip locked`
  )

/** A line of the list. */
export interface PaymentRow extends StripePayment {
  number: string
  client_id: number
  client_name: string
  refunded_cents: number
  refunds_waiting: boolean
}

const shown = `p.*, i.number, i.client_id, coalesce(c.artist_name, c.name) as client_name,
  (select coalesce(sum(r.cents), 0)::bigint from stripe_refunds r where r.stripe_payment_id = p.id and r.state = 'done')
    as refunded_cents,
  exists (select from stripe_refunds r where r.stripe_payment_id = p.id and r.state in ('asked', 'pending'))
    as refunds_waiting`
const from = 'from stripe_payments p join invoices i on i.id = p.invoice_id join clients c on c.id = i.client_id'

/** Payments as asked for, the latest first, a page at once. Two statements. */
export async function listPayments(db: Db, query: PaymentsQuery): Promise<Page<PaymentRow>> {
  const { sql, bindings } = filtered(query)
  const back = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const beyond = edge ? `and (p.paid_at, p.id) ${back ? '>' : '<'} (?::timestamptz, ?)` : ''
  const order = back ? 'asc' : 'desc'
  const found = await rowsAfresh<PaymentRow & { place: string }>(
    db,
    `select ${shown}, p.paid_at::text as place ${from} where ${sql} ${beyond}
      order by p.paid_at ${order}, p.id ${order} limit ${pageSize + 1}`,
    [...bindings, ...(edge ?? [])]
  )
  const [counted] = await rowsAfresh<{ n: number }>(db, `select count(*)::integer as n ${from} where ${sql}`, bindings)
  const more = found.length > pageSize
  const cut = found.slice(0, pageSize)
  const rows = back ? cut.toReversed() : cut
  const write = (row: (typeof rows)[number] | undefined) => row && cursor.write(row.place, row.id)
  return {
    rows,
    next: back || more ? write(rows.at(-1)) : undefined,
    previous: (back ? more : Boolean(query.after)) ? write(rows[0]) : undefined,
    count: counted?.n ?? 0
  }
}

function filtered({ q, only }: PaymentsQuery): { sql: string; bindings: unknown[] } {
  const parts = ['true']
  const bindings: unknown[] = []
  if (only === 'disputed') parts.push('p.dispute_id is not null')
  if (only === 'credited') parts.push('p.credited_cents > 0')
  if (only === 'refunded') parts.push('exists (select from stripe_refunds r where r.stripe_payment_id = p.id)')
  if (q) {
    const like = `%${q.replace(/[\\%_]/g, sign => `\\${sign}`)}%`
    parts.push(
      `(i.number ilike ? or p.payer ilike ? or p.payment_intent = ? or p.last4 = ?
        or words_of(c.name || ' ' || coalesce(c.artist_name, '')) like '%' || words_of(?) || '%')`
    )
    bindings.push(like, like, q, q, q)
  }
  return { sql: parts.join(' and '), bindings }
}

/** One payment with whom and what it is of. */
export async function shownPayment(db: Db, id: number): Promise<PaymentRow | undefined> {
  const [row] = await rowsOf<PaymentRow>(db, `select ${shown} ${from} where p.id = ?`, [id])
  return row
}

/** The one behind a payment of the journal. */
export async function paymentOfJournal(db: Db, payment_id: number): Promise<PaymentRow | undefined> {
  const [row] = await rowsOf<PaymentRow>(db, `select ${shown} ${from} where p.payment_id = ?`, [payment_id])
  return row
}

/** Payments of an invoice, with what went back of each. */
export const paymentsOfInvoice = (db: Db, invoice_id: number): Promise<PaymentRow[]> =>
  rowsOf(db, `select ${shown} ${from} where p.invoice_id = ? order by p.id`, [invoice_id])

/** Disputes that wait for the studio's answer. */
export const openDisputes = (db: Db): Promise<PaymentRow[]> =>
  rowsOf(
    db,
    `select ${shown} ${from} where p.dispute_id is not null
        and p.dispute_status in ('needs_response', 'warning_needs_response') order by p.disputed_at limit 20`
  )

/** Who is told of money. */
export const listKeepers = (db: Db): Promise<number[]> =>
  db('people').where({ active: true }).whereIn('role', ['owner', 'manager']).orderBy('id').limit(20).pluck('id')

/** In which currency an invoice is. */
export async function currencyOf(db: Db, invoice_id: number): Promise<string | undefined> {
  const row = await db('invoices').where({ id: invoice_id }).first<{ currency: string } | undefined>('currency')
  return row?.currency
}
