import type { Asking, Running } from '@patchbay/core'
import { defaultPolicy } from './prices/queries.ts'
import { stepWords } from './prices/words.ts'
import { findSession } from './queries.ts'
import { confirmSession, reopenSession } from './states.ts'

/* What was agreed elsewhere, with a quote, and what a session has to do with it. */

/**
 * Makes an option firm because somebody accepted what it is part of. One that ran out meanwhile is taken up again if its
 * slot is free. False: it is firm already. @throws what is in the way, as `sessions.confirm` and `sessions.reopen` do.
 */
export async function confirmAgreed(running: Running, session_id: number): Promise<boolean> {
  const session = await findSession(running.db, session_id)
  if (session && ['confirmed', 'in_progress', 'completed'].includes(session.state)) return false
  // the action it is part of writes its own changes into the trail
  const within = { ...running, changed: () => undefined }
  const ranOut = session?.state === 'cancelled' && session.cancel_reason === 'expired'
  if (ranOut) await reopenSession.run(within, { id: session_id })
  const { client_id } = await confirmSession.run(within, { id: session_id })
  await running.did('sessions.confirm', { session: session_id, ...(client_id !== null && { client: client_id }) })
  return true
}

/** The policy that sessions are confirmed with now, line by line in a language; undefined when there is none. */
export async function cancellationWords(
  { db, wordsIn }: Asking,
  { language }: { language: 'fr' | 'en' }
): Promise<string | undefined> {
  const policy = await defaultPolicy(db)
  const { t } = wordsIn(language)
  return (
    policy &&
    stepWords(policy.steps, t)
      .map(({ when, cost }) => `${when} : ${cost}`)
      .join('\n')
  )
}
