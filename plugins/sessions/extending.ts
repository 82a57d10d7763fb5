import { conflict, notFound } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from './conflicts.ts'
import { moveHolding } from './entering.ts'
import { lockSession, peopleOf, roomOf } from './queries.ts'

/** What a session is after it was extended. */
export interface Extended {
  starts_at: Date
  /** Before and now. */
  was: Date
  ends_at: Date
}

/**
 * Moves the end of a session by some minutes, as what was agreed to in the room: room, people and gear are held for it, or
 * it refuses with what is in the way. Its price stays as agreed for what was booked, on record with `note`, because the
 * time beyond is billed apart. Tells `sessions.moved`.
 */
export async function extendSession(
  running: Running,
  { session_id, minutes, note }: { session_id: number; minutes: number; note: string }
): Promise<Extended> {
  const { db, t, tell, changed } = running
  await holdResources(db, [await roomOf(db, session_id)], [])
  const before = await lockSession(db, session_id)
  if (!before) throw notFound()
  if (!['confirmed', 'in_progress', 'completed'].includes(before.state)) {
    throw conflict('sessions.errors.not_from', { state: t(`sessions.states.${before.state}`) })
  }
  const ends_at = new Date(+before.ends_at + minutes * 60_000)
  const agreed = before.price_cents === null ? {} : { price_override: true, price_note: before.price_note ?? note }
  const people = await peopleOf(db, session_id)
  const after = await moveHolding(running, before, { ...before, ends_at, ...agreed }, { people })
  changed(before, after)
  tell('sessions.moved', { session_id })
  return { starts_at: before.starts_at, was: before.ends_at, ends_at }
}
