import { definePlugin } from '@patchbay/core'
import {
  answerRequest,
  archiveRequest,
  declineRequest,
  holdRequest,
  matchRequest,
  proposeTime,
  restoreRequest
} from './answering.ts'
import { answers } from './answers.ts'
import { forgetTries } from './guard-queries.ts'
import { hears } from './hearing.ts'
import { requestsList } from './list.ts'
import { openRoutes } from './open-routes.ts'
import {
  addPhotoAction,
  changePageAction,
  describePhoto,
  describeRoom,
  movePhotoAction,
  removePhotoAction
} from './page-actions.ts'
import { pageRoutes } from './page-routes.ts'
import { sendRequest } from './receiving.ts'
import { requestRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { RequestSettings } from './settings.ts'
import { acceptProposal, cancelRequest } from './visiting.ts'

/** The studio's open page, and the requests that come in by it. */
export const requests = definePlugin({
  id: 'requests',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions'],
  permissions: {
    'requests.read': ['manager', 'engineer', 'assistant'],
    'requests.write': ['manager'],
    'requests.page': ['manager'],
    'requests.send': ['visitor']
  },
  settings: RequestSettings,
  nav: [{ key: 'inbox', path: '', icon: 'inbox', permission: 'requests.read', order: 25 }],
  commands: [{ key: 'page', path: '/page', icon: 'globe', permission: 'requests.page' }],
  actions: [
    sendRequest,
    cancelRequest,
    acceptProposal,
    answerRequest,
    proposeTime,
    declineRequest,
    archiveRequest,
    restoreRequest,
    holdRequest,
    matchRequest,
    changePageAction,
    describeRoom,
    addPhotoAction,
    describePhoto,
    movePhotoAction,
    removePhotoAction
  ],
  lists: [requestsList],
  live: {
    'requests.received': 'requests.read',
    'requests.answered': 'requests.read',
    'requests.accepted': 'requests.read',
    'requests.cancelled': 'requests.read',
    'requests.changed': 'requests.read'
  },
  on: hears,
  answers,
  jobs: { forget_tries: { every: '40 3 * * *', run: ({ db }) => forgetTries(db) } },
  front: true,
  open: openRoutes,
  async staff(app) {
    pageRoutes(app)
    requestRoutes(app)
  },
  seed
})
