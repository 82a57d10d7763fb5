import type { Host } from '../host.ts'
import { definePlugin } from '../plugin.ts'
import type { Plugin } from '../plugin.ts'
import { activityPages } from './activity-pages.ts'
import { activityList } from './activity.ts'
import { apiPages } from './api.ts'
import { livePages } from './live.ts'
import { memberActions } from './member-actions.ts'
import { memberPages } from './members.ts'
import { searchPages } from './search.ts'
import { settingsPages } from './settings-pages.ts'
import { changePluginSettings, changeStudio, switchPlugin } from './settings.ts'
import { todayPages } from './today.ts'
import { tokenPages } from './tokens.ts'

/**
 * What every studio has whatever its plugins: Today, members, settings, the trail, search, the API. Core's own pages keep
 * the same contract as a plugin's, are mounted at `/s/:studio` itself, and may know the host.
 */
export const studioPlugin = (hostOf: () => Host): Plugin => {
  const members = memberActions(hostOf)
  return definePlugin({
    id: 'studio',
    dir: import.meta.dirname,
    permissions: {
      'studio.read_activity': ['manager'],
      'studio.manage_members': ['manager'],
      'studio.change_settings': [],
      'studio.leave': ['manager', 'engineer', 'assistant'],
      'studio.use_api': ['manager', 'engineer', 'assistant']
    },
    nav: [
      { key: 'activity', path: '/activity', icon: 'history', permission: 'studio.read_activity', order: 80 },
      { key: 'members', path: '/members', icon: 'users-round', permission: 'studio.manage_members', order: 85 },
      { key: 'settings', path: '/settings', icon: 'settings', permission: 'studio.change_settings', order: 90 }
    ],
    commands: [
      { key: 'permissions', path: '/permissions', icon: 'shield-check', permission: 'studio.leave' },
      { key: 'tokens', path: '/tokens', icon: 'key-round', permission: 'studio.use_api' },
      { key: 'api', path: '/api', icon: 'webhook', permission: 'studio.use_api' }
    ],
    actions: [changeStudio, switchPlugin(hostOf), changePluginSettings(hostOf), ...Object.values(members)],
    lists: [activityList],
    async staff(app) {
      const host = hostOf()
      todayPages(app)
      memberPages(app, host, members)
      livePages(app, host)
      settingsPages(app, host)
      activityPages(app, host)
      searchPages(app)
      tokenPages(app, host)
      await apiPages(app, host)
    }
  })
}
