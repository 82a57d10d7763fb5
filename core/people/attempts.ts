import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import { tooMany } from '../errors.ts'

/** How often something may be tried in a window of `minutes`. */
export interface Limit {
  tries: number
  minutes: number
}

/**
 * Counts one try under `key`, before it is evaluated. One upsert, so that parallel tries are all seen, whichever process
 * they come to, and survive a restart.
 * @throws Failure 429 with the seconds until the window ends, once there were more than `tries`.
 */
export async function countTry(db: Knex, key: string, { tries, minutes }: Limit): Promise<void> {
  const { rows } = await db.raw<{ rows: { count: number; seconds: number }[] }>(
    `insert into attempts as a (key, count, window_ends_at) values (:key, 1, now() + make_interval(mins => :minutes))
     on conflict (key) do update
       set count = case when a.window_ends_at < now() then 1 else a.count + 1 end,
           window_ends_at = case when a.window_ends_at < now() then excluded.window_ends_at else a.window_ends_at end
     returning count, ceil(extract(epoch from window_ends_at - now()))::int as seconds`,
    { key: stored(key), minutes }
  )
  const row = rows[0]
  if (row && row.count > tries) throw tooMany(Math.max(row.seconds, 1))
}

/** What was tried went well: it does not count as a failure. */
export async function forgiveTry(db: Knex, key: string): Promise<void> {
  await db('attempts')
    .where({ key: stored(key) })
    .update({ count: db.raw('greatest(count - 1, 0)') })
}

/** Starts over: the person has shown who they are. */
export async function forgetTries(db: Knex, key: string): Promise<void> {
  await db('attempts')
    .where({ key: stored(key) })
    .delete()
}

/** `account:nadia@…` is kept as a hash: addresses that were only ever guessed are nobody's business. */
function stored(key: string): string {
  const cut = key.indexOf(':')
  return `${key.slice(0, cut)}:${createHash('sha256')
    .update(key.slice(cut + 1))
    .digest('base64url')}`
}
