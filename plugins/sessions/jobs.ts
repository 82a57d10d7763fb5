import type { Working } from '@patchbay/core'
import { endExpired } from './queries.ts'

/** Every five minutes: options that ran out end, and it is told. They blocked nothing since they ran out. */
export async function sweepOptions({ db, tell }: Working): Promise<void> {
  for (const { id } of await endExpired(db)) tell('sessions.released', { session_id: id, for_session_id: null })
}
