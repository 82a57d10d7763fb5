import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const itemFields = {
  label: 'Mixage',
  unit: 'track',
  unit_micros: '280',
  vat_rate: 2000,
  vat_category: 'S',
  nature: 'service'
}

/** The catalogue, price lists and codes: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'catalogue.read': ['manager', 'engineer', 'assistant'],
    'catalogue.write': ['manager']
  },
  staff: `
GET  /static/catalogue/*                   public             file
GET  /catalogue                            catalogue.read     page
GET  /catalogue/suggestions.json           catalogue.read     data
GET  /catalogue/export.csv                 catalogue.read     data
GET  /catalogue/new                        catalogue.write    page
POST /catalogue                            catalogue.write    write
GET  /catalogue/lists                      catalogue.read     page
GET  /catalogue/lists/new                  catalogue.write    page
POST /catalogue/lists                      catalogue.write    write
GET  /catalogue/lists/:id                  catalogue.read     page
POST /catalogue/lists/:id                  catalogue.write    write
POST /catalogue/lists/:id/archiving        catalogue.write    write
POST /catalogue/lists/:id/restoring        catalogue.write    write
POST /catalogue/clients/:id/list           catalogue.write    write
GET  /catalogue/codes                      catalogue.read     page
GET  /catalogue/codes/new                  catalogue.write    page
POST /catalogue/codes                      catalogue.write    write
GET  /catalogue/codes/:id                  catalogue.read     page
POST /catalogue/codes/:id                  catalogue.write    write
POST /catalogue/codes/:id/archiving        catalogue.write    write
GET  /catalogue/:id                        catalogue.read     page
POST /catalogue/:id                        catalogue.write    write
POST /catalogue/:id/archiving              catalogue.write    write
POST /catalogue/:id/restoring              catalogue.write    write
GET  /api/catalogue/list                   catalogue.read     api
POST /api/catalogue/add                    catalogue.write    api
POST /api/catalogue/change                 catalogue.write    api
POST /api/catalogue/archive                catalogue.write    api
POST /api/catalogue/restore                catalogue.write    api
POST /api/catalogue/add_list               catalogue.write    api
POST /api/catalogue/change_list            catalogue.write    api
POST /api/catalogue/archive_list           catalogue.write    api
POST /api/catalogue/restore_list           catalogue.write    api
POST /api/catalogue/set_client_list        catalogue.write    api
POST /api/catalogue/add_code               catalogue.write    api
POST /api/catalogue/change_code            catalogue.write    api
POST /api/catalogue/archive_code           catalogue.write    api
`,
  params: {
    '/s/:studio/catalogue/lists/:id': async making => ({ id: await priceList(making) }),
    '/s/:studio/catalogue/codes/:id': async making => ({ id: await code(making) }),
    '/s/:studio/catalogue/clients/:id': async ({ records }) => ({ id: await records.client() }),
    '/s/:studio/catalogue/:id': async making => ({ id: await item(making) })
  },
  bodies: {
    '/catalogue': itemFields,
    '/catalogue/:id': itemFields,
    '/catalogue/lists': async making => ({ name: `Liste ${making.next()}`, discount_bp: '10' }),
    '/catalogue/lists/:id': async making => ({ name: `Liste ${making.next()}`, discount_bp: '10' }),
    '/catalogue/clients/:id/list': async making => ({ list_id: await priceList(making) }),
    '/catalogue/codes': codeFields,
    '/catalogue/codes/:id': codeFields,
    '/api/catalogue/add': itemFields,
    '/api/catalogue/change': async making => ({ id: await item(making), ...itemFields }),
    '/api/catalogue/archive': async making => ({ id: await item(making) }),
    '/api/catalogue/restore': async making => ({ id: await item(making) }),
    '/api/catalogue/add_list': async making => ({ name: `Liste ${making.next()}` }),
    '/api/catalogue/change_list': async making => ({ id: await priceList(making), name: `Liste ${making.next()}` }),
    '/api/catalogue/archive_list': async making => ({ id: await priceList(making) }),
    '/api/catalogue/restore_list': async making => ({ id: await priceList(making) }),
    '/api/catalogue/set_client_list': async making => ({
      client_id: await making.records.client(),
      list_id: await priceList(making)
    }),
    '/api/catalogue/add_code': codeFields,
    '/api/catalogue/change_code': async making => ({ id: await code(making), ...(await codeFields(making)) }),
    '/api/catalogue/archive_code': async making => ({ id: await code(making) })
  },
  buttons: [
    '/catalogue/:id/archiving',
    '/catalogue/:id/restoring',
    '/catalogue/lists/:id/archiving',
    '/catalogue/codes/:id/archiving',
    '/catalogue/clients/:id/list'
  ]
}

const add = async ({ db }: Making, table: string, row: object): Promise<number> => {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** Letters and digits that no code has yet. */
const word = (making: Making) => `C${making.next().replace(/[^A-Za-z0-9]/g, '')}`.toUpperCase().slice(0, 30)

const item = (making: Making) =>
  add(making, 'catalogue_items', { label: 'Mixage', unit: 'track', unit_micros: 280_000_000 })
const priceList = (making: Making) => add(making, 'price_lists', { name: `Liste ${making.next()}` })
const code = (making: Making) => add(making, 'discount_codes', { code: word(making), discount_bp: 1000 })

async function codeFields(making: Making): Promise<Record<string, string | number>> {
  return { code: word(making), kind: 'part', discount_bp: '10' }
}
