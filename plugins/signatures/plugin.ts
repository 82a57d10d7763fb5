import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import { SignatureSettings } from './forms.ts'
import { requestsList } from './list.ts'
import { mailCode, mailInvitation, mailReminder, mailSealed, mailWithdrawn } from './mailing.ts'
import { openRoutes } from './open-routes.ts'
import { staffRoutes } from './routes.ts'
import { sealWhenComplete } from './seal/sealing.ts'
import { askCode, declinePaper, openPaper, signPaper } from './signing.ts'
import { remind, withdraw } from './staff-actions.ts'
import { expire, remindForgetful } from './turns.ts'
import { verify } from './verifying.ts'

/** Papers signed online: private links, mailed codes, the seal and its proof. Whoever has a paper signed asks here. */
export const signatures = definePlugin({
  id: 'signatures',
  dir: import.meta.dirname,
  sealedIn: [{ table: 'signature_keys', column: 'key_sealed', name: 'seal' }],
  permissions: {
    'signatures.read': ['manager'],
    'signatures.write': ['manager'],
    'signatures.sign': ['visitor']
  },
  settings: SignatureSettings,
  commands: [{ key: 'list', path: '', icon: 'signature', permission: 'signatures.read' }],
  actions: [openPaper, askCode, signPaper, declinePaper, verify, remind, withdraw],
  lists: [requestsList],
  live: {
    'signatures.opened': 'signatures.read',
    'signatures.signed': 'signatures.read',
    'signatures.completed': 'signatures.read',
    'signatures.declined': 'signatures.read',
    'signatures.ended': 'signatures.read'
  },
  on: {
    'signatures.invited': mailInvitation,
    'signatures.reminded': mailReminder,
    'signatures.code-asked': mailCode,
    'signatures.signed': sealWhenComplete,
    'signatures.completed': mailSealed,
    'signatures.ended': mailWithdrawn
  },
  answers,
  jobs: {
    expire: { every: '7 * * * *', days: 60, run: expire },
    remind: { every: '30 7 * * *', days: 60, run: remindForgetful }
  },
  async staff(app) {
    staffRoutes(app)
  },
  async open(app) {
    openRoutes(app)
  }
})
