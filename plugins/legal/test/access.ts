import { time } from '@patchbay/core'
import { saveFile } from '@patchbay/core/storage'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const accounts = {
  clients: '411000',
  services: '706000',
  goods: '707000',
  deposits: '419100',
  vat_collected: '445710',
  vat_pending: '445740',
  bank: '512000',
  cash: '530000',
  card: '511500',
  cheques: '511200',
  expenses: '606000',
  suppliers: '401000',
  vat_deductible: '445660',
  exchange_gain: '766000',
  exchange_loss: '666000',
  rounding: '658000'
}
const identity = { name: 'Studio', legal_form: 'EI', address: '1 rue', postal_code: '35000', city: 'Rennes' }
const today = time.today('Europe/Paris')
const wording = { valid_from: today, text_fr: 'Bon pour accord', text_en: 'Agreed' }

/** The legal card: who may what, and with what it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'legal.read': ['manager'],
    'legal.write': []
  },
  staff: `
GET  /static/legal/*                       public           file
GET  /legal                                legal.read       page
POST /legal                                legal.write      write
GET  /legal/vat                            legal.read       page
POST /legal/vat                            legal.write      write
GET  /legal/bank                           legal.read       page
POST /legal/bank                           legal.write      write
GET  /legal/look                           legal.read       page
POST /legal/look                           legal.write      write
GET  /legal/logos/:id                      legal.read       data
GET  /legal/wordings                       legal.read       page
GET  /legal/wording                        legal.read       page
POST /legal/wording                        legal.write      write
POST /legal/wording/removal                legal.write      write
GET  /legal/accounts                       legal.read       page
POST /legal/accounts                       legal.write      write
POST /api/legal/change_identity            legal.write      api
POST /api/legal/change_vat                 legal.write      api
POST /api/legal/change_bank                legal.write      api
POST /api/legal/change_look                legal.write      api
POST /api/legal/add_wording                legal.write      api
POST /api/legal/remove_wording             legal.write      api
POST /api/legal/change_accounts            legal.write      api
`,
  params: {
    '/s/:studio/legal/logos/:id': logo
  },
  bodies: {
    '/legal': identity,
    '/legal/vat': { vat_regime: 'normal' },
    '/legal/bank': { payment_days: 30 },
    '/legal/look': { colour: '#9a3412' },
    '/legal/wording': { code: 'deposit', ...wording },
    '/legal/wording/removal': takenBack,
    '/legal/accounts': accounts,
    '/api/legal/change_identity': identity,
    '/api/legal/change_vat': { vat_regime: 'normal' },
    '/api/legal/change_bank': { payment_days: 30 },
    '/api/legal/change_look': { colour: '#9a3412' },
    '/api/legal/add_wording': { code: 'deposit', ...wording },
    '/api/legal/remove_wording': takenBack,
    '/api/legal/change_accounts': accounts
  }
}

/** A sentence of the studio's that begins later. */
async function takenBack({ db }: Making): Promise<Record<string, string>> {
  const row = { code: 'arrhes', language: 'fr', valid_from: time.addDays(today, 9), text: 'Plus tard', own: true }
  await db('legal_wordings').insert(row).onConflict(['code', 'language', 'valid_from']).merge()
  return { code: row.code, valid_from: row.valid_from }
}

/** One pixel: papers are printed with it. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The logo of the card. */
async function logo({ db, folder }: Making): Promise<{ id: number }> {
  const { id } = await saveFile({ db, folder }, Buffer.from(dot, 'base64'), { name: 'logo', media_type: 'image/png' })
  await db('legal_cards').update({ logo_file_id: id })
  return { id }
}
