import type { Working } from '@patchbay/core'
import { endExpired } from './queries.ts'

/** Every five minutes: options that ran out end, and it is told. They blocked nothing since they ran out. */
export async function sweepOptions({ db, tell, did }: Working): Promise<void> {
  const ended = (await endExpired(db)).map(({ id }) => id)
  if (ended.length === 0) return
  await did('sessions.expire', { session: ended })
  for (const id of ended) tell('sessions.released', { session_id: id, for_session_id: null })
}
