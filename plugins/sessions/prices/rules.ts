import { time } from '@patchbay/core'
import type { Stretch } from '../opening.ts'
import { wallClock } from '../opening.ts'
import type { PriceUnit, Rates } from '../price.ts'
import type { Slot } from '../slot.ts'

/** A rate that holds in some rooms, on some days, at some hours. */
export interface PriceRule {
  id: number
  name: string
  /** Null is every room. */
  room_id: number | null
  /** 1 is Monday. */
  weekdays: number[]
  /** By the studio's clock, `HH:MM`; null is all day. An end at or before the start is on the next day. */
  from_clock: string | null
  to_clock: string | null
  /** Days `YYYY-MM-DD`, both included; null is without limit. */
  valid_from: string | null
  valid_to: string | null
  unit: PriceUnit
  cents: number
  /** How long a session it holds for lasts at least. */
  minimum_minutes: number | null
  /** What an hour after the booked end costs; null: the studio's percentage of the hourly rate. */
  overtime_cents: number | null
  /** Null is the room's. */
  vat_rate: number | null
  /** The first wins, of those that are as specific. */
  position: number
}

/** The rates that hold at some time, and the rules they come from. */
export interface Tariff {
  /** Which rates these are: two of one key are the same. */
  key: string
  rules: PriceRule[]
  rates: Rates
}

/** A part of a session at one tariff. */
export interface TariffStretch extends Stretch {
  tariff: Tariff
}

type RatedRoom = Rates & { id: number }

/**
 * A slot cut where another tariff begins to hold, whole. At each instant the most specific rule holds, and with it those
 * of the very same condition: together they take the place of the room's own rates, so that a night by the hour is not
 * undercut by the half days of the afternoon. Lockouts stand beside all of that: see `lockoutAt`.
 */
export function tariffsOf(slot: Slot, room: RatedRoom, rules: readonly PriceRule[], zone: string): TariffStretch[] {
  const inRoom = rulesIn(room, rules).filter(({ unit }) => unit !== 'lockout')
  const held = inRoom
    .filter(isLimited)
    .toSorted(moreSpecific)
    .map(rule => ({ rule, stretches: stretchesOf(rule, slot, zone) }))
  const own = ownTariff(
    room,
    inRoom.filter(rule => !isLimited(rule))
  )
  const stretches = held.flatMap(({ stretches }) => stretches)
  const borders = bordersOf(slot, stretches)
  const found: TariffStretch[] = []
  for (const [at, start] of borders.slice(0, -1).entries()) {
    const end = borders[at + 1] ?? slot.ends_at
    const winner = held.find(({ stretches }) => holdsAt(stretches, start))?.rule
    const tariff = winner ? tariffWith(winner, inRoom) : own
    const last = found.at(-1)
    if (last?.tariff.key === tariff.key) last.end = end
    else found.push({ start, end, tariff })
  }
  return found
}

/** The lockout one may take at an instant: the most specific that holds then. Once begun it lasts a day, whatever holds later. */
export function lockoutAt(at: Date, room: RatedRoom, rules: readonly PriceRule[], zone: string): PriceRule | undefined {
  const instant = { starts_at: at, ends_at: at }
  return rulesIn(room, rules)
    .filter(({ unit }) => unit === 'lockout')
    .toSorted(moreSpecific)
    .find(rule => holdsAt(stretchesOf(rule, instant, zone), at))
}

const rulesIn = (room: RatedRoom, rules: readonly PriceRule[]) =>
  rules.filter(({ room_id }) => room_id === null || room_id === room.id)
const holdsAt = (stretches: Stretch[], at: Date) => stretches.some(({ start, end }) => start <= at && at < end)
const isDated = (rule: PriceRule) => rule.valid_from !== null || rule.valid_to !== null
const isTimed = (rule: PriceRule) => rule.from_clock !== null || rule.weekdays.length < 7
const isLimited = (rule: PriceRule) => isDated(rule) || isTimed(rule)

/** A room before every room, dates before always, days and hours before all week, then the studio's order. */
export function moreSpecific(a: PriceRule, b: PriceRule): number {
  const rank = (rule: PriceRule) => (rule.room_id === null ? 0 : 4) + (isDated(rule) ? 2 : 0) + (isTimed(rule) ? 1 : 0)
  return rank(b) - rank(a) || a.position - b.position || a.id - b.id
}

/** When a rule holds: rules of one text are one tariff. */
export const conditionOf = (rule: Omit<PriceRule, 'id' | 'name' | 'cents' | 'position'>): string =>
  [
    rule.room_id,
    rule.weekdays.toSorted((a, b) => a - b).join(''),
    rule.from_clock,
    rule.to_clock,
    rule.valid_from,
    rule.valid_to
  ].join('|')

function tariffWith(winner: PriceRule, inRoom: PriceRule[]): Tariff {
  const key = conditionOf(winner)
  const rules = inRoom.filter(rule => conditionOf(rule) === key).toSorted(moreSpecific)
  const cents = (unit: PriceUnit) => rules.find(rule => rule.unit === unit)?.cents ?? null
  return {
    key,
    rules,
    rates: { hourly_cents: cents('hour'), half_day_cents: cents('half_day'), day_cents: cents('day') }
  }
}

/** The room's rates, each replaced by a rule for that room always, or else filled by one for every room always. */
function ownTariff(room: Rates, unlimited: PriceRule[]): Tariff {
  const rules = (['hour', 'half_day', 'day'] as const).flatMap(unit => {
    const own = unlimited.find(rule => rule.unit === unit && rule.room_id !== null)
    const common = unlimited.find(rule => rule.unit === unit && rule.room_id === null)
    return own ?? (rateOf(room, unit) === null ? (common ?? []) : [])
  })
  const cents = (unit: 'hour' | 'half_day' | 'day') =>
    rules.find(rule => rule.unit === unit)?.cents ?? rateOf(room, unit)
  const rates = { hourly_cents: cents('hour'), half_day_cents: cents('half_day'), day_cents: cents('day') }
  return { key: '', rules, rates }
}

const rateOf = (room: Rates, unit: 'hour' | 'half_day' | 'day') =>
  ({ hour: room.hourly_cents, half_day: room.half_day_cents, day: room.day_cents })[unit]

/** When a rule holds around a slot. The night before counts: its window may last into the first day. */
function stretchesOf(rule: PriceRule, slot: Slot, zone: string): Stretch[] {
  const last = time.localOf(slot.ends_at, zone).day
  const found: Stretch[] = []
  for (let day = time.addDays(time.localOf(slot.starts_at, zone).day, -1); day <= last; day = time.addDays(day, 1)) {
    if (!rule.weekdays.includes(time.weekday(day))) continue
    if ((rule.valid_from !== null && day < rule.valid_from) || (rule.valid_to !== null && day > rule.valid_to)) continue
    found.push(stretchOn(day, rule, zone))
  }
  return found
}

function stretchOn(day: string, { from_clock, to_clock }: PriceRule, zone: string): Stretch {
  const next = time.addDays(day, 1)
  if (from_clock === null || to_clock === null)
    return { start: time.startOfDay(day, zone), end: time.startOfDay(next, zone) }
  return {
    start: wallClock(day, from_clock, zone),
    end: wallClock(to_clock <= from_clock ? next : day, to_clock, zone)
  }
}

/** The slot's ends and what of the stretches begins or ends between, each once, by time. */
function bordersOf({ starts_at, ends_at }: Slot, stretches: Stretch[]): Date[] {
  const between = stretches.flatMap(({ start, end }) => [+start, +end]).filter(at => at > +starts_at && at < +ends_at)
  return [...new Set([+starts_at, ...between, +ends_at])].toSorted((a, b) => a - b).map(at => new Date(at))
}

/** Two rules that want the same hours, and which of them holds there. */
export interface Clash {
  winner: PriceRule
  loser: PriceRule
  /** `hidden`: the loser never holds; `meet`: only in part of its hours. */
  kind: 'hidden' | 'meet'
}

/**
 * Rules as specific as one another that meet at some hour: there the order decides. One whose whole time another as
 * specific or more so has never holds; that is said of any two.
 */
export function clashesOf(rules: readonly PriceRule[]): Clash[] {
  const sorted = rules.toSorted(moreSpecific)
  return sorted.flatMap((winner, at) =>
    sorted.slice(at + 1).flatMap((loser): Clash[] => {
      if (conditionOf(winner) === conditionOf(loser) || (winner.unit === 'lockout') !== (loser.unit === 'lockout'))
        return []
      if (!sharesRoom(winner, loser) || !sharesDays(winner, loser)) return []
      const [of, by] = [weekOf(loser), weekOf(winner)]
      if (!of.some((held, hour) => held && by[hour])) return []
      const whole = covers(winner, loser) && of.every((held, hour) => !held || by[hour])
      if (whole) return [{ winner, loser, kind: 'hidden' }]
      return asSpecific(winner, loser) ? [{ winner, loser, kind: 'meet' }] : []
    })
  )
}

const sharesRoom = (a: PriceRule, b: PriceRule) => a.room_id === null || b.room_id === null || a.room_id === b.room_id
const sharesDays = (a: PriceRule, b: PriceRule) =>
  (a.valid_from ?? '') <= (b.valid_to ?? '9999') && (b.valid_from ?? '') <= (a.valid_to ?? '9999')
const covers = (a: PriceRule, b: PriceRule) =>
  (a.room_id === null || a.room_id === b.room_id) &&
  (a.valid_from ?? '') <= (b.valid_from ?? '') &&
  (b.valid_to ?? '9999') <= (a.valid_to ?? '9999')
const asSpecific = (a: PriceRule, b: PriceRule) =>
  moreSpecific({ ...a, position: 0, id: 0 }, { ...b, position: 0, id: 0 }) === 0

/** Which minutes of a week a rule holds. */
function weekOf({ weekdays, from_clock, to_clock }: PriceRule): boolean[] {
  const week = Array.from({ length: 7 * 1440 }, () => false)
  for (const weekday of weekdays) {
    const from = minuteOf(from_clock ?? '00:00')
    const to = to_clock === null ? 1440 : minuteOf(to_clock)
    const length = to > from ? to - from : to + 1440 - from
    for (let minute = 0; minute < length; minute++) week[((weekday - 1) * 1440 + from + minute) % week.length] = true
  }
  return week
}

const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
