import { definePlugin } from '@patchbay/core'

/** Services, goods, prices and discounts. */
export const catalogue = definePlugin({
  id: 'catalogue',
  dir: import.meta.dirname,
  requires: ['clients', 'legal'],
  permissions: {
    'catalogue.read': ['manager', 'engineer', 'assistant'],
    'catalogue.write': ['manager']
  }
})
