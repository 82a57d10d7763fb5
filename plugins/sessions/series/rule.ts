import { time } from '@patchbay/core'
import { lazily } from '@patchbay/core/lazily'

/*
 * Rules that repeat. The library counts days only, as if each were in UTC: which instant a day's clock is, the zone of
 * the studio says afterwards, day by day. So no change of clocks can shift a date.
 */

const rrule = lazily<typeof import('rrule')>('rrule', import.meta.url)

/** A rule as a form asks for it. Weekdays count from 1, Monday; without one, that of the first day. */
export interface RuleFields {
  repeat: 'daily' | 'weekly' | 'monthly'
  every: number
  weekdays: readonly number[]
  /** By the first day: its date, its weekday counted from the month's begin, or from its end, or the month's last day. */
  monthly_by: 'day' | 'nth' | 'last' | 'last_day'
  until: string | null
  count: number | null
}

/** How far a series may reach: so many dates, so many months. */
export const most = { dates: 200, months: 24 }

const frequencies = { daily: 'DAILY', weekly: 'WEEKLY', monthly: 'MONTHLY' } as const

/** A weekday, counted from 1; with `nth`, which of the month's. */
const weekdayOf = (number: number, nth?: number) => new (rrule().Weekday)(number - 1, nth)

/** The rule as RFC 5545 writes it, without its start: `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10`. */
export function ruleText(fields: RuleFields, startsOn: string): string {
  const options = {
    freq: rrule().Frequency[frequencies[fields.repeat]],
    ...(fields.every > 1 && { interval: fields.every }),
    ...byOf(fields, startsOn),
    ...(fields.until && { until: endOf(fields.until) }),
    ...(fields.count && { count: fields.count })
  }
  return rrule().RRule.optionsToString(options).replace('RRULE:', '')
}

function byOf({ repeat, weekdays: picked, monthly_by }: RuleFields, startsOn: string) {
  const [weekday, day] = [time.weekday(startsOn), Number(startsOn.slice(8))]
  if (repeat === 'weekly')
    return {
      byweekday: (picked.length > 0 ? picked : [weekday]).toSorted((a, b) => a - b).map(n => weekdayOf(n))
    }
  if (repeat === 'daily') return {}
  if (monthly_by === 'nth') return { byweekday: [weekdayOf(weekday, Math.ceil(day / 7))] }
  if (monthly_by === 'last') return { byweekday: [weekdayOf(weekday, -1)] }
  return { bymonthday: [monthly_by === 'last_day' ? -1 : day] }
}

/** The days a rule gives, or why it does not: too many of them, too far away, none at all. */
export function daysOf(
  rule: string,
  startsOn: string
): { days: string[] } | { problem: 'too_many' | 'too_far' | 'none' } {
  const horizon = time.addMonths(startsOn, most.months)
  const { RRule } = rrule()
  const options = RRule.parseString(rule)
  const until = options.until && options.until < endOf(horizon) ? options.until : endOf(horizon)
  const given = new RRule({ ...options, until, dtstart: new Date(`${startsOn}T00:00:00Z`) })
  const dates = given.all((_, index) => index <= most.dates)
  if (dates.length > most.dates) return { problem: 'too_many' }
  if (dates.length === 0) return { problem: 'none' }
  const short = options.count ? dates.length < options.count && until !== options.until : until !== options.until
  if (short) return { problem: 'too_far' }
  return { days: dates.map(date => date.toISOString().slice(0, 10)) }
}

/** What a rule says, to be put into words. Weekdays count from 1; `nth` is 1 to 5, or -1 for the last of the month. */
export interface RuleParts extends Pick<RuleFields, 'repeat' | 'every' | 'until' | 'count'> {
  weekdays: number[]
  nth: number | null
  /** The day of the month, -1 for its last. */
  monthday: number | null
}

export function partsOf(rule: string): RuleParts {
  const { RRule, Weekday } = rrule()
  const { freq, interval, byweekday, bymonthday, until, count } = RRule.parseString(rule)
  const days = [byweekday ?? []]
    .flat()
    .map(day => (typeof day === 'object' ? day : Weekday.fromStr(String(day) as 'MO')))
  const repeat = freq === RRule.MONTHLY ? 'monthly' : freq === RRule.DAILY ? 'daily' : 'weekly'
  return {
    repeat,
    every: interval ?? 1,
    weekdays: days.map(day => day.weekday + 1),
    nth: repeat === 'monthly' ? (days[0]?.n ?? null) : null,
    monthday: [bymonthday ?? null].flat()[0] ?? null,
    until: until ? until.toISOString().slice(0, 10) : null,
    count: count ?? null
  }
}

const endOf = (day: string) => new Date(`${day}T23:59:59Z`)
