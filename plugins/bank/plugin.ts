import { definePlugin } from '@patchbay/core'

/** Statements imported and matched. */
export const bank = definePlugin({
  id: 'bank',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'bank.read': ['manager'],
    'bank.write': ['manager']
  }
})
