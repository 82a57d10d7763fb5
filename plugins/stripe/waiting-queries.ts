import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** When Stripe is next to be asked something again, and whether that is now; undefined when nothing waits. */
export async function nextDue(db: Db): Promise<{ at: Date; due: boolean } | undefined> {
  const [row] = await rowsOf<{ at: Date | null; due: boolean }>(
    db,
    `select at, at <= now() as due from (select least(
       (select min(next_try_at) from stripe_events where state = 'waiting'),
       (select min(next_try_at) from stripe_refunds where state = 'asked'),
       (select min(next_look_at) from stripe_checkouts where next_look_at is not null and state in ('open', 'processing'))
     ) as at) next`
  )
  return row?.at ? { at: row.at, due: row.due } : undefined
}
