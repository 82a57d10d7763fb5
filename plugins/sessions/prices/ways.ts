import { time } from '@patchbay/core'
import { priceOf } from '../price.ts'
import type { Block, PriceLine } from '../price.ts'
import { minutesOf } from '../slot.ts'
import type { Slot } from '../slot.ts'
import { lineOf, nothing, sumOf } from './lines.ts'
import type { Making, PricedRoom } from './making.ts'
import { lockoutAt, tariffsOf } from './rules.ts'
import type { PriceRule, TariffStretch } from './rules.ts'

/** Lines, and the rules they are made by. */
interface Way {
  lines: PriceLine[]
  rules: PriceRule[]
}

/**
 * The cheapest way to pay for a session's time in its room: as many lockouts from its beginning as there are to be had, and
 * the rest by the tariffs that hold then. Undefined when some of it has no rate.
 */
export function roomLines(making: Making, raw: number, billed: number): Way | undefined {
  const { slot, room, rules, zone } = making
  let best = tariffWay(making, slot, raw, billed)
  const taken: Way = { lines: [], rules: [] }
  for (let days = 0, at = slot.starts_at; ; days++) {
    const covered = minutesOf({ starts_at: slot.starts_at, ends_at: at })
    const rule = covered < Math.max(raw, billed) ? lockoutAt(at, room, rules, zone) : undefined
    if (!rule) return best
    const next = daysLater(slot.starts_at, days + 1, zone)
    addLockout(
      taken,
      rule,
      at,
      { raw: raw - covered, billed: billed - covered, length: minutesOf({ starts_at: at, ends_at: next }) },
      room
    )
    at = next
    const after = minutesOf({ starts_at: slot.starts_at, ends_at: at })
    const rest = tariffWay(
      making,
      { starts_at: at, ends_at: slot.ends_at },
      Math.max(0, raw - after),
      Math.max(0, billed - after)
    )
    if (!rest) continue
    const way = { lines: [...taken.lines, ...rest.lines], rules: [...taken.rules, ...rest.rules] }
    if (!best || sumOf(way.lines) < sumOf(best.lines)) best = way
  }
}

/** What is left of a session where a lockout begins, and how long that lasts. */
interface Left {
  raw: number
  billed: number
  length: number
}

/** One more day at a lockout; of the same rule as the one before, it is one line with it. */
function addLockout(way: Way, rule: PriceRule, from: Date, { raw, billed, length }: Left, room: PricedRoom): void {
  const [passed, paid] = [Math.max(0, Math.min(raw, length)), Math.max(0, Math.min(billed, length))]
  const last = way.lines.at(-1)
  if (last && way.rules.at(-1) === rule) {
    const quantity = last.quantity + 1
    const to = new Date(+from + passed * 60_000).toISOString()
    const minutes = { raw_minutes: (last.raw_minutes ?? 0) + passed, billed_minutes: (last.billed_minutes ?? 0) + paid }
    way.lines = [...way.lines.slice(0, -1), { ...last, ...minutes, quantity, cents: quantity * rule.cents, to }]
    return
  }
  const block = { unit: 'lockout', quantity: 1, unit_cents: rule.cents, cents: rule.cents } as const
  way.lines = [...way.lines, { ...lineOf(block, rule, from, passed, room), billed_minutes: paid }]
  way.rules = [...way.rules, rule]
}

/** Some time by the tariffs that hold then. */
function tariffWay(making: Making, slot: Slot, raw: number, billed: number): Way | undefined {
  if (raw === 0 && billed === 0) return { lines: [], rules: [] }
  // rounding alone goes beyond the lockout before: it is at the tariff that follows
  const end = raw === 0 ? new Date(+slot.starts_at + billed * 60_000) : slot.ends_at
  const stretches = tariffsOf({ ...slot, ends_at: end }, making.room, making.rules, making.zone)
  const parts = billedParts(stretches, billed).map(part => (raw === 0 ? { ...part, raw: 0 } : part))
  const made = parts.map(part => linesOf(part, making))
  if (made.some(lines => lines === undefined)) return undefined
  const rules = parts.flatMap(({ tariff }, at) =>
    tariff.rules.filter(({ unit }) => made[at]?.some(line => line.unit === unit))
  )
  return { lines: made.flatMap(lines => lines ?? []), rules }
}

/** A stretch with the minutes that passed and those that are billed. */
export interface Part extends TariffStretch {
  raw: number
  billed: number
}

/** The stretches with their minutes: what rounding adds or takes is at the end of the last. */
export function billedParts(stretches: TariffStretch[], billed: number): Part[] {
  let left = billed
  return stretches.map((stretch, at) => {
    const raw = minutesOf({ starts_at: stretch.start, ends_at: stretch.end })
    const part = { ...stretch, raw, billed: at === stretches.length - 1 ? left : Math.min(raw, left) }
    left -= part.billed
    return part
  })
}

/** The lines of one part, each from where the one before ended. Undefined when it has no rate. */
function linesOf({ tariff, start, raw, billed }: Part, { settings, room }: Making): PriceLine[] | undefined {
  const ruleOf = ({ unit }: Block) => tariff.rules.find(rule => rule.unit === unit)
  // rounding took all of it: what passed stays to be read
  if (billed === 0) {
    const block = { ...nothing, unit_cents: tariff.rates.hourly_cents ?? 0 }
    return [lineOf(block, ruleOf(block), start, raw, room)]
  }
  const price = priceOf(billed, tariff.rates, settings)
  if (!price) return undefined
  const length = ({ unit, quantity }: Block) =>
    unit === 'hour' ? quantity : quantity * (unit === 'day' ? settings.day_minutes : settings.half_day_minutes)
  let at = 0
  return price.lines.map((block, index) => {
    const isLast = index === price.lines.length - 1
    const left = Math.max(0, raw - at)
    const from = new Date(+start + Math.min(at, raw) * 60_000)
    const line = lineOf(block, ruleOf(block), from, isLast ? left : Math.min(length(block), left), room)
    line.billed_minutes = Math.min(length(block), billed - at)
    at += length(block)
    return line
  })
}

/** The same time by the clock so many days later. */
function daysLater(start: Date, days: number, zone: string): Date {
  const { day, clock } = time.localOf(start, zone)
  const seconds = start.getTime() % 60_000
  const later = time.instantOf(time.addDays(day, days), clock, zone)
  return later && days > 0 ? new Date(+later + seconds) : new Date(+start + days * 86_400_000)
}
