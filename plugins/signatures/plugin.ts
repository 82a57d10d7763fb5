import { definePlugin } from '@patchbay/core'

/** Have a paper signed online. */
export const signatures = definePlugin({
  id: 'signatures',
  dir: import.meta.dirname,
  permissions: {
    'signatures.read': ['manager'],
    'signatures.write': ['manager'],
    'signatures.sign': ['visitor']
  }
})
