import type { Running } from '@patchbay/core'
import { busyTimes } from './busy.ts'
import { holdResources, listConflicts } from './conflicts.ts'
import type { Entered, AskedFor, WishedFor } from './contract.ts'
import { enterSession, hoursFromNow } from './entering.ts'
import { endRunOut, letGo } from './holds/promotion.ts'
import { addWish } from './holds/waiting-queries.ts'
import { settleOverlaps } from './over.ts'
import { priced, quote } from './pricing.ts'
import { changeSession, lockSession, roomOf } from './queries.ts'
import { findRoom } from './room-queries.ts'
import { settingsOf } from './settings.ts'
import { minutesOf } from './slot.ts'

/*
 * What somebody outside of the studio asks for, by another plugin's action, which hands on what it was given. What is in
 * the way is said in one word: who is in is nobody's business there.
 */

/** Enters an option behind those that are there, on hold from now on. Tells `sessions.booked`. */
export async function enterOption(running: Running, wanted: AskedFor): Promise<Entered> {
  const { db } = running
  const { room_id, client_id, starts_at, ends_at, title, notes, hours } = wanted
  const slot = { starts_at, ends_at }
  await holdResources(db, [room_id], [])
  const room = await findRoom(db, room_id)
  if (!room || room.archived_at || !room.bookable) return { refused: 'closed' }
  await endRunOut(running)
  const away = await busyTimes(running, { from: starts_at, to: ends_at, rooms: [room_id], people: [] })
  const others = await listConflicts(db, { ...slot, room_id, people: [], rank: null })
  if (away.length > 0 || others.some(({ state }) => state !== 'option')) return { refused: 'taken' }
  const rank = 1 + Math.max(0, ...others.map(other => other.rank ?? 0))
  if (rank > 3) return { refused: 'full' }
  const facts = { slot, room, people: [], client_id }
  const least = (await quote(running, facts))?.minimum?.minutes ?? 0
  if (minutesOf(slot) < least) return { refused: 'short', minutes: least }
  const lasting = hoursFromNow(hours ?? settingsOf(running.settings).option_hours)
  const expires_at = lasting < starts_at ? lasting : starts_at
  const { id } = await enterSession(
    running,
    {
      room_id,
      client_id,
      title,
      ...slot,
      state: 'option',
      rank,
      expires_at,
      notes,
      ...(await priced(running, facts, { price_cents: null, price_note: null }))
    },
    { people: [], gear: [] }
  )
  return { session_id: id, rank, expires_at }
}

/** Releases an option, who stood behind it moves up. False: it is none any more, and stays as it is. */
export async function dropOption(running: Running, session_id: number, reason: string): Promise<boolean> {
  const { db, tell } = running
  await holdResources(db, [await roomOf(db, session_id)], [])
  const before = await lockSession(db, session_id)
  if (before?.state !== 'option') return false
  const off = { state: 'cancelled', cancelled_from: 'option', cancel_reason: reason, cancelled_at: new Date() } as const
  await changeSession(db, session_id, off, ['option'])
  await settleOverlaps(db, session_id)
  tell('sessions.released', { session_id, for_session_id: null })
  await letGo(running, before)
  return true
}

/** It is another client's. Its price stays as it is. Tells `sessions.changed`. */
export async function giveSession({ db, tell }: Running, session_id: number, client_id: number): Promise<boolean> {
  const given = await changeSession(db, session_id, { client_id })
  if (given) tell('sessions.changed', { session_id })
  return given !== undefined
}

/** Puts a client on the waiting list for some time within one day's hours. */
export async function wishFor({ db, tell }: Running, wish: WishedFor): Promise<number> {
  const { day, ...rest } = wish
  const id = await addWish(db, { ...rest, from_day: day, to_day: day }, null)
  tell('sessions.waiting-changed', { waiting_id: id })
  return id
}
