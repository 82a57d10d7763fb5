import { definePlugin } from '@patchbay/core'

/** Receipts, suppliers, VAT to recover. */
export const expenses = definePlugin({
  id: 'expenses',
  dir: import.meta.dirname,
  optional: true,
  requires: ['legal'],
  permissions: {
    'expenses.read': ['manager'],
    'expenses.write': ['manager', 'engineer', 'assistant']
  }
})
