import type { Plugin } from '@patchbay/core'
import { clients } from './clients/plugin.ts'
import { notifications } from './notifications/plugin.ts'
import { sessions } from './sessions/plugin.ts'

/** The installed plugins, in the order in which they are asked and shown: the whole product at a glance. */
export const plugins: readonly Plugin[] = [clients, sessions, notifications]
