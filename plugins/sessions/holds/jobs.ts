import { time } from '@patchbay/core'
import type { Working } from '@patchbay/core'
import { endLapsed } from './offer-queries.ts'
import { tellAgain } from './offering.ts'
import { settleChallenges } from './settling.ts'
import { endPastWishes } from './waiting-queries.ts'

/** Every few minutes: offers that nobody answered go to the next who waits; wishes whose days are over end. */
export async function sweepWaiting(work: Working): Promise<void> {
  const { db, tell, studio } = work
  for (const ended of await endLapsed(db)) {
    tellAgain(work, ended)
    tell('sessions.waiting-changed', { waiting_id: ended.waiting_id })
  }
  const over = await endPastWishes(db, time.today(studio.timezone))
  if (over.length > 0) await settleChallenges(work, [], over)
}
