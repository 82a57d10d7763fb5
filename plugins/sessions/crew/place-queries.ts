import type { Db, Role } from '@patchbay/core'
import type { SessionRole } from '../contract.ts'
import { multirange } from '../over.ts'
import { isLive, rowsOf, shown, shownFrom } from '../queries.ts'
import type { Shown } from '../queries.ts'
import type { Stretch } from '../opening.ts'

export type Answer = 'asked' | 'accepted' | 'declined'

/** Somebody's place on a session. */
export interface Place {
  id: number
  name: string
  email: string | null
  phone: string | null
  position: Role | 'freelancer'
  role: SessionRole
  answer: Answer
  asked_at: Date | null
  answered_at: Date | null
}

/** Everybody on a session, who declined last. */
export function listPlaces(db: Db, session_id: number): Promise<Place[]> {
  return rowsOf(
    db,
    `select p.id, p.name, p.email, cp.phone, p.role as position, sp.role, sp.answer, sp.asked_at, sp.answered_at
     from session_people sp join people p on p.id = sp.person_id left join crew_profiles cp on cp.person_id = p.id
     where sp.session_id = ? order by sp.answer = 'declined', p.name collate "fr-x-icu"`,
    [session_id]
  )
}

/** What somebody does on a session and what they said; undefined when they are not on it. */
export function findPlace(
  db: Db,
  session_id: number,
  person_id: number
): Promise<{ role: SessionRole; answer: Answer } | undefined> {
  return db('session_people').where({ session_id, person_id }).first('role', 'answer')
}

export interface PlaceFields {
  role: SessionRole
  answer: Answer
  asked_at: Date
  asked_by: number | null
  answered_at: Date | null
  /** What they leave to others, when they are taken anew. */
  over: Stretch[]
}

export async function changePlace(
  db: Db,
  session_id: number,
  person_id: number,
  { over, asked_by, ...fields }: Partial<PlaceFields>
): Promise<void> {
  await db('session_people')
    .where({ session_id, person_id })
    .update({
      ...fields,
      ...(asked_by !== undefined && {
        asked_by: db('people')
          .where({ id: asked_by ?? 0 })
          .select('id')
      }),
      ...(over && { over: multirange(over) })
    })
}

export async function removePlace(db: Db, session_id: number, person_id: number): Promise<void> {
  await db('session_people').where({ session_id, person_id }).delete()
}

/** Sessions to come for which somebody was asked and has not answered, the next first. */
export function listAsked(db: Db, person_id: number, limit = 8): Promise<Shown[]> {
  return rowsOf(
    db,
    `select ${shown} ${shownFrom} join session_people mine on mine.session_id = s.id
     where mine.person_id = ? and mine.answer = 'asked' and s.ends_at > now()
       and s.state in ('option', 'confirmed', 'in_progress') and ${isLive} order by s.starts_at, s.id limit ?`,
    [person_id, limit]
  )
}

/** The next sessions of somebody. */
export function listComing(db: Db, person_id: number, limit = 10): Promise<Shown[]> {
  return rowsOf(
    db,
    `select ${shown} ${shownFrom} join session_people mine on mine.session_id = s.id
     where mine.person_id = ? and mine.answer <> 'declined' and s.ends_at > now() and s.state <> 'cancelled'
       and ${isLive} order by s.starts_at, s.id limit ?`,
    [person_id, limit]
  )
}

/** A session and somebody's place on it, as what is written to people says them. */
export interface Called {
  session_id: number
  person_id: number
  name: string
  email: string | null
  locale: 'fr' | 'en'
  /** Null when they are not on it any more. */
  role: SessionRole | null
  answer: Answer | null
  who: string | null
  title: string | null
  room: string
  starts_at: Date
  ends_at: Date
  /** To come or under way, and not called off. */
  live: boolean
}

const called = `s.id as session_id, p.id as person_id, p.name, p.email, p.locale, sp.role, sp.answer,
  coalesce(c.artist_name, c.name, s.title) as who, s.title, r.name as room, s.starts_at, s.ends_at,
  s.ends_at > now() and s.state in ('option', 'confirmed', 'in_progress') and ${isLive} as live`
const calledFrom = `join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id`

/** What a private link is about; undefined when there is no such link. */
export async function findByLink(db: Db, token_hash: Buffer): Promise<Called | undefined> {
  const [found] = await rowsOf<Called>(
    db,
    `select ${called} from crew_links l join sessions s on s.id = l.session_id join people p on p.id = l.person_id
       left join session_people sp on sp.session_id = l.session_id and sp.person_id = l.person_id ${calledFrom}
     where l.token_hash = ?`,
    [token_hash]
  )
  return found
}

/** Somebody's place on a session; undefined when there is no such session or nobody of that id. */
export async function findCalled(db: Db, session_id: number, person_id: number): Promise<Called | undefined> {
  const [found] = await rowsOf<Called>(
    db,
    `select ${called} from sessions s join people p on p.id = ?
       left join session_people sp on sp.session_id = s.id and sp.person_id = p.id ${calledFrom} where s.id = ?`,
    [person_id, session_id]
  )
  return found
}

/** Those from outside who are on a session, or were when they were written to last. */
export interface Outside extends Called {
  /** Asked, and nothing was sent since. */
  to_ask: boolean
  /** Were written to, are not on it any more, and do not know it. */
  to_let_go: boolean
}

/** Those from outside whom a session concerns, each held until the transaction ends, so that each is written to once. */
export async function listOutside(db: Db, session_id: number): Promise<Outside[]> {
  await db.raw('select 1 from sessions where id = ? for no key update', [session_id])
  return rowsOf(
    db,
    `select ${called},
       sp.answer = 'asked' and (l.last is null or l.last < sp.asked_at) as to_ask,
       sp.person_id is null and l.open as to_let_go
     from (select person_id from session_people where session_id = ? and person_id < 0
           union select person_id from crew_links where session_id = ? and person_id < 0) one
       join sessions s on s.id = ? join people p on p.id = one.person_id
       left join session_people sp on sp.session_id = s.id and sp.person_id = p.id
       left join lateral (select max(created_at) as last, bool_or(ended_at is null) as open from crew_links l
         where l.session_id = s.id and l.person_id = p.id) l on true
       ${calledFrom} order by p.id desc`,
    [session_id, session_id, session_id]
  )
}

export async function addLink(db: Db, { session_id, person_id }: Called, token_hash: Buffer): Promise<void> {
  await db('crew_links').insert({ token_hash, session_id, person_id })
}

/** They know that they are not needed any more. */
export async function endLinks(db: Db, { session_id, person_id }: Called): Promise<void> {
  await db('crew_links').where({ session_id, person_id }).whereNull('ended_at').update({ ended_at: db.fn.now() })
}

/** Who should hear what somebody answered: who booked the session and who asked. */
export async function whoAsked(db: Db, session_id: number, person_id: number): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    db,
    `select s.created_by as id from sessions s where s.id = ? and s.created_by is not null
     union select sp.asked_by from session_people sp
     where sp.session_id = ? and sp.person_id = ? and sp.asked_by is not null`,
    [session_id, session_id, person_id]
  )
  return rows.map(({ id }) => id).filter(id => id !== person_id)
}
