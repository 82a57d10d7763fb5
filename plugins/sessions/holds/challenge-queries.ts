import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { SessionState } from '../contract.ts'
import type { Slot } from '../slot.ts'

export const outcomes = ['open', 'confirmed', 'released', 'lapsed', 'withdrawn'] as const
export type Outcome = (typeof outcomes)[number]

export interface NewChallenge {
  session_id: number
  rival_id: number | null
  waiting_id: number | null
  deadline_at: Date
  option_until: Date
}

/** Writes a challenge and cuts its option to the deadline; nothing when one is running already. */
export async function addChallenge(db: Db, challenge: NewChallenge, by: number | null): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into challenges (session_id, rival_id, waiting_id, deadline_at, option_until, asked_by)
     select ?, ?, ?, ?, ?, (select id from people where id = ?)
     on conflict (session_id) where outcome = 'open' do nothing returning id`,
    [
      challenge.session_id,
      challenge.rival_id,
      challenge.waiting_id,
      challenge.deadline_at,
      challenge.option_until,
      by ?? 0
    ]
  )
  return row?.id
}

export async function closeChallenge(db: Db, id: number, outcome: Outcome): Promise<void> {
  await db('challenges').where({ id, outcome: 'open' }).update({ outcome, closed_at: db.fn.now() })
}

/** The option lives again as long as it would have. */
export async function giveBackOption(db: Db, session_id: number, until: Date): Promise<void> {
  await db('sessions')
    .where({ id: session_id, state: 'option' })
    .update({
      expires_at: db.raw('greatest(expires_at, ?::timestamptz)', [until]),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })
}

/** An open challenge, with what decides whether it still is one. */
export interface Unsettled {
  id: number
  session_id: number
  rival_id: number | null
  waiting_id: number | null
  option_until: Date
  state: SessionState
  cancel_reason: string | null
  rival_stands: boolean
}

/** The open challenges in which one of these sessions is holder or rival, or one of those who wait is; kept from changing. */
export function listUnsettled(db: Db, sessions: readonly number[], waiting: readonly number[]): Promise<Unsettled[]> {
  return rowsOf(
    db,
    `select ch.id, ch.session_id, ch.rival_id, ch.waiting_id, ch.option_until, s.state, s.cancel_reason,
       case when ch.rival_id is null then w.state in ('waiting', 'told')
         else r.state = 'option' and r.expires_at > now() and r.room_id = s.room_id and r.during && s.during end
         as rival_stands
     from challenges ch join sessions s on s.id = ch.session_id
       left join sessions r on r.id = ch.rival_id left join waiting w on w.id = ch.waiting_id
     where ch.outcome = 'open' and (ch.session_id = any(?) or ch.rival_id = any(?) or ch.waiting_id = any(?))
     order by ch.id for update of ch`,
    [sessions as number[], sessions as number[], waiting as number[]]
  )
}

/** A challenge as pages and mails say it. */
export interface Challenge extends Slot {
  id: number
  session_id: number
  rival_id: number | null
  waiting_id: number | null
  asked_at: Date
  deadline_at: Date
  option_until: Date
  /** As it stands now: one whose deadline passed is lapsed before the job has swept it. */
  outcome: Outcome
  closed_at: Date | null
  client_id: number | null
  client_name: string | null
  client_email: string | null
  client_locale: 'fr' | 'en' | null
  /** Who wants the time. */
  rival: string | null
  asked_name: string | null
  title: string | null
  room_id: number
  room: string
}

const shown = `select ch.id, ch.session_id, ch.rival_id, ch.waiting_id, ch.asked_at, ch.deadline_at,
    ch.option_until, ch.closed_at,
    case when ch.outcome = 'open' and least(ch.deadline_at, s.expires_at) <= now() then 'lapsed' else ch.outcome end
      as outcome,
    s.starts_at, s.ends_at, s.title, s.room_id, s.client_id, r.name as room, p.name as asked_name,
    coalesce(c.artist_name, c.name) as client_name, c.email as client_email, c.language as client_locale,
    coalesce(rc.artist_name, rc.name, o.title) as rival
  from challenges ch join sessions s on s.id = ch.session_id join rooms r on r.id = s.room_id
    left join clients c on c.id = s.client_id left join people p on p.id = ch.asked_by
    left join sessions o on o.id = ch.rival_id left join waiting w on w.id = ch.waiting_id
    left join clients rc on rc.id = coalesce(o.client_id, w.client_id)`

export async function findChallenge(db: Db, id: number): Promise<Challenge | undefined> {
  const [found] = await rowsOf<Challenge>(db, `${shown} where ch.id = ?`, [id])
  return found
}

/** The one a private link leads to. */
export async function challengeOfLink(db: Db, hash: Buffer): Promise<Challenge | undefined> {
  const [found] = await rowsOf<Challenge>(db, `${shown} where ch.token_hash = ?`, [hash])
  return found
}

/** Challenges in which a session is holder or rival, the newest first. */
export function challengesOf(db: Db, session_id: number, limit = 3): Promise<Challenge[]> {
  return rowsOf(db, `${shown} where ch.session_id = ? or ch.rival_id = ? order by ch.id desc limit ?`, [
    session_id,
    session_id,
    limit
  ])
}

/** The link of a challenge from now on. */
export async function setChallengeLink(db: Db, id: number, token_hash: Buffer): Promise<void> {
  await db('challenges').where({ id }).update({ token_hash })
}
