import { definePlugin } from '@patchbay/core'
import { addPackage, correctPackage, extendPackage, takeBackUse, usePackage } from './actions.ts'
import { answers } from './answers.ts'
import { endPackages, giveBack, holdUnpaid, openSold } from './hearing.ts'
import { packagesList } from './list.ts'
import { packageRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** Hours and sessions paid in advance: opened by a paid invoice, drawn session by session, lost after their last day. */
export const packages = definePlugin({
  id: 'packages',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'legal', 'catalogue', 'invoices'],
  permissions: {
    'packages.read': ['manager', 'engineer', 'assistant'],
    'packages.write': ['manager']
  },
  under: 'invoices',
  commands: [{ key: 'list', path: '', icon: 'package-check', permission: 'packages.read' }],
  actions: [addPackage, usePackage, takeBackUse, extendPackage, correctPackage],
  lists: [packagesList],
  live: {
    'packages.opened': 'packages.read',
    'packages.used': 'packages.read',
    'packages.changed': 'packages.read'
  },
  on: {
    'invoices.settled': openSold,
    'invoices.reopened': holdUnpaid,
    'sessions.cancelled': giveBack,
    'sessions.released': giveBack,
    'sessions.changed': giveBack
  },
  answers,
  // what ends, ends whether or not anybody works that day
  jobs: { expire: { every: '40 2 * * *', days: 400, run: endPackages } },
  staff: packageRoutes,
  seed
})
