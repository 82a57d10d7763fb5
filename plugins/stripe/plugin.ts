import { definePlugin } from '@patchbay/core'
import { connect, disconnect, setKeys, setSecret, testAccount } from './account.ts'
import { answers } from './answers.ts'
import { closeSettled, comeBack, pay } from './checkout.ts'
import { compare, hearCheck, recordMissing } from './comparing.ts'
import { hearEvent, hearLeft, receive, replay } from './events.ts'
import { jobs } from './jobs.ts'
import { stripeEvents, stripePayments } from './list.ts'
import { openRoutes } from './open-routes.ts'
import { hearRefund, refund } from './refunding.ts'
import { staffRoutes } from './routes.ts'
import { StripeEnv, StripeSettings } from './settings.ts'

/** Stripe: pay an invoice online. */
export const stripe = definePlugin({
  id: 'stripe',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  sealedIn: [
    { table: 'stripe_account', column: 'key_sealed', name: 'key' },
    { table: 'stripe_account', column: 'webhook_secret_sealed', name: 'webhook' }
  ],
  permissions: {
    'stripe.read': ['manager'],
    'stripe.write': [],
    'stripe.refund': ['manager'],
    'stripe.pay': ['visitor']
  },
  settings: StripeSettings,
  env: StripeEnv,
  commands: [{ key: 'account', path: '/account', icon: 'credit-card', permission: 'stripe.write' }],
  actions: [
    pay,
    comeBack,
    receive,
    replay,
    refund,
    compare,
    recordMissing,
    setKeys,
    setSecret,
    connect,
    testAccount,
    disconnect
  ],
  lists: [stripePayments, stripeEvents],
  live: { 'stripe.changed': 'stripe.read' },
  on: {
    'stripe.event-received': hearEvent,
    'stripe.checkout-left': hearLeft,
    'stripe.refund-asked': hearRefund,
    'stripe.check-asked': hearCheck,
    'invoices.settled': closeSettled
  },
  answers,
  jobs,
  async staff(app) {
    staffRoutes(app)
  },
  open: openRoutes
})
