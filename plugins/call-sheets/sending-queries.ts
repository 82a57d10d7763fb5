import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Somebody a sheet was sent to. */
export interface Sending {
  id: number
  session_id: number
  kind: 'client' | 'contact' | 'crew' | 'other'
  name: string
  email: string
  locale: 'fr' | 'en'
  message: string | null
  sheet_version: number
  asked_at: Date
  by_name: string | null
  /** The session or its sheet has changed since. */
  outdated: boolean
}

export type NewSending = Pick<Sending, 'kind' | 'name' | 'email' | 'locale' | 'message'>

/** How many sheets of one session may be sent: a mistake, or somebody's malice, ends there. */
export const mostSendings = 300

export async function addSendings(
  db: Db,
  session: { id: number; starts_at: Date; ends_at: Date; room_id: number; version: number },
  sendings: readonly NewSending[],
  by: number | null
): Promise<number[]> {
  const { id: session_id, starts_at, ends_at, room_id, version: sheet_version } = session
  const sent_by = db('people')
    .where({ id: by ?? 0 })
    .select('id')
  const rows = await db('call_sheet_sendings')
    .insert(sendings.map(one => ({ ...one, session_id, starts_at, ends_at, room_id, sheet_version, sent_by })))
    .returning<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

const columns = `cs.id, cs.session_id, cs.kind, cs.name, cs.email, cs.locale, cs.message, cs.sheet_version, cs.asked_at,
  p.name as by_name, (cs.starts_at, cs.ends_at, cs.room_id, cs.sheet_version) is distinct from
    (s.starts_at, s.ends_at, s.room_id, coalesce(sheet.version, 0)) as outdated`
const from = `from call_sheet_sendings cs join sessions s on s.id = cs.session_id
  left join call_sheets sheet on sheet.session_id = s.id left join people p on p.id = cs.sent_by`

/** To whom a session's sheet was sent, the latest first. */
export function listSendings(db: Db, sessionId: number): Promise<Sending[]> {
  return rowsOf<Sending>(db, `select ${columns} ${from} where cs.session_id = ? order by cs.id desc limit ?`, [
    sessionId,
    mostSendings
  ])
}

export function sendingsOf(db: Db, ids: readonly number[]): Promise<Sending[]> {
  return rowsOf<Sending>(db, `select ${columns} ${from} where cs.id = any(?) order by cs.id`, [ids])
}

export async function countSendings(db: Db, sessionId: number): Promise<number> {
  const [row] = await db('call_sheet_sendings')
    .where({ session_id: sessionId })
    .count<{ count: number }[]>('* as count')
  return row?.count ?? 0
}

/** A session with what has been prepared for it. */
export interface Prepared {
  id: number
  title: string | null
  starts_at: Date
  ends_at: Date
  room_name: string
  colour: number
  client_name: string | null
  /** How many were sent its sheet as it is now. */
  fresh: number
  /** How many were ever sent it. */
  sent: number
  /** Recall notes. */
  notes: number
}

/** Confirmed sessions that begin in `[from, to)`, with what was sent of their sheets; at most 300. */
export function listPrepared(db: Db, from: Date, to: Date): Promise<Prepared[]> {
  return rowsOf<Prepared>(
    db,
    `select s.id, s.title, s.starts_at, s.ends_at, r.name as room_name, r.colour,
       coalesce(c.artist_name, c.name) as client_name, sendings.fresh, sendings.sent,
       (select count(*)::int from recall_notes n where n.session_id = s.id) as notes
     from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
       left join call_sheets sheet on sheet.session_id = s.id
       cross join lateral (select count(*)::int as sent, count(*) filter (where
           (cs.starts_at, cs.ends_at, cs.room_id, cs.sheet_version) is not distinct from
             (s.starts_at, s.ends_at, s.room_id, coalesce(sheet.version, 0)))::int as fresh
         from call_sheet_sendings cs where cs.session_id = s.id) sendings
     where s.starts_at >= ? and s.starts_at < ? and s.state in ('confirmed', 'in_progress', 'completed')
     order by s.starts_at, s.id limit 300`,
    [from, to]
  )
}

/** Those of them that are to come and whose sheet nobody has as it is. */
export async function listUnsent(db: Db, from: Date, to: Date): Promise<Prepared[]> {
  const all = await listPrepared(db, from, to)
  return all.filter(({ fresh, starts_at }) => fresh === 0 && starts_at > new Date())
}
