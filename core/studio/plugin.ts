import { join } from 'node:path'
import { definePlugin } from '../plugin.ts'
import { todayPages } from './today.ts'

/**
 * What every studio has whatever its plugins: Today, members, settings, the trail, search. Core's own pages keep the same
 * contract as a plugin's, and are mounted at `/s/:studio` itself.
 */
export const studioPlugin = definePlugin({
  id: 'studio',
  dir: join(import.meta.dirname),
  permissions: {
    'studio.read_activity': ['manager'],
    'studio.manage_members': ['manager'],
    'studio.change_settings': []
  },
  async staff(app) {
    todayPages(app)
  }
})
