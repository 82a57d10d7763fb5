import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Counts a form from a network in this hour, and why it is turned away if it is; how many there were by now. */
export async function countTry(db: Db, network: string, why: string | undefined, most: number): Promise<number> {
  const [row] = await rowsOf<{ sent: number }>(
    db,
    `insert into request_tries as t (network, hour, sent, refused, why)
     values (?, date_trunc('hour', now()), 1, ?, ?)
     on conflict (network, hour) do update set sent = t.sent + 1,
       refused = t.refused + case when t.sent >= ? then 1 else excluded.refused end,
       why = (select array(select distinct unnest(t.why || excluded.why ||
         case when t.sent >= ? then array['often'] else '{}' end)))
     returning sent`,
    [network, why ? 1 : 0, why ? [why] : [], most, most]
  )
  return row?.sent ?? 0
}

/** How many forms were turned away in the last 30 days. */
export async function countRefused(db: Db): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select coalesce(sum(refused), 0)::integer as n from request_tries where hour > now() - interval '30 days'`
  )
  return row?.n ?? 0
}

export async function forgetTries(db: Db): Promise<void> {
  await db('request_tries').whereRaw(`hour < now() - interval '30 days'`).delete()
}
