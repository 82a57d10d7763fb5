import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import {
  acceptProposals,
  addCredits,
  changeCredit,
  confirmCredits,
  copyCredits,
  moveCredit,
  removeCredit
} from './credit-actions.ts'
import { addMusician, archiveMusician, changeMusician, mergeMusicians, restoreMusician } from './musician-actions.ts'
import { musicianList } from './musician-queries.ts'
import { projectRoutes } from './project-routes.ts'
import { musicianRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { CreditsSettings } from './settings.ts'
import { lockSplit, shareEqually, unlockSplit, writeSplit } from './split-actions.ts'
import { sendSplit } from './split-signing.ts'
import { trackRoutes } from './track-routes.ts'

/** Musicians, credits, shares, and the papers made of them. */
export const credits = definePlugin({
  id: 'credits',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'projects'],
  permissions: {
    'credits.read': ['manager', 'engineer', 'assistant'],
    'credits.write': ['manager', 'engineer'],
    'credits.lock': ['manager'],
    'credits.rates': ['manager']
  },
  settings: CreditsSettings,
  under: 'projects',
  commands: [
    { key: 'musicians', path: '', icon: 'guitar', permission: 'credits.read' },
    { key: 'new_musician', path: '/musicians/new', icon: 'user-plus', permission: 'credits.write' }
  ],
  actions: [
    addMusician,
    changeMusician,
    archiveMusician,
    restoreMusician,
    mergeMusicians,
    addCredits,
    changeCredit,
    removeCredit,
    moveCredit,
    confirmCredits,
    copyCredits,
    acceptProposals,
    writeSplit,
    shareEqually,
    lockSplit,
    unlockSplit,
    sendSplit
  ],
  lists: [musicianList],
  live: {
    'credits.musician-changed': 'credits.read',
    'credits.changed': 'credits.read',
    'credits.split-locked': 'credits.read'
  },
  answers,
  async staff(app) {
    musicianRoutes(app)
    trackRoutes(app)
    projectRoutes(app)
  },
  seed
})
