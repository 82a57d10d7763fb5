import { definePlugin } from '@patchbay/core'

/** Stripe: pay an invoice online. */
export const stripe = definePlugin({
  id: 'stripe',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'stripe.read': ['manager'],
    'stripe.write': [],
    'stripe.refund': ['manager'],
    'stripe.pay': ['visitor']
  }
})
