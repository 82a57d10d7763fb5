import { divRound, priceForMinutes } from '@patchbay/core'
import type { DayLengths, PriceLine, Rates } from '../price.ts'
import { categoryOf, discountLines, isAdded, personLabel, ruleLabel, sumOf } from './lines.ts'
import { rounded } from './making.ts'
import type { Made, Making } from './making.ts'
import { lockoutAt, tariffsOf } from './rules.ts'
import { billedParts } from './ways.ts'
import type { Part } from './ways.ts'

/**
 * The price of `minutes` after the booked end, by the hour: at the overtime rate of the rule that holds then, else at a
 * percentage of its hourly rate. Undefined without any rate to derive it from.
 */
export function makeOvertime(making: Making, minutes: number): Made | undefined {
  const { slot, terms, settings, people, room } = making
  const slot_after = { starts_at: slot.ends_at, ends_at: new Date(+slot.ends_at + minutes * 60_000) }
  const billed = rounded(minutes, terms)
  const parts = billedParts(tariffsOf(slot_after, room, making.rules, making.zone), billed)
  const extra = (hourly: number) => Number(divRound(BigInt(hourly) * BigInt(settings.overtime_percent), 100n))
  const made = parts.map(({ tariff, ...part }): PriceLine | undefined => {
    const lockout = lockoutAt(part.start, room, making.rules, making.zone)
    const rule = tariff.rules.find(({ overtime_cents }) => overtime_cents !== null) ?? tariff.rules[0] ?? lockout
    const hourly = hourlyOf(tariff.rates, settings) ?? (lockout && perHour(lockout.cents, 1440))
    const unit_cents = rule?.overtime_cents ?? (hourly === undefined ? undefined : extra(hourly))
    if (unit_cents === undefined) return undefined
    return overtimeLine(part, unit_cents, rule?.vat_rate ?? room.vat_rate, rule && ruleLabel(rule))
  })
  if (made.some(line => line === undefined)) return undefined
  const whole = { start: slot_after.starts_at, end: slot_after.ends_at, raw: minutes, billed }
  const added = people.flatMap(person => {
    const hourly = isAdded(person, room) ? hourlyOf(person, settings) : undefined
    return hourly === undefined ? [] : [overtimeLine(whole, extra(hourly), room.vat_rate, personLabel(person))]
  })
  const lines = [...made.filter(line => line !== undefined), ...added]
  const all = [...lines, ...discountLines(lines, terms.discount_percent)]
  return { cents: sumOf(all), lines: all, raw_minutes: minutes, billed_minutes: billed, minimum: null }
}

/** An hour's worth of whatever rates there are. */
function hourlyOf({ hourly_cents, half_day_cents, day_cents }: Rates, lengths: DayLengths): number | undefined {
  if (hourly_cents !== null) return hourly_cents
  if (half_day_cents !== null) return perHour(half_day_cents, lengths.half_day_minutes)
  return day_cents === null ? undefined : perHour(day_cents, lengths.day_minutes)
}

const perHour = (cents: number, minutes: number) => Number(divRound(BigInt(cents) * 60n, BigInt(minutes)))

function overtimeLine(
  { start, end, raw, billed }: Omit<Part, 'tariff'>,
  unit_cents: number,
  vat_rate: number,
  label?: PriceLine['label']
): PriceLine {
  return {
    unit: 'hour',
    kind: 'overtime',
    label: label ?? null,
    quantity: billed,
    unit_cents,
    cents: priceForMinutes(billed, unit_cents),
    from: start.toISOString(),
    to: end.toISOString(),
    raw_minutes: raw,
    billed_minutes: billed,
    vat_rate,
    vat_category: categoryOf(vat_rate)
  }
}
