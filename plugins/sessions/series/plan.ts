import { time } from '@patchbay/core'
import { createHash } from 'node:crypto'
import { slotOf } from '../slot.ts'
import type { Slot } from '../slot.ts'

/** When and where each date of a series is, unless something else is chosen for it. */
export interface Plan {
  timezone: string
  starts: string
  /** The wall clock's end; null when `minutes` really pass, whatever the clocks do that night. */
  ends: string | null
  minutes: number
  room_id: number
}

/**
 * What becomes of one date: as planned; left out; an hour later where the spring change skips its hour; or elsewhere,
 * `2026-11-24T16:00@3` (a day, a time, a room).
 */
export type Choice = 'keep' | 'later' | 'skip' | `${string}T${string}@${string}`

export interface Chosen {
  day: string
  choice: Choice
}

/** One date of a series. */
export interface Planned {
  day: string
  /** What the rule gave, by the wall clock: `2026-11-24T14:00`. */
  occurrence: string
  choice: Choice
  room_id: number
  /** None when it is left out, or when the clocks skip its start or end and nothing was chosen yet. */
  slot: Slot | undefined
  /** The clocks skip its start or its end that night. */
  gap: 'starts' | 'ends' | undefined
}

/** The dates of a plan, each at its instant in the plan's zone; an hour that the autumn change repeats is its first. */
export function datesOf(days: readonly string[], plan: Plan, choices: readonly Chosen[]): Planned[] {
  const chosen = new Map(choices.map(({ day, choice }) => [day, choice]))
  return days.map(day => dateOf(day, plan, chosen.get(day) ?? 'keep'))
}

function dateOf(day: string, plan: Plan, choice: Choice): Planned {
  const found = slotOf({ day, starts: plan.starts, ends: plan.ends, duration: plan.minutes }, plan.timezone)
  const gap = 'errors' in found ? ('starts' in found.errors ? 'starts' : 'ends') : undefined
  const date = { day, occurrence: `${day}T${plan.starts}`, choice, room_id: plan.room_id, gap } as const
  if (choice === 'skip') return { ...date, slot: undefined }
  if (choice === 'later') return { ...date, slot: 'errors' in found ? laterThan(day, plan) : found }
  if (choice !== 'keep') return { ...date, ...placeOf(choice, plan) }
  return { ...date, slot: 'errors' in found ? undefined : found }
}

/** What the clocks skip is taken as many minutes after: 02:30 is 03:30, and the length stays. */
function laterThan(day: string, plan: Plan): Slot {
  const starts_at =
    time.instantOf(day, plan.starts, plan.timezone) ??
    // counted from the day's begin, the skipped hour shifts it by itself
    new Date(time.startOfDay(day, plan.timezone).getTime() + minuteOf(plan.starts) * 60_000)
  return { starts_at, ends_at: new Date(starts_at.getTime() + plan.minutes * 60_000) }
}

const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

function placeOf(choice: Choice, plan: Plan): { room_id: number; slot: Slot | undefined } {
  const [, day = '', clock = '', room = '0'] = /^([\d-]+)T([\d:]+)@(\d+)$/.exec(choice) ?? []
  const starts_at = time.instantOf(day, clock, plan.timezone)
  const slot = starts_at && { starts_at, ends_at: new Date(starts_at.getTime() + plan.minutes * 60_000) }
  return { room_id: Number(room), slot }
}

/** Is this date somewhere else than its rule says? */
export const isElsewhere = ({ choice, gap }: Planned): boolean =>
  choice.includes('@') || (choice === 'later' && gap !== undefined)

/** What somebody saw before deciding: other dates, times or rooms make another one. */
export function markOf(dates: readonly Planned[]): string {
  const seen = dates.map(
    ({ occurrence, room_id, slot }) =>
      `${occurrence} ${room_id} ${slot?.starts_at.toISOString() ?? ''} ${slot?.ends_at.toISOString() ?? ''}`
  )
  return createHash('sha256').update(seen.join('\n')).digest('base64url').slice(0, 16)
}

/** How long a plan's sessions are by the clock: 22:00 to 04:00 is 6 hours, whatever the night. */
export function minutesBetween(starts: string, ends: string): number {
  const minutes = minuteOf(ends) - minuteOf(starts)
  return minutes > 0 ? minutes : minutes + 1440
}
