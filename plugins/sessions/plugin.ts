import { definePlugin } from '@patchbay/core'
import { bookSession, changeBooking, moveSession } from './actions.ts'
import { answers } from './answers.ts'
import { sweepOptions } from './jobs.ts'
import { sessionsList } from './list-queries.ts'
import { addRoomAction, archiveRoomAction, changeRoomAction, restoreRoomAction } from './room-actions.ts'
import { roomRoutes } from './room-routes.ts'
import { sessionRoutes } from './routes.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { seed } from './seed.ts'
import { SessionSettings } from './settings.ts'
import {
  cancelSession,
  completeSession,
  confirmSession,
  missSession,
  releaseOption,
  reopenSession,
  startSession
} from './states.ts'

/** Rooms and sessions: the studio's calendar. */
export const sessions = definePlugin({
  id: 'sessions',
  dir: import.meta.dirname,
  requires: ['clients'],
  permissions: {
    'sessions.read': ['manager', 'engineer', 'assistant'],
    'sessions.write': ['manager', 'engineer', 'assistant'],
    'sessions.cancel': ['manager', 'engineer'],
    'sessions.price': ['manager'],
    'sessions.rooms': ['manager']
  },
  settings: SessionSettings,
  nav: [
    { key: 'calendar', path: '', icon: 'calendar', permission: 'sessions.read', order: 10 },
    { key: 'rooms', path: '/rooms', icon: 'door-open', permission: 'sessions.read', order: 40 }
  ],
  commands: [
    { key: 'book', path: '/new', icon: 'calendar-plus', permission: 'sessions.write' },
    { key: 'list', path: '/list', icon: 'list', permission: 'sessions.read' }
  ],
  actions: [
    bookSession,
    changeBooking,
    moveSession,
    confirmSession,
    releaseOption,
    cancelSession,
    startSession,
    completeSession,
    missSession,
    reopenSession,
    addRoomAction,
    changeRoomAction,
    archiveRoomAction,
    restoreRoomAction
  ],
  lists: [sessionsList],
  live: {
    'sessions.booked': 'sessions.read',
    'sessions.moved': 'sessions.read',
    'sessions.changed': 'sessions.read',
    'sessions.confirmed': 'sessions.read',
    'sessions.cancelled': 'sessions.read',
    'sessions.released': 'sessions.read',
    'sessions.reopened': 'sessions.read',
    'sessions.started': 'sessions.read',
    'sessions.completed': 'sessions.read',
    'sessions.missed': 'sessions.read',
    'sessions.rooms-changed': 'sessions.read'
  },
  jobs: { sweep_options: { every: '*/5 * * * *', run: sweepOptions } },
  answers,
  async staff(app) {
    calendarRoutes(app)
    roomRoutes(app)
    sessionRoutes(app)
  },
  seed
})
