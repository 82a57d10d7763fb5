import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Sessions of rooms with one rate of VAT. */
export interface Booked {
  minutes: number
  cents: number
  vat_rate: number
}

/** How long these sessions are and what they are booked for, by rate of VAT; without options and what is called off. */
export const bookedOf = (db: Db, ids: readonly number[]): Promise<Booked[]> =>
  rowsOf(
    db,
    `select sum(extract(epoch from s.ends_at - s.starts_at) / 60)::integer as minutes,
       coalesce(sum(s.price_cents), 0)::bigint as cents, r.vat_rate
     from sessions s join rooms r on r.id = s.room_id
     where s.id = any(?::bigint[]) and s.state in ('confirmed', 'in_progress', 'completed') group by r.vat_rate`,
    [[...ids]]
  )
