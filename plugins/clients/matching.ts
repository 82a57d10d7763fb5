import type { Running } from '@patchbay/core'
import type { Matched, Somebody } from './contract.ts'
import { addClient, listAlike } from './queries.ts'
import type { Alike } from './queries.ts'

/**
 * The one client that somebody is: of the same mail, else the same phone, else the same name with no other mail or phone
 * against it. Where several may be meant, a new client is entered, and whoever decides is told which. Two who ask at once
 * are taken one after the other.
 */
export async function matchOrAdd({ db, tell }: Running, somebody: Somebody): Promise<Matched> {
  await db.raw(`select pg_advisory_xact_lock(hashtextextended('clients.match', 0))`)
  const alike = await listAlike(db, somebody)
  const known = alike.filter(({ archived_at }) => archived_at === null)
  for (const by of ['email', 'phone'] as const) {
    const found = known.filter(client => client[by])
    if (found.length === 1 && found[0]) return { client_id: found[0].id, by, alike: [] }
    if (found.length > 1) return added({ db, tell }, somebody, found)
  }
  const namesakes = alike.filter(client => client.name)
  const [one] = namesakes
  if (one && namesakes.length === 1 && one.archived_at === null && one.nothing_against)
    return { client_id: one.id, by: 'name', alike: [] }
  return added({ db, tell }, somebody, alike)
}

async function added(
  { db, tell }: Pick<Running, 'db' | 'tell'>,
  somebody: Somebody,
  alike: readonly Alike[]
): Promise<Matched> {
  const { id } = await addClient(db, { kind: 'person', ...somebody })
  tell('clients.added', { client_id: id })
  return { client_id: id, by: alike.length > 0 ? 'unsure' : 'new', alike: alike.map(one => one.id).slice(0, 5) }
}
