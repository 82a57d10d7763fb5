import { time } from '@patchbay/core'
import type { Ask, Db } from '@patchbay/core'
import type { Claim } from '../conflicts.ts'
import type { SessionRole } from '../contract.ts'
import { isOpen, openStretches } from '../opening.ts'
import type { Opening, Stretch } from '../opening.ts'
import { isLive, rowsOf } from '../queries.ts'
import { hoursJson, openingOf } from './hours.ts'
import { firstRole } from './keeping.ts'

/** Somebody who could work on a session, and whether they can then. */
export interface Candidate {
  id: number
  name: string
  /** In the order of what they do most. */
  roles: SessionRole[]
  /** Nothing else has them at that time: no session that would refuse, no absence, no outside calendar. */
  free: boolean
  /** It is within their working hours. */
  working: boolean
  opening: Opening
}

/**
 * The people in use for the time of a claim, the free ones who work then first, the studio's own before those from
 * outside. One statement, and what other plugins need.
 */
export async function candidates(
  { db, ask, timezone }: { db: Db; ask: Ask; timezone: string },
  claim: Pick<Claim, 'starts_at' | 'ends_at' | 'rank' | 'id'>
): Promise<Candidate[]> {
  const { starts_at, ends_at } = claim
  const rows = await listCandidates(db, claim)
  const ids = rows.map(({ id }) => id)
  const elsewhere = await ask('sessions.busy', { from: starts_at, to: ends_at, rooms: [], people: ids })
  const taken = new Set(elsewhere.flat().map(({ person_id }) => person_id))
  const all = rows.map(({ id, name, roles, booked, hours }) => {
    const opening = openingOf(hours)
    const working = works(opening, { start: starts_at, end: ends_at }, timezone)
    return { id, name, roles, free: !booked && !taken.has(id), working, opening }
  })
  return all.toSorted((a, b) => place(a) - place(b))
}

const place = ({ id, free, working }: Candidate) => (free ? 0 : 4) + (working ? 0 : 2) + (id < 0 ? 1 : 0)

/** Is a stretch within somebody's working hours? */
export function works(opening: Opening, stretch: Stretch, timezone: string): boolean {
  const [from, to] = [stretch.start, stretch.end].map(at => time.localOf(at, timezone).day) as [string, string]
  return isOpen(openStretches(opening, from, time.addDays(to, 2), timezone), stretch)
}

interface Row {
  id: number
  name: string
  roles: SessionRole[]
  booked: boolean
  hours: Opening['hours']
}

function listCandidates(
  db: Db,
  { starts_at, ends_at, rank, id }: Pick<Claim, 'starts_at' | 'ends_at' | 'rank' | 'id'>
): Promise<Row[]> {
  const [from, to] = rank === null ? [0, 1000] : [rank, rank + 1]
  return rowsOf(
    db,
    `select p.id, p.name, coalesce(nullif(cp.roles, '{}'), array[${firstRole}]) as roles, ${hoursJson} as hours,
       exists (select 1 from session_people sp join sessions s on s.id = sp.session_id
         where sp.person_id = p.id and sp.blocks && tstzrange(?, ?) and sp.lane && int4range(?, ?) and ${isLive}
           and s.id <> ?)
       or exists (select 1 from busy_times b where b.person_id = p.id and b.during && tstzrange(?, ?)) as booked
     from people p left join crew_profiles cp on cp.person_id = p.id
     where p.active order by p.name collate "fr-x-icu"`,
    [starts_at, ends_at, from, to, id ?? 0, starts_at, ends_at]
  )
}
