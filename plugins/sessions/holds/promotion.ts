import { conflict } from '@patchbay/core'
import type { Did, Working } from '@patchbay/core'
import { changeSession, endExpired } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { promotedUntil } from './deadlines.ts'
import { betterRank, crewOf, heldAtOnce, listBehind } from './queries.ts'
import type { Behind, Freed } from './queries.ts'
import { settleChallenges } from './settling.ts'

/** What it takes to let an option end and others move up: an action, a job and a listener all have it. */
export type Hand = Pick<Working, 'db' | 'tell' | 'ask' | 'settings'> & { did: Did }

/**
 * A session no longer holds its time: it ended, was called off, or is elsewhere now. What was asked of it is settled, and
 * who stood behind it moves up, in the same transaction. The caller holds the room.
 */
export async function letGo(hand: Hand, before: Freed & { id: number }): Promise<void> {
  await settleChallenges(hand, [before.id])
  tellFreed(hand, before)
  await moveUp(hand, [before])
}

/**
 * Ends every option that ran out, tells it, and moves up who stood behind. Gives the ids of those that ended. Where
 * somebody else holds a room just now, those behind there move up when the fact is delivered.
 */
export async function endRunOut(hand: Hand): Promise<number[]> {
  const { db, tell, did } = hand
  const ended = await endExpired(db)
  if (ended.length === 0) return []
  const ids = ended.map(({ id }) => id)
  await did('sessions.expire', { session: ids })
  for (const id of ids) tell('sessions.released', { session_id: id, for_session_id: null })
  await settleChallenges(hand, ids)
  for (const session of ended) tellFreed(hand, session)
  await moveUp(hand, ended)
  return ids
}

/**
 * Moves up the options that stood behind, each to the best rank at which nothing is in its way. It never waits: what
 * somebody else is just at work on stays for the listener of `sessions.freed`.
 */
export async function moveUp(hand: Hand, freed: readonly Freed[]): Promise<void> {
  for (const slot of freed) {
    const behind = await listBehind(hand.db, slot)
    if (behind.length === 0 || !(await heldAtOnce(hand.db, 'rooms', [slot.room_id]))) continue
    for (const option of behind) await promote(hand, option)
  }
}

const tellFreed = ({ tell }: Hand, { id, room_id, starts_at, ends_at }: Freed & { id: number }): void =>
  tell('sessions.freed', { session_id: id, room_id, from: starts_at.toISOString(), to: ends_at.toISOString() })

/** Only its rank changes; room, people and gear it has already, and with them come to the better rank. */
async function promote(hand: Hand, option: Behind): Promise<void> {
  const { db, tell, ask, did } = hand
  if (!(await heldAtOnce(db, 'people', await crewOf(db, [option.id])))) return
  const rank = await freeRank(hand, option)
  if (rank === undefined) return
  const gear = (await ask('sessions.release-gear', { session_id: option.id })).flat()
  const expires_at = promotedUntil(option.expires_at, settingsOf(hand.settings).option_hours)
  await changeSession(db, option.id, { rank, expires_at }, ['option'])
  const held = gear.length === 0 ? [] : await ask('sessions.hold-gear', { session_id: option.id, gear, over: false })
  if (held.flat().length > 0) throw conflict()
  await did(
    'sessions.promote',
    { session: option.id },
    { rank: [option.rank, rank], expires_at: [option.expires_at, expires_at] }
  )
  tell('sessions.promoted', { session_id: option.id, from_rank: option.rank, to_rank: rank })
}

/** The best rank that room, people and gear allow; undefined when it stays where it is. */
async function freeRank({ db, ask }: Hand, { id, starts_at, ends_at }: Behind): Promise<number | undefined> {
  const gear = (await ask('sessions.gear-of', { session_ids: [id] })).flatMap(held => held[id] ?? [])
  const without: number[] = []
  for (;;) {
    const rank = await betterRank(db, id, without)
    if (rank === undefined || gear.length === 0) return rank
    const claim = { session_id: id, starts_at, ends_at, rank, gear }
    const conflicts = await ask('sessions.gear-conflicts', claim)
    if (conflicts.flat().length === 0) return rank
    without.push(rank)
  }
}
