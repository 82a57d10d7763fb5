import { definePlugin } from '@patchbay/core'
import {
  addReminderStep,
  changeReminderStep,
  removeReminderStep,
  resumeReminders,
  retryReminder,
  stopReminders
} from './actions.ts'
import { answers } from './answers.ts'
import { remindersList } from './list.ts'
import { reminderRoutes } from './routes.ts'
import { seed } from './seed.ts'
import { remind, replan, sendAgain } from './sending.ts'

/** Reminders before sessions, by mail and short message, to clients and crew, with what became of each. */
export const reminders = definePlugin({
  id: 'reminders',
  dir: import.meta.dirname,
  requires: ['clients', 'sessions'],
  optional: true,
  permissions: {
    'reminders.read': ['manager', 'engineer', 'assistant'],
    'reminders.send': ['manager', 'engineer'],
    'reminders.write': ['manager']
  },
  nav: [{ key: 'list', path: '', icon: 'alarm-clock', permission: 'reminders.read', order: 70 }],
  actions: [addReminderStep, changeReminderStep, removeReminderStep, retryReminder, stopReminders, resumeReminders],
  lists: [remindersList],
  on: {
    'sessions.moved': replan,
    'sessions.cancelled': replan,
    'sessions.released': replan,
    'sessions.reopened': replan,
    'sessions.confirmed': replan,
    'reminders.retried': sendAgain
  },
  // clients are reminded whether or not anybody opened the studio's pages lately
  jobs: { remind: { every: '*/5 * * * *', days: 60, run: remind } },
  answers,
  staff: reminderRoutes,
  seed
})
