import { definePlugin } from '@patchbay/core'
import { answers } from './answers.ts'
import { reportsList } from './list-queries.ts'
import { openRoutes } from './open-routes.ts'
import { acceptOvertime } from './overtime.ts'
import { answerReport, askCode, mailCode, mailLink } from './remote.ts'
import { reportRoutes } from './report-routes.ts'
import { roomRoutes } from './room-routes.ts'
import {
  addTakeAction,
  arrivals,
  changeTakeAction,
  costs,
  musicians,
  removeTakeAction,
  titles,
  writeNotes
} from './rows.ts'
import { seed } from './seed.ts'
import { ReportSettings } from './settings.ts'
import { reopenReport, revokeReport, sendReport, signReportAction } from './signing.ts'
import {
  addTaskAction,
  archiveTask,
  changeTaskAction,
  correctTimeAction,
  noteTime,
  startTimer,
  stopTimer
} from './time-actions.ts'
import { timeRoutes } from './time-routes.ts'

/** In the room on the day: who came, what was worked on, the time it took; and the report that is signed of it. */
export const sessionReport = definePlugin({
  id: 'session-report',
  dir: import.meta.dirname,
  optional: true,
  requires: ['clients', 'sessions'],
  permissions: {
    'session-report.read': ['manager', 'engineer', 'assistant'],
    'session-report.write': ['manager', 'engineer', 'assistant'],
    'session-report.sign': ['manager', 'engineer', 'assistant'],
    'session-report.correct': ['manager'],
    'session-report.answer': ['visitor']
  },
  settings: ReportSettings,
  nav: [{ key: 'list', path: '', icon: 'clipboard-pen-line', permission: 'session-report.read', order: 30 }],
  bar: [
    {
      path: '/timer',
      permission: 'session-report.read',
      facts: ['session-report.timer-started', 'session-report.timer-stopped']
    }
  ],
  commands: [
    { key: 'list', path: '', icon: 'clipboard-pen-line', permission: 'session-report.read' },
    { key: 'tasks', path: '/tasks', icon: 'list-checks', permission: 'session-report.correct' }
  ],
  actions: [
    ...[arrivals, titles, musicians, costs].flatMap(({ add, change, remove }) => [add, change, remove]),
    addTakeAction,
    changeTakeAction,
    removeTakeAction,
    writeNotes,
    acceptOvertime,
    startTimer,
    stopTimer,
    noteTime,
    correctTimeAction,
    addTaskAction,
    changeTaskAction,
    archiveTask,
    signReportAction,
    sendReport,
    revokeReport,
    reopenReport,
    askCode,
    answerReport
  ],
  lists: [reportsList],
  live: {
    'session-report.timer-started': 'session-report.read',
    'session-report.timer-stopped': 'session-report.read',
    'session-report.changed': 'session-report.read',
    'session-report.overtime-accepted': 'session-report.read',
    'session-report.sent': 'session-report.read',
    'session-report.signed': 'session-report.read',
    'session-report.reopened': 'session-report.read'
  },
  on: { 'session-report.sent': mailLink, 'session-report.code-asked': mailCode },
  answers,
  async staff(app) {
    timeRoutes(app)
    reportRoutes(app)
    roomRoutes(app)
  },
  async open(app) {
    openRoutes(app)
  },
  seed
})
