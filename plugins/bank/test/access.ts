import { makeInvoice } from '../../invoices/test/make.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const csv = (day: number, cents: string) =>
  `Date;Libellé;Montant\n${String(day).padStart(2, '0')}/10/2026;VIR;${cents}\n`

/** Statements and their lines: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: { 'bank.read': ['manager'], 'bank.write': ['manager'] },
  staff: `
GET  /static/bank/*              public       file
GET  /bank                       bank.read    page
POST /bank/sure                  bank.write   write
GET  /bank/imports/new           bank.write   page
POST /bank/imports               bank.write   write
GET  /bank/imports/:id           bank.write   page
POST /bank/imports/:id           bank.write   write
GET  /bank/accounts              bank.read    page
POST /bank/accounts              bank.write   write
POST /bank/accounts/:id          bank.write   write
GET  /bank/:id                   bank.read    page
POST /bank/:id/match             bank.write   write
POST /bank/:id/category          bank.write   write
POST /bank/:id/undoing           bank.write   write
GET  /api/bank/lines             bank.read    api
POST /api/bank/read_statement    bank.write   api
POST /api/bank/name_columns      bank.write   api
POST /api/bank/match             bank.write   api
POST /api/bank/match_sure        bank.write   api
POST /api/bank/set_aside         bank.write   api
POST /api/bank/undo              bank.write   api
POST /api/bank/add_account       bank.write   api
POST /api/bank/change_account    bank.write   api
`,
  params: {
    '/s/:studio/bank/imports/:id': async making => ({ id: await waiting(making) }),
    '/s/:studio/bank/accounts/:id': async making => ({ id: await account(making) }),
    '/s/:studio/bank/:id/undoing': async making => ({ id: await line(making, 'aside') }),
    '/s/:studio/bank/:id': async making => ({ id: await line(making) })
  },
  bodies: {
    '/bank/sure': async making => ({ ids: await line(making) }),
    '/bank/imports': async making => ({
      account_id: await account(making),
      file: Buffer.from(csv(3, '12,00')).toString('base64')
    }),
    '/bank/imports/:id': { columns: 'date' },
    '/bank/accounts': { name: 'Livret' },
    '/bank/accounts/:id': { name: 'Livret' },
    '/bank/:id/match': async making => ({ 'targets.0.target': `invoice:${await open(making)}` }),
    '/bank/:id/category': { category: 'fees' },
    '/api/bank/read_statement': async making => ({
      account_id: await account(making),
      file: Buffer.from(csv(4, '13,00')).toString('base64')
    }),
    '/api/bank/name_columns': async making => ({ id: await waiting(making), columns: 'date' }),
    '/api/bank/match': async making => ({ id: await line(making) }),
    '/api/bank/match_sure': async making => ({ ids: await line(making) }),
    '/api/bank/set_aside': async making => ({ id: await line(making), category: 'fees' }),
    '/api/bank/undo': async making => ({ id: await line(making, 'aside') }),
    '/api/bank/add_account': { name: 'Livret' },
    '/api/bank/change_account': async making => ({ id: await account(making), name: 'Livret' })
  },
  buttons: ['/bank/sure']
}

const idOf = async (rows: PromiseLike<{ id: number }[]>): Promise<number> => (await rows)[0]?.id ?? 0

const account = ({ db, next }: Making) =>
  idOf(
    db('bank_accounts')
      .insert({ name: `Compte ${next()}` })
      .returning('id')
  )

async function waiting(making: Making): Promise<number> {
  const [heads, rows] = [['Date', 'Libellé', 'Montant'], [['01/10/2026', 'VIR', '10,00']]].map(one =>
    JSON.stringify(one)
  )
  const row = { account_id: await account(making), format: 'csv', heads, rows }
  return idOf(making.db('bank_imports').insert(row).returning('id'))
}

async function line(making: Making, state: 'open' | 'aside' = 'open'): Promise<number> {
  const { db, next } = making
  const import_id = await waiting(making)
  const [{ account_id = 0 } = {}] = await db('bank_imports').where({ id: import_id })
  const said = { booked_on: '2026-10-01', cents: 1200, currency: 'EUR', label: 'VIR', identity: `x${next()}` }
  return idOf(
    db('bank_lines')
      .insert({ account_id, import_id, format: 'csv', ...said, state, category: state === 'aside' ? 'fees' : null })
      .returning('id')
  )
}

const open = async ({ db, folder }: Making) => (await makeInvoice({ db, folder })).id
