import { lineTotal, totals } from '@patchbay/core'
import type { Totals } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import type { Seller } from '../../legal/contract.ts'
import { isCountry, isCurrency, isElectronicAddress, isVatCountry } from '../codes.ts'
import type { Buyer, DocumentLine } from '../contract.ts'
import type { LineAmounts } from './document.ts'
import type { Deducted, Draft, Related } from './queries.ts'

/** All that is looked at before a draft becomes an invoice. */
export interface Ready {
  draft: Draft
  lines: readonly DocumentLine[]
  totals: Totals
  seller: Seller
  buyer: Buyer
  references: readonly Related[]
  deposits: readonly Deducted[]
}

/**
 * Sentences by field; empty when it may be issued. Field `seller` leads to the legal card, `client_id` to the client,
 * `billing` to the client's billing terms.
 */
export type Problems = Record<string, FieldError>

const key = (name: string) => `invoices.issuing.errors.${name}`

/** What keeps a draft from being issued, all of it at once. */
export function problemsOf(ready: Ready): Problems {
  return {
    ...sellerProblems(ready.seller),
    ...buyerProblems(ready.buyer),
    ...amountProblems(ready),
    ...currencyProblems(ready.draft),
    ...vatProblems(ready),
    ...referenceProblems(ready),
    ...depositProblems(ready)
  }
}

function sellerProblems({ missing }: Seller): Problems {
  if (missing.length === 0) return {}
  return { seller: key('seller_missing') }
}

/** A business is named with its address and its SIREN, or abroad its VAT number (CGI ann. II, art. 242 nonies A). */
function buyerProblems(buyer: Buyer): Problems {
  const { is_business, country, address, city, siren, vat_number, electronic_address } = buyer
  if (!isCountry(country)) return { client_id: key('buyer_country') }
  if (!is_business) return {}
  if (vat_number && !isVatCountry(vat_number)) return { client_id: key('buyer_vat_country') }
  if (siren && electronic_address && !isElectronicAddress(electronic_address, siren))
    return { billing: key('buyer_electronic') }
  if (address.trim() === '' || city.trim() === '') return { client_id: key('buyer_address') }
  if (country === 'FR' && !siren) return { client_id: key('buyer_siren') }
  if (country !== 'FR' && !siren && !vat_number) return { client_id: key('buyer_vat') }
  return {}
}

function amountProblems({ lines, totals: { total_cents, discount_cents, line_cents } }: Ready): Problems {
  if (!lines.some(({ kind }) => kind === 'line')) return { lines: key('no_line') }
  if (total_cents < 0) return { lines: key('negative') }
  if (discount_cents > Math.max(0, line_cents)) return { discount: key('discount_too_large') }
  return {}
}

function currencyProblems({ currency, exchange_rate, exchange_source, exchange_on }: Draft): Problems {
  if (!isCurrency(currency)) return { currency: key('currency') }
  if (currency === 'EUR' || (exchange_rate && exchange_source && exchange_on)) return {}
  return { exchange_rate: key('exchange') }
}

/** EN 16931: BR-S, -E, -AE, -IC, -G, -O; and what the studio's own regime lets it write. */
function vatProblems({ lines, seller, buyer }: Ready): Problems {
  const used = new Set(lines.filter(({ kind }) => kind === 'line').map(line => line.vat_category))
  const wrong = (name: string): Problems => ({ lines: key(name) })
  const without = lines.some(line => line.kind === 'line' && line.vat_category === 'S' && line.vat_rate === 0)
  if (without) return wrong('vat_without_rate')
  if (seller.vat_regime === 'franchise' && [...used].some(category => category !== 'E' && category !== 'O'))
    return wrong('vat_in_franchise')
  if (used.has('O') && used.size > 1) return wrong('vat_mixed_outside')
  if (['S', 'AE', 'K', 'G', 'Z'].some(category => used.has(category as 'S')) && !seller.vat_number)
    return { seller: key('seller_vat') }
  if (used.has('AE') && !(buyer.is_business && (buyer.vat_number || buyer.siren))) return wrong('vat_reverse')
  if (used.has('K') && !(buyer.vat_number && isEuropean(buyer.country) && buyer.country !== 'FR'))
    return wrong('vat_inside_eu')
  if (used.has('G') && isEuropean(buyer.country)) return wrong('vat_export')
  return {}
}

function referenceProblems({
  draft: { kind, client_id, currency },
  references,
  totals: { total_cents }
}: Ready): Problems {
  const wrong = (name: string): Problems => ({ '': key(name) })
  if (kind === 'corrected' && references.length !== 1) return wrong('corrected_one')
  if (kind === 'credit_note' && references.length === 0) return wrong('credit_of')
  if (kind !== 'corrected' && kind !== 'credit_note') return references.length > 0 ? wrong('refers_to_none') : {}
  if (references.some(one => one.state !== 'issued' || one.client_id !== client_id || one.kind === 'credit_note'))
    return wrong('refers_to')
  if (references.some(one => one.currency !== currency)) return wrong('refers_currency')
  if (references.some(one => one.is_corrected)) return wrong('corrected_already')
  const left = references.reduce((sum, one) => sum + one.total_cents - one.credited_cents, 0)
  if (kind === 'credit_note' && total_cents > left) return wrong('credit_too_large')
  return {}
}

/** Deposits are the same client's, in the same currency, and never more than what the whole comes to. */
function depositProblems({ draft: { kind, client_id, currency }, deposits, totals: { total_cents } }: Ready): Problems {
  if (deposits.length === 0) return {}
  const wrong = (name: string): Problems => ({ deposits: key(name) })
  if (kind === 'deposit' || kind === 'credit_note') return wrong('deposit_of_deposit')
  const fits = deposits.every(
    one => one.kind === 'deposit' && one.state === 'issued' && one.client_id === client_id && one.currency === currency
  )
  if (!fits) return wrong('deposit_of')
  if (deposits.some(one => one.cents > one.total_cents - one.credited_cents)) return wrong('deposit_credited')
  if (deposits.reduce((sum, { cents }) => sum + cents, 0) > total_cents) return wrong('deposits_too_large')
  return {}
}

/** What the lines of a draft come to: rows without a price count nothing. Totals of lines are in the order of the rows that have one. */
export function draftTotals(
  lines: readonly DocumentLine[],
  draft: Pick<Draft, 'discount_bp' | 'discount_cents'>
): Totals {
  return totals(
    lines.filter(({ kind }) => kind === 'line'),
    draft
  )
}

/** Lines with what each comes to; what its discount takes off is the difference. */
export const withTotals = <Line extends DocumentLine>(lines: readonly Line[]): (Line & LineAmounts)[] =>
  lines.map(line => {
    if (line.kind !== 'line') return line
    const { gross_cents, net_cents } = lineTotal(line)
    return { ...line, gross_cents, net_cents }
  })

const isEuropean = (country: string): boolean => european.has(country)
const european = new Set(
  'AT BE BG CY CZ DE DK EE EL GR ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI'.split(' ')
)
