import { fields, form, moreRows, pricedLines, wholeDiscount } from '@patchbay/core'
import { decimalOf } from '@patchbay/core/money'
import { z } from 'zod'
import { isCurrency } from '../codes.ts'
import { vatTreatments } from './vat.ts'

const currency = () =>
  z
    .string()
    .transform(text => text.trim().toUpperCase())
    .pipe(z.string().refine(isCurrency, 'invoices.drafts.errors.currency'))

/** Mail addresses, one a line or separated by commas; at most 10. */
const mails = () =>
  z
    .union([z.string().transform(text => text.split(/[\s,;]+/)), z.array(z.string())])
    .optional()
    .transform(list => [...new Set((list ?? []).map(mail => mail.trim().toLowerCase()).filter(Boolean))])
    .pipe(z.array(z.email('fields.email').max(254, 'fields.too_long')).max(10, 'fields.too_many'))

/** EUR for one of the currency, up to eight decimals, from `0,92`. */
const rate = () =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((typed, context): number | null => {
      const text = String(typed ?? '').trim()
      if (text === '') return null
      const value = decimalOf(text, 8)
      if (value !== undefined && value > 0) return value / 100_000_000
      context.addIssue({ code: 'custom', message: 'invoices.drafts.errors.exchange_rate' })
      return z.NEVER
    })

const draft = {
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  title: fields.optionalText(200),
  language: fields.choice('fr', 'en').optional(),
  currency: currency().optional(),
  exchange_rate: rate(),
  exchange_source: fields.optionalText(100),
  exchange_on: fields.optionalDay(),
  order_number: fields.optionalText(100),
  buyer_reference: fields.optionalText(100),
  issue_date: fields.optionalDay(),
  payment_days: fields.optionalCount(0, 365),
  service_from: fields.optionalDay(),
  service_to: fields.optionalDay(),
  discount: wholeDiscount(),
  discount_label: fields.optionalText(200),
  discount_code: fields.optionalText(60),
  note: fields.optionalText(2000),
  internal_note: fields.optionalText(2000),
  recipients: mails(),
  deposits: fields.ids(),
  lines: pricedLines(),
  /** Without script: the form is shown again with more empty rows. */
  more_rows: moreRows()
}

/** A new draft. Without lines it is filled in later. */
export const DraftForm = form(draft)
export type Draft = z.output<typeof DraftForm>

export const ChangeDraftForm = form({ id: fields.id(), version: fields.optionalId(), ...draft })
export const InvoiceForm = form({ id: fields.id() })

/** Sessions to be billed: one client's. `client_id` says whose when they have none. */
export const SessionsForm = form({ session_ids: fields.ids() })

/** A month's drafts: those clients, everything of theirs in that month that is not billed yet. */
export const MonthForm = form({ month: month(), client_ids: fields.ids() })
export const MonthQuery = form({ month: month().optional() })

/** A part of what a draft or a session comes to, billed ahead: `30 %` or `150,00`, VAT included. */
export const DepositForm = form({
  id: fields.optionalId(),
  session_id: fields.optionalId(),
  part: wholeDiscount(),
  label: fields.optionalText(200)
})

/** What of an issued invoice is taken back: all, some quantities of some lines, or an amount with VAT. */
export const CreditForm = form({
  id: fields.id(),
  mode: fields.choice('full', 'lines', 'amount'),
  quantities: z
    .array(z.strictObject({ item_id: fields.id(), quantity: z.union([z.string(), z.number()]).nullish() }))
    .max(300)
    .optional(),
  cents: fields.optionalCents(),
  reason: fields.optionalText(500)
})

export const BillingForm = form({
  client_id: fields.id(),
  siret: digits(14, 'invoices.drafts.errors.siret'),
  electronic_address: fields.optionalText(100),
  payment_days: fields.optionalCount(0, 365),
  vat_treatment: fields.choice(...vatTreatments),
  currency: z.union([z.literal('').transform(() => null), currency()]).nullish(),
  recipients: mails(),
  order_number: fields.optionalText(100)
})

export const StopRemindersForm = form({ client_id: fields.id(), reason: fields.optionalText(300) })
export const ClientForm = form({ client_id: fields.id() })

export const tabs = ['drafts', 'open', 'overdue', 'paid', 'credits', 'all'] as const
export const sorts = ['date', '-date', 'number', '-number', 'total', '-total', 'due', '-due'] as const

/** The list as it stands in its address. */
export const InvoicesQuery = form({
  q: fields.optionalText(100),
  tab: fields.choice(...tabs).optional(),
  client: fields.optionalId(),
  from: fields.optionalDay(),
  to: fields.optionalDay(),
  sort: fields.choice(...sorts).optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type InvoicesQuery = z.output<typeof InvoicesQuery>

/** Several at once: the ticked rows of the list. */
export const ManyForm = form({ ids: fields.ids() })

function month() {
  return z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'invoices.drafts.errors.month')
}

function digits(length: number, message: string) {
  return z
    .string()
    .nullish()
    .transform((typed, context): string | null => {
      const text = (typed ?? '').replace(/\s/g, '')
      if (text === '') return null
      if (text.length === length && luhn(text)) return text
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    })
}

/** The check digit of SIREN and SIRET. La Poste's establishments follow a rule of their own: the sum of their digits. */
function luhn(text: string): boolean {
  if (!/^\d+$/.test(text)) return false
  const all = text.split('').toReversed().map(Number)
  const sum = all.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0
  )
  if (sum % 10 === 0) return true
  return text.startsWith('356000000') && all.reduce((total, digit) => total + digit, 0) % 5 === 0
}
