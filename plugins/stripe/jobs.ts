import type { Plugin, Working } from '@patchbay/core'
import { changeCheckout, checkoutsToLookAt } from './checkout-queries.ts'
import { compareDaily } from './comparing.ts'
import { changeEvent, eventsDue } from './event-queries.ts'
import { changeRefund, refundsDue } from './money-queries.ts'
import { nextDue } from './waiting-queries.ts'

/**
 * What waits is told anew, each in a transaction of its own: events and refunds that Stripe could not be reached for, and
 * payers that are back while no event says how it ended. Gives when the next of them is due.
 */
async function watch(working: Working): Promise<Date | undefined> {
  const first = await nextDue(working.db)
  if (!first?.due) return first?.at
  await tellAnew(working)
  return (await nextDue(working.db))?.at
}

async function tellAnew({ db, tell }: Working): Promise<void> {
  for (const { id } of await eventsDue(db)) {
    await changeEvent(db, id, { next_try_at: null })
    tell('stripe.event-received', { event_id: id })
  }
  for (const { id } of await refundsDue(db)) {
    await changeRefund(db, id, { next_try_at: null })
    tell('stripe.refund-asked', { refund_id: id })
  }
  for (const { id, looks } of await checkoutsToLookAt(db)) {
    // 1, 2, 4… minutes, at most a day; after three weeks it is over whatever it was
    const next_look_at = looks < 30 ? new Date(Date.now() + Math.min(2 ** looks, 1440) * 60_000) : null
    await changeCheckout(db, id, { looks: looks + 1, next_look_at })
    tell('stripe.checkout-left', { checkout_id: id })
  }
}

export const jobs: NonNullable<Plugin['jobs']> = {
  // payers and their money do not wait for somebody to come by
  watch: {
    every: '*/5 * * * *',
    after: ['stripe.event-received', 'stripe.refund-asked', 'stripe.checkout-left', 'invoices.settled'],
    days: 60,
    run: watch
  },
  compare: { every: '40 3 * * *', days: 60, run: compareDaily }
}
