import { definePlugin } from '@patchbay/core'
import { reportRoutes } from './routes.ts'

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
  nav: [{ key: 'list', path: '', icon: 'chart-column', permission: 'reports.read', order: 60 }],
  staff: reportRoutes
})
