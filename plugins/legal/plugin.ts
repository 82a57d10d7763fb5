import { definePlugin } from '@patchbay/core'
import {
  addWordingAction,
  changeAccountsAction,
  changeBank,
  changeIdentity,
  changeLook,
  changeVat,
  removeWordingAction
} from './actions.ts'
import { answers } from './answers.ts'
import { legalRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** Who issues papers, in which words, in what look, and to which accounts they are posted. */
export const legal = definePlugin({
  id: 'legal',
  dir: import.meta.dirname,
  permissions: {
    'legal.read': ['manager'],
    'legal.write': []
  },
  commands: [
    { key: 'card', path: '', icon: 'scale', permission: 'legal.read' },
    { key: 'wordings', path: '/wordings', icon: 'quote', permission: 'legal.read' }
  ],
  actions: [
    changeIdentity,
    changeVat,
    changeBank,
    changeLook,
    addWordingAction,
    removeWordingAction,
    changeAccountsAction
  ],
  live: { 'legal.changed': 'legal.read' },
  answers,
  staff: legalRoutes,
  seed
})
