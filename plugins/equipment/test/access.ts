import { savePhoto } from '@patchbay/core/storage'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const staff = `
GET  /static/equipment/*                                public            file
GET  /equipment                                         equipment.read    page
GET  /equipment/new                                     equipment.write   page
POST /equipment                                         equipment.write   write
GET  /equipment/out                                     equipment.read    page
GET  /equipment/scan                                    equipment.read    page
GET  /equipment/scan/:code                              equipment.read    page
GET  /equipment/labels                                  equipment.read    page
GET  /equipment/export.csv                              equipment.read    data
GET  /equipment/value                                   equipment.values  page
GET  /equipment/value.csv                               equipment.values  data
GET  /equipment/kits                                    equipment.read    page
GET  /equipment/kits/new                                equipment.write   page
POST /equipment/kits                                    equipment.write   write
GET  /equipment/kits/:id                                equipment.read    page
POST /equipment/kits/:id                                equipment.write   write
POST /equipment/kits/:id/removal                        equipment.write   write
GET  /equipment/picking                                 equipment.read    part
GET  /equipment/picked                                  equipment.read    part
GET  /equipment/imports/new                             equipment.import  page
POST /equipment/imports                                 equipment.import  write
GET  /equipment/imports/:id                             equipment.import  page
POST /equipment/imports/:id                             equipment.import  write
GET  /equipment/:id                                     equipment.read    page
GET  /equipment/:id/edit                                equipment.write   page
POST /equipment/:id                                     equipment.write   write
GET  /equipment/:id/photo                               equipment.read    data
POST /equipment/:id/archiving                           equipment.write   write
POST /equipment/:id/restoring                           equipment.write   write
POST /equipment/:id/checkouts                           equipment.check   write
POST /equipment/:id/checkouts/:checkout/return          equipment.check   write
GET  /equipment/:id/maintenance/new                     equipment.write   page
POST /equipment/:id/maintenance                         equipment.write   write
GET  /equipment/:id/maintenance/:entry                  equipment.write   page
POST /equipment/:id/maintenance/:entry                  equipment.write   write
POST /equipment/:id/maintenance/:entry/completion       equipment.write   write
POST /equipment/:id/maintenance/:entry/removal          equipment.write   write
GET  /api/equipment/list                                equipment.read    api
POST /api/equipment/add                                 equipment.write   api
POST /api/equipment/change                              equipment.write   api
POST /api/equipment/archive                             equipment.write   api
POST /api/equipment/restore                             equipment.write   api
POST /api/equipment/check_out                           equipment.check   api
POST /api/equipment/check_in                            equipment.check   api
POST /api/equipment/add_maintenance                     equipment.write   api
POST /api/equipment/change_maintenance                  equipment.write   api
POST /api/equipment/finish_maintenance                  equipment.write   api
POST /api/equipment/remove_maintenance                  equipment.write   api
POST /api/equipment/add_kit                             equipment.write   api
POST /api/equipment/change_kit                          equipment.write   api
POST /api/equipment/remove_kit                          equipment.write   api
POST /api/equipment/read_import                         equipment.import  api
POST /api/equipment/import                              equipment.import  api
`

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** Seven signs of those that codes are made of. */
const code = (making: Making) => making.next().replace(/\D/g, '').padStart(7, 'K').slice(-7)

async function piece(making: Making): Promise<{ id: number; code: string }> {
  const row = { code: code(making), category: 'microphone', model: `Micro ${making.next()}`, quantity: 3 }
  return { id: await add(making, 'equipment', row), code: row.code }
}

/** The smallest PNG there is. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function withPhoto(making: Making): Promise<number> {
  const { id } = await piece(making)
  const photo = await savePhoto({ db: making.db, folder: making.folder }, Buffer.from(dot, 'base64'), 'Micro')
  await making.db('equipment').where({ id }).update({ photo_id: photo.id })
  return id
}

async function checkout(making: Making) {
  const { id } = await piece(making)
  const due_at = new Date(Date.now() + 864e5)
  const row = { equipment_id: id, quantity: 1, client_id: await making.records.client(), due_at }
  return { id, checkout: await add(making, 'equipment_checkouts', row) }
}

async function entry(making: Making) {
  const { id } = await piece(making)
  return { id, entry: await add(making, 'equipment_maintenance', { equipment_id: id, kind: 'repair' }) }
}

async function kit(making: Making): Promise<number> {
  const { id } = await piece(making)
  const kit_id = await add(making, 'equipment_kits', { name: `Kit ${making.next()}` })
  await making.db('equipment_kit_items').insert({ kit_id, equipment_id: id, quantity: 1 })
  return kit_id
}

const importing = (making: Making): Promise<number> =>
  add(making, 'equipment_imports', {
    person_id: making.person,
    heads: JSON.stringify(['model']),
    rows: JSON.stringify([['Micro']])
  })

const bought = { category: 'microphone', model: 'U87', quantity: 1, state: 'good' }
const mending = { kind: 'repair', note: 'Capsule' }
const out = { holder: 'client', due_day: '2099-01-01' }

/** What equipment says of its routes: see test/access/declared.ts. */
export const access: DeclaredAccess = {
  permissions: {
    'equipment.read': ['manager', 'engineer', 'assistant'],
    'equipment.write': ['manager', 'engineer'],
    'equipment.check': ['manager', 'engineer', 'assistant'],
    'equipment.import': ['manager'],
    'equipment.values': ['manager']
  },
  staff,
  params: {
    '/s/:studio/equipment/scan/:code': async making => ({ code: (await piece(making)).code }),
    '/s/:studio/equipment/kits/:id': async making => ({ id: await kit(making) }),
    '/s/:studio/equipment/imports/:id': async making => ({ id: await importing(making) }),
    '/s/:studio/equipment/:id/checkouts/:checkout': checkout,
    '/s/:studio/equipment/:id/maintenance/:entry': entry,
    '/s/:studio/equipment/:id/photo': async making => ({ id: await withPhoto(making) }),
    '/s/:studio/equipment/:id': async making => ({ id: (await piece(making)).id })
  },
  bodies: {
    '/equipment': bought,
    '/equipment/:id': bought,
    '/equipment/:id/checkouts': async making => ({ ...out, client_id: await making.records.client() }),
    '/equipment/:id/maintenance': mending,
    '/equipment/:id/maintenance/:entry': mending,
    '/equipment/kits': async making => ({ name: `Kit ${making.next()}`, gear: (await piece(making)).id }),
    '/equipment/kits/:id': async making => ({ name: `Kit ${making.next()}`, gear: (await piece(making)).id }),
    '/equipment/imports': { content: 'Modèle\nMicro' },
    '/api/equipment/add': bought,
    '/api/equipment/change': async making => ({ ...bought, id: (await piece(making)).id }),
    '/api/equipment/archive': async making => ({ id: (await piece(making)).id }),
    '/api/equipment/restore': async making => ({ id: (await piece(making)).id }),
    '/api/equipment/check_out': async making => {
      const { id } = await piece(making)
      return { ...out, id, client_id: await making.records.client() }
    },
    '/api/equipment/check_in': async making => {
      const { id, checkout: taken } = await checkout(making)
      return { equipment_id: id, id: taken }
    },
    '/api/equipment/add_maintenance': async making => ({ ...mending, equipment_id: (await piece(making)).id }),
    '/api/equipment/change_maintenance': async making => ({ ...mending, ...(await ofEntry(making)) }),
    '/api/equipment/finish_maintenance': ofEntry,
    '/api/equipment/remove_maintenance': ofEntry,
    '/api/equipment/add_kit': async making => ({
      name: `Kit ${making.next()}`,
      gear: String((await piece(making)).id)
    }),
    '/api/equipment/change_kit': async making => {
      const gear = String((await piece(making)).id)
      return { id: await kit(making), name: `Kit ${making.next()}`, gear }
    },
    '/api/equipment/remove_kit': async making => ({ id: await kit(making) }),
    '/api/equipment/read_import': { content: 'Modèle\nMicro' },
    '/api/equipment/import': async making => ({ id: await importing(making) })
  }
}

async function ofEntry(making: Making) {
  const { id, entry: one } = await entry(making)
  return { equipment_id: id, id: one }
}
