import { definePlugin } from '@patchbay/core'

/** Templates, online signature, proof. */
export const contracts = definePlugin({
  id: 'contracts',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'signatures'],
  permissions: {
    'contracts.read': ['manager'],
    'contracts.write': ['manager']
  }
})
