import { definePlugin } from '@patchbay/core'
import { changeSheet, sendSheet } from './actions.ts'
import { answers } from './answers.ts'
import { sheetsList } from './list.ts'
import { mailSheets } from './mailing.ts'
import { addRecallNote, changeRecallNote, removeRecallNote } from './recall-actions.ts'
import { recallRoutes } from './recall-routes.ts'
import { sheetRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { SheetSettings } from './settings.ts'

/** Preparation: the call sheet of a session, to whom it was sent, and recall notes. */
export const callSheets = definePlugin({
  id: 'call-sheets',
  dir: import.meta.dirname,
  requires: ['clients', 'sessions'],
  optional: true,
  permissions: {
    'call-sheets.read': ['manager', 'engineer', 'assistant'],
    'call-sheets.write': ['manager', 'engineer', 'assistant'],
    'call-sheets.send': ['manager', 'engineer', 'assistant']
  },
  settings: SheetSettings,
  actions: [changeSheet, sendSheet, addRecallNote, changeRecallNote, removeRecallNote],
  lists: [sheetsList],
  commands: [{ key: 'list', path: '', icon: 'clipboard-list', permission: 'call-sheets.read' }],
  live: {
    'call-sheets.changed': 'call-sheets.read',
    'call-sheets.sent': 'call-sheets.read',
    'call-sheets.recalled': 'call-sheets.read'
  },
  on: { 'call-sheets.sent': mailSheets },
  answers,
  async staff(app) {
    recallRoutes(app)
    sheetRoutes(app)
  },
  seed
})
