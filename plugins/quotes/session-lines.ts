import { vatOfKey, withoutVat } from '@patchbay/core'
import type { Ask, TypedLine, VatCategory } from '@patchbay/core'
import type { BillableLine } from '../sessions/contract.ts'

/** VAT that a studio or a client has on everything, whatever was meant; null: each line its own. */
export type OneVat = VatCategory | null

/** What sessions will cost, as lines of a quote: what was said with VAT comes to the same again, to the cent. */
export async function linesOfSessions(ask: Ask, ids: readonly number[], vat: OneVat): Promise<TypedLine[]> {
  const lines: TypedLine[] = []
  for (const session_id of ids) {
    const billable = (await ask('sessions.billable', { session_id, offered: true })).flat()
    const nets = netsOf(billable, vat)
    billable.forEach((line, index) => lines.push(lineOf(line, nets[index] ?? 0, `session:${session_id}`, vat)))
  }
  return lines
}

/** What each comes to without VAT. A studio without VAT takes amounts as they are. */
function netsOf(lines: readonly BillableLine[], vat: OneVat): number[] {
  const nets = lines.map(({ cents }) => cents)
  if (vat === 'E') return nets
  for (const rate of new Set(lines.filter(line => line.vat_included).map(({ vat_rate }) => vat_rate))) {
    const places = lines.flatMap((line, index) => (line.vat_included && line.vat_rate === rate ? [index] : []))
    const parts = withoutVat(
      places.map(index => lines[index]?.cents ?? 0),
      rate
    )
    places.forEach((index, place) => (nets[index] = parts[place] ?? 0))
  }
  return nets
}

/** A price is never less than nothing: what is taken off is so many times less than none. */
function lineOf(line: BillableLine, net_cents: number, source: string, vat: OneVat): TypedLine {
  const sign = net_cents < 0 ? -1 : 1
  const quantity = Math.abs(line.quantity) || 1
  const own = vatOfKey(`${line.vat_category}-${line.vat_rate}`) ?? { vat_category: 'E' as const, vat_rate: 0 }
  return {
    kind: 'line',
    label: line.label.slice(0, 300),
    description: null,
    quantity: sign * quantity,
    unit: line.unit,
    unit_micros: Math.round((Math.abs(net_cents) * 10_000) / quantity),
    discount_bp: 0,
    discount_cents: 0,
    ...(vat === null ? own : { vat_category: vat, vat_rate: 0 }),
    nature: line.kind === 'consumable' ? 'goods' : 'service',
    account: null,
    item_id: null,
    source,
    optional: false,
    chosen: false
  }
}
