import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import { deliveriesList } from './list.ts'
import { openRoutes } from './open-routes.ts'
import { changeTerms, chooseFiles, prepareDelivery, removePackage } from './preparing.ts'
import { enterDelivery, takeDelivery } from './receiving.ts'
import { deliveryRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { mailDelivery, openLink, releaseDelivery, revokeLink, sendDelivery, withholdDelivery } from './sending.ts'
import { forgetVisitors } from './visits.ts'

/** Packages of files for clients and labels, under a link, behind a gate. */
export const deliveries = definePlugin({
  id: 'deliveries',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions', 'projects', 'mixes'],
  permissions: {
    'deliveries.read': ['manager', 'engineer', 'assistant'],
    'deliveries.write': ['manager', 'engineer'],
    'deliveries.release': ['manager'],
    'deliveries.receive': ['visitor']
  },
  sealedIn: [
    { table: 'deliveries', column: 'token_sealed', name: 'link:{id}' },
    { table: 'deliveries', column: 'share_sealed', name: 'share:{id}' }
  ],
  under: 'projects',
  commands: [
    { key: 'list', path: '', icon: 'package-check', permission: 'deliveries.read' },
    { key: 'new', path: '/new', icon: 'package-plus', permission: 'deliveries.write' }
  ],
  actions: [
    prepareDelivery,
    changeTerms,
    chooseFiles,
    removePackage,
    openLink,
    sendDelivery,
    revokeLink,
    releaseDelivery,
    withholdDelivery,
    enterDelivery,
    takeDelivery
  ],
  lists: [deliveriesList],
  live: {
    'deliveries.changed': 'deliveries.read',
    'deliveries.sent': 'deliveries.read',
    'deliveries.opened': 'deliveries.read',
    'deliveries.revoked': 'deliveries.read',
    'deliveries.taken': 'deliveries.read'
  },
  jobs: { 'forget-visitors': { every: '27 3 * * *', days: 800, run: ({ db }) => forgetVisitors(db) } },
  on: { 'deliveries.sent': mailDelivery },
  answers,
  staff: deliveryRoutes,
  open: openRoutes,
  seed
})
