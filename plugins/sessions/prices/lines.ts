import { divRound } from '@patchbay/core'
import { priceOf } from '../price.ts'
import type { Block, PriceLine } from '../price.ts'
import type { Making, PersonRates, PricedRoom } from './making.ts'
import type { PriceRule } from './rules.ts'

/** Those who are added to the room's price; who is in it is named without an amount. */
export function peopleLines({ people, room, settings }: Making, raw: number, billed: number): PriceLine[] {
  return people.flatMap((person): PriceLine[] => {
    const price = priceOf(billed, person, settings)
    if (!price) return []
    const vat = { vat_rate: room.vat_rate, vat_category: categoryOf(room.vat_rate) }
    const line = { kind: 'person' as const, from: null, to: null, ...vat }
    if (!isAdded(person, room)) {
      const label = { key: 'sessions.prices.line.included', values: { person: person.name } }
      return [{ ...line, ...nothing, label, ...noMinutes }]
    }
    const minutes = price.lines.length === 1 ? { raw_minutes: raw, billed_minutes: billed } : noMinutes
    return price.lines.map(block => ({ ...line, ...block, label: personLabel(person), ...minutes }))
  })
}

/** No time at all. */
export const nothing: Block = { unit: 'hour', quantity: 0, unit_cents: 0, cents: 0 }
/** Of a line that is no time. */
export const noMinutes = { raw_minutes: null, billed_minutes: null }

/** Is somebody paid beside the room? */
export const isAdded = (person: PersonRates, room: PricedRoom) => !room.engineer_included && !person.included

/** A block as a line of a room: `minutes` from an instant on, none of them billed yet. */
export function lineOf(
  block: Block,
  rule: PriceRule | undefined,
  from: Date,
  minutes: number,
  room: PricedRoom
): PriceLine {
  const vat_rate = rule?.vat_rate ?? room.vat_rate
  return {
    ...block,
    kind: 'room',
    label: rule ? ruleLabel(rule) : null,
    from: from.toISOString(),
    to: new Date(+from + minutes * 60_000).toISOString(),
    raw_minutes: minutes,
    billed_minutes: 0,
    vat_rate,
    vat_category: categoryOf(vat_rate)
  }
}

/** One line for each VAT rate, so that its VAT is off as well. */
export function discountLines(lines: PriceLine[], percent: number | null): PriceLine[] {
  if (percent === null) return []
  return [...Map.groupBy(lines, ({ vat_rate }) => vat_rate)].map(([vat_rate, of]) => {
    const unit_cents = sumOf(of)
    return {
      unit: 'percent',
      kind: 'discount',
      label: null,
      quantity: percent,
      unit_cents,
      cents: -Number(divRound(BigInt(unit_cents) * BigInt(percent), 100n)),
      from: null,
      to: null,
      ...noMinutes,
      vat_rate,
      vat_category: categoryOf(vat_rate)
    }
  })
}

/** What a line says of where it comes from. */
export const ruleLabel = ({ name }: PriceRule) => ({ key: 'sessions.prices.line.rule', values: { rule: name } })
export const personLabel = ({ name }: PersonRates) => ({ key: 'sessions.prices.line.person', values: { person: name } })
/** Cents of all of them. */
export const sumOf = (lines: readonly { cents: number }[]) => lines.reduce((sum, { cents }) => sum + cents, 0)

/** EN 16931's category of a rate, as the database has it. */
export const categoryOf = (vat_rate: number): PriceLine['vat_category'] => (vat_rate === 0 ? 'E' : 'S')
