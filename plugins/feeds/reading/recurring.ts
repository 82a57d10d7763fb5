import ICAL from 'ical.js'
import { UnreadableCalendar } from './problems.ts'
import { dateMs } from './stamps.ts'
import type { Event, Stamp } from './stamps.ts'

/** Between which instants, in milliseconds. */
interface Window {
  from: number
  to: number
}

const dayMs = 86_400_000

/**
 * When an event begins, by its own clock, each time once: as it says itself, by its rules and its further dates, but for
 * those excepted and those that an event of its own replaces. Steps are counted over a whole calendar.
 * @throws UnreadableCalendar
 */
export function recurrences(
  event: Event,
  replaced: ReadonlySet<number> | undefined,
  window: Window,
  budget: { steps: number }
): number[] {
  const { start, rules, extra, except, recurrence } = event
  if (recurrence || (rules.length === 0 && extra.length === 0)) return [start.wall]
  const walls = new Set<number>([start.wall])
  for (const rule of rules) for (const wall of ruled(rule, start, window, budget)) walls.add(wall)
  for (const one of extra) walls.add(one.date ? one.wall + (start.wall % dayMs) : wallIn(start, one))
  const days = new Set(except.filter(({ date }) => date).map(({ wall }) => wall))
  const gone = new Set([...except.filter(({ date }) => !date).map(({ wall, zone }) => zone(wall)), ...(replaced ?? [])])
  if (gone.size === 0 && days.size === 0) return [...walls]
  return [...walls].filter(wall => !gone.has(start.zone(wall)) && !days.has(Math.floor(wall / dayMs) * dayMs))
}

/** A time of another zone, by the clock of the event's own: near enough to be found by one step. */
function wallIn(start: Stamp, other: Stamp): number {
  const instant = other.zone(other.wall)
  const near = instant + (other.wall - start.zone(other.wall))
  return near + (instant - start.zone(near))
}

function* ruled(rule: unknown, start: Stamp, { from, to }: Window, budget: { steps: number }): Generator<number> {
  const { until, ...data } = rule as { freq?: string; until?: string; count?: number } & object
  const over = ending(until, start)
  if (over(from - 2 * dayMs - 400 * dayMs)) return
  if (/^(SECONDLY|MINUTELY)$/i.test(data.freq ?? '')) throw new UnreadableCalendar('too_often')
  const at = new Date(start.wall)
  const first = ICAL.Time.fromData({
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    isDate: start.date
  })
  const iterator = new ICAL.Recur(data).iterator(first)
  for (let next = iterator.next(); next; next = iterator.next()) {
    if (--budget.steps < 0) throw new UnreadableCalendar('too_complex')
    const wall = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute, next.second)
    if (wall > to + dayMs || over(wall)) return
    // a long stretch that began before still counts
    if (wall > from - 400 * dayMs) yield wall
  }
}

/** Is a time by the event's clock after the last of the rule? `until` is an instant, a day, or a time by the same clock. */
function ending(until: string | undefined, start: Stamp): (wall: number) => boolean {
  if (until === undefined) return () => false
  if (!until.includes('T')) {
    const last = dateMs(until) + dayMs
    return wall => wall >= last
  }
  const last = dateMs(until.endsWith('Z') ? until : `${until}Z`)
  if (Number.isNaN(last) || !until.endsWith('Z')) return wall => wall > last
  return wall => (Math.abs(wall - last) < 2 * dayMs ? start.zone(wall) > last : wall > last)
}
