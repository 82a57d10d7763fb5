import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { isLive } from '../queries.ts'

/** Options of the last rank in these rooms: nobody can stand behind them. No session is longer than 31 days. */
export function lastOptions(
  db: Db,
  rooms: readonly number[],
  { from, to }: { from: Date; to: Date }
): Promise<{ room_id: number; starts_at: Date; ends_at: Date }[]> {
  return rowsOf(
    db,
    `select s.room_id, s.starts_at, s.ends_at from sessions s
     where s.room_id = any(?) and s.starts_at < ? and s.starts_at > ?::timestamptz - interval '31 days' and s.ends_at > ?
       and s.state = 'option' and s.rank = 3 and ${isLive}`,
    [rooms, to, from, from]
  )
}
