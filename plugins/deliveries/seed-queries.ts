import type { Db } from '@patchbay/core'

/** Somebody came by a package's link, and took it. */
export async function seedVisits(db: Db, delivery_id: number, at: Date): Promise<void> {
  const from = { ip: '192.0.2.24', agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)' }
  const [visit] = await db('delivery_visits')
    .insert({ delivery_id, at, what: 'opened', counted: true, ...from })
    .returning<{ id: number }[]>('id')
  const later = new Date(+at + 90_000)
  await db('delivery_visits').insert({
    delivery_id,
    at: later,
    what: 'package',
    visit_id: visit?.id,
    done: true,
    ...from
  })
  await db('deliveries').where({ id: delivery_id }).update({ downloads: 1 })
}
