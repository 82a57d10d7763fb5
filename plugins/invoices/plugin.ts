import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import { invoicesList } from './drafts/list.ts'
import { draftActions, draftPages } from './drafts/parts.ts'
import { deliveryActions } from './delivery/actions.ts'
import { deliveryHears, deliveryJobs } from './delivery/answers.ts'
import { PlatformEnv } from './delivery/platform.ts'
import { deliveryRoutes, openDeliveryRoutes } from './delivery/routes.ts'
import { examine } from './issuing/examining.ts'
import { issuingActions } from './issuing/actions.ts'
import { issuingRoutes } from './issuing/routes.ts'
import { InvoiceSettings } from './issuing/settings.ts'
import { journalActions } from './journal/actions.ts'
import { closePeriods } from './journal/closing.ts'
import { journalRoutes } from './journal/routes.ts'
import { paymentActions } from './payments/actions.ts'
import { paymentList } from './payments/list.ts'
import { paymentRoutes } from './payments/routes.ts'
import { mailStatement, sendStatement } from './payments/statement-routes.ts'
import { seed } from './seed.ts'

/** Invoices, deposits, credit notes and payments. */
export const invoices = definePlugin({
  id: 'invoices',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue'],
  sealedIn: [
    { table: 'invoices', column: 'token_sealed', name: 'link:{id}' },
    { table: 'invoice_platform', column: 'token_sealed', name: 'platform' }
  ],
  permissions: {
    'invoices.read': ['manager'],
    'invoices.write': ['manager'],
    'invoices.issue': ['manager'],
    'invoices.pay': ['manager'],
    'invoices.close': [],
    'invoices.view': ['visitor']
  },
  settings: InvoiceSettings,
  nav: [{ key: 'list', path: '', icon: 'receipt-text', permission: 'invoices.read', order: 42 }],
  commands: [
    { key: 'new', path: '/new', icon: 'file-plus-2', permission: 'invoices.write' },
    { key: 'month', path: '/month', icon: 'calendar-check', permission: 'invoices.write' }
  ],
  actions: [
    ...draftActions,
    ...issuingActions,
    ...deliveryActions,
    ...paymentActions,
    sendStatement,
    ...journalActions
  ],
  lists: [invoicesList, paymentList],
  live: {
    'invoices.drafted': 'invoices.read',
    'invoices.issued': 'invoices.read',
    'invoices.sent': 'invoices.read',
    'invoices.status-changed': 'invoices.read',
    'invoices.payment-recorded': 'invoices.read'
  },
  on: { ...deliveryHears, 'invoices.statement-asked': mailStatement },
  env: PlatformEnv,
  jobs: {
    ...deliveryJobs,
    /** Soon after midnight, wherever the studio is: what is over is closed. */
    close: {
      every: '7 * * * *',
      days: 400,
      run: async work => void (await closePeriods({ ...work, person: { id: null, name: 'Patchbay' } }))
    }
  },
  examine,
  open: openDeliveryRoutes,
  async staff(app) {
    draftPages(app)
    issuingRoutes(app)
    deliveryRoutes(app)
    paymentRoutes(app)
    journalRoutes(app)
  },
  answers,
  seed
})
