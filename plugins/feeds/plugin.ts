import { definePlugin } from '@patchbay/core'
import { safeFetch } from '@patchbay/core/safe-fetch'
import { answers } from './answers.ts'
import type { Fetch } from './fetching.ts'
import { addLink, removeLink, renewLink } from './link-actions.ts'
import { openRoutes } from './open-routes.ts'
import { outsideActions, removeOutside } from './outside-actions.ts'
import { refreshDue } from './refreshing.ts'
import { feedRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** Calendars: private links to what is booked, and calendars elsewhere that say when somebody or a room is taken. */
export const feeds = feedsBy(safeFetch)

/** The same, fetching by `fetch`: the tests have servers of their own. */
export function feedsBy(fetch: Fetch) {
  const outside = outsideActions(fetch)
  return definePlugin({
    id: 'feeds',
    dir: import.meta.dirname,
    requires: ['clients', 'sessions'],
    optional: true,
    permissions: {
      'feeds.read': ['manager', 'engineer', 'assistant'],
      'feeds.manage': ['manager'],
      'feeds.subscribe': ['visitor']
    },
    nav: [{ key: 'feeds', path: '', icon: 'calendar-sync', permission: 'feeds.read', order: 80 }],
    actions: [addLink, renewLink, removeLink, outside.addOutside, outside.refreshOutside, removeOutside],
    live: { 'feeds.refreshed': 'feeds.read' },
    answers,
    // calendars are looked at though nobody opened the studio's pages since Friday
    jobs: { refresh: { every: '*/15 * * * *', days: 14, apart: true, run: refreshDue(fetch) } },
    async staff(app) {
      feedRoutes(outside)(app)
    },
    open: openRoutes,
    seed
  })
}
