import { definePlugin } from '@patchbay/core'

/** Invoices, deposits, credit notes and payments. */
export const invoices = definePlugin({
  id: 'invoices',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue'],
  permissions: {
    'invoices.read': ['manager'],
    'invoices.write': ['manager'],
    'invoices.issue': ['manager'],
    'invoices.pay': ['manager'],
    'invoices.close': [],
    'invoices.view': ['visitor']
  }
})
