import { definePlugin } from '@patchbay/core'

/** Reminders of what is late, step by step. */
export const dunning = definePlugin({
  id: 'dunning',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'dunning.read': ['manager'],
    'dunning.write': ['manager']
  }
})
