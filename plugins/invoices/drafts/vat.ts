import { vatKey, vatRates } from '@patchbay/core'
import type { PricedLine } from '@patchbay/core'
import type { Translate } from '@patchbay/core/i18n'
import type { VatRegime } from '../../legal/contract.ts'

/** What VAT is for a client, as their billing terms say. */
export const vatTreatments = ['standard', 'reverse_charge', 'intra_community', 'export'] as const
export type VatTreatment = (typeof vatTreatments)[number]

export interface VatFacts {
  regime: VatRegime
  treatment: VatTreatment
}

type Vat = Pick<PricedLine, 'vat_category' | 'vat_rate'>

const categories = { reverse_charge: 'AE', intra_community: 'K', export: 'G' } as const

/** VAT of a line that would bear `usual`: none in franchise, none from clients who owe or escape it themselves. */
export function vatFor({ regime, treatment }: VatFacts, usual: Vat = { vat_category: 'S', vat_rate: 2000 }): Vat {
  if (regime === 'franchise') return { vat_category: 'E', vat_rate: 0 }
  if (treatment === 'standard') return usual
  return { vat_category: categories[treatment], vat_rate: 0 }
}

/** What lines choose from, the likeliest first. */
export function vatChoices(facts: VatFacts, t: Translate): { value: string; label: string }[] {
  const rates = vatRates.filter(rate => rate > 0).map((rate): Vat => ({ vat_category: 'S', vat_rate: rate }))
  const others = (['E', 'AE', 'K', 'G', 'Z', 'O'] as const).map((category): Vat => ({
    vat_category: category,
    vat_rate: 0
  }))
  const first = vatKey(vatFor(facts))
  return [...rates, ...others]
    .map(vat => ({ value: vatKey(vat), label: vatLabel(vat, t) }))
    .toSorted((a, b) => Number(b.value === first) - Number(a.value === first))
}

/** `20 %`, `Autoliquidation`. */
export function vatLabel({ vat_category, vat_rate }: Vat, t: Translate): string {
  if (vat_category === 'S')
    return t('invoices.drafts.vat.rate', { rate: String(vat_rate / 100).replace('.', t('invoices.drafts.vat.mark')) })
  return t(`invoices.drafts.vat.${vat_category}`)
}

/**
 * Whether a document may be issued with that VAT: the key of a sentence when not. In franchise no VAT at all may stand on
 * it; reverse charge, deliveries inside the EU and exports are never mixed with French VAT by mistake.
 */
export function vatRefusal(lines: readonly Vat[], { regime, treatment }: VatFacts): string | undefined {
  const has = (test: (vat: Vat) => boolean) => lines.some(test)
  if (regime === 'franchise' && has(vat => vat.vat_category !== 'E' && vat.vat_category !== 'O'))
    return 'invoices.drafts.errors.vat_in_franchise'
  if (
    regime === 'normal' &&
    treatment === 'standard' &&
    has(({ vat_category }) => ['AE', 'K', 'G'].includes(vat_category))
  )
    return 'invoices.drafts.errors.vat_standard'
  if (regime === 'normal' && treatment !== 'standard' && has(({ vat_category }) => vat_category === 'S'))
    return 'invoices.drafts.errors.vat_treatment'
  return undefined
}
