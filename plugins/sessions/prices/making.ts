import type { DayLengths, Price, Rates } from '../price.ts'
import { minutesOf } from '../slot.ts'
import type { Slot } from '../slot.ts'
import { discountLines, peopleLines, sumOf } from './lines.ts'
import type { PriceRule } from './rules.ts'
import { roomLines } from './ways.ts'

/** How billed minutes are made of those that passed. */
export const roundings = ['none', 'up', 'nearest'] as const
export interface Rounding {
  rounding: (typeof roundings)[number]
  rounding_minutes: number
}

/** A room as prices see it. */
export interface PricedRoom extends Rates {
  id: number
  /** Those who work on a session are in the room's price. */
  engineer_included: boolean
  vat_rate: number
}

/** Somebody of a session, and what they cost beside the room. */
export interface PersonRates extends Rates {
  person_id: number
  name: string
  /** In every room's price. */
  included: boolean
}

/** All that a price is made from. */
export interface Making {
  slot: Slot
  room: PricedRoom
  rules: readonly PriceRule[]
  people: readonly PersonRates[]
  terms: Rounding & { discount_percent: number | null }
  settings: DayLengths & { overtime_percent: number }
  zone: string
}

export interface Made extends Price {
  raw_minutes: number
  billed_minutes: number
  /** How long the rules that made it want a session to last, and which of them. */
  minimum: { minutes: number; rule: string } | null
}

/**
 * A price with how it was made, line by line: the cheapest of as many lockouts from its beginning as there are to be had,
 * the rest by the tariffs that hold then. Undefined when some of the time has no rate.
 */
export function makePrice(making: Making): Made | undefined {
  const raw_minutes = minutesOf(making.slot)
  const billed_minutes = rounded(raw_minutes, making.terms)
  const best = roomLines(making, raw_minutes, billed_minutes)
  if (!best) return undefined
  const lines = [...best.lines, ...peopleLines(making, raw_minutes, billed_minutes)]
  const all = [...lines, ...discountLines(lines, making.terms.discount_percent)]
  const minimum = best.rules
    .flatMap(({ name, minimum_minutes }) =>
      minimum_minutes === null ? [] : [{ minutes: minimum_minutes, rule: name }]
    )
    .toSorted((a, b) => b.minutes - a.minutes)[0]
  return { cents: sumOf(all), lines: all, raw_minutes, billed_minutes, minimum: minimum ?? null }
}

/** Minutes as they are billed. Nothing that took place is rounded to nothing. */
export function rounded(minutes: number, { rounding, rounding_minutes: step }: Rounding): number {
  if (rounding === 'none' || minutes === 0) return minutes
  if (rounding === 'up') return Math.ceil(minutes / step) * step
  return Math.max(step, Math.round(minutes / step) * step)
}
