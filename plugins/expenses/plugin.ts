import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import { deedRoutes } from './deeds.ts'
import { addExpenseAction, changeExpenseAction, recordExpense, removeExpenseAction, reopenExpense } from './entering.ts'
import { expensesList, ownExpensesList, suppliersList } from './list.ts'
import { receivingRoutes, supplyRoutes } from './more-routes.ts'
import { payExpense, unpayExpense } from './paying.ts'
import { addFileAction, receiveFile, removeFileAction } from './receiving.ts'
import { makeRecurring, repeatExpense, stopRepeating } from './recurring.ts'
import { expenseRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { addCategoryAction, changeCategoryAction, changeSupplierAction } from './supplies.ts'

/** Receipts and invoices received: suppliers, VAT to recover, what recurs, what is paid. */
export const expenses = definePlugin({
  id: 'expenses',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'legal', 'sessions'],
  permissions: {
    'expenses.read': ['manager'],
    'expenses.write': ['manager', 'engineer', 'assistant'],
    'expenses.record': ['manager']
  },
  nav: [{ key: 'list', path: '', icon: 'receipt', permission: 'expenses.write', order: 46 }],
  commands: [
    { key: 'new', path: '/new', icon: 'receipt', permission: 'expenses.write' },
    { key: 'receive', path: '/receive', icon: 'file-input', permission: 'expenses.write' },
    { key: 'suppliers', path: '/suppliers', icon: 'store', permission: 'expenses.read' },
    { key: 'vat', path: '/vat', icon: 'percent', permission: 'expenses.read' }
  ],
  actions: [
    addExpenseAction,
    changeExpenseAction,
    recordExpense,
    reopenExpense,
    removeExpenseAction,
    receiveFile,
    addFileAction,
    removeFileAction,
    payExpense,
    unpayExpense,
    repeatExpense,
    stopRepeating,
    changeSupplierAction,
    addCategoryAction,
    changeCategoryAction
  ],
  lists: [expensesList, ownExpensesList, suppliersList],
  live: {
    'expenses.added': 'expenses.read',
    'expenses.changed': 'expenses.read',
    'expenses.recorded': 'expenses.read',
    'expenses.paid': 'expenses.read'
  },
  answers,
  jobs: {
    /** What came due since the last time, for studios where nobody was for a while, too. */
    recurring: { every: '10 4 * * *', days: 400, run: makeRecurring }
  },
  async staff(app) {
    receivingRoutes(app)
    supplyRoutes(app)
    expenseRoutes(app)
    deedRoutes(app)
  },
  seed
})
