import type { Working } from '@patchbay/core'
import { closeChallenge, giveBackOption, listUnsettled } from './challenge-queries.ts'
import type { Outcome, Unsettled } from './challenge-queries.ts'

/**
 * After sessions were written, or somebody left the waiting list: challenges about them, as holder or rival, are closed
 * by what became of them. It is in the trail of both. One whose rival is gone is withdrawn, and the option has again the time it had.
 */
export async function settleChallenges(
  { db, tell, did }: Pick<Working, 'db' | 'tell' | 'did'>,
  sessions: readonly number[],
  waiting: readonly number[] = []
): Promise<void> {
  for (const challenge of await listUnsettled(db, sessions, waiting)) {
    const outcome = outcomeOf(challenge)
    if (!outcome) continue
    const { id, session_id, rival_id, option_until } = challenge
    await closeChallenge(db, id, outcome)
    if (outcome === 'withdrawn') await giveBackOption(db, session_id, option_until)
    await did(`sessions.challenge_${outcome}`, { session: [session_id, ...(rival_id === null ? [] : [rival_id])] })
    tell('sessions.challenge-closed', { challenge_id: id, session_id, outcome })
  }
}

/** What became of a challenge, as far as its sessions say; undefined while it runs. */
function outcomeOf({ state, cancel_reason, rival_stands }: Unsettled): Exclude<Outcome, 'open'> | undefined {
  if (state === 'option') return rival_stands ? undefined : 'withdrawn'
  if (state !== 'cancelled') return 'confirmed'
  return cancel_reason === 'expired' ? 'lapsed' : 'released'
}
