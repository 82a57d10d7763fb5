import { ibanInFours } from './numbers.ts'
import type { Card } from './queries.ts'
import type { Seller, WordingCode } from './contract.ts'

/** Companies: with a capital, and in the trade register. Others stand for people and associations. */
export const companyForms = ['SARL', 'EURL', 'SAS', 'SASU', 'SA', 'SNC', 'SCOP', 'SCIC'] as const
/** What a studio may be. `EI`: a sole trader, who has it behind the name (R526-27 of the code de commerce). */
export const legalForms = [...companyForms, 'EI', 'Association', 'Autre'] as const

/** Fields of the card that a paper needs, and the page that has each. */
const fieldPages = {
  legal_form: 'identity',
  address: 'identity',
  postal_code: 'identity',
  city: 'identity',
  siren: 'identity',
  capital: 'identity',
  register: 'identity',
  vat_number: 'vat'
} as const

/** What would do papers good. */
const wishedFields = { email: 'identity', siret: 'identity', iban: 'bank', logo: 'look', colour: 'look' } as const

/** Something to fill in: its sentence's key, and where. */
export interface Gap {
  key: string
  page: string
  field: string
}

/** What must be filled in before anything is issued, in the order of the pages. */
export function missingOf(card: Card): Gap[] {
  const french = card.country === 'FR'
  const company = (companyForms as readonly string[]).includes(card.legal_form ?? '')
  const absent: Record<keyof typeof fieldPages, boolean> = {
    legal_form: !card.legal_form,
    address: !card.address,
    postal_code: !card.postal_code,
    city: !card.city,
    siren: french && !card.siren,
    capital: company && card.capital_cents === null,
    register: french && company && !card.register,
    vat_number: card.vat_regime === 'normal' && !card.vat_number
  }
  return gapsOf(fieldPages, absent, 'legal.missing')
}

/** What papers can do without, but should not. */
export function wishedOf(card: Card): Gap[] {
  const absent: Record<keyof typeof wishedFields, boolean> = {
    email: !card.email,
    siret: card.country === 'FR' && Boolean(card.siren) && !card.siret,
    iban: !card.iban,
    logo: card.logo_file_id === null,
    colour: !card.colour
  }
  return gapsOf(wishedFields, absent, 'legal.wished')
}

function gapsOf(pages: Record<string, string>, absent: Record<string, boolean>, keys: string): Gap[] {
  return Object.entries(pages)
    .filter(([name]) => absent[name])
    .map(([name, page]) => ({ key: `${keys}.${name}`, page, field: formFields[name] ?? name }))
}

const formFields: Record<string, string> = { capital: 'capital_cents' }

/** Who issues papers, in these words. `studio` stands in for a card without a name. */
export function sellerOf(card: Card, studio: string, wordings: Record<WordingCode, string>): Seller {
  const name = card.name ?? studio
  const missing = missingOf(card).map(({ key }) => key)
  return {
    name,
    trade_name: card.trade_name === name ? null : card.trade_name,
    legal_form: card.legal_form ?? '',
    capital_cents: card.capital_cents,
    address: card.address ?? '',
    postal_code: card.postal_code ?? '',
    city: card.city ?? '',
    country: card.country,
    siren: card.siren,
    siret: card.siret,
    vat_number: card.vat_number,
    register: card.register,
    email: card.email,
    phone: card.phone,
    website: card.website,
    electronic_address: card.electronic_address ?? card.siren,
    iban: card.iban,
    bic: card.bic,
    account_holder: card.account_holder === name ? null : card.account_holder,
    vat_regime: card.vat_regime,
    vat_on_debits: card.vat_on_debits,
    payment_days: card.payment_days,
    end_of_month: card.end_of_month,
    wordings,
    footer: card.footer,
    introduction: card.introduction,
    logo_file_id: card.logo_file_id,
    colour: card.colour,
    missing
  }
}

/** What can be printed at the foot: `SARL au capital de 8 000,00 € · RCS Rennes 732 829 320`. For the preview. */
export function legalLine(
  seller: Seller,
  money: (cents: number) => string,
  capital: (amount: string) => string
): string {
  const form = [seller.legal_form, seller.capital_cents === null ? '' : capital(money(seller.capital_cents))]
  const siren = seller.siren?.replace(/(\d{3})(?=\d)/g, '$1\u00a0') ?? ''
  const register = [seller.register, seller.register ? siren : siren && `SIREN ${siren}`]
  const parts = [
    form.filter(Boolean).join(' '),
    register.filter(Boolean).join(' '),
    seller.vat_number ? `TVA ${seller.vat_number}` : '',
    seller.iban ? `IBAN ${ibanInFours(seller.iban)}` : ''
  ]
  return parts.filter(Boolean).join(' · ')
}
