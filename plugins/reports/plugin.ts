import { definePlugin } from '@patchbay/core'
import { fecRoutes } from './fec/routes.ts'

/** Revenue, receivables, VAT, ledgers. */
export const reports = definePlugin({
  id: 'reports',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'reports.read': ['manager'],
    'reports.export': ['manager']
  },
  async staff(app) {
    fecRoutes(app)
  }
})
