import { readablePhone } from '../forms.ts'
import type { Locale, Translate } from '../i18n.ts'
import type { PaperParty } from './priced.ts'

/** Where somebody is, as it is printed. `country` is ISO 3166-1 alpha-2. */
export interface PaperAddress {
  address: string
  postal_code: string
  city: string
  country: string
}

/** Who writes papers, as far as the papers say it. */
export interface Issuer extends PaperAddress {
  name: string
  trade_name: string | null
  legal_form: string
  /** Cents; null for those that have none. */
  capital_cents: number | null
  siren: string | null
  siret: string | null
  vat_number: string | null
  /** `RCS Rennes`, without the number. */
  register: string | null
  email: string | null
  phone: string | null
  website: string | null
}

interface Voice {
  t: Translate
  locale: Locale
}

/** The issuer as they stand at the head of a paper. */
export function issuerParty(issuer: Issuer, voice: Voice): PaperParty {
  const { t } = voice
  const lines = [
    issuer.trade_name ? t('papers.legal_name', { name: nameOf(issuer) }) : '',
    ...addressLines(issuer, voice.locale),
    issuer.siret ? t('papers.siret', { number: grouped(issuer.siret, [3, 3, 3, 5]) }) : '',
    issuer.vat_number ? t('papers.vat_number', { number: issuer.vat_number }) : '',
    [issuer.phone && readablePhone(issuer.phone), issuer.email].filter(Boolean).join(' · '),
    issuer.website?.replace(/^https?:\/\//, '').replace(/\/$/, '') ?? ''
  ]
  return { name: issuer.trade_name ?? nameOf(issuer), lines: lines.filter(line => line !== '') }
}

/** `Studio des Érables, SARL au capital de 10 000 €, SIREN 732 829 320, RCS Rennes 732 829 320, TVA FR44732829320`. */
export function legalLine(issuer: Issuer, { t, locale }: Voice): string {
  const { legal_form, capital_cents, siren, register, vat_number } = issuer
  const number = siren ? grouped(siren, [3, 3, 3]) : ''
  const form =
    capital_cents === null
      ? legal_form
      : t('papers.capital', { form: legal_form, capital: euros(capital_cents, locale) })
  const parts = [
    nameOf(issuer),
    form,
    number ? t('papers.siren', { number }) : '',
    register ? `${register} ${number}`.trim() : '',
    vat_number ? t('papers.vat_number', { number: vat_number }) : ''
  ]
  return parts.filter(part => part !== '').join(', ')
}

/** The lines of an address; the country only abroad, in the paper's language. */
export function addressLines({ address, postal_code, city, country }: PaperAddress, locale: Locale): string[] {
  const place = [postal_code, city].filter(Boolean).join(' ')
  const abroad = country === 'FR' || country === '' ? '' : (countries(locale).of(country) ?? country)
  return [...address.split('\n').map(line => line.trim()), place, abroad].filter(line => line !== '')
}

/** `732 829 320`, with spaces that hold. */
export function grouped(digits: string, groups: readonly number[]): string {
  let at = 0
  return groups.map(length => digits.slice(at, (at += length))).join('\u00a0')
}

/** `FR76 3000 6000 …` */
export const groupedIban = (iban: string): string => (iban.replace(/\s/g, '').match(/.{1,4}/g) ?? []).join('\u00a0')

/** A sole trader's name is followed by what they are (CGI; loi du 14 février 2022). */
function nameOf({ name, legal_form }: Issuer): string {
  return legal_form === 'EI' && !/\bEI\b/.test(name) ? `${name} EI` : name
}

const euros = (cents: number, locale: Locale): string =>
  new Intl.NumberFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', {
    style: 'currency',
    currency: 'EUR',
    trailingZeroDisplay: 'stripIfInteger'
  }).format(cents / 100)

const names: Partial<Record<Locale, Intl.DisplayNames>> = {}
const countries = (locale: Locale): Intl.DisplayNames =>
  (names[locale] ??= new Intl.DisplayNames(locale, { type: 'region' }))
