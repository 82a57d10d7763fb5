import { divRound, withoutVat } from '@patchbay/core'
import type { VatCategory } from '@patchbay/core'
import type { BillableLine } from '../../sessions/contract.ts'
import type { DocumentLine } from '../contract.ts'
import { vatFor } from './vat.ts'
import type { VatFacts } from './vat.ts'

/** What of one session is to be paid. */
export interface Billable {
  source: string
  lines: readonly BillableLine[]
}

/**
 * What sessions cost as lines of a document. Amounts said with VAT become amounts without, all of one rate together, so
 * that the document's total with VAT is what was said. Without French VAT (reverse charge, export) the same net is due; in
 * franchise what was said is due as it is.
 */
export function linesOfSessions(billables: readonly Billable[], facts: VatFacts): DocumentLine[] {
  const all = billables.flatMap(({ source, lines }) => lines.map(line => ({ source, line })))
  const nets = all.map(({ line }) => line.cents)
  for (const rate of new Set(all.map(({ line }) => line.vat_rate))) {
    const places = all.flatMap(({ line }, at) => (line.vat_included && line.vat_rate === rate ? [at] : []))
    if (facts.regime === 'franchise') continue
    const made = withoutVat(
      places.map(at => nets[at] ?? 0),
      rate
    )
    places.forEach((at, n) => (nets[at] = made[n] ?? 0))
  }
  return all.map(({ source, line }, at) => documentLine(line, source, nets[at] ?? 0, facts))
}

function documentLine(line: BillableLine, source: string, net: number, facts: VatFacts): DocumentLine {
  const usual = { vat_category: line.vat_category as VatCategory, vat_rate: line.vat_rate }
  return {
    kind: 'line',
    label: line.label.slice(0, 300),
    description: null,
    ...pricedAs(net, line.quantity),
    unit: line.unit,
    discount_bp: 0,
    discount_cents: 0,
    ...vatFor(facts, usual),
    nature: line.kind === 'consumable' ? 'goods' : 'service',
    account: null,
    item_id: null,
    source
  }
}

/** A quantity and a unit price that come to `net` exactly. A discount is a quantity less than nothing. */
export function pricedAs(net: number, quantity: number): { quantity: number; unit_micros: number } {
  const e4 = Math.round(Math.abs(quantity) * 10_000)
  const sign = net < 0 ? -1 : 1
  if (e4 === 0) return { quantity: sign, unit_micros: Math.abs(net) * 10_000 }
  const unit_micros = Number(divRound(BigInt(Math.abs(net)) * 100_000_000n, BigInt(e4)))
  return { quantity: (sign * e4) / 10_000, unit_micros }
}
