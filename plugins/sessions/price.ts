import { priceForMinutes } from '@patchbay/core'

/** What a room costs, in cents; null where it has no such rate. */
export interface Rates {
  hourly_cents: number | null
  half_day_cents: number | null
  day_cents: number | null
}

/** How much a half day and a day are, in minutes: the studio's settings. */
export interface DayLengths {
  half_day_minutes: number
  day_minutes: number
}

/** One line of how a price was made: 2 days at 300 € are 600 €; 90 minutes at 45 € an hour are 67.50 €. */
export interface PriceLine {
  unit: 'day' | 'half_day' | 'hour'
  /** Days or half days; for `hour`, minutes. */
  quantity: number
  unit_cents: number
  cents: number
}

export interface Price {
  cents: number
  lines: PriceLine[]
}

/**
 * The price of `minutes` in a room: the cheapest way to cover them with days, half days and hours, so that staying
 * longer never costs less and nobody pays more than the next larger rate. The minutes left over are at the hourly rate,
 * to the minute; without an hourly rate they are one more half day or day. Of two ways of one price, the one with fewer
 * lines. Undefined when the room has no rates.
 */
export function priceOf(minutes: number, rates: Rates, lengths: DayLengths): Price | undefined {
  let best: Price | undefined
  for (let days = 0; days <= most(rates.day_cents, minutes, lengths.day_minutes); days++) {
    const afterDays = Math.max(0, minutes - days * lengths.day_minutes)
    for (let halves = 0; halves <= most(rates.half_day_cents, afterDays, lengths.half_day_minutes); halves++) {
      const rest = Math.max(0, afterDays - halves * lengths.half_day_minutes)
      if (rest > 0 && rates.hourly_cents === null) continue
      const price = priceMade(days, halves, rest, rates)
      if (!best || price.cents < best.cents || (price.cents === best.cents && price.lines.length < best.lines.length)) {
        best = price
      }
    }
  }
  return best && best.lines.length > 0 ? best : undefined
}

/** How many of a block it can take at most: enough to cover all. */
const most = (cents: number | null, minutes: number, block: number) => (cents === null ? 0 : Math.ceil(minutes / block))

function priceMade(days: number, halves: number, rest: number, rates: Rates): Price {
  const lines: PriceLine[] = []
  const add = (unit: PriceLine['unit'], quantity: number, unit_cents: number | null, cents: number) => {
    if (quantity > 0 && unit_cents !== null) lines.push({ unit, quantity, unit_cents, cents })
  }
  add('day', days, rates.day_cents, days * (rates.day_cents ?? 0))
  add('half_day', halves, rates.half_day_cents, halves * (rates.half_day_cents ?? 0))
  add('hour', rest, rates.hourly_cents, priceForMinutes(rest, rates.hourly_cents ?? 0))
  return { cents: lines.reduce((sum, line) => sum + line.cents, 0), lines }
}
