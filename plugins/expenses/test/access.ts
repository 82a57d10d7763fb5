import { saveFile } from '../../../core/storage.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

/** One pixel. */
const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Expenses, their files, suppliers and categories: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'expenses.read': ['manager'],
    'expenses.write': ['manager', 'engineer', 'assistant'],
    'expenses.record': ['manager']
  },
  staff: `
GET  /static/expenses/*                          public           file
GET  /expenses                                   expenses.write   page
GET  /expenses/export.csv                        expenses.read    data
GET  /expenses/new                               expenses.write   page
POST /expenses                                   expenses.write   write
GET  /expenses/receive                           expenses.write   page
POST /expenses/received                          expenses.write   write
GET  /expenses/suppliers                         expenses.read    page
GET  /expenses/suppliers/suggestions             expenses.write   part
GET  /expenses/suppliers/:id                     expenses.read    page
POST /expenses/suppliers/:id                     expenses.record  write
GET  /expenses/categories                        expenses.record  page
POST /expenses/categories                        expenses.record  write
POST /expenses/categories/:id                    expenses.record  write
GET  /expenses/recurring                         expenses.read    page
GET  /expenses/vat                               expenses.read    page
GET  /expenses/:id                               expenses.write   page
GET  /expenses/:id/edit                          expenses.write   page
POST /expenses/:id                               expenses.write   write
GET  /expenses/:id/files/:file                   expenses.write   part
POST /expenses/:id/files                         expenses.write   write
POST /expenses/:id/files/:file/removal           expenses.write   write
POST /expenses/:id/recording                     expenses.record  write
POST /expenses/:id/reopening                     expenses.record  write
POST /expenses/:id/removal                       expenses.write   write
POST /expenses/:id/payments                      expenses.record  write
POST /expenses/:id/payments/:payment/removal     expenses.record  write
POST /expenses/:id/recurrence                    expenses.record  write
POST /expenses/:id/recurrence/end                expenses.record  write
GET  /api/expenses/list                          expenses.read    api
GET  /api/expenses/own                           expenses.write   api
GET  /api/expenses/suppliers                     expenses.read    api
POST /api/expenses/add                           expenses.write   api
POST /api/expenses/change                        expenses.write   api
POST /api/expenses/record                        expenses.record  api
POST /api/expenses/reopen                        expenses.record  api
POST /api/expenses/remove                        expenses.write   api
POST /api/expenses/receive                       expenses.write   api
POST /api/expenses/add_file                      expenses.write   api
POST /api/expenses/remove_file                   expenses.write   api
POST /api/expenses/pay                           expenses.record  api
POST /api/expenses/unpay                         expenses.record  api
POST /api/expenses/repeat                        expenses.record  api
POST /api/expenses/stop_repeating                expenses.record  api
POST /api/expenses/change_supplier               expenses.record  api
POST /api/expenses/add_category                  expenses.record  api
POST /api/expenses/change_category               expenses.record  api
`,
  params: {
    '/s/:studio/expenses/suppliers/:id': async making => ({ id: await supplier(making) }),
    '/s/:studio/expenses/categories/:id': async making => ({ id: await category(making) }),
    '/s/:studio/expenses/:id/files/:file': async making => {
      const id = await draft(making)
      return { id, file: await paper(making, id) }
    },
    '/s/:studio/expenses/:id/payments/:payment': async making => {
      const id = await recorded(making)
      return { id, payment: await payment(making, id) }
    },
    '/s/:studio/expenses/:id/recurrence/end': async making => ({ id: await repeating(making) }),
    '/s/:studio/expenses/:id/payments': async making => ({ id: await recorded(making) }),
    '/s/:studio/expenses/:id/recurrence': async making => ({ id: await recorded(making) }),
    '/s/:studio/expenses/:id/reopening': async making => ({ id: await recorded(making) }),
    '/s/:studio/expenses/:id': async making => ({ id: await draft(making) })
  },
  bodies: {
    '/expenses': { supplier_name: 'Boulangerie', issue_date: '2026-11-02', note: 'Pain' },
    '/expenses/received': { file: dot },
    '/expenses/suppliers/:id': ({ next }) => Promise.resolve({ name: `Fournisseur ${next()}` }),
    '/expenses/categories': { label: 'Disques', account: '6063', recoverable: 100 },
    '/expenses/categories/:id': { label: 'Disques durs', account: '6063', recoverable: 100 },
    '/expenses/:id': { supplier_name: 'Boulangerie', note: 'Autre' },
    '/expenses/:id/files': { file: dot },
    '/expenses/:id/payments': { paid_on: '2026-11-05', method: 'card' },
    '/expenses/:id/recurrence': { every: 'month', day: 5 },
    '/api/expenses/add': { supplier_name: 'Boulangerie', issue_date: '2026-11-02' },
    '/api/expenses/change': async making => ({ id: await draft(making), supplier_name: 'Épicerie' }),
    '/api/expenses/record': async making => ({ id: await draft(making) }),
    '/api/expenses/reopen': async making => ({ id: await recorded(making) }),
    '/api/expenses/remove': async making => ({ id: await draft(making) }),
    '/api/expenses/receive': { file: dot },
    '/api/expenses/add_file': async making => ({ id: await draft(making), file: dot }),
    '/api/expenses/remove_file': async making => {
      const id = await draft(making)
      return { id, file_id: await paper(making, id) }
    },
    '/api/expenses/pay': async making => ({ id: await recorded(making), paid_on: '2026-11-05', method: 'card' }),
    '/api/expenses/unpay': async making => {
      const id = await recorded(making)
      return { id, payment_id: await payment(making, id) }
    },
    '/api/expenses/repeat': async making => ({ id: await recorded(making), every: 'month', day: 5 }),
    '/api/expenses/stop_repeating': async making => ({ id: await repeating(making) }),
    '/api/expenses/change_supplier': async making => ({
      id: await supplier(making),
      name: `Fournisseur ${making.next()}`
    }),
    '/api/expenses/add_category': { label: 'Bandes', account: '6063', recoverable: 100 },
    '/api/expenses/change_category': async making => ({
      id: await category(making),
      label: 'Bois',
      account: '6063',
      recoverable: 50
    })
  }
}

const idOf = async (rows: PromiseLike<{ id: number }[]>): Promise<number> => (await rows)[0]?.id ?? 0

const supplier = ({ db, next }: Making) =>
  idOf(
    db('suppliers')
      .insert({ name: `Fournisseur ${next()}` })
      .returning('id')
  )

const category = ({ db }: Making) =>
  idOf(db('expense_categories').insert({ label: 'Divers', account: '628', position: 99 }).returning('id'))

/** A draft of whoever asks, complete. */
async function draft(making: Making, more: object = {}): Promise<number> {
  const { db, person } = making
  const supplier_id = await supplier(making)
  const sums = { net_cents: 1000, vat_cents: 200, total_cents: 1200, eur_net_cents: 1000, eur_total_cents: 1200 }
  const fields = {
    supplier_id,
    supplier_name: 'Épicerie',
    issue_date: '2026-11-02',
    created_by: person,
    ...sums,
    ...more
  }
  const id = await idOf(db('expenses').insert(fields).returning('id'))
  await db('expense_lines').insert({ expense_id: id, position: 0, vat_rate: 2000, base_cents: 1000, vat_cents: 200 })
  return id
}

const recorded = (making: Making) => draft(making, { state: 'recorded', recorded_at: new Date() })

async function paper({ db, folder }: Making, expense_id: number): Promise<number> {
  const { id: file_id } = await saveFile({ db, folder }, Buffer.from('%PDF-1.7'), {
    name: 'Facture',
    media_type: 'application/pdf'
  })
  await db('expense_files').insert({ expense_id, file_id, position: 1 })
  return file_id
}

async function payment({ db }: Making, expense_id: number): Promise<number> {
  const paid = { expense_id, cents: 1200, eur_cents: 1200, paid_on: '2026-11-05', method: 'card' }
  await db('expenses').where({ id: expense_id }).update({ paid_cents: 1200 })
  return idOf(db('expense_payments').insert(paid).returning('id'))
}

async function repeating(making: Making): Promise<number> {
  const expense_id = await recorded(making)
  await making.db('expense_recurrences').insert({ expense_id, every: 'month', day: 2, next_on: '2099-01-02' })
  return expense_id
}
