import { Temporal } from 'temporal-polyfill'

/**
 * How far zones are from UTC, in milliseconds. Asking Temporal takes 30 µs, and a week's calendar asks some thousand
 * times: what it says is kept per day of UTC, for at most 20,000 days of a zone.
 */
const known = new Map<string, Map<number, number>>()

/** The offset at an instant. @throws RangeError for a zone that is none. */
export function offsetAt(ms: number, zone: string): number {
  const offset = offsetOfDay(Math.floor(ms / dayMs), zone)
  return Number.isNaN(offset) ? ask(ms, zone) : offset
}

/** The one offset of the day around an instant and of both its neighbours; undefined where the clock changes. */
export function steadyOffset(ms: number, zone: string): number | undefined {
  const day = Math.floor(ms / dayMs)
  const offset = offsetOfDay(day, zone)
  return offsetOfDay(day - 1, zone) === offset && offsetOfDay(day + 1, zone) === offset ? offset : undefined
}

const dayMs = 86_400_000

/** NaN for a day on which it changes. */
function offsetOfDay(day: number, zone: string): number {
  let days = known.get(zone)
  if (!days) known.set(zone, (days = new Map()))
  let offset = days.get(day)
  if (offset === undefined) {
    const first = ask(day * dayMs, zone)
    offset = first === ask((day + 1) * dayMs - 1, zone) ? first : Number.NaN
    if (days.size >= 20_000) days.clear()
    days.set(day, offset)
  }
  return offset
}

function ask(ms: number, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6
}
