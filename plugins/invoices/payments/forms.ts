import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { paymentMethods } from '../contract.ts'

/** EUR for one of a currency, up to eight decimals: `0,92`. Null when it is not said. */
const rate = () =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((typed, context): string | null => {
      const text = String(typed ?? '')
        .trim()
        .replace(',', '.')
      if (text === '') return null
      if (/^\d{1,9}(\.\d{1,8})?$/.test(text) && Number(text) > 0) return text
      context.addIssue({ code: 'custom', message: 'invoices.payments.errors.rate' })
      return z.NEVER
    })

/** Rows of a form in which nothing was typed are left out. */
const filled = (rows: unknown) => (Array.isArray(rows) ? rows.filter(row => !isEmpty(row)) : rows)

const isEmpty = (row: unknown) =>
  typeof row === 'object' && row !== null && (!('cents' in row) || row.cents === '' || row.cents === null)

/** So much for each of several invoices; fields `allocations.0.invoice_id`, `allocations.0.cents`. */
const allocations = () =>
  z
    .preprocess(filled, z.array(form({ invoice_id: fields.id(), cents: fields.cents() })).max(200, 'fields.too_many'))
    .optional()
    .transform(rows => rows ?? [])

/** Money that came in, entered by hand: for one invoice, for several, or in advance. */
export const PaymentForm = form({
  /** Whose it is, if not the invoice's client: who pays for somebody else keeps what is too much. */
  client_id: fields.optionalId(),
  client_name: fields.optionalText(),
  invoice_id: fields.optionalId(),
  cents: fields.cents(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'invoices.payments.errors.unknown_currency')
    .optional(),
  exchange_rate: rate(),
  method: fields.choice(...paymentMethods),
  paid_on: fields.pastDay(),
  reference: fields.optionalText(200),
  payer: fields.optionalText(200),
  note: fields.optionalText(500),
  allocations: allocations(),
  /** For no invoice yet: an advance. Else, where none is named, the client's open ones are paid, the oldest first. */
  as_credit: fields.flag(),
  /** What is more than is open is kept as the client's credit: said, so that a slip of the hand is not. */
  keep_rest: fields.flag()
})

/** Money that goes back: of a payment, or of a client's credit. */
export const RefundForm = form({
  id: fields.id(),
  cents: fields.cents(),
  method: fields.choice(...paymentMethods),
  paid_on: fields.pastDay(),
  reference: fields.optionalText(200),
  reason: fields.text(500),
  invoice_id: fields.optionalId()
})

export const CreditRefundForm = form({
  client_id: fields.id(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'invoices.payments.errors.unknown_currency'),
  cents: fields.cents(),
  method: fields.choice(...paymentMethods),
  paid_on: fields.pastDay(),
  reference: fields.optionalText(200),
  reason: fields.text(500)
})

export const CorrectionForm = form({ id: fields.id(), reason: fields.text(500) })

/** A client's credit for an invoice: so much, or as much as is open. */
export const UseCreditForm = form({ id: fields.id(), cents: fields.optionalCents() })

export const InvoiceForm = form({ id: fields.id() })

/** What a credit note is for. */
export const CreditNoteForm = form({
  id: fields.id(),
  allocations: allocations(),
  refund_cents: fields.optionalCents(),
  credit_cents: fields.optionalCents(),
  method: fields.choice(...paymentMethods).optional(),
  reference: fields.optionalText(200)
})

/** Whose payment is to be entered: by its id, or what was typed without script. What is wrong is as if it were not there. */
export const NewQuery = z.object({
  client: fields.optionalId().catch(null),
  client_id: fields.optionalId().catch(null),
  client_name: fields.optionalText().catch(null)
})
