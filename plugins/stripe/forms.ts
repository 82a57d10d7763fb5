import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** The private link of an invoice's open page. */
const token = () => z.string().min(20, 'fields.invalid').max(100, 'fields.invalid')

/** An amount, or what is open when it is left empty. */
export const PayForm = form({ token: token(), cents: fields.optionalCents() })

/** Where Stripe's page sends a payer back to: the link, and which page it was. */
export const ReturnForm = form({ token: token(), session_id: fields.text(255) })

/** An event as it came: the body to the byte, and the header that signs it. */
export const EventForm = form({ payload: z.string().max(300_000), signature: z.string().max(2000) })

const secretKey = /^(sk|rk)_(test|live)_\w{8,200}$/
const webhookSecret = /^whsec_\w{8,200}$/

export const KeysForm = form({
  secret_key: fields.text(250).pipe(z.string().regex(secretKey, 'stripe.errors.key_form')),
  /** Only for those who set up the webhook at Stripe by hand. */
  webhook_secret: fields
    .optionalText(250)
    .pipe(z.union([z.null(), z.string().regex(webhookSecret, 'stripe.errors.secret_form')]))
})

/** The secret of an endpoint that was set up at Stripe by hand. */
export const SecretForm = form({
  webhook_secret: fields.text(250).pipe(z.string().regex(webhookSecret, 'stripe.errors.secret_form'))
})

/** A mere button. */
export const NoForm = form({})

export const RefundForm = form({ id: fields.id(), cents: fields.cents(), reason: fields.text(500) })

export const EventIdForm = form({ id: fields.id() })

/** Since which day; empty: the last 35 days. */
export const CheckForm = form({ since: fields.optionalDay() })

/** A payment that only Stripe knows of, as a comparison found it. */
export const RecordForm = form({
  check_id: fields.id(),
  payment_intent: fields.text(255).pipe(z.string().regex(/^pi_\w+$/, 'fields.invalid'))
})

const page = { after: fields.optionalText(200), before: fields.optionalText(200) }

/** Payments, as their list stands in its address. */
export const PaymentsQuery = form({
  q: fields.optionalText(100),
  only: fields.choice('refunded', 'disputed', 'credited').optional(),
  ...page
})
export type PaymentsQuery = z.output<typeof PaymentsQuery>

/** Events, as their list stands in its address. */
export const EventsQuery = form({
  state: fields.choice('waiting', 'done', 'kept', 'failed').optional(),
  ...page
})
export type EventsQuery = z.output<typeof EventsQuery>
