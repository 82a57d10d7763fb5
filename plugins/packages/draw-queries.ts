import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A draw, or something given back. */
export interface Draw {
  balance_id: number
  session_id: number | null
  kind: 'use' | 'back' | 'expiry' | 'correction'
  amount: number
  note: string | null
  by_id: number | null
  by_name: string
}

export async function draw(db: Db, { by_id, ...row }: Draw): Promise<void> {
  const person = db('people')
    .where({ id: by_id ?? 0 })
    .select('id')
  await db('package_uses').insert({ ...row, by_id: person })
}

/** A line of a balance's history. */
export interface ShownDraw extends Omit<Draw, 'by_id'> {
  id: number
  at: Date
  starts_at: Date | null
  ends_at: Date | null
  title: string | null
}

/** Everything that was drawn from it, the latest first; at most 200. */
export function drawsOf(db: Db, balance_id: number): Promise<ShownDraw[]> {
  return rowsOf<ShownDraw>(
    db,
    `select u.id, u.balance_id, u.session_id, u.kind, u.amount, u.note, u.by_name, u.at, s.starts_at, s.ends_at, s.title
     from package_uses u left join sessions s on s.id = u.session_id where u.balance_id = ? order by u.id desc limit 200`,
    [balance_id]
  )
}

/** How much was drawn when it ended, and not given back since. */
export async function drawnAtEnd(db: Db, balance_id: number): Promise<number> {
  const [row] = await rowsOf<{ amount: number }>(
    db,
    `select coalesce(sum(amount), 0)::integer as amount from package_uses where balance_id = ? and kind = 'expiry'`,
    [balance_id]
  )
  return row?.amount ?? 0
}
