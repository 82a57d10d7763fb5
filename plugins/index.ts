import type { Plugin } from '@patchbay/core'

/** The installed plugins, in the order in which they are asked and shown: the whole product at a glance. */
export const plugins: readonly Plugin[] = []
