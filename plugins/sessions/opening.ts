import { time } from '@patchbay/core'

/** One opening by the wall clock; `closes` at or before `opens` is on the next day, `24:00` is midnight. */
export interface OpenHours {
  opens: string
  closes: string
}

/** A room's openings: by weekday (1 is Monday), or always. */
export interface Opening {
  always_open: boolean
  hours: (OpenHours & { weekday: number })[]
}

/** A stretch of time, `[start, end)`. */
export interface Stretch {
  start: Date
  end: Date
}

/** `10h-13h, 14h-2h` → two openings; `24h` is midnight. Undefined when it is none. Empty is closed. */
export function parseHours(text: string): OpenHours[] | undefined {
  const parts = text.split(/[,;+]|\s(?:et|and)\s/).filter(part => part.trim() !== '')
  const found: OpenHours[] = []
  for (const part of parts) {
    const [from = '', to = '', ...rest] = part.split(/[-–—]|\s(?:à|to)\s/)
    const opens = time.parseClock(from)
    const closes = /^\s*24\s*(h|:)?\s*(00)?\s*$/.test(to) ? '24:00' : time.parseClock(to)
    if (!opens || !closes || rest.length > 0 || found.some(other => other.opens === opens)) return undefined
    found.push({ opens, closes })
  }
  return found.toSorted((a, b) => a.opens.localeCompare(b.opens))
}

/** Openings as people read them and could type them back: `10:00–13:00, 14:00–02:00`. */
export const writeHours = (hours: OpenHours[]): string =>
  hours.map(({ opens, closes }) => `${opens}–${closes}`).join(', ')

/**
 * When a room is open between two days (the second is not included), as instants, joined where they touch. The night
 * before counts: what opened on its evening may last into the first day.
 */
export function openStretches(opening: Opening, from: string, to: string, zone: string): Stretch[] {
  if (opening.always_open) return [{ start: time.startOfDay(from, zone), end: time.startOfDay(to, zone) }]
  const stretches: Stretch[] = []
  for (let day = time.addDays(from, -1); day < to; day = time.addDays(day, 1)) {
    for (const hours of opening.hours) {
      if (hours.weekday === time.weekday(day)) stretches.push(stretchOf(day, hours, zone))
    }
  }
  return joined(stretches)
}

/** Is all of `[start, end)` within the openings? */
export function isOpen(stretches: Stretch[], { start, end }: Stretch): boolean {
  return stretches.some(open => open.start <= start && end <= open.end)
}

/** What lies between openings, within the two days. */
export function closedStretches(opening: Opening, from: string, to: string, zone: string): Stretch[] {
  const [start, end] = [time.startOfDay(from, zone), time.startOfDay(to, zone)]
  const closed: Stretch[] = []
  let at = start
  for (const open of openStretches(opening, from, to, zone)) {
    if (open.start > at) closed.push({ start: at, end: open.start < end ? open.start : end })
    if (open.end > at) at = open.end
  }
  if (at < end) closed.push({ start: at, end })
  return closed
}

function stretchOf(day: string, { opens, closes }: OpenHours, zone: string): Stretch {
  const next = time.addDays(day, 1)
  const end = closes === '24:00' ? time.startOfDay(next, zone) : wallClock(closes <= opens ? next : day, closes, zone)
  return { start: wallClock(day, opens, zone), end }
}

/** A clock that the spring change skips means the hour after: a door opens then at three. */
export function wallClock(day: string, clock: string, zone: string): Date {
  const exact = time.instantOf(day, clock, zone)
  if (exact) return exact
  const minute = Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
  return new Date(time.startOfDay(day, zone).getTime() + minute * 60_000)
}

function joined(stretches: Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const stretch of stretches.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
    const last = result.at(-1)
    if (last && stretch.start <= last.end) last.end = stretch.end > last.end ? stretch.end : last.end
    else result.push({ ...stretch })
  }
  return result
}
