import { time } from '@patchbay/core'
import { wallClock } from '../opening.ts'
import type { Stretch } from '../opening.ts'
import type { Slot } from '../slot.ts'
import type { Wished } from './waiting-queries.ts'

/**
 * The time within a free stretch that meets a wish and some of what just came free: as near to the beginning of that as
 * the wish allows, and not in the past. Undefined when there is none.
 */
export function fitting(
  wish: Pick<Wished, 'from_day' | 'to_day' | 'earliest' | 'latest' | 'minutes'>,
  free: readonly Stretch[],
  freed: Stretch,
  timezone: string,
  now = new Date()
): Slot | undefined {
  const length = wish.minutes * 60_000
  const first = time.addDays(time.localOf(freed.start, timezone).day, -1)
  const last = time.localOf(freed.end, timezone).day
  for (let day = max(first, wish.from_day); day <= last && day <= wish.to_day; day = time.addDays(day, 1)) {
    const window = hoursOf(wish, day, timezone)
    for (const stretch of free) {
      const from = Math.max(+stretch.start, +window.start, quarterAfter(now), +freed.start - length + 1)
      const to = Math.min(+stretch.end, +window.end)
      const start = Math.max(quarter(from), Math.min(+freed.start, to - length))
      if (start + length <= to && start < +freed.end) {
        return { starts_at: new Date(start), ends_at: new Date(start + length) }
      }
    }
  }
  return undefined
}

/** The hours of a wish on one day: the whole day without any. A latest at or before the earliest is on the next day. */
function hoursOf({ earliest, latest }: Pick<Wished, 'earliest' | 'latest'>, day: string, timezone: string): Stretch {
  const next = time.addDays(day, 1)
  const start = earliest === null ? time.startOfDay(day, timezone) : wallClock(day, earliest, timezone)
  if (latest === null) return { start, end: time.startOfDay(next, timezone) }
  return { start, end: wallClock(latest <= (earliest ?? '00:00') ? next : day, latest, timezone) }
}

const quarter = (at: number): number => Math.ceil(at / 900_000) * 900_000
const quarterAfter = (now: Date): number => quarter(now.getTime() + 1)
const max = (a: string, b: string): string => (a > b ? a : b)
