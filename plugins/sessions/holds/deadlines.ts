import { time } from '@patchbay/core'
import type { SessionSettings } from '../settings.ts'

const hour = 3_600_000

/** Until when a challenged option must be confirmed or released. */
export interface Deadline {
  at: Date
  /** The studio's usual last moment is past, or nearly: it is shorter than usual. */
  late: boolean
}

/**
 * So many hours from now, but no later than the studio's last moment on the day before the session; where that is less
 * than half an hour ahead, until an hour before the session, though never less than half an hour. Nor longer than the
 * option lives anyway. Undefined when the session begins within an hour: too late to ask.
 */
export function challengeDeadline(
  option: { starts_at: Date; expires_at: Date },
  { challenge_hours, challenge_until }: Pick<SessionSettings, 'challenge_hours' | 'challenge_until'>,
  timezone: string,
  now = new Date()
): Deadline | undefined {
  const starts = option.starts_at.getTime()
  if (starts - now.getTime() < hour) return undefined
  const soonest = now.getTime() + hour / 2
  const usual = dayBefore(option.starts_at, challenge_until, timezone).getTime()
  const late = usual < soonest
  const last = late ? Math.max(soonest, starts - hour) : usual
  const at = Math.min(now.getTime() + challenge_hours * hour, last, option.expires_at.getTime())
  return { at: new Date(at), late }
}

/** A wall-clock time on the day before an instant; where the spring change skips it, the first one after. */
function dayBefore(instant: Date, clock: string, timezone: string): Date {
  const day = time.addDays(time.localOf(instant, timezone).day, -1)
  const next = `${String(Number(clock.slice(0, 2)) + 1).padStart(2, '0')}:00`
  return time.instantOf(day, clock, timezone) ?? time.instantOf(day, next, timezone) ?? instant
}

/** Until when an option holds from now on: so many hours, and not beyond the end of its session. */
export function heldUntil({ ends_at }: { ends_at: Date }, hours: number, now = new Date()): Date {
  return new Date(Math.min(now.getTime() + hours * hour, ends_at.getTime()))
}

/**
 * Until when an option holds once it is extended: by so many hours from when it would have run out, and not beyond the
 * end of its session.
 */
export function extended(option: { ends_at: Date; expires_at: Date }, hours: number, now = new Date()): Date {
  const from = Math.max(option.expires_at.getTime(), now.getTime())
  return new Date(Math.min(from + hours * hour, option.ends_at.getTime()))
}

/** Until when an option holds once it moved up: it has at least so many hours from then. */
export function promotedUntil(expires_at: Date, hours: number, now = new Date()): Date {
  return new Date(Math.max(expires_at.getTime(), now.getTime() + hours * hour))
}

/** How long an offer from the waiting list stands: so many hours, and not beyond the time it is about. */
export function offerUntil(starts_at: Date, hours: number, now = new Date()): Date {
  return new Date(Math.min(now.getTime() + hours * hour, starts_at.getTime()))
}
