import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A session as a quote shows it. */
export interface QuoteSession {
  id: number
  room_name: string
  colour: number
  starts_at: Date
  ends_at: Date
  state: string
  rank: number | null
  expires_at: Date | null
  title: string | null
  /** What was in the way when it should have been confirmed. */
  blocked: string | null
}

const shown = `s.id, r.name as room_name, r.colour, s.starts_at, s.ends_at, s.state, s.rank, s.expires_at, s.title`

/** The sessions a quote is about, by time. */
export async function sessionsOf(db: Db, quote_id: number): Promise<QuoteSession[]> {
  return asTheyAre(
    await rowsOf<QuoteSession>(
      db,
      `select ${shown}, qs.blocked from quote_sessions qs join sessions s on s.id = qs.session_id
         join rooms r on r.id = s.room_id where qs.quote_id = ? order by s.starts_at, s.id`,
      [quote_id]
    )
  )
}

/** What a quote to a client can be about: their options and booked sessions that are not over, and those of the ids given. */
export async function sessionsToOffer(db: Db, client_id: number, ids: readonly number[]): Promise<QuoteSession[]> {
  return asTheyAre(
    await rowsOf<QuoteSession>(
      db,
      `select ${shown}, null as blocked from sessions s join rooms r on r.id = s.room_id
       where s.client_id = ? and (s.id = any(?) or (s.state in ('option', 'confirmed') and s.ends_at > now()))
       order by s.starts_at, s.id limit 60`,
      [client_id, [...ids]]
    )
  )
}

/** Those of the ids that are sessions of that client. */
export const ownSessions = (db: Db, client_id: number, ids: readonly number[]): Promise<number[]> =>
  db('sessions')
    .where({ client_id })
    .whereRaw('id = any(?)', [[...ids]])
    .orderBy('starts_at')
    .pluck('id')

/** Whose a session is. */
export async function clientOfSession(db: Db, id: number): Promise<{ client_id: number | null } | undefined> {
  return db('sessions').where({ id }).first<{ client_id: number | null } | undefined>('client_id')
}

/** The sessions of a quote are these from now on. */
export async function linkSessions(db: Db, quote_id: number, ids: readonly number[]): Promise<void> {
  await db('quote_sessions')
    .where({ quote_id })
    .whereRaw('not session_id = any(?)', [[...ids]])
    .delete()
  if (ids.length === 0) return
  const rows = ids.map(session_id => ({ quote_id, session_id }))
  await db('quote_sessions').insert(rows).onConflict(['quote_id', 'session_id']).ignore()
}

/** Says what kept a session from being confirmed; null once that is settled. */
export async function markBlocked(db: Db, quote_id: number, session_id: number, blocked: string | null): Promise<void> {
  await db('quote_sessions').where({ quote_id, session_id }).update({ blocked })
}

/** An option that ran out is gone, even before the clock has said so. */
const asTheyAre = (sessions: QuoteSession[]) =>
  sessions.map(session =>
    session.state === 'option' && session.expires_at !== null && session.expires_at <= new Date()
      ? { ...session, state: 'cancelled' }
      : session
  )
