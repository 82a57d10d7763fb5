import { definePlugin } from '@patchbay/core'
import { actions } from './actions.ts'
import { answers } from './answers.ts'
import { lateList } from './list.ts'
import { dunningRoutes } from './routes.ts'
import { mailLetter, remindLate } from './sending.ts'
import { DunningSettings } from './settings.ts'

/** Reminders of what is late, step by step. */
export const dunning = definePlugin({
  id: 'dunning',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'dunning.read': ['manager'],
    'dunning.write': ['manager']
  },
  settings: DunningSettings,
  under: 'invoices',
  commands: [{ key: 'list', path: '', icon: 'bell-ring', permission: 'dunning.read' }],
  actions,
  lists: [lateList],
  live: { 'dunning.reminded': 'dunning.read', 'dunning.stop-changed': 'dunning.read' },
  on: { 'dunning.reminded': mailLetter },
  // money is asked for whether or not anybody opened the studio's pages lately
  jobs: { remind: { every: '*/10 * * * *', days: 120, run: remindLate } },
  answers,
  staff: dunningRoutes
})
