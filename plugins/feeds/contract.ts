/** What other plugins may know of calendar feeds: the facts told. What they say is asked with `sessions.busy`. */
declare module '@patchbay/core/plugin' {
  interface Facts {
    /** A calendar elsewhere was read and is another, or could not be read when it could before, or the other way round. */
    'feeds.refreshed': { feed_id: number }
  }
}

/** How much a link says: all that its reader may know, or only that the time is taken. */
export const details = ['full', 'busy'] as const
export type Detail = (typeof details)[number]
