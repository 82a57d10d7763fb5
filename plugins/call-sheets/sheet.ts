import { notFound, together } from '@patchbay/core'
import type { Ask, Db } from '@patchbay/core'
import type { HeldGear } from '../sessions/contract.ts'
import { findSheet, listCrew, listSpeakers } from './queries.ts'
import type { Member, SheetRow, Speaker } from './queries.ts'
import { settingsOf } from './settings.ts'

/** A call sheet as its readers have it, the studio's settings filled in. */
export interface Sheet {
  session: SheetRow
  speakers: Speaker[]
  crew: Member[]
  gear: HeldGear[]
  /** When people are to be there. */
  call_at: Date
  /** Empty when neither the session nor the studio says. */
  address: string
  access_code: string
  parking: string
}

/** The sheet of a session. Throws notFound when there is no such session. */
export async function sheetOf(
  { db, ask, settings }: { db: Db; ask: Ask; settings: unknown },
  session_id: number
): Promise<Sheet> {
  const [session, speakers, crew, answers] = await together(db, db => [
    findSheet(db, session_id),
    listSpeakers(db, session_id),
    listCrew(db, session_id),
    ask('sessions.gear-of', { session_ids: [session_id] }, db)
  ])
  if (!session) throw notFound()
  const studio = settingsOf(settings)
  const early = session.call_minutes ?? studio.call_minutes
  return {
    session,
    speakers,
    crew,
    gear: answers.flatMap(answer => answer[session_id] ?? []),
    call_at: new Date(session.starts_at.getTime() - early * 60_000),
    address: session.address ?? studio.address,
    access_code: session.access_code ?? studio.access_code,
    parking: session.parking ?? studio.parking
  }
}

/** Somebody on a sheet who can be sent it, or could if there were a mail address. */
export interface Recipient {
  /** `client`, `contact:12`, `person:7` */
  key: string
  kind: 'client' | 'contact' | 'crew'
  name: string
  email: string | null
  locale: 'fr' | 'en'
  role: string | null
}

/** Everybody on the sheet, each address once: the client, who speaks for it, who works. */
export function recipientsOf({ session, speakers, crew }: Sheet): Recipient[] {
  const locale = session.client_language ?? 'fr'
  const client: Recipient[] =
    session.client_name === null
      ? []
      : [{ key: 'client', kind: 'client', name: session.client_name, email: session.client_email, locale, role: null }]
  const all: Recipient[] = [
    ...client,
    ...speakers.map(({ id, name, email, role }) => ({
      key: `contact:${id}`,
      kind: 'contact' as const,
      name,
      email,
      locale,
      role
    })),
    ...crew.map(({ person_id, name, email, role, locale }) => ({
      key: `person:${person_id}`,
      kind: 'crew' as const,
      name,
      email,
      locale,
      role
    }))
  ]
  const seen = new Set<string>()
  return all.filter(({ email }) => {
    if (!email) return true
    const known = seen.has(email.toLowerCase())
    seen.add(email.toLowerCase())
    return !known
  })
}

/** What the sheet is called: `Léa Morel, mar. 24 nov.`. */
export const nameOf = ({ session }: Sheet, untitled: string): string => session.client_name ?? session.title ?? untitled
