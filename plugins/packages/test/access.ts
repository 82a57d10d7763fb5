import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** Packages: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'packages.read': ['manager', 'engineer', 'assistant'],
    'packages.write': ['manager']
  },
  staff: `
GET  /static/packages/*                         public            file
GET  /packages                                  packages.read     page
GET  /packages/new                              packages.write    page
POST /packages                                  packages.write    write
GET  /packages/:id                              packages.read     page
POST /packages/:id/expiry                       packages.write    write
POST /packages/:id/corrections                  packages.write    write
POST /packages/sessions/:id/use            packages.write    write
POST /packages/sessions/:id/covers/:balance/removal packages.write write
GET  /api/packages/list                         packages.read     api
POST /api/packages/add                          packages.write    api
POST /api/packages/use                          packages.write    api
POST /api/packages/take_back                    packages.write    api
POST /api/packages/extend                       packages.write    api
POST /api/packages/correct                      packages.write    api
`,
  params: {
    '/s/:studio/packages/sessions/:id/use': async making => ({ id: (await covered(making)).session_id }),
    '/s/:studio/packages/sessions/:id/covers/:balance': async making => {
      const { session_id: id, balance_id } = await drawn(making)
      return { id, balance: balance_id }
    },
    '/s/:studio/packages/:id': async making => ({ id: await balance(making) })
  },
  bodies: {
    '/packages': newPackage,
    '/packages/:id/expiry': { expires_on: '' },
    '/packages/:id/corrections': { quantity: '1', note: 'Erreur de saisie' },
    '/packages/sessions/:id/use': async making => ({ balance_id: (await covered(making)).balance_id }),
    '/api/packages/add': newPackage,
    '/api/packages/use': covered,
    '/api/packages/take_back': drawn,
    '/api/packages/extend': async making => ({ id: await balance(making) }),
    '/api/packages/correct': async making => ({ id: await balance(making), quantity: 1, note: 'Erreur de saisie' })
  }
}

async function newPackage({ records }: Making) {
  return { client_id: await records.client(), label: 'Forfait 10 heures', unit: 'hour', quantity: 10 }
}

async function balance({ db, records }: Making, client_id?: number): Promise<number> {
  const row = { label: 'Forfait', unit: 'hour', quantity: 600, remaining: 600, opened_on: '2026-11-01' }
  const [made] = await db('package_balances')
    .insert({ ...row, client_id: client_id ?? (await records.client()) })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** A session and a package of its client. */
async function covered(making: Making): Promise<{ session_id: number; balance_id: number }> {
  const session_id = await making.records.session()
  const { client_id } = await making.db('sessions').where({ id: session_id }).first('client_id')
  return { session_id, balance_id: await balance(making, client_id) }
}

/** The same, drawn. */
async function drawn(making: Making): Promise<{ session_id: number; balance_id: number }> {
  const made = await covered(making)
  await making.db('package_uses').insert({ ...made, kind: 'use', amount: 60, by_name: 'Test' })
  return made
}
