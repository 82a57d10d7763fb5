import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Slot } from '../slot.ts'

/** Who is to be told what became of an option, and how it ended. */
export interface Holder extends Slot {
  client: string
  email: string | null
  locale: 'fr' | 'en'
  room: string
  expires_at: Date | null
  cancel_reason: string | null
  /** It ended at the deadline of a challenge. */
  lapsed: boolean
}

/** A session's client and how they are reached; undefined when it has none. */
export async function findHolder(db: Db, session_id: number): Promise<Holder | undefined> {
  const [found] = await rowsOf<Holder>(
    db,
    `select coalesce(c.artist_name, c.name) as client, c.email, c.language as locale, r.name as room, s.starts_at, s.ends_at,
       s.expires_at, s.cancel_reason,
       exists (select 1 from challenges ch where ch.session_id = s.id and ch.outcome = 'lapsed'
         and s.cancel_reason = 'expired') as lapsed
     from sessions s join clients c on c.id = s.client_id join rooms r on r.id = s.room_id
     where s.id = ? and c.archived_at is null`,
    [session_id]
  )
  return found
}

/** What news of a challenge says, and to whom: those of both sessions, who asked, and who decides. */
export interface ChallengeNews extends Slot {
  who: string | null
  rival: string | null
  room: string
  session_id: number
  deadline_at: Date
  people: number[]
}

const crew = (session: string) =>
  `select person_id from session_people where session_id = ${session} and person_id > 0 and answer <> 'declined'
   union select created_by from sessions where id = ${session}`
const deciders = `select id from people where active and role in ('owner', 'manager')`

export async function challengeNews(db: Db, id: number): Promise<ChallengeNews | undefined> {
  const [found] = await rowsOf<ChallengeNews>(
    db,
    `select coalesce(c.artist_name, c.name, s.title) as who, coalesce(rc.artist_name, rc.name, o.title) as rival,
       r.name as room, s.starts_at, s.ends_at, s.id as session_id, ch.deadline_at,
       array(${crew('s.id')} union ${crew('o.id')} union select ch.asked_by union ${deciders}) as people
     from challenges ch join sessions s on s.id = ch.session_id join rooms r on r.id = s.room_id
       left join clients c on c.id = s.client_id left join sessions o on o.id = ch.rival_id
       left join waiting w on w.id = ch.waiting_id left join clients rc on rc.id = coalesce(o.client_id, w.client_id)
     where ch.id = ?`,
    [id]
  )
  return found && { ...found, people: people(found.people) }
}

/** What news of the waiting list says, and to whom: who put them there, and who decides. */
export interface OfferNews extends Slot {
  who: string
  room: string
  until: Date
  people: number[]
}

export async function offerNews(db: Db, id: number): Promise<OfferNews | undefined> {
  const [found] = await rowsOf<OfferNews>(
    db,
    `select coalesce(c.artist_name, c.name) as who, r.name as room, o.starts_at, o.ends_at, o.until,
       array(select w.created_by union ${deciders}) as people
     from waiting_offers o join waiting w on w.id = o.waiting_id join clients c on c.id = w.client_id
       join rooms r on r.id = o.room_id where o.id = ?`,
    [id]
  )
  return found && { ...found, people: people(found.people) }
}

/** Arrays of ids come as text from PostgreSQL, with null where nobody did it. */
const people = (ids: readonly (number | string | null)[]): number[] =>
  ids.filter(id => id !== null).map(id => Number(id))
