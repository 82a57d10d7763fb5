import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Slot } from '../slot.ts'
import type { Freed } from './queries.ts'
import type { Wished } from './waiting-queries.ts'

/** An offer as its link, its mail and whoever takes it need it. */
export interface Offer extends Slot {
  id: number
  waiting_id: number
  client_id: number
  room_id: number
  room: string
  until: Date
  /** As it stands now: one whose time is over is lapsed before the job has swept it. */
  outcome: 'open' | 'taken' | 'declined' | 'lapsed' | 'gone'
  client_name: string
  client_email: string | null
  client_locale: 'fr' | 'en'
  created_by: number | null
}

const shown = `select o.id, o.waiting_id, w.client_id, o.room_id, r.name as room, o.starts_at, o.ends_at, o.until,
    case when o.outcome = 'open' and o.until <= now() then 'lapsed' else o.outcome end as outcome,
    coalesce(c.artist_name, c.name) as client_name, c.email as client_email, c.language as client_locale, w.created_by
  from waiting_offers o join waiting w on w.id = o.waiting_id join clients c on c.id = w.client_id
    join rooms r on r.id = o.room_id`

export async function findOffer(db: Db, id: number): Promise<Offer | undefined> {
  const [found] = await rowsOf<Offer>(db, `${shown} where o.id = ?`, [id])
  return found
}

/** The one a private link leads to. */
export async function offerOfLink(db: Db, hash: Buffer): Promise<Offer | undefined> {
  const [found] = await rowsOf<Offer>(db, `${shown} where o.token_hash = ?`, [hash])
  return found
}

/** What somebody who waits is offered now. */
export async function openOfferOf(db: Db, waiting_id: number): Promise<Offer | undefined> {
  const [found] = await rowsOf<Offer>(db, `${shown} where o.waiting_id = ? and o.outcome = 'open'`, [waiting_id])
  return found
}

/** Writes an offer; undefined when somebody else is offered that time already, or they have another offer. */
export async function addOffer(
  db: Db,
  offer: Slot & { waiting_id: number; room_id: number; until: Date }
): Promise<number | undefined> {
  const [row] = await db('waiting_offers').insert(offer).onConflict().ignore().returning<{ id: number }[]>('id')
  return row?.id
}

export async function closeOffer(db: Db, id: number, outcome: Offer['outcome']): Promise<void> {
  await db('waiting_offers').where({ id, outcome: 'open' }).update({ outcome, closed_at: db.fn.now() })
}

/** The link of an offer from now on. */
export async function setOfferLink(db: Db, id: number, token_hash: Buffer): Promise<void> {
  await db('waiting_offers').where({ id }).update({ token_hash })
}

interface Ended extends Freed {
  id: number
  waiting_id: number
}

/** Closes the offers that nobody answered in time, and says which; who had them waits again. */
export function endLapsed(db: Db): Promise<Ended[]> {
  return rowsOf(
    db,
    `with ended as (update waiting_offers set outcome = 'lapsed', closed_at = now()
       where outcome = 'open' and until <= now() returning id, waiting_id, room_id, starts_at, ends_at),
     again as (update waiting set state = 'waiting' where state = 'told' and id in (select waiting_id from ended))
     select * from ended order by id`
  )
}

/** Closes the offers of a time that is no longer free, and says which; who had them waits again. */
export function endTaken(db: Db, session_id: number): Promise<Ended[]> {
  return rowsOf(
    db,
    `with ended as (update waiting_offers o set outcome = 'gone', closed_at = now()
       from sessions s where s.id = ? and o.outcome = 'open' and o.room_id = s.room_id and o.during && s.blocks
         and s.lane && int4range(1, 2) returning o.id, o.waiting_id, o.room_id, o.starts_at, o.ends_at),
     again as (update waiting set state = 'waiting' where state = 'told' and id in (select waiting_id from ended))
     select * from ended order by id`,
    [session_id]
  )
}

/** Times of a room that somebody is offered now. */
export function offeredTimes(db: Db, room_id: number, from: Date, to: Date): Promise<{ start: Date; end: Date }[]> {
  return rowsOf(
    db,
    `select starts_at as start, ends_at as end from waiting_offers
     where room_id = ? and outcome = 'open' and during && tstzrange(?, ?)`,
    [room_id, from, to]
  )
}

/**
 * Those who wait and might want some of a room's time, in their turn; whoever that time was kept for by a challenge comes
 * first. Not those who let an offer of it pass.
 */
export function listCandidates(db: Db, { room_id, starts_at, ends_at }: Freed, days: [string, string]) {
  return rowsOf<Wished>(
    db,
    `select w.id, w.client_id, w.room_id, w.from_day, w.to_day, to_char(w.earliest, 'HH24:MI') as earliest,
       to_char(w.latest, 'HH24:MI') as latest, w.minutes
     from waiting w
     where w.state = 'waiting' and coalesce(w.room_id, ?) = ? and w.from_day <= ? and w.to_day >= ?
       and not exists (select 1 from waiting_offers o where o.waiting_id = w.id and o.room_id = ?
         and o.outcome in ('declined', 'lapsed') and o.during && tstzrange(?, ?))
     order by exists (select 1 from challenges ch join sessions s on s.id = ch.session_id
       where ch.waiting_id = w.id and s.room_id = ? and s.during && tstzrange(?, ?)) desc, w.position, w.id
     for update of w`,
    [room_id, room_id, days[1], days[0], room_id, starts_at, ends_at, room_id, starts_at, ends_at]
  )
}
