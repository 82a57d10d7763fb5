import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import {
  cancelContract,
  chooseSigners,
  copyContract,
  dropContract,
  fillGaps,
  makeContract,
  reviseContract,
  writeText
} from './drafting.ts'
import { ContractSettings } from './forms.ts'
import { contractsList } from './list.ts'
import { contractRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { endOfRequest, sendContract } from './sending.ts'
import { templateRoutes } from './template-routes.ts'
import { addTemplateAction, archiveTemplate, changeTemplateAction, restoreTemplate } from './templates.ts'

/** Contracts: templates with gaps, filled for a client and sessions, signed online, kept as they were sent. */
export const contracts = definePlugin({
  id: 'contracts',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'signatures'],
  permissions: {
    'contracts.read': ['manager'],
    'contracts.write': ['manager']
  },
  settings: ContractSettings,
  nav: [{ key: 'list', path: '', icon: 'file-signature', permission: 'contracts.read', order: 48 }],
  commands: [
    { key: 'new', path: '/new', icon: 'file-plus', permission: 'contracts.write' },
    { key: 'templates', path: '/templates', icon: 'file-text', permission: 'contracts.read' }
  ],
  actions: [
    makeContract,
    writeText,
    fillGaps,
    chooseSigners,
    sendContract,
    reviseContract,
    cancelContract,
    copyContract,
    dropContract,
    addTemplateAction,
    changeTemplateAction,
    archiveTemplate,
    restoreTemplate
  ],
  lists: [contractsList],
  live: {
    'contracts.drafted': 'contracts.read',
    'contracts.sent': 'contracts.read',
    'contracts.signed': 'contracts.read',
    'contracts.declined': 'contracts.read',
    'contracts.ended': 'contracts.read'
  },
  on: { 'signatures.ended': endOfRequest },
  answers,
  async staff(app) {
    templateRoutes(app)
    contractRoutes(app)
  },
  seed
})
