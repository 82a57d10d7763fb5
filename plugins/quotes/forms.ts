import { fields, form, moreRows, pricedLines, wholeDiscount } from '@patchbay/core'
import { z } from 'zod'
import { isCurrency } from '../invoices/contract.ts'
import { confirmations, depositKinds, quoteStates } from './contract.ts'

/** A quote as its editor sends it, in the order of the form. */
const content = {
  title: fields.optionalText(200),
  language: fields.choice('fr', 'en').optional(),
  currency: z.string().trim().toUpperCase().refine(isCurrency, 'quotes.errors.currency').optional(),
  recipient_name: fields.optionalText(200),
  recipient_email: fields.optionalEmail(),
  order_number: fields.optionalText(100),
  introduction: fields.optionalText(4000),
  terms: fields.optionalText(6000),
  internal_note: fields.optionalText(4000),
  valid_days: fields.count(1, 365).optional(),
  execution: fields.optionalText(300),
  service_from: fields.optionalDay(),
  service_to: fields.optionalDay(),
  rounds_included: fields.optionalCount(0, 100),
  discount: wholeDiscount(),
  discount_label: fields.optionalText(200),
  discount_code: fields.optionalText(60),
  deposit: wholeDiscount(),
  deposit_kind: fields.choice(...depositKinds).optional(),
  cancellation: fields.optionalText(2000),
  confirm_on: fields.choice(...confirmations).optional()
}

/** A new one: for whom, perhaps about which of their sessions, whose lines it takes. */
export const NewQuoteForm = form({
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  title: fields.optionalText(200),
  session_ids: fields.ids()
})

export const QuoteForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  ...content,
  lines: pricedLines({ options: true }),
  more_rows: moreRows()
})
export type QuoteInput = z.output<typeof QuoteForm>

export const QuoteIdForm = form({ id: fields.id() })
export const QuoteSessionsForm = form({ id: fields.id(), session_ids: fields.ids() })
export const SendForm = form({
  id: fields.id(),
  recipient_name: fields.optionalText(200),
  recipient_email: fields.optionalEmail(),
  message: fields.optionalText(2000)
})
export const WithdrawForm = form({ id: fields.id(), reason: fields.optionalText(500) })
export const DeclineForm = form({ id: fields.id(), reason: fields.text(500) })
/** The client said yes on paper: who signed, on which day, perhaps the sheet itself, which options they ticked. */
export const PaperForm = form({
  id: fields.id(),
  name: fields.text(200),
  day: fields.pastDay(),
  chosen: fields.ids(),
  scan: scan()
})
export const NoteForm = form({ id: fields.id(), internal_note: fields.optionalText(4000) })

/** A PDF or a photo, as a form or the API sends it; null for none. What it is, its content says. */
function scan() {
  return z
    .preprocess(
      value => (value === '' || (Buffer.isBuffer(value) && value.length === 0) ? null : (value ?? null)),
      z.union([
        z.null(),
        z.custom<Buffer>(value => Buffer.isBuffer(value), 'quotes.errors.scan'),
        z.base64('quotes.errors.scan').transform(bytes => Buffer.from(bytes, 'base64'))
      ])
    )
    .optional()
    .transform((value): Buffer | null => value ?? null)
}

/** The list as it stands in its address. */
export const QuotesQuery = form({
  q: fields.optionalText(100),
  state: fields.choice(...quoteStates, 'soon').optional(),
  client_id: fields.optionalId(),
  sort: fields
    .choice('created', '-created', 'client', '-client', 'total', '-total', 'valid_until', '-valid_until')
    .optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type QuotesQuery = z.output<typeof QuotesQuery>
