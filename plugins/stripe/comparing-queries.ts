import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Something that Stripe and we do not say alike. */
export interface Difference {
  /** A key of `stripe.differences`. */
  kind: 'missing' | 'refund_missing' | 'amount' | 'refund_amount' | 'unknown' | 'ours_only' | 'refund_ours_only'
  payment_intent: string
  refund_id: string | null
  /** At Stripe; null when Stripe has none. */
  cents: number | null
  /** With us; null when we have none. */
  ours_cents: number | null
  currency: string
  day: string
  payment_id: number | null
}

export interface Check {
  id: number
  state: 'running' | 'done' | 'failed'
  since: string
  payments: number
  refunds: number
  differences: Difference[]
  error: string | null
  started_by: number | null
  by_name: string | null
  started_at: Date
  done_at: Date | null
}

export async function addCheck(db: Db, row: { since: string; started_by: number | null }): Promise<number> {
  const [added] = await db('stripe_checks').insert(row).returning<{ id: number }[]>('id')
  if (!added) throw new Error('insert gave no row')
  return added.id
}

/** Those that run now. */
export const checkRunning = (db: Db): Promise<{ id: number } | undefined> =>
  db('stripe_checks')
    .where({ state: 'running' })
    .whereRaw(`started_at > now() - interval '10 minutes'`)
    .first<{ id: number } | undefined>('id')

export const lockCheck = (db: Db, id: number): Promise<Check | undefined> =>
  db('stripe_checks').where({ id }).forUpdate().first<Check | undefined>()

export const changeCheck = (db: Db, id: number, row: Record<string, unknown>): Promise<number> =>
  db('stripe_checks').where({ id }).update(row)

/** The last comparisons, the latest first. */
export const listChecks = (db: Db): Promise<Check[]> =>
  rowsOf(
    db,
    `select c.*, p.name as by_name from stripe_checks c left join people p on p.id = c.started_by
      order by c.id desc limit 20`
  )

/** Money of the journal by what Stripe calls it; what was entered wrongly and taken back is not there any more. */
export const recordedAs = (
  db: Db,
  externals: readonly string[]
): Promise<{ external: string; id: number; cents: number; currency: string }[]> =>
  rowsOf(
    db,
    `select p.external, p.id, p.cents, p.currency from payments p where p.external = any(?::text[])
        and not exists (select from payments c where c.of_payment_id = p.id and c.kind = 'correction')`,
    [externals]
  )

/** Money of the journal that Stripe brought or gave back since that day. */
export const recordedSince = (
  db: Db,
  since: string,
  account_id: string
): Promise<{ external: string; id: number; cents: number; currency: string; paid_on: string; intent: string }[]> =>
  rowsOf(
    db,
    `select p.external, p.id, p.cents, p.currency, p.paid_on, s.payment_intent as intent
       from payments p
       join stripe_payments s on s.payment_id = coalesce(p.of_payment_id, p.id) and s.account_id = ?
      where p.external like 'stripe:%' and p.paid_on >= ?
        and not exists (select from payments c where c.of_payment_id = p.id and c.kind = 'correction')
      order by p.id limit 20000`,
    [account_id, since]
  )
