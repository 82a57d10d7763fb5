import type { Host } from '../host.ts'
import { definePlugin } from '../plugin.ts'
import type { Plugin } from '../plugin.ts'
import { activityList } from './activity.ts'
import { livePages } from './live.ts'
import { todayPages } from './today.ts'

/**
 * What every studio has whatever its plugins: Today, members, settings, the trail, search, the API. Core's own pages keep
 * the same contract as a plugin's, are mounted at `/s/:studio` itself, and may know the host.
 */
export const studioPlugin = (hostOf: () => Host): Plugin =>
  definePlugin({
    id: 'studio',
    dir: import.meta.dirname,
    permissions: {
      'studio.read_activity': ['manager'],
      'studio.manage_members': ['manager'],
      'studio.change_settings': [],
      'studio.use_api': ['manager', 'engineer', 'assistant']
    },
    lists: [activityList],
    async staff(app) {
      const host = hostOf()
      todayPages(app)
      livePages(app, host)
    }
  })
