import type { Working } from '@patchbay/core'
import { keep, look } from './fetching.ts'
import type { Fetch } from './fetching.ts'
import { takeDue } from './outside-queries.ts'

/** So many at once: one that answers slowly holds up no more than its own place. */
const atOnce = 6
const mostARun = 100

/** Every quarter of an hour: looks again at the calendars elsewhere whose time has come. No transaction is around it. */
export const refreshDue =
  (fetch: Fetch) =>
  async ({ db, studio, tell }: Working): Promise<void> => {
    const due = await takeDue(db, mostARun)
    const next = async (): Promise<void> => {
      for (let feed = due.shift(); feed; feed = due.shift()) {
        if (await keep(db, feed, await look(fetch, feed, studio))) tell('feeds.refreshed', { feed_id: feed.id })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, next))
  }
