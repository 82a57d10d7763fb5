import { list } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { listEvents } from './event-queries.ts'
import type { EventRow } from './event-queries.ts'
import { EventsQuery, PaymentsQuery } from './forms.ts'
import { listPayments } from './money-queries.ts'
import type { PaymentRow } from './money-queries.ts'

/** Payments through Stripe, the latest first. */
export const stripePayments = list({
  name: 'stripe.payments',
  permission: 'stripe.read',
  query: PaymentsQuery,
  run: (db: Db, query: PaymentsQuery): Promise<Page<PaymentRow>> => listPayments(db, query)
})

/** What Stripe told us, the latest first. */
export const stripeEvents = list({
  name: 'stripe.events',
  permission: 'stripe.read',
  query: EventsQuery,
  run: (db: Db, query: EventsQuery): Promise<Page<EventRow>> => listEvents(db, query)
})
