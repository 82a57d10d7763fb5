import { definePlugin } from '@patchbay/core'
import { acceptOnPaper, declineQuote } from './accepting.ts'
import { answers } from './answers.ts'
import { duplicateQuote, reviseQuote } from './copying.ts'
import { changeQuoteAction, draftQuote, noteQuote, removeQuoteAction, setSessions } from './drafting.ts'
import { confirmSessions, depositSettled, invoiceDeposit, invoiceFinal, makeProject } from './following.ts'
import { expire, remind } from './jobs.ts'
import { quotesList } from './list.ts'
import { quoteRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { sendQuote, withdrawQuote } from './sending.ts'
import { QuoteSettings } from './settings.ts'

/** Quotes, accepted online, and what follows. */
export const quotes = definePlugin({
  id: 'quotes',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'signatures', 'invoices'],
  sealedIn: [{ table: 'quotes', column: 'link_sealed', name: 'quote:{id}' }],
  permissions: {
    'quotes.read': ['manager'],
    'quotes.write': ['manager']
  },
  settings: QuoteSettings,
  nav: [{ key: 'list', path: '', icon: 'file-pen-line', permission: 'quotes.read', order: 40 }],
  commands: [{ key: 'new', path: '/new', icon: 'file-plus', permission: 'quotes.write' }],
  actions: [
    draftQuote,
    changeQuoteAction,
    setSessions,
    duplicateQuote,
    reviseQuote,
    removeQuoteAction,
    noteQuote,
    sendQuote,
    withdrawQuote,
    acceptOnPaper,
    declineQuote,
    confirmSessions,
    invoiceDeposit,
    invoiceFinal,
    makeProject
  ],
  lists: [quotesList],
  live: {
    'quotes.changed': 'quotes.read',
    'quotes.removed': 'quotes.read',
    'quotes.sent': 'quotes.read',
    'quotes.accepted': 'quotes.read',
    'quotes.declined': 'quotes.read',
    'quotes.ended': 'quotes.read'
  },
  on: { 'invoices.settled': depositSettled },
  answers,
  jobs: {
    expire: { every: '20 * * * *', days: 60, run: expire },
    remind: { every: '40 7 * * *', days: 60, run: remind }
  },
  async staff(app) {
    quoteRoutes(app)
  },
  seed
})
