import { createHash } from 'node:crypto'

/** A line of a statement as a file says it, before it is known whether it is there already. */
export interface StatementLine {
  /** The bank's own reference, where it gives one for each line. */
  bank_reference: string | null
  booked_on: string
  value_on: string | null
  cents: number
  currency: string
  label: string
  counterparty: string | null
  counterparty_iban: string | null
  reference: string | null
}

/**
 * The names by which lines are known, one each: the bank's reference, else what the line says, and which of those in the
 * file that say the same it is. Two files that overlap name what they share alike.
 */
export function identitiesOf(lines: readonly StatementLine[]): string[] {
  const seen = new Map<string, number>()
  return lines.map(line => {
    const content = [line.booked_on, line.cents, squeezed(line.label), squeezed(line.reference ?? '')].join('|')
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 32)
    const name = line.bank_reference ? `ref:${line.bank_reference.slice(0, 200)}` : `is:${hash}`
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return nth === 1 ? name : `${name}#${nth}`
  })
}

/** Letters and figures only: banks change the spaces of a label from one file to the next. */
export const squeezed = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
