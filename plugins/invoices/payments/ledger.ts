import { inEuros, splitVat } from '@patchbay/core'
import type { VatShare, VatTotal } from '@patchbay/core'

/*
 * The arithmetic of payments, without a database: which VAT a part of an invoice brings, and what it is in euros. Shares
 * are made of what was paid so far, less what was said before, so that those of an invoice paid in full sum to its own
 * VAT exactly, whatever the parts.
 */

/** An invoice or credit note as payments see it, with what its rows of the journal come to so far. */
export interface Account {
  id: number
  number: string
  kind: 'invoice' | 'deposit' | 'credit_note' | 'corrected'
  client_id: number
  currency: string
  /** EUR for one of the currency; null in EUR. */
  exchange_rate: string | null
  due_cents: number
  paid_cents: number
  credited_cents: number
  /** What is to be paid, by rate: the document's own less the deposits and credit notes deducted. */
  payable: VatShare[]
  /** Of all money for it so far; of a credit note, of all that was given out of it. */
  recorded: VatShare[]
  recorded_cents: number
  recorded_eur_cents: number
}

export const openOf = ({ due_cents, paid_cents, credited_cents }: Account): number =>
  due_cents - paid_cents - credited_cents

/** What `cents` more of an account bring: VAT in its currency, the amount in euros, and VAT in euros. Notes them as said. */
export function take(account: Account, cents: number): { vat: VatShare[]; eur_cents: number; eur_vat: VatShare[] } {
  const paid = account.recorded_cents + cents
  return takeAs(account, cents, minus(splitOf(paid, account.payable), account.recorded))
}

/** The same, when it is known by rate what they bring. */
export function takeAs(
  account: Account,
  cents: number,
  vat: VatShare[]
): { vat: VatShare[]; eur_cents: number; eur_vat: VatShare[] } {
  const paid = account.recorded_cents + cents
  const eur_cents = inEuros(paid, account.exchange_rate) - account.recorded_eur_cents
  account.recorded = plus(account.recorded, vat)
  account.recorded_cents = paid
  account.recorded_eur_cents += eur_cents
  return { vat, eur_cents, eur_vat: sharesInEuros(vat, eur_cents, account.exchange_rate) }
}

/** All of it is the table itself, to the cent; a part is as its rates weigh. */
function splitOf(cents: number, payable: readonly VatShare[]): VatShare[] {
  return cents === sumOf(payable) ? payable.map(share => ({ ...share })) : splitVat(cents, payable)
}

export const sumOf = (shares: readonly VatShare[]): number =>
  shares.reduce((sum, { base_cents, vat_cents }) => sum + base_cents + vat_cents, 0)

export const plus = (shares: readonly VatShare[], others: readonly VatShare[]): VatShare[] => combine(shares, others, 1)
export const minus = (shares: readonly VatShare[], others: readonly VatShare[]): VatShare[] =>
  combine(shares, others, -1)
export const negative = (shares: readonly VatShare[]): VatShare[] => minus([], shares)

/** A document's VAT table as shares. */
export const sharesOf = (vat: readonly VatTotal[]): VatShare[] =>
  vat.map(({ vat_category, vat_rate, base_cents, vat_cents }) => ({ vat_category, vat_rate, base_cents, vat_cents }))

/** Rate by rate; a rate that only one of them has stays. Highest rate first, so that equal contents are spelled alike. */
function combine(shares: readonly VatShare[], others: readonly VatShare[], sign: 1 | -1): VatShare[] {
  const found = new Map<string, VatShare>()
  const add = ({ vat_category, vat_rate, base_cents, vat_cents }: VatShare, by: 1 | -1) => {
    const key = `${vat_category} ${vat_rate}`
    const share = found.get(key) ?? { vat_category, vat_rate, base_cents: 0, vat_cents: 0 }
    share.base_cents += by * base_cents
    share.vat_cents += by * vat_cents
    found.set(key, share)
  }
  for (const share of shares) add(share, 1)
  for (const share of others) add(share, sign)
  return [...found.values()].toSorted(
    (a, b) =>
      b.vat_rate - a.vat_rate || (a.vat_category < b.vat_category ? -1 : a.vat_category > b.vat_category ? 1 : 0)
  )
}

/** Amount by amount at the rate; what rounding leaves over falls on the first base, so that the sum is `eur_cents`. */
export function sharesInEuros(vat: readonly VatShare[], eur_cents: number, rate: string | null): VatShare[] {
  if (rate === null) return vat.map(share => ({ ...share }))
  const shares = vat.map(share => ({
    ...share,
    base_cents: inEuros(share.base_cents, rate),
    vat_cents: inEuros(share.vat_cents, rate)
  }))
  const [first] = shares
  if (first) first.base_cents += eur_cents - sumOf(shares)
  return shares
}
