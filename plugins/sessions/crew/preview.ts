import type { Ask, Db } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import type { Claim } from '../conflicts.ts'
import type { SessionRole } from '../contract.ts'
import { openStretches } from '../opening.ts'
import type { Opening, Stretch } from '../opening.ts'
import { candidates } from './free.ts'
import type { Candidate } from './free.ts'
import { listPlaces } from './place-queries.ts'

interface Asking {
  db: Db
  ask: Ask
  timezone: string
  t: Translate
}

/** What a booking should know of its people before it is saved. */
export interface CrewPreview {
  /** Who could come in place of somebody who cannot, to fill the form with. */
  offers: { label: string; fill: { people: number[] } }[]
  /** Sentences: who is wanted outside of their working hours. */
  outside: string[]
  /** When those wanted work, as far as hours were given. */
  openings: Opening[]
}

const most = 3

/** Two statements at most, none without people. */
export async function crewPreview(asking: Asking, claim: Claim): Promise<CrewPreview> {
  if (claim.people.length === 0) return { offers: [], outside: [], openings: [] }
  const all = await candidates(asking, claim)
  const wanted = all.filter(({ id }) => claim.people.includes(id))
  const taken = wanted.filter(({ free }) => !free)
  const roles = taken.length > 0 && claim.id ? await rolesOn(asking.db, claim.id) : new Map<number, SessionRole>()
  return {
    offers: taken.flatMap(one => swaps(asking.t, all, claim.people, one, roles.get(one.id) ?? one.roles[0])),
    outside: wanted
      .filter(({ working }) => !working)
      .map(({ name }) => asking.t('sessions.crew.preview.outside', { name })),
    openings: wanted.map(({ opening }) => opening).filter(({ always_open }) => !always_open)
  }
}

/** Others who are free then and do the same. */
function swaps(t: Translate, all: Candidate[], people: readonly number[], gone: Candidate, role?: SessionRole) {
  return all
    .filter(({ id, free, roles }) => free && !people.includes(id) && role !== undefined && roles.includes(role))
    .slice(0, most)
    .map(({ id, name }) => ({
      label: t('sessions.crew.preview.instead', { name, gone: gone.name }),
      fill: { people: people.map(one => (one === gone.id ? id : one)) }
    }))
}

async function rolesOn(db: Db, session_id: number): Promise<Map<number, SessionRole>> {
  return new Map((await listPlaces(db, session_id)).map(({ id, role }) => [id, role]))
}

/** What of a room's openings, between two days, all of these people work in. */
export function withinHours(
  open: Stretch[],
  openings: readonly Opening[],
  from: string,
  to: string,
  zone: string
): Stretch[] {
  return openings.reduce((left, opening) => common(left, openStretches(opening, from, to, zone)), open)
}

/** What two lists of stretches, each without overlaps, have in common. */
export function common(a: Stretch[], b: Stretch[]): Stretch[] {
  return a.flatMap(one =>
    b
      .map(other => ({
        start: one.start > other.start ? one.start : other.start,
        end: one.end < other.end ? one.end : other.end
      }))
      .filter(({ start, end }) => start < end)
  )
}
