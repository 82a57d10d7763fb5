import { time } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'

/** When a session is: `[starts_at, ends_at)`. */
export interface Slot {
  starts_at: Date
  ends_at: Date
}

/** What a form says of it, by the studio's wall clock. */
export interface WallClock {
  day: string
  starts: string
  ends_day?: string
  ends: string | null
  duration?: number | null
}

const longest = 31 * 24 * 60 * 60_000

/**
 * The instants of a wall-clock slot in a zone, or what is wrong by field. An end at or before the start is on the next
 * day; without an end, `duration` minutes really pass, whatever the clocks do in that night.
 */
export function slotOf(when: WallClock, zone: string): Slot | { errors: Record<string, FieldError> } {
  const starts_at = time.instantOf(when.day, when.starts, zone)
  if (!starts_at) return skipped('starts', when.starts)
  if (when.ends === null) {
    if (!when.duration) return { errors: { ends: 'sessions.errors.no_end' } }
    return { starts_at, ends_at: new Date(starts_at.getTime() + when.duration * 60_000) }
  }
  const ends_day = when.ends_day ?? (when.ends <= when.starts ? time.addDays(when.day, 1) : when.day)
  const ends_at = time.instantOf(ends_day, when.ends, zone)
  if (!ends_at) return skipped('ends', when.ends)
  if (ends_at <= starts_at) return { errors: { ends: 'sessions.errors.ends_before' } }
  if (ends_at.getTime() - starts_at.getTime() > longest) return { errors: { ends: 'sessions.errors.too_long' } }
  return { starts_at, ends_at }
}

/** How long it really lasts. */
export const minutesOf = ({ starts_at, ends_at }: Slot): number =>
  Math.round((ends_at.getTime() - starts_at.getTime()) / 60_000)

const skipped = (field: string, clock: string) => ({
  errors: { [field]: { key: 'sessions.errors.skipped_hour', values: { clock } } }
})
