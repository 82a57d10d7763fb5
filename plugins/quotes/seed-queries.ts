import type { Db } from '@patchbay/core'

/** Clients to whom something was offered: the same for the same demo. */
export const seedClients = (db: Db): Promise<number[]> =>
  db('clients').whereNull('archived_at').whereNull('merged_into').orderBy('id').limit(8).pluck('id')

/** Sessions to come of different clients, options first: what quotes are about now, and who accepts one gets it. */
export async function seedSessions(db: Db): Promise<{ id: number; client_id: number }[]> {
  const sessions = await db('sessions')
    .whereNotNull('client_id')
    .whereNotNull('price_cents')
    .where('starts_at', '>', db.fn.now())
    .whereRaw(`(state = 'confirmed' or state = 'option' and rank = 1 and expires_at > now())`)
    .orderByRaw(`state = 'confirmed', starts_at, id`)
    .limit(40)
    .select<{ id: number; client_id: number }[]>('id', 'client_id')
  return [...new Map(sessions.toReversed().map(session => [session.client_id, session])).values()].toReversed()
}
