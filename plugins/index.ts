import type { Plugin } from '@patchbay/core'
import { callSheets } from './call-sheets/plugin.ts'
import { clients } from './clients/plugin.ts'
import { equipment } from './equipment/plugin.ts'
import { feeds } from './feeds/plugin.ts'
import { notifications } from './notifications/plugin.ts'
import { reminders } from './reminders/plugin.ts'
import { requests } from './requests/plugin.ts'
import { sessionReport } from './session-report/plugin.ts'
import { sessions } from './sessions/plugin.ts'

/** The installed plugins, in the order in which they are asked and shown: the whole product at a glance. */
export const plugins: readonly Plugin[] = [
  clients,
  sessions,
  feeds,
  equipment,
  callSheets,
  reminders,
  requests,
  sessionReport,
  notifications
]
