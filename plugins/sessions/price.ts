import { priceForMinutes } from '@patchbay/core'

/** What a room or somebody costs, in cents; null where there is no such rate. */
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

export type PriceUnit = 'lockout' | 'day' | 'half_day' | 'hour'

/** A locale key and what fills its gaps. */
export interface LineLabel {
  key: string
  values: Record<string, string | number>
}

/** Some time at one rate: 2 days at 300 € are 600 €; 90 minutes at 45 € an hour are 67.50 €. */
export interface Block {
  unit: PriceUnit
  /** Lockouts, days or half days; for `hour`, minutes. */
  quantity: number
  unit_cents: number
  cents: number
}

/** One line of how a price was made, kept with the session as it was on that day. */
export interface PriceLine extends Omit<Block, 'unit'> {
  /** `percent`: `quantity` per cent off `unit_cents`. */
  unit: PriceUnit | 'percent'
  kind: 'room' | 'person' | 'discount' | 'overtime'
  /** Which rule or whose rate; null: the room's own. */
  label: LineLabel | null
  /** Which part of the session it covers, ISO 8601; null where it covers all of it. */
  from: string | null
  to: string | null
  /** How long that part really lasts, and how much of it is billed; null where a line is no time. */
  raw_minutes: number | null
  billed_minutes: number | null
  /** Hundredths of a per cent: 2000 is 20 %. */
  vat_rate: number
  /** EN 16931: S, or E without VAT. */
  vat_category: 'S' | 'E'
}

export interface Price<Line = PriceLine> {
  cents: number
  lines: Line[]
}

/**
 * The price of `minutes`: the cheapest way to cover them with days, half days and hours, so that staying longer never
 * costs less and nobody pays more than the next larger rate. The minutes left over are at the hourly rate, to the minute;
 * without an hourly rate they are one more half day or day. Of two ways of one price, the one with fewer lines.
 * Undefined without rates.
 */
export function priceOf(minutes: number, rates: Rates, lengths: DayLengths): Price<Block> | undefined {
  let best: Cover | undefined
  for (let days = 0; days <= most(rates.day_cents, minutes, lengths.day_minutes); days++) {
    const afterDays = Math.max(0, minutes - days * lengths.day_minutes)
    for (let halves = 0; halves <= most(rates.half_day_cents, afterDays, lengths.half_day_minutes); halves++) {
      const rest = Math.max(0, afterDays - halves * lengths.half_day_minutes)
      if (rest > 0 && rates.hourly_cents === null) continue
      const cover = coverOf(days, halves, rest, rates)
      if (!best || cover.cents < best.cents || (cover.cents === best.cents && cover.parts < best.parts)) best = cover
    }
  }
  const lines = best ? blocksOf(best, rates) : []
  return best && lines.length > 0 ? { cents: best.cents, lines } : undefined
}

/** How many of a block it can take at most: enough to cover all. */
const most = (cents: number | null, minutes: number, block: number) => (cents === null ? 0 : Math.ceil(minutes / block))

interface Cover {
  days: number
  halves: number
  rest: number
  cents: number
  /** How many kinds of blocks. */
  parts: number
}

function coverOf(days: number, halves: number, rest: number, rates: Rates): Cover {
  const blocks = days * (rates.day_cents ?? 0) + halves * (rates.half_day_cents ?? 0)
  const parts = Number(days > 0) + Number(halves > 0) + Number(rest > 0)
  return { days, halves, rest, cents: blocks + priceForMinutes(rest, rates.hourly_cents ?? 0), parts }
}

function blocksOf({ days, halves, rest }: Cover, rates: Rates): Block[] {
  const block = (unit: PriceUnit, quantity: number, unit_cents: number | null): Block[] => {
    if (quantity === 0 || unit_cents === null) return []
    return [
      {
        unit,
        quantity,
        unit_cents,
        cents: unit === 'hour' ? priceForMinutes(quantity, unit_cents) : quantity * unit_cents
      }
    ]
  }
  return [
    ...block('day', days, rates.day_cents),
    ...block('half_day', halves, rates.half_day_cents),
    ...block('hour', rest, rates.hourly_cents)
  ]
}
