import { makeInvoice } from '../../invoices/test/make.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'

const step = {
  days: 7,
  tone: 'friendly',
  subject_fr: 'Rappel',
  text_fr: 'Bonjour',
  subject_en: 'Reminder',
  text_en: 'Hello'
}
const words = { subject: 'Rappel', body: 'Bonjour' }

/** Reminders of payments: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'dunning.read': ['manager'],
    'dunning.write': ['manager']
  },
  staff: `
GET  /dunning                              dunning.read            page
GET  /dunning/steps/new                    dunning.write           page
POST /dunning/steps                        dunning.write           write
GET  /dunning/steps/:id                    dunning.write           page
POST /dunning/steps/:id                    dunning.write           write
POST /dunning/steps/:id/removal            dunning.write           write
POST /dunning/rates                        dunning.write           write
GET  /dunning/letters/:id.pdf              dunning.read            file
GET  /dunning/invoices/:id                 dunning.write           page
POST /dunning/invoices/:id                 dunning.write           write
POST /dunning/invoices/:id/stop            dunning.write           write
POST /dunning/invoices/:id/resumption      dunning.write           write
GET  /api/dunning/list                     dunning.read            api
POST /api/dunning/add_step                 dunning.write           api
POST /api/dunning/change_step              dunning.write           api
POST /api/dunning/remove_step              dunning.write           api
POST /api/dunning/set_rate                 dunning.write           api
POST /api/dunning/remind                   dunning.write           api
POST /api/dunning/stop                     dunning.write           api
POST /api/dunning/resume                   dunning.write           api
`,
  params: {
    '/s/:studio/dunning/steps/:id': async making => ({ id: await aStep(making) }),
    '/s/:studio/dunning/letters/:id': async making => ({ id: await aLetter(making) }),
    '/s/:studio/dunning/invoices/:id/resumption': async making => ({ id: await stopped(making) }),
    '/s/:studio/dunning/invoices/:id': async making => ({ id: await invoice(making) })
  },
  bodies: {
    '/dunning/steps': newStep,
    '/dunning/steps/:id': step,
    '/dunning/rates': { valid_from: '2027-01-01', rate_bp: '8,28' },
    '/dunning/invoices/:id': words,
    '/dunning/invoices/:id/stop': { reason: 'Litige' },
    '/api/dunning/add_step': newStep,
    '/api/dunning/change_step': async making => ({ id: await aStep(making), ...step }),
    '/api/dunning/remove_step': async making => ({ id: await aStep(making) }),
    '/api/dunning/set_rate': { valid_from: '2027-01-01', rate_bp: 828 },
    '/api/dunning/remind': async making => ({ invoice_id: await invoice(making), ...words }),
    '/api/dunning/stop': async making => ({ invoice_id: await invoice(making), reason: 'Litige' }),
    '/api/dunning/resume': async making => ({ invoice_id: await stopped(making) })
  },
  buttons: ['/dunning/steps/:id/removal', '/dunning/invoices/:id/stop', '/dunning/invoices/:id/resumption']
}

/** A studio has 20 steps at most: those that were tried before make room. */
async function newStep({ db }: Making) {
  await db('dunning_steps').whereNull('archived_at').update({ archived_at: new Date(), active: false })
  return step
}

async function aStep({ db }: Making): Promise<number> {
  const [made] = await db('dunning_steps').insert(step).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** Late, of a client who can be written to. */
async function invoice({ db, folder, records }: Making): Promise<number> {
  const client_id = await records.client()
  await db('clients').where({ id: client_id }).update({ email: 'compta@example.test' })
  const { id } = await makeInvoice({ db, folder }, { client_id, due_date: new Date().toISOString().slice(0, 10) })
  return id
}

async function stopped(making: Making): Promise<number> {
  const id = await invoice(making)
  await making.db('dunning_stops').insert({ invoice_id: id, reason: 'Litige' })
  return id
}

async function aLetter(making: Making): Promise<number> {
  const [made] = await making
    .db('dunning_letters')
    .insert({
      invoice_id: await invoice(making),
      state: 'written',
      language: 'fr',
      recipients: ['compta@example.test'],
      subject: 'Rappel',
      body: 'Bonjour',
      days_late: 3,
      open_cents: 12_000,
      currency: 'EUR'
    })
    .returning<{ id: number }[]>('id')
  return made?.id ?? 0
}
