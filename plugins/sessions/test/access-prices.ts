import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const rule = async ({ db, next }: Making, archived = false) => {
  const row = { name: `Règle ${next()}`, weekdays: [7], valid_from: '2030-01-01', unit: 'hour', cents: 5000 }
  const [made] = await db('price_rules')
    .insert({ ...row, from_clock: clockOf(next()), to_clock: '23:59', archived_at: archived ? new Date() : null })
    .returning<{ id: number }[]>('id')
  return { id: made?.id ?? 0 }
}

/** A time of day from a word that nobody had yet, so that no two rules are of the same hours. */
const clockOf = (word: string) => {
  const minute = Array.from(word).reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 1400, 7)
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

const policy = async ({ db, next }: Making) => {
  const steps = JSON.stringify([{ hours_before: 0, percent: 0, of: 'price' }])
  const [made] = await db('cancellation_policies')
    .insert({ name: `Grille ${next()}`, steps })
    .returning<{ id: number }[]>('id')
  return { id: made?.id ?? 0 }
}

/** A session called off that costs something. */
const calledOff = async ({ db, records }: Making, url: string) => {
  const id = await records.session('cancelled')
  const waived = url.endsWith('removal') ? { fee_waived_at: new Date(), fee_waived_reason: 'Malade' } : {}
  await db('sessions')
    .where({ id })
    .update({ cancel_fee_cents: 5000, ...waived })
  return { id }
}

const grid = { name: 'Grille', last_percent: '100', last_of: 'price', no_show_percent: '100' }
const ruleBody = async ({ next }: Making) => ({
  name: `Nuit ${next()}`,
  unit: 'hour',
  cents: '60',
  from_clock: clockOf(next()),
  to_clock: '23:58'
})

export const access: DeclaredAccess = {
  staff: `
GET  /sessions/prices                      sessions.price         page
GET  /sessions/prices/trial                sessions.price         part
GET  /sessions/prices/new                  sessions.price         page
POST /sessions/prices                      sessions.price         write
GET  /sessions/prices/:id                  sessions.price         page
POST /sessions/prices/:id                  sessions.price         write
POST /sessions/prices/:id/order            sessions.price         write
POST /sessions/prices/:id/archive          sessions.price         write
POST /sessions/prices/:id/restore          sessions.price         write
GET  /sessions/prices/clients/:id          sessions.price         page
POST /sessions/prices/clients/:id          sessions.price         write
GET  /sessions/policies                    sessions.price         page
GET  /sessions/policies/new                sessions.price         page
POST /sessions/policies                    sessions.price         write
GET  /sessions/policies/:id                sessions.price         page
POST /sessions/policies/:id                sessions.price         write
POST /sessions/policies/:id/archive        sessions.price         write
POST /sessions/policies/:id/restore        sessions.price         write
POST /sessions/policies/:id/default        sessions.price         write
POST /sessions/:id/fee-waiver              sessions.price         write
POST /sessions/:id/fee-waiver/removal      sessions.price         write
POST /api/sessions/add_price_rule          sessions.price         api
POST /api/sessions/change_price_rule       sessions.price         api
POST /api/sessions/archive_price_rule      sessions.price         api
POST /api/sessions/restore_price_rule      sessions.price         api
POST /api/sessions/order_price_rule        sessions.price         api
POST /api/sessions/change_client_terms     sessions.price         api
POST /api/sessions/add_policy              sessions.price         api
POST /api/sessions/change_policy           sessions.price         api
POST /api/sessions/archive_policy          sessions.price         api
POST /api/sessions/restore_policy          sessions.price         api
POST /api/sessions/choose_policy           sessions.price         api
POST /api/sessions/waive_fee               sessions.price         api
POST /api/sessions/charge_fee              sessions.price         api
`,
  params: {
    '/s/:studio/sessions/prices/clients/:id': async ({ records }) => ({ id: await records.client() }),
    '/s/:studio/sessions/prices/:id': (making, url) => rule(making, url.endsWith('restore')),
    '/s/:studio/sessions/policies/:id': policy,
    '/s/:studio/sessions/:id/fee-waiver': calledOff
  },
  bodies: {
    '/sessions/prices': ruleBody,
    '/sessions/prices/:id': ruleBody,
    '/sessions/prices/:id/order': { direction: 'up' },
    '/sessions/prices/clients/:id': { discount_percent: '10' },
    '/sessions/policies': grid,
    '/sessions/policies/:id': grid,
    '/sessions/:id/fee-waiver': { reason: 'Malade' }
  },
  buttons: [
    '/sessions/prices/:id/order',
    '/sessions/prices/:id/archive',
    '/sessions/policies/:id/archive',
    '/sessions/policies/:id/restore',
    '/sessions/policies/:id/default'
  ]
}
