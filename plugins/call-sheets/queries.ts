import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { SessionRole, SessionState } from '../sessions/contract.ts'

/** What a sheet says of its own; null is the studio's. */
export interface Content {
  call_minutes: number | null
  address: string | null
  access_code: string | null
  parking: string | null
  musicians: string | null
  patch: string | null
  rider: string | null
  notes: string | null
}

/** A session with what its sheet says. */
export interface SheetRow extends Content {
  id: number
  title: string | null
  starts_at: Date
  ends_at: Date
  state: SessionState
  /** Counts changes of the session, for calendars. */
  session_version: number
  room_id: number
  room_name: string
  client_id: number | null
  client_name: string | null
  client_email: string | null
  client_phone: string | null
  client_language: 'fr' | 'en' | null
  /** 0 while the sheet has nothing of its own. */
  version: number
}

/** Somebody on a session who did not decline. */
export interface Member {
  person_id: number
  name: string
  role: SessionRole
  answer: 'asked' | 'accepted'
  email: string | null
  phone: string | null
  locale: 'fr' | 'en'
}

/** Who speaks for the client. */
export interface Speaker {
  id: number
  name: string
  role: string | null
  email: string | null
  phone: string | null
}

const contentColumns = ['call_minutes', 'address', 'access_code', 'parking', 'musicians', 'patch', 'rider', 'notes']

/** The session with its sheet; undefined when there is no such session. An option that ran out is cancelled. */
export async function findSheet(db: Db, id: number): Promise<SheetRow | undefined> {
  const [row] = await rowsOf<SheetRow>(
    db,
    `select s.id, s.title, s.starts_at, s.ends_at, s.version as session_version, s.room_id, r.name as room_name,
       case when s.state = 'option' and s.expires_at <= now() then 'cancelled' else s.state end as state,
       c.id as client_id, coalesce(c.artist_name, c.name) as client_name, c.email as client_email,
       c.phone as client_phone, c.language as client_language,
       ${contentColumns.map(column => `cs.${column}`).join(', ')}, coalesce(cs.version, 0) as version
     from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
       left join call_sheets cs on cs.session_id = s.id
     where s.id = ?`,
    [id]
  )
  return row
}

export function listCrew(db: Db, sessionId: number): Promise<Member[]> {
  return rowsOf<Member>(
    db,
    `select p.id as person_id, p.name, sp.role, sp.answer, p.email, crew.phone, p.locale
     from session_people sp join people p on p.id = sp.person_id left join crew_profiles crew on crew.person_id = p.id
     where sp.session_id = ? and sp.answer <> 'declined'
     order by array_position(array['producer', 'engineer', 'mixing', 'mastering', 'assistant', 'technician', 'musician'],
       sp.role), p.name collate "fr-x-icu"`,
    [sessionId]
  )
}

/** Contacts of the session's client, the main one first; a member's own mail and phone stand in. */
export function listSpeakers(db: Db, sessionId: number): Promise<Speaker[]> {
  return rowsOf<Speaker>(
    db,
    `select contact.id, contact.role, coalesce(contact.name, member.artist_name, member.name) as name,
       coalesce(contact.email, member.email) as email, coalesce(contact.phone, member.phone) as phone
     from sessions s join client_contacts contact on contact.client_id = s.client_id
       left join clients member on member.id = contact.member_client_id
     where s.id = ? and member.merged_into is null
     order by contact.is_main desc, contact.id limit 50`,
    [sessionId]
  )
}

/** Writes what a sheet says, if it is still of `version` (any when null). Its new version; undefined when it is another. */
export async function saveSheet(
  db: Db,
  sessionId: number,
  content: Content,
  version: number | null
): Promise<number | undefined> {
  const [row] = await db('call_sheets')
    .insert({ session_id: sessionId, ...content })
    .onConflict('session_id')
    .merge({ ...content, version: db.raw('call_sheets.version + 1'), updated_at: db.fn.now() })
    .where(where => void (version !== null && where.where('call_sheets.version', version)))
    .returning<{ version: number }[]>('version')
  return row?.version
}
