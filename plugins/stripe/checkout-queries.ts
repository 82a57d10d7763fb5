import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

export type CheckoutState = 'open' | 'processing' | 'paid' | 'failed' | 'expired'

/** Somebody went to pay. */
export interface Checkout {
  id: number
  invoice_id: number
  attempt: number
  account_id: string
  session_id: string
  payment_intent: string | null
  cents: number
  currency: string
  state: CheckoutState
  url: string | null
  created_at: Date
  returned_at: Date | null
  looks: number
  next_look_at: Date | null
}

/** Whoever wants to pay this invoice waits here until the one before is done. */
export const waitForTurn = (db: Db, invoice_id: number): Promise<unknown> =>
  db.raw(`select pg_advisory_xact_lock(hashtext('stripe.checkout'), hashtext(?))`, [String(invoice_id)])

/** The latest of an invoice. */
export const latestCheckout = (db: Db, invoice_id: number): Promise<Checkout | undefined> =>
  db('stripe_checkouts').where({ invoice_id }).orderBy('id', 'desc').first<Checkout | undefined>()

/** Those of an invoice that are not over. */
export const underWay = (db: Db, invoice_id: number): Promise<Checkout[]> =>
  db('stripe_checkouts').where({ invoice_id }).whereIn('state', ['open', 'processing']).orderBy('id')

export async function nextAttempt(db: Db, invoice_id: number): Promise<number> {
  const [row] = await rowsOf<{ last: number }>(
    db,
    'select coalesce(max(attempt), 0)::integer as last from stripe_checkouts where invoice_id = ?',
    [invoice_id]
  )
  return (row?.last ?? 0) + 1
}

export async function addCheckout(db: Db, row: Partial<Checkout>): Promise<Checkout> {
  const [added] = await db('stripe_checkouts').insert(row).returning<Checkout[]>('*')
  if (!added) throw new Error('insert gave no row')
  return added
}

export const findCheckout = (db: Db, by: { id: number }): Promise<Checkout | undefined> =>
  db('stripe_checkouts').where(by).first<Checkout | undefined>()

/** The same, locked: two events of one payment are worked on one after the other. */
export const lockCheckout = (
  db: Db,
  by: { session_id: string } | { payment_intent: string } | { invoice_id: number; attempt: number }
): Promise<Checkout | undefined> => db('stripe_checkouts').where(by).forUpdate().first<Checkout | undefined>()

export const changeCheckout = (db: Db, id: number, row: Partial<Checkout>): Promise<number> =>
  db('stripe_checkouts')
    .where({ id })
    .update({ ...row, updated_at: db.fn.now() })

/** The payer is back, the first time: its id, undefined ever after. In a minute it is asked again how it ended. */
export async function noteReturned(db: Db, invoice_id: number, session_id: string): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `update stripe_checkouts set returned_at = now(), next_look_at = now() + interval '1 minute'
      where invoice_id = ? and session_id = ? and returned_at is null returning id`,
    [invoice_id, session_id]
  )
  return row?.id
}

/** Those to be asked about now, locked: payers that are back, and pages that closed by themselves after a day. */
export const checkoutsToLookAt = (db: Db): Promise<{ id: number; looks: number }[]> =>
  rowsOf(
    db,
    `select id, looks from stripe_checkouts where next_look_at <= now() and state in ('open', 'processing')
      order by next_look_at limit 50 for update skip locked`
  )
