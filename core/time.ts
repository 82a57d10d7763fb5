import { Temporal } from 'temporal-polyfill'
import { offsetAt, steadyOffset } from './offsets.ts'

/** A day as `YYYY-MM-DD`, in the studio's zone. */
export type Day = string
/** A time of day as `HH:MM`. */
export type Clock = string

/**
 * The instant of a local wall-clock time in an IANA zone. A time that the spring change skips does not exist:
 * undefined. One that the autumn change repeats is its first occurrence.
 */
export function instantOf(day: Day, clock: Clock, zone: string): Date | undefined {
  const utc = Date.parse(`${day}T${clock}Z`)
  const offset = steadyOffset(utc, zone)
  if (offset !== undefined) return new Date(utc - offset)
  const local = Temporal.PlainDateTime.from(`${day}T${clock}`)
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (!earlier.toPlainDateTime().equals(local)) return undefined
  return new Date(earlier.epochMilliseconds)
}

/** The first instant of a day in a zone (not always midnight: some zones skip it). */
export function startOfDay(day: Day, zone: string): Date {
  const utc = Date.parse(day)
  const offset = steadyOffset(utc, zone)
  if (offset !== undefined) return new Date(utc - offset)
  return new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds)
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().split('T')[0] ?? ''
}

export function addMonths(day: Day, months: number): Day {
  return Temporal.PlainDate.from(day).add({ months }).toString()
}

/** Monday of the week a day is in (ISO 8601). */
export function startOfWeek(day: Day): Day {
  return addDays(day, 1 - weekday(day))
}

/** 1 Monday … 7 Sunday. */
export function weekday(day: Day): number {
  return new Date(day).getUTCDay() || 7
}

/** The local day and time of an instant in a zone. */
export function localOf(instant: Date, zone: string): { day: Day; clock: Clock } {
  const ms = instant.getTime()
  const local = ms + offsetAt(ms, zone)
  const day = Math.floor(local / dayMs)
  return { day: dayNumbered(day), clock: clocks[Math.floor((local - day * dayMs) / 60_000)] ?? '' }
}

const dayMs = 86_400_000
const pad = (n: number) => String(n).padStart(2, '0')
/** The 1,440 times of a day: a month's calendar writes some thousand. */
const clocks = Array.from({ length: 1440 }, (_, minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`)
const days = new Map<number, Day>()

/** The day so many days after 1 January 1970; at most 20,000 are kept. */
function dayNumbered(number: number): Day {
  let day = days.get(number)
  if (day === undefined) {
    day = new Date(number * dayMs).toISOString().split('T')[0] ?? ''
    if (days.size >= 20_000) days.clear()
    days.set(number, day)
  }
  return day
}

export function today(zone: string, now = new Date()): Day {
  return localOf(now, zone).day
}

/** Is it an IANA zone this machine knows? An offset is none: JavaScript and PostgreSQL read its sign differently. */
export function isZone(zone: string): boolean {
  if (!/^[a-z]/i.test(zone)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What a person types for a time of day: `14h`, `14h30`, `14:30`, `9`, `2 pm` → `HH:MM`; undefined when it is none. */
export function parseClock(text: string): Clock | undefined {
  const match = /^(\d{1,2})(?:\s*(?:h|:|\.)\s*(\d{1,2})?)?\s*(am|pm)?$/i.exec(text.trim())
  if (!match) return undefined
  let hour = Number(match[1])
  const minute = Number(match[2] ?? 0)
  const half = match[3]?.toLowerCase()
  if (half && (hour < 1 || hour > 12)) return undefined
  if (half) hour = (hour % 12) + (half === 'pm' ? 12 : 0)
  if (hour > 23 || minute > 59) return undefined
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}

/** What a person types for a length: `1h30`, `90`, `90 min`, `1,5 h`, `2h` → minutes; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const plain = text.trim().toLowerCase().replace(',', '.')
  const hours = /^(\d{1,3}(?:\.\d+)?)\s*h(?:\s*(\d{1,2})\s*(?:m|min)?)?$/.exec(plain)
  if (hours) return Math.round(Number(hours[1]) * 60) + Number(hours[2] ?? 0)
  const clock = /^(\d{1,3}):(\d{2})$/.exec(plain)
  if (clock) return Number(clock[1]) * 60 + Number(clock[2])
  const minutes = /^(\d{1,4})\s*(?:m|min|minutes?)?$/.exec(plain)
  return minutes ? Number(minutes[1]) : undefined
}

const words: Record<string, number> = {
  lundi: 1,
  mardi: 2,
  mercredi: 3,
  jeudi: 4,
  vendredi: 5,
  samedi: 6,
  dimanche: 7,
  monday: 1,
  tuesday: 2,
  wednesday: 3,
  thursday: 4,
  friday: 5,
  saturday: 6,
  sunday: 7
}
const near: Record<string, number> = {
  "aujourd'hui": 0,
  today: 0,
  demain: 1,
  tomorrow: 1,
  'après-demain': 2,
  hier: -1,
  yesterday: -1,
  'avant-hier': -2
}

/**
 * What a person types for a day: `2026-11-24`, `24/11`, `24/11/2026`, `mardi`, `demain` → `YYYY-MM-DD`.
 * A weekday is the next one, today included; a day without year is the nearest to come. Of what is `behind`, the last one
 * and the nearest past. Undefined when it is none.
 */
export function parseDay(text: string, from: Day, behind = false): Day | undefined {
  const plain = text.trim().toLowerCase().replace('’', "'")
  if (plain in near) return addDays(from, near[plain] ?? 0)
  if (plain in words) {
    const ahead = ((words[plain] ?? 0) - weekday(from) + 7) % 7
    return addDays(from, behind && ahead > 0 ? ahead - 7 : ahead)
  }
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(plain)
  if (iso) return validDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const french = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?$/.exec(plain)
  if (!french) return undefined
  const [day, month] = [Number(french[1]), Number(french[2])]
  if (french[3]) return validDay(Number(french[3].length === 2 ? `20${french[3]}` : french[3]), month, day)
  const year = Number(from.slice(0, 4))
  const here = validDay(year, month, day)
  if (here === undefined) return undefined
  if (behind) return here > from ? validDay(year - 1, month, day) : here
  return here < from ? validDay(year + 1, month, day) : here
}

function validDay(year: number, month: number, day: number): Day | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }).toString()
  } catch {
    return undefined
  }
}
