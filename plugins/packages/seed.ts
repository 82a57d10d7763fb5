import { time } from '@patchbay/core'
import type { Seeding } from '@patchbay/core'
import { draw } from './draw-queries.ts'
import { listEnded, markEnded, openBalance } from './queries.ts'
import { minutesOf } from './covering.ts'
import { findSession } from './session-queries.ts'

const held = [
  { label: 'Forfait 10 heures de cabine', unit: 'hour', quantity: 600, opened: -95, ends: 21, draws: 3 },
  { label: 'Forfait 40 heures de studio', unit: 'hour', quantity: 2400, opened: -130, ends: 235, draws: 4 },
  { label: 'Forfait 5 séances podcast', unit: 'session', quantity: 5, opened: -60, ends: 60, draws: 2 },
  { label: '4 heures offertes', unit: 'hour', quantity: 240, opened: -20, ends: null, draws: 0 },
  { label: 'Forfait 10 heures de cabine', unit: 'hour', quantity: 600, opened: -220, ends: -40, draws: 1 }
] as const

/** Packages of clients who come often: some used, one that ends soon, one that ended with hours left. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, studio, people } = seeding
  const today = time.today(studio.timezone)
  const clients: number[] = await db('sessions')
    .where({ state: 'completed' })
    .whereNotNull('client_id')
    .groupBy('client_id')
    .orderByRaw('count(*) desc, client_id')
    .limit(held.length)
    .pluck('client_id')
  const by = { by_id: people[1]?.id ?? null, by_name: people[1]?.name ?? studio.name }
  for (const [at, { opened, ends, draws, ...balance }] of held.entries()) {
    const client_id = clients[at]
    if (client_id === undefined) continue
    const id = await openBalance(db, {
      ...balance,
      client_id,
      invoice_id: null,
      invoice_item_id: null,
      opened_on: time.addDays(today, opened),
      expires_on: ends === null ? null : time.addDays(today, ends),
      note: balance.label.includes('offertes') ? 'Geste commercial après la panne de climatisation.' : null
    })
    if (id !== undefined) await drawSome(seeding, { id, client_id, unit: balance.unit, most: draws, by })
  }
  await endOld(seeding, today)
}

/** What the clock would have done on its nights. */
async function endOld({ db }: Seeding, today: string): Promise<void> {
  const by = { by_id: null, by_name: 'Patchbay' }
  for (const { id, remaining } of await listEnded(db, today)) {
    await draw(db, { balance_id: id, session_id: null, kind: 'expiry', amount: remaining, note: null, ...by })
    await markEnded(db, id)
  }
}

interface Drawing {
  id: number
  client_id: number
  unit: 'hour' | 'session'
  most: number
  by: { by_id: number | null; by_name: string }
}

/** Draws for sessions that no document bills, as long as something is left. */
async function drawSome({ db }: Seeding, { id, client_id, unit, most, by }: Drawing): Promise<void> {
  const sessions: number[] = await db('sessions as s')
    .where({ client_id, state: 'completed' })
    .whereRaw(`not exists (select from invoice_sources where source = 'session:' || s.id)`)
    .whereRaw('not exists (select from package_uses u where u.session_id = s.id)')
    .orderBy('starts_at', 'desc')
    .limit(most)
    .pluck('id')
  for (const session_id of sessions) {
    const session = await findSession(db, session_id)
    const row = await db('package_balances').where({ id }).first<{ remaining: number } | undefined>('remaining')
    const amount = session && row ? Math.min(unit === 'hour' ? minutesOf(session) : 1, row.remaining) : 0
    if (amount > 0) await draw(db, { balance_id: id, session_id, kind: 'use', amount, note: null, ...by })
  }
}
