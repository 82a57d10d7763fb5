import { time } from '@patchbay/core'
import { busyTimes } from '../busy.ts'
import { busyStretches, holdResources } from '../conflicts.ts'
import { gaps } from '../free-times.ts'
import { openStretches } from '../opening.ts'
import type { Stretch } from '../opening.ts'
import { findRoom } from '../room-queries.ts'
import { settingsOf } from '../settings.ts'
import type { Hearing } from '@patchbay/core'
import { offerUntil } from './deadlines.ts'
import { fitting } from './fitting.ts'
import { addOffer, endLapsed, listCandidates, offeredTimes } from './offer-queries.ts'
import type { Freed } from './queries.ts'
import { setWish } from './waiting-queries.ts'

/**
 * Offers what is free of a room's time to those who wait for it, in their turn, each time to one of them only. What stands
 * there as an option of the first rank is not free. Tells `sessions.waiting-told` for each.
 */
export async function offerFreed(hearing: Hearing, freed: Freed): Promise<void> {
  const { db, tell, settings, studio } = hearing
  await holdResources(db, [freed.room_id], [])
  for (const ended of await endLapsed(db)) tellAgain(hearing, ended)
  const days = daysAround(freed, studio.timezone)
  const candidates = await listCandidates(db, freed, days)
  if (candidates.length === 0 || freed.ends_at <= new Date()) return
  const free = await freeAround(hearing, freed, days)
  const { waiting_hours } = settingsOf(settings)
  for (const wish of candidates) {
    const slot = fitting(wish, free, { start: freed.starts_at, end: freed.ends_at }, studio.timezone)
    if (!slot) continue
    const until = offerUntil(slot.starts_at, waiting_hours)
    const offer_id = await addOffer(db, { waiting_id: wish.id, room_id: freed.room_id, ...slot, until })
    if (offer_id === undefined) continue
    await setWish(db, wish.id, 'told')
    take(free, { start: slot.starts_at, end: slot.ends_at })
    tell('sessions.waiting-told', { offer_id, waiting_id: wish.id })
  }
}

/** The time of an offer that nobody took is the next one's. */
export function tellAgain({ tell }: Pick<Hearing, 'tell'>, { room_id, starts_at, ends_at }: Freed): void {
  tell('sessions.freed', { session_id: null, room_id, from: starts_at.toISOString(), to: ends_at.toISOString() })
}

/** The days a wish may have that meets a stretch: a night counts to the day it begins on. */
function daysAround({ starts_at, ends_at }: Freed, timezone: string): [string, string] {
  const [from, to] = [starts_at, ends_at].map(at => time.localOf(at, timezone).day) as [string, string]
  return [time.addDays(from, -1), to]
}

/** When the room is open and nothing is in it, a day around what came free. */
async function freeAround(hearing: Hearing, freed: Freed, [from, to]: [string, string]): Promise<Stretch[]> {
  const { db, studio } = hearing
  const room = await findRoom(db, freed.room_id)
  if (!room?.bookable || room.archived_at) return []
  const last = time.addDays(to, 2)
  const whole = { start: time.startOfDay(from, studio.timezone), end: time.startOfDay(last, studio.timezone) }
  const claim = { ...freed, people: [], rank: 1 }
  const sessions = await busyStretches(db, claim, whole.start, whole.end)
  const closed = await busyTimes(hearing, { from: whole.start, to: whole.end, rooms: [freed.room_id], people: [] })
  const offered = await offeredTimes(db, freed.room_id, whole.start, whole.end)
  const busy = [
    ...sessions,
    ...closed.map(({ starts_at, ends_at }) => ({ start: starts_at, end: ends_at })),
    ...offered
  ]
  return gaps(openStretches(room, from, last, studio.timezone), busy, whole)
}

/** What is offered to one is no longer free for the next. */
function take(free: Stretch[], taken: Stretch): void {
  free.splice(0, free.length, ...gaps(free, [taken], { start: new Date(0), end: new Date(8.64e15) }))
}
