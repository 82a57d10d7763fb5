import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Slot } from '../slot.ts'

interface Seeded extends Slot {
  id: number
  room_id: number
  client_id: number
}

/** First options of the days to come with another behind them, the nearest first. */
export function rivalled(db: Db): Promise<(Seeded & { rival_id: number; expires_at: Date })[]> {
  return rowsOf(
    db,
    `select s.id, s.room_id, s.client_id, s.starts_at, s.ends_at, s.expires_at, o.id as rival_id
     from sessions s join sessions o on o.room_id = s.room_id and o.during && s.during and o.rank = 2
     where s.state = 'option' and o.state = 'option' and s.rank = 1 and s.client_id is not null
       and s.expires_at > now() and o.expires_at > now() and s.starts_at > now() + interval '2 days'
     order by s.starts_at, s.id limit 3`
  )
}

/** Firm sessions of the days to come, for whose time others could wait. */
export function wanted(db: Db): Promise<Seeded[]> {
  return rowsOf(
    db,
    `select id, room_id, client_id, starts_at, ends_at from sessions
     where state = 'confirmed' and client_id is not null and starts_at > now() + interval '2 days'
       and ends_at <= starts_at + interval '8 hours' order by starts_at, id limit 12`
  )
}

/** Sessions to come that were called off, and whose time is still free. */
export function freeAgain(db: Db): Promise<Seeded[]> {
  return rowsOf(
    db,
    `select s.id, s.room_id, s.client_id, s.starts_at, s.ends_at from sessions s
     where s.state = 'cancelled' and s.client_id is not null and s.starts_at > now() + interval '1 day'
       and not exists (select 1 from sessions o where o.room_id = s.room_id and o.during && s.during
         and o.state <> 'cancelled') order by s.starts_at, s.id limit 1`
  )
}

/** Clients other than these, to be the ones who wait. */
export function others(db: Db, than: readonly number[], limit: number): Promise<number[]> {
  return db('clients')
    .whereNull('archived_at')
    .whereRaw('id <> all(?)', [than as number[]])
    .orderBy('id')
    .offset(5)
    .limit(limit)
    .pluck('id')
}
