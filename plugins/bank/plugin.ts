import { definePlugin } from '@patchbay/core'
import type { Hearing } from '@patchbay/core'
import { answers } from './answers.ts'
import { importRoutes } from './import-routes.ts'
import { addAccountAction, changeAccountAction, nameColumns, readStatement } from './importing.ts'
import { linesList } from './list.ts'
import { matchLine, matchSure, setAside, undoMatch } from './matching.ts'
import { proposeFor } from './proposing.ts'
import { forgetImports } from './queries.ts'
import { lineRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** What is open is other: the likeliest of each line is looked for anew. */
const lookAgain = (hearing: Hearing): Promise<void> => proposeFor(hearing, null)

/** Bank statements: each line once, and what it paid. */
export const bank = definePlugin({
  id: 'bank',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'bank.read': ['manager'],
    'bank.write': ['manager']
  },
  under: 'invoices',
  commands: [
    { key: 'lines', path: '', icon: 'landmark', permission: 'bank.read' },
    { key: 'import', path: '/imports/new', icon: 'upload', permission: 'bank.write' }
  ],
  actions: [
    readStatement,
    nameColumns,
    matchLine,
    matchSure,
    setAside,
    undoMatch,
    addAccountAction,
    changeAccountAction
  ],
  lists: [linesList],
  live: { 'bank.changed': 'bank.read' },
  on: {
    'invoices.issued': lookAgain,
    'invoices.reopened': lookAgain,
    'invoices.settled': lookAgain
  },
  answers,
  jobs: { tidy: { every: '35 2 * * *', run: ({ db }) => forgetImports(db) } },
  async staff(app) {
    importRoutes(app)
    lineRoutes(app)
  },
  seed
})
