import { definePlugin } from '@patchbay/core'
import { bookOver, bookSession, changeBooking, changeOver, moveSession } from './actions.ts'
import { answers } from './answers.ts'
import { busyList } from './crew/busy-queries.ts'
import { crewHears } from './crew/hearing.ts'
import { crewActions, crewRoutes } from './crew/parts.ts'
import { finderRoutes } from './finder/routes.ts'
import { heardBy } from './hearing.ts'
import { hears as holdHears } from './holds/hearing.ts'
import { sweepWaiting } from './holds/jobs.ts'
import { holdActions, holdLive } from './holds/parts.ts'
import { holdRoutes } from './holds/routes.ts'
import { sweepOptions } from './jobs.ts'
import { openPages } from './open.ts'
import { sessionsList } from './list-queries.ts'
import { priceActions, pricePages } from './prices/parts.ts'
import { addRoomAction, archiveRoomAction, changeRoomAction, restoreRoomAction } from './room-actions.ts'
import { roomRoutes } from './room-routes.ts'
import { sessionRoutes } from './routes.ts'
import { seriesActions, seriesLive } from './series/parts.ts'
import { seriesRoutes } from './series/routes.ts'
import { templateRoutes } from './series/template-routes.ts'
import { calendarRoutes } from './calendar-routes.ts'
import { seed } from './seed.ts'
import { SessionSettings } from './settings.ts'
import { usageRoutes } from './usage/routes.ts'
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
    'sessions.book_over': ['manager'],
    'sessions.cancel': ['manager', 'engineer'],
    'sessions.price': ['manager'],
    'sessions.rooms': ['manager'],
    'sessions.crew': ['manager'],
    'sessions.rates': ['manager'],
    'sessions.usage': ['manager'],
    'sessions.answer': ['visitor']
  },
  settings: SessionSettings,
  nav: [
    { key: 'calendar', path: '', icon: 'calendar', permission: 'sessions.read', order: 10 },
    { key: 'rooms', path: '/rooms', icon: 'door-open', permission: 'sessions.read', order: 40 },
    { key: 'prices', path: '/prices', icon: 'tags', permission: 'sessions.price', order: 50 },
    { key: 'people', path: '/people', icon: 'headphones', permission: 'sessions.read', order: 45 },
    { key: 'usage', path: '/usage', icon: 'chart-column', permission: 'sessions.usage', order: 60 }
  ],
  commands: [
    { key: 'book', path: '/new', icon: 'calendar-plus', permission: 'sessions.write' },
    { key: 'days', path: '/days/new', icon: 'calendar-range', permission: 'sessions.write' },
    { key: 'series', path: '/series/new', icon: 'repeat', permission: 'sessions.write' },
    { key: 'templates', path: '/templates', icon: 'layout-template', permission: 'sessions.read' },
    { key: 'list', path: '/list', icon: 'list', permission: 'sessions.read' },
    { key: 'find', path: '/finder', icon: 'calendar-search', permission: 'sessions.read' },
    { key: 'waiting', path: '/waiting', icon: 'list-ordered', permission: 'sessions.read' },
    { key: 'policies', path: '/policies', icon: 'calendar-x-2', permission: 'sessions.price' },
    { key: 'absences', path: '/absences', icon: 'calendar-off', permission: 'sessions.read' }
  ],
  actions: [
    bookSession,
    bookOver,
    changeBooking,
    changeOver,
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
    restoreRoomAction,
    ...priceActions,
    ...crewActions,
    ...holdActions,
    ...seriesActions
  ],
  lists: [sessionsList, busyList],
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
    'sessions.asked': 'sessions.read',
    'sessions.answered': 'sessions.read',
    'sessions.blocked': 'sessions.read',
    'sessions.unblocked': 'sessions.read',
    'sessions.people-changed': 'sessions.read',
    'sessions.rooms-changed': 'sessions.read',
    ...holdLive,
    ...seriesLive
  },
  jobs: {
    sweep_options: { every: '*/5 * * * *', run: sweepOptions },
    sweep_waiting: { every: '*/5 * * * *', run: sweepWaiting }
  },
  on: heardBy(holdHears, crewHears),
  answers,
  open: openPages,
  async staff(app) {
    calendarRoutes(app)
    roomRoutes(app)
    finderRoutes(app)
    usageRoutes(app)
    pricePages(app)
    crewRoutes(app)
    holdRoutes(app)
    seriesRoutes(app)
    templateRoutes(app)
    sessionRoutes(app)
  },
  seed
})
