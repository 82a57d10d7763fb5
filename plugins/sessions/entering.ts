import { conflict, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { GearConflict, GearWanted } from './contract.ts'
import { letGo } from './holds/promotion.ts'
import { keepPeople, makeWay } from './crew/keeping.ts'
import { addOverlaps, settleOverlaps } from './over.ts'
import type { Met } from './over.ts'
import { claim } from './place.ts'
import { frozenPolicy } from './prices/fees.ts'
import type { Claimed } from './place.ts'
import { addSession, changeSession, peopleOf } from './queries.ts'
import type { NewSession, SessionRow } from './queries.ts'

/*
 * The one way a session comes to hold its room, its people and its gear: whatever enters, moves or changes one ends here.
 * Claim, write, hold gear, in one transaction; the database's constraints are the last word on each.
 */

/** What a session has beside its room. */
export interface Crew {
  people: readonly number[]
  gear: readonly GearWanted[]
}

/** Enters a session, tells `sessions.booked`, and gives its id. With a reason in `over`, over what is in its way. */
export async function enterSession(
  running: Running,
  session: NewSession,
  { people, gear, over }: Crew & { over?: string | undefined }
): Promise<{ id: number; client_id: number | null }> {
  const { db, tell, person } = running
  const rank = session.state === 'option' ? session.rank : null
  const claimed = await claim(running, { ...session, people, rank }, { over: over !== undefined })
  const terms = await frozenPolicy(running, undefined, session)
  const id = await addSession(db, { ...session, ...terms }, person.id, claimed.over)
  await keepPeople(db, id, people, claimed.over)
  await holdGear(running, id, gear, claimed, over)
  tell('sessions.booked', { session_id: id })
  return { id, client_id: session.client_id }
}

/** What may differ from what the session has; without gear, it keeps what it had. */
export interface Holding {
  people: readonly number[]
  gear?: readonly GearWanted[] | undefined
  /** Why it is booked over what is in its way; without, that refuses. */
  over?: string | undefined
}

/**
 * Writes `after` in place of `before`, where its time, room, state, people or gear may be others: lets go, claims, writes,
 * holds again. A compare-and-swap on the state: `before` must still be what it was. Gives the row as it now is; tells
 * nothing.
 */
export async function moveHolding(
  running: Running,
  before: SessionRow,
  after: SessionRow,
  { people, gear, over }: Holding
): Promise<SessionRow> {
  const { db, ask } = running
  const rank = after.state === 'option' ? after.rank : null
  const was = { ...before, people: await peopleOf(db, before.id) }
  const claimed = await claim(running, { ...after, people, rank }, { over: over !== undefined, before: was })
  const held = await ask('sessions.release-gear', { session_id: before.id })
  await makeWay(db, before.id, people, claimed.over)
  const fields = { ...withoutKey(after), ...(await frozenPolicy(running, before, after)) }
  const written = await changeSession(db, before.id, fields, [before.state], claimed.over)
  if (!written) throw conflict('sessions.errors.stale')
  await keepPeople(db, before.id, people, claimed.over)
  await holdGear(running, before.id, gear ?? held.flat(), claimed, over)
  await settleOverlaps(db, before.id)
  if (isElsewhere(before, written)) await letGo(running, before)
  return written
}

/** Holds gear for a session that is written. What is not free refuses, or is booked over and written down. */
async function holdGear(
  running: Running,
  session_id: number,
  gear: readonly GearWanted[],
  claimed: Claimed,
  over: string | undefined
): Promise<void> {
  const wanted = { session_id, gear, over: over !== undefined }
  const taken = gear.length === 0 ? [] : (await running.ask('sessions.hold-gear', wanted)).flat()
  const [first] = taken
  if (first && over === undefined) {
    throw refuse({ gear: { key: 'sessions.errors.gear', values: { sentence: first.sentence } } })
  }
  if (over !== undefined) await addOverlaps(running, session_id, [...claimed.met, ...taken.map(metGear)], over)
}

const metGear = ({ session_id, name, starts_at, ends_at }: GearConflict): Met => ({
  other_id: session_id,
  what: session_id === null ? name.slice(0, 300) : null,
  room_id: null,
  person_id: null,
  starts_at,
  ends_at
})

const isElsewhere = (a: SessionRow, b: SessionRow): boolean =>
  a.room_id !== b.room_id || +a.starts_at !== +b.starts_at || +a.ends_at !== +b.ends_at

const withoutKey = ({ id: _id, version: _version, ...fields }: SessionRow): Partial<SessionRow> => fields

export const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * 3_600_000)
