import { asker, studioVoice } from '../../../core/events.ts'
import type { Ask, Db } from '../../../core/plugin.ts'
import type { House } from '../../../test/helper.ts'

/** Asks as the owner would on a page; with a transaction, as inside an action. */
export async function asking({ host, studio, db, owner }: House, over: Db = db): Promise<Ask> {
  const switched = await host.switches.of(studio, db)
  const person = { id: owner.id, name: owner.name, role: 'owner' as const }
  return asker(host, { db: over, studio, switched, person, can: () => true, voice: studioVoice(host, studio) })
}
