import type { Db } from '@patchbay/core'
import { rowsOf } from '../queries.ts'
import type { SessionRow } from '../queries.ts'

type Fields = Pick<
  SessionRow,
  | 'room_id'
  | 'client_id'
  | 'title'
  | 'starts_at'
  | 'ends_at'
  | 'state'
  | 'started_at'
  | 'completed_at'
  | 'price_cents'
  | 'price_lines'
>

/** Enters a session where its room is free and not closed; its id, or 0. */
export async function enterFree(db: Db, session: Fields): Promise<number> {
  const { room_id, starts_at, ends_at, price_lines, ...rest } = session
  const [closed] = await rowsOf(
    db,
    'select 1 from busy_times where room_id = ? and during && tstzrange(?, ?) limit 1',
    [room_id, starts_at, ends_at]
  )
  if (closed) return 0
  const [row] = await db('sessions')
    .insert({ room_id, starts_at, ends_at, price_lines: JSON.stringify(price_lines), ...rest })
    .onConflict()
    .ignore()
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}
