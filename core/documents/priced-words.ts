import type { Locale, Translate } from '../i18n.ts'
import type { Unit, VatCategory } from '../totals.ts'

/** Figures as a paper prints them: exact, in the paper's language and currency. */
export interface Words {
  t: Translate
  money: (cents: number) => string
  /** A unit price in millionths: two to six decimals. */
  price: (micros: number) => string
  quantity: (quantity: number, unit: Unit) => string
  /** `20 %`; what is exempt says by which category. */
  rate: (category: VatCategory, rate: number) => string
  percent: (bp: number) => string
}

/** The words of papers in one language and currency. */
export function words(t: Translate, locale: Locale, currency: string): Words {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-GB'
  // amounts are in hundredths, whatever the currency: yens rounded to whole ones would not add up
  const style = { style: 'currency', currency, minimumFractionDigits: 2 } as const
  const moneys = new Intl.NumberFormat(tag, { ...style, maximumFractionDigits: 2 })
  const prices = new Intl.NumberFormat(tag, { ...style, maximumFractionDigits: 6 })
  const numbers = new Intl.NumberFormat(tag, { maximumFractionDigits: 4 })
  const percents = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 2 })
  return {
    t,
    money: cents => moneys.format(exact(cents, 2)),
    price: micros => prices.format(exact(micros, 6)),
    quantity: (quantity, unit) =>
      [numbers.format(quantity), t(`papers.units.${unit}`, { n: quantity })].join('\u00a0').trim(),
    percent: bp => percents.format(exact(bp, 4)),
    rate: (category, rate) => (category === 'S' ? percents.format(exact(rate, 4)) : t('papers.exempt', { category }))
  }
}

/** What a discount on the whole is called, with the part it is when its name does not say it: `Remise (5 %)`. */
export function discountLabel(label: string | null, bp: number, { t, percent }: Words): string {
  const name = label ?? t('papers.whole_discount')
  const part = percent(bp)
  const said = name.replace(/\s/g, '').includes(part.replace(/\s/g, ''))
  return bp === 0 || said ? name : `${name} (${part})`
}

/** A whole number of 10^-digits as decimal text: Intl takes it as it is, a float would lose cents of the largest amounts. */
export function exact(whole: number, digits: number): `${number}` {
  const text = String(Math.abs(whole)).padStart(digits + 1, '0')
  const sign = whole < 0 ? '-' : ''
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` as `${number}`
}
