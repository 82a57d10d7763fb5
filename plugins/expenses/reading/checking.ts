import { vatOf, vatRates } from '@patchbay/core'
import { shareVat, sum } from './amounts.ts'
import type { Announced, ReadInvoice, ReadLine, ReadVat, Warning } from './invoice.ts'

type Unpriced = Omit<ReadLine, 'vat_cents'>

/** What the reader of a syntax found, before it is checked. */
export type Found = Omit<ReadInvoice, 'kind' | 'lines' | 'warnings'> & {
  /** UNTDID 1001. */
  type_code: string | null
  lines: Unpriced[]
  /** Allowances (negative) and charges of the whole. */
  wholes: Unpriced[]
}

/** Credit notes of UNTDID 1001: their amounts are written without sign. */
const credits = new Set(['81', '83', '261', '262', '296', '308', '381', '396', '420', '458', '502', '503', '532'])

/**
 * An invoice as it will be kept: a line for each rate where there are none (profiles Minimum and Basic WL), VAT shared out
 * to the cent, what does not add up as warnings, and a credit note turned negative.
 */
export function finish({ type_code, lines: items, wholes, ...found }: Found): ReadInvoice {
  const kind = credits.has(type_code ?? '') ? 'credit_note' : 'invoice'
  const vat = (found.vat.length > 0 ? found.vat : guessedVat(found.announced)).map(plain)
  const described = (items.length > 0 ? [...items, ...wholes] : vat.map(group => ({ ...group, label: '' }))).map(plain)
  const lines = shareVat(
    described.map(({ label, base_cents, vat_category, vat_rate }) => ({
      label: label.slice(0, 300),
      base_cents,
      vat_category,
      vat_rate
    })),
    vat
  )
  const warnings = warningsOf(lines, vat, found.announced)
  const sign = kind === 'credit_note' ? -1 : 1
  return {
    ...found,
    kind,
    lines: lines.map(line => ({ ...line, ...turned(line, sign) })),
    vat: vat.map(group => ({ ...group, ...turned(group, sign) })),
    announced: turnedTotals(found.announced, sign),
    warnings
  }
}

/** No VAT is due at a rate but in category S; what a rate cannot be is none. */
const plain = <Taxed extends Pick<ReadVat, 'vat_category' | 'vat_rate'>>(one: Taxed): Taxed => ({
  ...one,
  vat_rate: one.vat_category === 'S' && one.vat_rate <= 10_000 ? one.vat_rate : 0
})

/** A profile that says only net and VAT: the rate that makes the one of the other, if one does. */
function guessedVat({ net_cents, vat_cents, total_cents }: Announced): ReadVat[] {
  const vat = vat_cents ?? 0
  const base_cents = net_cents ?? (total_cents === null ? null : total_cents - vat)
  if (base_cents === null) return []
  const vat_rate = vat === 0 ? 0 : (vatRates.find(rate => Math.abs(vatOf(base_cents, rate) - vat) <= 1) ?? 0)
  return [{ vat_category: vat_rate > 0 || vat !== 0 ? 'S' : 'O', vat_rate, base_cents, vat_cents: vat }]
}

/** EN 16931's sums, to the cent (BR-CO-10 to 17): each that does not hold, with the difference. */
function warningsOf(lines: readonly ReadLine[], vat: readonly ReadVat[], announced: Announced): Warning[] {
  const warnings: Warning[] = []
  const compare = (key: string, is: number, said: number | null) => {
    if (said !== null && is !== said) warnings.push({ key, cents: said - is })
  }
  const net = sum(lines.map(line => line.base_cents))
  compare('lines', net, announced.net_cents)
  for (const { vat_category, vat_rate, base_cents, vat_cents } of vat) {
    const own = lines.filter(line => line.vat_category === vat_category && line.vat_rate === vat_rate)
    const text = String(vat_rate / 100)
    const base = sum(own.map(line => line.base_cents))
    if (base !== base_cents) warnings.push({ key: 'rate_base', cents: base_cents - base, text })
    if (vatOf(base_cents, vat_rate) !== vat_cents)
      warnings.push({ key: 'rate_vat', cents: vat_cents - vatOf(base_cents, vat_rate), text })
  }
  compare('vat', sum(vat.map(group => group.vat_cents)), announced.vat_cents)
  if (announced.net_cents !== null)
    compare('total', announced.net_cents + (announced.vat_cents ?? 0), announced.total_cents)
  if (announced.total_cents !== null)
    compare('due', announced.total_cents - announced.prepaid_cents + announced.rounding_cents, announced.due_cents)
  if (lines.length === 0) warnings.push({ key: 'no_lines' })
  return warnings
}

const turned = ({ base_cents, vat_cents }: { base_cents: number; vat_cents: number }, sign: number) => ({
  base_cents: times(base_cents, sign),
  vat_cents: times(vat_cents, sign)
})

const turnedTotals = (announced: Announced, sign: number): Announced => ({
  net_cents: announced.net_cents === null ? null : times(announced.net_cents, sign),
  vat_cents: announced.vat_cents === null ? null : times(announced.vat_cents, sign),
  total_cents: announced.total_cents === null ? null : times(announced.total_cents, sign),
  prepaid_cents: times(announced.prepaid_cents, sign),
  rounding_cents: times(announced.rounding_cents, sign),
  due_cents: announced.due_cents === null ? null : times(announced.due_cents, sign)
})

/** Without a negative zero. */
const times = (cents: number, sign: number): number => (cents === 0 ? 0 : cents * sign)
