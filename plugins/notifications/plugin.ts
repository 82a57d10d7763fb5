import { definePlugin } from '@patchbay/core'
import { chooseNotifications, readAllNotifications, readNotification } from './actions.ts'
import { cleanUp, notify } from './hearing.ts'
import { notificationList } from './queries.ts'
import { staff } from './routes.ts'
import { seed } from './seed.ts'
import { NotificationSettings } from './settings.ts'

/**
 * News for each person: a bell, a page, mail. It knows no other plugin: whoever tells a fact says whom it concerns
 * (`core.notice`), and which kinds of news it gives (`core.notice-kinds`).
 */
export const notifications = definePlugin({
  id: 'notifications',
  dir: import.meta.dirname,
  optional: true,
  permissions: { 'notifications.read': ['manager', 'engineer', 'assistant'] },
  settings: NotificationSettings,
  commands: [
    { key: 'list', path: '', icon: 'bell', permission: 'notifications.read' },
    { key: 'preferences', path: '/preferences', icon: 'bell-ring', permission: 'notifications.read' }
  ],
  actions: [readNotification, readAllNotifications, chooseNotifications],
  lists: [notificationList],
  live: { 'notifications.added': 'notifications.read', 'notifications.read': 'notifications.read' },
  onAny: notify,
  jobs: { clean_up: { every: '15 3 * * *', run: cleanUp } },
  seed,
  staff
})
