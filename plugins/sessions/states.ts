import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources, listConflicts } from './conflicts.ts'
import type { Claim, Conflict } from './conflicts.ts'
import type { SessionState } from './contract.ts'
import { hoursFromNow, moveHolding } from './entering.ts'
import { CancelForm, ReleaseForm, SessionIdForm } from './forms.ts'
import { heldUntil } from './holds/deadlines.ts'
import { letGo } from './holds/promotion.ts'
import { settleChallenges } from './holds/settling.ts'
import { settleOverlaps } from './over.ts'
import { bookingConstraints } from './place.ts'
import { cancelFee, missFee, noFee } from './prices/fees.ts'
import { changeSession, lockSession, peopleOf, roomOf } from './queries.ts'
import type { SessionRow } from './queries.ts'
import { settingsOf } from './settings.ts'

/*
 * The ways between the states: option → confirmed → in_progress → completed; to cancelled from option and confirmed; to
 * no_show from confirmed, once it has begun. Each is a compare-and-swap on the state, and each but the end of an option
 * can be taken back as long as the slot is free.
 */

const about = ({ id, client_id }: { id: number; client_id: number | null }) => ({ session: id, client: client_id })

/**
 * Makes an option firm. Options of a lower rank on the room go, and are told; one of a better rank, and anything else
 * its people have, refuses.
 */
export const confirmSession = action({
  name: 'sessions.confirm',
  permission: 'sessions.write',
  input: SessionIdForm,
  constraints: bookingConstraints,
  about: ({ id, client_id, released }: SessionRow & { released: number[] }) => ({
    session: [id, ...released],
    client: client_id
  }),
  async run(running, { id }) {
    const { db, tell } = running
    await holdResources(db, [await roomOf(db, id)], [])
    const before = await inState(running, id, ['option'])
    const rank = before.rank ?? 1
    const people = await peopleOf(db, id)
    const outranked = await outrankedBy(running, { ...before, people, rank: null }, rank)
    for (const other of outranked) await end(running, other.id, 'outranked', id)
    const after = await moveHolding(running, before, { ...before, state: 'confirmed' }, { people })
    running.changed(before, after)
    tell('sessions.confirmed', { session_id: id })
    await settleChallenges(running, [id])
    for (const other of outranked) await letGo(running, other)
    return { ...after, released: outranked.map(other => other.id) }
  }
})

/** Gives up an option. */
export const releaseOption = action({
  name: 'sessions.release',
  permission: 'sessions.write',
  input: ReleaseForm,
  about,
  async run(running, { id, reason }) {
    await holdResources(running.db, [await roomOf(running.db, id)], [])
    const before = await inState(running, id, ['option'])
    await end(running, id, reason ?? 'released', null)
    await letGo(running, before)
    return before
  }
})

/** Calls a session off. The reason stays on it. */
export const cancelSession = action({
  name: 'sessions.cancel',
  permission: 'sessions.cancel',
  input: CancelForm,
  about,
  async run(running, { id, reason }) {
    await holdResources(running.db, [await roomOf(running.db, id)], [])
    const before = await inState(running, id, ['option', 'confirmed'])
    const cancelled_from = before.state === 'option' ? 'option' : 'confirmed'
    const off = {
      state: 'cancelled' as const,
      cancelled_from,
      cancel_reason: reason,
      cancelled_at: new Date(),
      ...cancelFee(running, before)
    } as const
    const after = await step(running, before, off, 'sessions.cancelled')
    await letGo(running, before)
    return after
  }
})

/** They are there. From 12 hours before its start. */
export const startSession = action({
  name: 'sessions.start',
  permission: 'sessions.write',
  input: SessionIdForm,
  about,
  async run(running, { id }) {
    const before = await inState(running, id, ['confirmed'])
    if (before.starts_at > hoursFromNow(12)) throw refuse({ '': 'sessions.errors.too_early' })
    return step(running, before, { state: 'in_progress', started_at: new Date() }, 'sessions.started')
  }
})

/** It is done; also one that nobody started on the day. */
export const completeSession = action({
  name: 'sessions.complete',
  permission: 'sessions.write',
  input: SessionIdForm,
  about,
  async run(running, { id }) {
    const before = await inState(running, id, ['in_progress', 'confirmed'])
    if (before.state === 'confirmed' && before.starts_at > new Date()) throw refuse({ '': 'sessions.errors.not_begun' })
    return step(running, before, { state: 'completed', completed_at: new Date() }, 'sessions.completed')
  }
})

/** Nobody came. */
export const missSession = action({
  name: 'sessions.miss',
  permission: 'sessions.write',
  input: SessionIdForm,
  about,
  async run(running, { id }) {
    const before = await inState(running, id, ['confirmed'])
    if (before.starts_at > new Date()) throw refuse({ '': 'sessions.errors.not_begun' })
    return step(running, before, { state: 'no_show', ...missFee(before) }, 'sessions.missed')
  }
})

/**
 * Takes the last step back: a cancelled session is again what it was, if its slot is free, an option for as long as a new
 * one; a confirmed one that was an option is one again; completed is in progress, in progress and no-show are confirmed.
 */
export const reopenSession = action({
  name: 'sessions.reopen',
  permission: 'sessions.cancel',
  input: SessionIdForm,
  constraints: bookingConstraints,
  about,
  async run(running, { id }) {
    await holdResources(running.db, [await roomOf(running.db, id)], [])
    const before = await inState(running, id, ['cancelled', 'no_show', 'completed', 'in_progress', 'confirmed'])
    const back = stateBefore(before)
    if (!back) throw conflict('sessions.errors.not_from', { state: running.t(`sessions.states.${before.state}`) })
    const people = await peopleOf(running.db, id)
    const fields = {
      state: back,
      cancelled_from: null,
      cancel_reason: null,
      cancelled_at: null,
      ...(back === 'option' && { expires_at: heldUntil(before, settingsOf(running.settings).option_hours) }),
      ...(back === 'confirmed' && { started_at: null }),
      completed_at: null,
      ...noFee
    }
    const after = await moveHolding(running, before, { ...before, ...fields }, { people })
    running.changed(before, after)
    running.tell('sessions.reopened', { session_id: id })
    return after
  }
})

/** What a session would be again if its last step were taken back; undefined where there is nothing to take back. */
export function stateBefore(session: Pick<SessionRow, 'state' | 'cancelled_from' | 'rank'>): SessionState | undefined {
  if (session.state === 'cancelled') return session.cancelled_from ?? undefined
  if (session.state === 'completed') return 'in_progress'
  if (session.state === 'in_progress' || session.state === 'no_show') return 'confirmed'
  return session.state === 'confirmed' && session.rank !== null ? 'option' : undefined
}

/** The session, kept from changing, in one of the states the step begins from; an option that ran out is cancelled. */
async function inState({ db, t }: Running, id: number, from: readonly SessionState[]): Promise<SessionRow> {
  const session = await lockSession(db, id)
  if (!session) throw notFound()
  if (from.includes(session.state)) return session
  if (session.cancel_reason === 'expired') throw conflict('sessions.errors.expired')
  throw conflict('sessions.errors.not_from', { state: t(`sessions.states.${session.state}`) })
}

type StepFact = 'sessions.cancelled' | 'sessions.started' | 'sessions.completed' | 'sessions.missed'

async function step(
  running: Running,
  before: SessionRow,
  fields: Partial<SessionRow>,
  fact: StepFact
): Promise<SessionRow> {
  const after = await changeSession(running.db, before.id, fields)
  if (!after) throw notFound()
  await settleOverlaps(running.db, before.id)
  running.changed(before, after)
  running.tell(fact, { session_id: before.id })
  return after
}

/** Options of a lower rank on the same room, which a confirmation ends. */
async function outrankedBy({ db }: Running, wanted: Claim, rank: number): Promise<Conflict[]> {
  await holdResources(db, [wanted.room_id], wanted.people)
  const conflicts = await listConflicts(db, wanted)
  return conflicts.filter(other => other.person_id === null && other.state === 'option' && (other.rank ?? 0) > rank)
}

/** Ends an option and tells why. */
async function end({ db, tell }: Running, id: number, reason: string, forSession: number | null): Promise<void> {
  const off = {
    state: 'cancelled' as const,
    cancelled_from: 'option' as const,
    cancel_reason: reason,
    cancelled_at: new Date()
  }
  await changeSession(db, id, off, ['option'])
  await settleOverlaps(db, id)
  tell('sessions.released', { session_id: id, for_session_id: forSession })
}
