import { definePlugin } from '@patchbay/core'

/** Hours and sessions paid in advance. */
export const packages = definePlugin({
  id: 'packages',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'packages.read': ['manager', 'engineer', 'assistant'],
    'packages.write': ['manager']
  }
})
