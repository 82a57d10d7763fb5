import { time } from '@patchbay/core'
import type { Ask, Running } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import type { FreeTimes, TimeSlot } from '../sessions/contract.ts'
import type { RequestSettings } from './settings.ts'

/** Between which instants a session may begin that is asked for now. */
export function bounds({ notice_hours, furthest_days }: RequestSettings, zone: string): { from: Date; to: Date } {
  const from = new Date(Date.now() + notice_hours * 3_600_000)
  const to = time.startOfDay(time.addDays(time.today(zone), furthest_days + 1), zone)
  return { from, to }
}

/** The instants of what was typed, or what is wrong with it by field: it is past, too soon, too late, too short, too long. */
export function slotOf(
  { day, starts, length }: { day: string; starts: string; length: number },
  settings: RequestSettings,
  { studio, fmt }: Pick<Running, 'studio' | 'fmt'>
): TimeSlot | { errors: Record<string, FieldError> } {
  const zone = studio.timezone
  const starts_at = time.instantOf(day, starts, zone)
  const errors: Record<string, FieldError> = {}
  if (length < settings.shortest_minutes) {
    errors['length'] = { key: 'requests.errors.short', values: { least: fmt.duration(settings.shortest_minutes) } }
  } else if (length > settings.longest_minutes) {
    errors['length'] = { key: 'requests.errors.long', values: { most: fmt.duration(settings.longest_minutes) } }
  }
  if (!starts_at) {
    errors['starts'] = { key: 'requests.errors.skipped_hour', values: { clock: starts } }
    return { errors }
  }
  const { from, to } = bounds(settings, zone)
  if (starts_at < new Date()) errors['day'] = 'requests.errors.past'
  else if (starts_at < from) errors['day'] = { key: 'requests.errors.soon', values: { n: settings.notice_hours } }
  else if (starts_at >= to) errors['day'] = { key: 'requests.errors.far', values: { n: settings.furthest_days } }
  if (Object.keys(errors).length > 0) return { errors }
  return { starts_at, ends_at: new Date(+starts_at + length * 60_000) }
}

/** How a wanted time stands in a room: to be had, held by options, by three of them, taken, closed then; or the room is none to be had. */
export async function standing(
  ask: Ask,
  { room_id, starts_at, ends_at }: TimeSlot & { room_id: number }
): Promise<'free' | 'behind' | 'full' | 'taken' | 'closed' | 'no_room'> {
  const [times] = await ask('sessions.free-times', { ask, from: starts_at, to: ends_at, rooms: [room_id] })
  const room = times?.rooms[0]
  if (!room) return 'no_room'
  const all = (...lists: TimeSlot[][]) =>
    covers(
      lists.flat().toSorted((a, b) => +a.starts_at - +b.starts_at),
      { starts_at, ends_at }
    )
  if (!all(room.open)) return 'closed'
  if (all(room.free)) return 'free'
  if (all(room.free, room.behind)) return 'behind'
  return all(room.free, room.behind, room.full) ? 'full' : 'taken'
}

/** Do slots in order, end to end, cover all of one? */
function covers(slots: readonly TimeSlot[], { starts_at, ends_at }: TimeSlot): boolean {
  let at = +starts_at
  for (const slot of slots) if (+slot.starts_at <= at && +slot.ends_at > at) at = +slot.ends_at
  return at >= +ends_at
}

/** A stretch of a day that may be asked for. */
export interface Offered extends TimeSlot {
  /** An option is there: one would stand behind it. */
  behind: boolean
}

export interface OfferedDay {
  day: string
  times: Offered[]
}

/** How many days are shown at once. */
export const shownDays = 14

/**
 * When a room may be asked for, day by day from `from`: what lasts long enough, neither too soon nor too far. A night belongs
 * to the day it begins on; where a room never closes, days end at midnight.
 */
export function offeredDays(
  room: FreeTimes['rooms'][number] | undefined,
  { from, days = shownDays, zone, settings, minutes }: Showing
): OfferedDay[] {
  const { from: soonest, to: latest } = bounds(settings, zone)
  const least = Math.max(minutes, settings.shortest_minutes) * 60_000
  const offered = [
    ...(room?.free ?? []).map(slot => ({ ...slot, behind: false })),
    ...(settings.behind_options ? (room?.behind ?? []) : []).map(slot => ({ ...slot, behind: true }))
  ]
    .flatMap(slot => byMidnight(slot, zone))
    .map(slot => ({ ...slot, starts_at: nextQuarter(slot.starts_at > soonest ? slot.starts_at : soonest) }))
    .filter(({ starts_at, ends_at }) => starts_at < latest && +ends_at - +starts_at >= least)
    .toSorted((a, b) => +a.starts_at - +b.starts_at)
  return Array.from({ length: days }, (_, at) => {
    const day = time.addDays(from, at)
    return { day, times: offered.filter(slot => time.localOf(slot.starts_at, zone).day === day) }
  })
}

interface Showing {
  from: string
  days?: number
  zone: string
  settings: RequestSettings
  minutes: number
}

/** A stretch longer than a day and a night is cut where days begin. */
function byMidnight<Slot extends TimeSlot>(slot: Slot, zone: string): Slot[] {
  if (+slot.ends_at - +slot.starts_at <= 24 * 3_600_000) return [slot]
  const parts: Slot[] = []
  let { starts_at } = slot
  while (starts_at < slot.ends_at) {
    const next = time.startOfDay(time.addDays(time.localOf(starts_at, zone).day, 1), zone)
    parts.push({ ...slot, starts_at, ends_at: next < slot.ends_at ? next : slot.ends_at })
    starts_at = next
  }
  return parts
}

const nextQuarter = (at: Date) => new Date(Math.ceil(+at / 900_000) * 900_000)
