import { list, time } from '@patchbay/core'
import { InvoicesQuery } from './forms.ts'
import { listInvoices } from './list-queries.ts'

/** Drafts and issued documents; without a tab, all of them. */
export const invoicesList = list({
  name: 'invoices.list',
  permission: 'invoices.read',
  query: InvoicesQuery,
  run: (db, query, { timezone }) => listInvoices(db, query, time.today(timezone))
})
