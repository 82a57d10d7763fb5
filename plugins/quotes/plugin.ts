import { definePlugin } from '@patchbay/core'

/** Quotes, accepted online, and what follows. */
export const quotes = definePlugin({
  id: 'quotes',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'signatures', 'invoices'],
  permissions: {
    'quotes.read': ['manager'],
    'quotes.write': ['manager']
  }
})
