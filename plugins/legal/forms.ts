import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { wordingCodes, vatRegimes } from './contract.ts'
import { contrastOnWhite, isBic, isIban, isSiren, isSiret, isVatNumber } from './numbers.ts'
import { legalForms } from './seller.ts'

/** Text without what people put between its signs, in capitals; empty is null. `right` is asked of what is not empty. */
const number = (right: (value: string) => boolean, sentence: string) =>
  z
    .string()
    .max(100, 'fields.too_long')
    .transform(value => value.replace(/[\s.\u00a0\u202f-]/g, '').toUpperCase())
    .refine(value => value === '' || right(value), sentence)
    .transform(value => value || null)
    .nullish()
    .transform(value => value ?? null)

const version = fields.optionalId()

/** Who the studio is. */
export const IdentityForm = form({
  version,
  name: fields.optionalText(200),
  trade_name: fields.optionalText(200),
  legal_form: fields
    .choice(...legalForms)
    .or(z.literal('').transform(() => null))
    .nullish()
    .transform(value => value ?? null),
  capital_cents: fields.optionalCents(),
  address: fields.optionalText(500),
  postal_code: fields.optionalText(20),
  city: fields.optionalText(120),
  country: z
    .string()
    .transform(value => value.trim().toUpperCase() || 'FR')
    .pipe(z.string().regex(/^[A-Z]{2}$/, 'legal.errors.country'))
    .nullish()
    .transform(value => value ?? 'FR'),
  siren: number(isSiren, 'legal.errors.siren'),
  siret: number(isSiret, 'legal.errors.siret'),
  register: fields.optionalText(120),
  email: fields.optionalEmail(),
  phone: fields.optionalPhone(),
  website: fields.optionalUrl(),
  /** Of electronic invoices, scheme 0225; the SIREN when empty. */
  electronic_address: electronicAddress()
})

/** As the directory has it: nothing of it is changed but the spaces people put between the digits (BR-FR-23). */
function electronicAddress() {
  return z
    .string()
    .max(100, 'fields.too_long')
    .transform(value => value.replace(/\s/g, ''))
    .pipe(z.string().regex(/^[A-Za-z0-9+_.-]*$/, 'legal.errors.electronic_address'))
    .transform(value => value || null)
    .nullish()
    .transform(value => value ?? null)
}

/** How it stands with VAT. */
export const VatForm = form({
  version,
  vat_regime: fields.choice(...vatRegimes),
  vat_on_debits: fields.flag(),
  vat_number: number(isVatNumber, 'legal.errors.vat_number')
})

/** Where it is paid, and when. */
export const BankForm = form({
  version,
  iban: number(isIban, 'legal.errors.iban'),
  bic: number(isBic, 'legal.errors.bic'),
  account_holder: fields.optionalText(200),
  payment_days: fields.count(0, 365),
  end_of_month: fields.flag()
})

/** Least contrast of the studio's colour on white paper: that of text by WCAG AA. */
export const leastContrast = 4.5

/** What its papers look like. */
export const LookForm = form({
  version,
  logo: fields.optionalPhoto(),
  remove_logo: fields.flag(),
  colour: z
    .string()
    .transform(value => value.trim().toLowerCase())
    .pipe(
      z
        .string()
        .regex(/^(#[0-9a-f]{6})?$/, 'legal.errors.colour')
        .refine(
          value => !/^#[0-9a-f]{6}$/.test(value) || contrastOnWhite(value) >= leastContrast,
          'legal.errors.contrast'
        )
    )
    .transform(value => value || null)
    .nullish()
    .transform(value => value ?? null),
  introduction: fields.optionalText(2000),
  footer: fields.optionalText(1000)
})

/** A sentence of the law in the studio's words, from a day on. */
export const WordingForm = form({
  code: fields.choice(...wordingCodes),
  valid_from: fields.day(),
  text_fr: fields.text(2000),
  text_en: fields.text(2000)
})
/** Takes back a sentence that has not begun, in both languages. */
export const RemoveWordingForm = form({ code: fields.choice(...wordingCodes), valid_from: fields.day() })

const account = () =>
  number(value => /^[0-9A-Z]{3,20}$/.test(value), 'legal.errors.account').pipe(z.string('fields.required'))

/** The ledger's accounts. */
export const AccountsForm = form({
  clients: account(),
  services: account(),
  goods: account(),
  deposits: account(),
  vat_collected: account(),
  vat_pending: account(),
  bank: account(),
  cash: account(),
  card: account(),
  cheques: account(),
  expenses: account(),
  suppliers: account(),
  vat_deductible: account(),
  exchange_gain: account(),
  exchange_loss: account(),
  rounding: account()
})
