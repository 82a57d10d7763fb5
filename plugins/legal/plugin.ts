import { definePlugin } from '@patchbay/core'

/** Who issues papers, and in which words. */
export const legal = definePlugin({
  id: 'legal',
  dir: import.meta.dirname,
  permissions: {
    'legal.read': ['manager'],
    'legal.write': []
  }
})
