import { localOf, startOfDay } from './time.ts'
import type { Day } from './time.ts'
import type { Locale } from './i18n.ts'

/** Dates, times and money as people write them, in one language, zone and currency. */
export interface Format {
  /** `mar. 24 nov.`, with the year when it is not the current one. Takes an instant or a `YYYY-MM-DD` day. */
  day(value: Date | Day): string
  /** `mardi 24 novembre 2026` */
  date(value: Date | Day): string
  /** `novembre 2026` */
  month(value: Date | Day): string
  /** `14:00` */
  time(value: Date): string
  /** `mar. 24 nov. 14:00` */
  datetime(value: Date): string
  /** `mar. 24 nov. 14:00–18:00`; the second day is named when it is another. */
  range(start: Date, end: Date): string
  /** `14:00–18:00`; a night that ends on another day says so: `22:00–02:00 (+1)`. */
  hours(start: Date, end: Date): string
  /** `1 250,00 €` from cents. */
  money(cents: number, currency?: string): string
  number(value: number): string
  /** `1 h 30` from minutes. */
  duration(minutes: number): string
  /** `il y a 3 h`, `dans 2 j`. */
  ago(value: Date, now?: Date): string
  /** `2026-11-24` and `14:00` of an instant, for fields. */
  field(value: Date): { day: string; clock: string }
}

const cache = new Map<string, Format>()

/** Formats are made once per language, zone and currency: Intl constructors are slow. */
export function formats(locale: Locale, timezone: string, currency: string): Format {
  const key = `${locale}|${timezone}|${currency}`
  let known = cache.get(key)
  if (!known) cache.set(key, (known = make(locale, timezone, currency)))
  return known
}

function make(locale: Locale, timeZone: string, currency: string): Format {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-GB'
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, { timeZone, ...options })
  const short = dates({ weekday: 'short', day: 'numeric', month: 'short' })
  const shortYear = dates({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  const long = dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const months = dates({ month: 'long', year: 'numeric' })
  const days = written()
  const numbers = new Intl.NumberFormat(tag)
  const relative = new Intl.RelativeTimeFormat(tag, { style: 'short', numeric: 'auto' })
  const agos = written()
  const amounts = written()
  const moneys = new Map<string, Intl.NumberFormat>()

  const moneyOf = (other: string) => {
    let made = moneys.get(other)
    if (!made) moneys.set(other, (made = new Intl.NumberFormat(tag, { style: 'currency', currency: other })))
    return made
  }
  const agoOf = (n: number, unit: Intl.RelativeTimeFormatUnit) => agos(`${n} ${unit}`, () => relative.format(n, unit))
  const instant = (value: Date | Day) => (typeof value === 'string' ? startOfDay(value, timeZone) : value)
  const format: Format = {
    day(value) {
      const day = typeof value === 'string' ? value : localOf(value, timeZone).day
      const thisYear = localOf(new Date(), timeZone).day.startsWith(day.slice(0, 5))
      return days(thisYear ? day : `${day} year`, () => (thisYear ? short : shortYear).format(instant(value)))
    },
    date: value => long.format(instant(value)),
    month: value => months.format(instant(value)),
    time: value => localOf(value, timeZone).clock,
    datetime: value => `${format.day(value)} ${format.time(value)}`,
    range(start, end) {
      const sameDay = localOf(start, timeZone).day === localOf(end, timeZone).day
      return `${format.datetime(start)}–${sameDay ? format.time(end) : format.datetime(end)}`
    },
    hours(start, end) {
      const [from, to] = [localOf(start, timeZone), localOf(end, timeZone)]
      const nights = from.day === to.day ? 0 : Math.round((Date.parse(to.day) - Date.parse(from.day)) / 864e5)
      return `${from.clock}–${to.clock}${nights > 0 ? ` (+${nights})` : ''}`
    },
    money(cents, other = currency) {
      return amounts(`${cents} ${other}`, () => moneyOf(other).format(cents / 100))
    },
    number: value => numbers.format(value),
    duration(minutes) {
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
      if (hours === 0) return `${rest} min`
      return rest === 0 ? `${hours} h` : `${hours} h ${String(rest).padStart(2, '0')}`
    },
    ago(value, now = new Date()) {
      const seconds = Math.round((value.getTime() - now.getTime()) / 1000)
      for (const [unit, size] of units) if (Math.abs(seconds) >= size) return agoOf(Math.round(seconds / size), unit)
      return agoOf(0, 'second')
    },
    field: value => localOf(value, timeZone)
  }
  return format
}

/** What was written already, at most 5,000: Intl takes longer than a line of a list may. */
function written(): (key: string, write: () => string) => string {
  const known = new Map<string, string>()
  return (key, write) => {
    let text = known.get(key)
    if (text === undefined) {
      text = write()
      if (known.size >= 5000) known.clear()
      known.set(key, text)
    }
    return text
  }
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60]
]
