import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { writeDraft } from '../drafts/writing.ts'
import { plainDraft } from '../drafts/from-sessions.ts'

export const access: DeclaredAccess = {
  staff: `
GET  /static/invoices/*                    public                  file
GET  /invoices                             invoices.read           page
GET  /invoices/export.csv                  invoices.read           data
GET  /invoices/month                       invoices.write          page
POST /invoices/month                       invoices.write          write
GET  /invoices/new                         invoices.write          page
POST /invoices                             invoices.write          write
POST /invoices/from-sessions               invoices.write          write
POST /invoices/deposits                    invoices.write          write
GET  /invoices/owes                        invoices.read           part
GET  /invoices/billing/:id                 invoices.write          page
POST /invoices/billing/:id                 invoices.write          write
POST /invoices/billing/:id/reminders/stop  invoices.write          write
POST /invoices/billing/:id/reminders/resume invoices.write         write
GET  /invoices/:id                         invoices.read           page
GET  /invoices/:id/edit                    invoices.write          page
POST /invoices/:id                         invoices.write          write
POST /invoices/:id/removal                 invoices.write          write
POST /invoices/:id/copy                    invoices.write          write
POST /invoices/:id/deposit                 invoices.write          write
GET  /invoices/:id/credit-note             invoices.write          page
POST /invoices/:id/credit-note             invoices.write          write
POST /invoices/:id/correction              invoices.write          write
GET  /api/invoices/list                    invoices.read           api
POST /api/invoices/draft                   invoices.write          api
POST /api/invoices/change                  invoices.write          api
POST /api/invoices/remove                  invoices.write          api
POST /api/invoices/duplicate               invoices.write          api
POST /api/invoices/from_sessions           invoices.write          api
POST /api/invoices/from_month              invoices.write          api
POST /api/invoices/deposit                 invoices.write          api
POST /api/invoices/credit                  invoices.write          api
POST /api/invoices/correct                 invoices.write          api
POST /api/invoices/change_billing          invoices.write          api
POST /api/invoices/stop_reminders          invoices.write          api
POST /api/invoices/resume_reminders        invoices.write          api
`,
  params: {
    '/s/:studio/invoices/billing/:id': async ({ records }) => ({ id: await records.client() }),
    '/s/:studio/invoices/:id': async making => ({ id: await draft(making) })
  },
  bodies: {
    '/invoices': async ({ records }) => ({ client_id: await records.client(), title: 'Album' }),
    '/invoices/month': async making => monthOf(making),
    '/invoices/from-sessions': async making => ({ session_ids: (await session(making)).id }),
    '/invoices/deposits': async making => ({ session_id: (await session(making)).id, part: '30 %' }),
    '/invoices/billing/:id': { vat_treatment: 'standard', payment_days: 30 },
    '/invoices/billing/:id/reminders/stop': { reason: 'Accord' },
    '/invoices/:id': async ({ records }) => ({ client_id: await records.client(), title: 'Album' }),
    '/invoices/:id/deposit': { part: '30 %' },
    '/invoices/:id/credit-note': { mode: 'full' },
    '/api/invoices/draft': async ({ records }) => ({ client_id: await records.client() }),
    '/api/invoices/change': async making => ({ id: await draft(making), client_id: await making.records.client() }),
    '/api/invoices/remove': async making => ({ id: await draft(making) }),
    '/api/invoices/duplicate': async making => ({ id: await draft(making) }),
    '/api/invoices/from_sessions': async making => ({ session_ids: (await session(making)).id }),
    '/api/invoices/from_month': async making => monthOf(making),
    '/api/invoices/deposit': async making => ({ id: await draft(making), part: '30 %' }),
    '/api/invoices/credit': async making => ({ id: await draft(making), mode: 'full' }),
    '/api/invoices/correct': async making => ({ id: await draft(making) }),
    '/api/invoices/change_billing': async ({ records }) => ({
      client_id: await records.client(),
      vat_treatment: 'standard'
    }),
    '/api/invoices/stop_reminders': async ({ records }) => ({ client_id: await records.client(), reason: 'Accord' }),
    '/api/invoices/resume_reminders': async ({ records }) => ({ client_id: await records.client() })
  }
}

/** A draft of 100 € and VAT. */
async function draft({ db, records, person }: Making): Promise<number> {
  const fields = plainDraft({ id: await records.client(), language: 'fr' }, 'EUR')
  const line = {
    kind: 'line',
    label: 'Mixage',
    description: null,
    quantity: 1,
    unit: 'piece',
    unit_micros: 100_000_000,
    discount_bp: 0,
    discount_cents: 0,
    vat_category: 'S',
    vat_rate: 2000,
    nature: 'service',
    account: null,
    item_id: null,
    source: null
  } as const
  const by = { id: person, name: 'Test', role: 'owner' } as const
  return writeDraft({ db, person: by, t: key => key }, null, { fields, lines: [line], deposits: [] })
}

async function session({ db, records }: Making): Promise<{ id: number; client_id: number }> {
  const client_id = await records.client()
  const id = await records.session()
  await db('sessions').where({ id }).update({ client_id, state: 'completed', price_cents: 5000, price_override: true })
  return { id, client_id }
}

async function monthOf(making: Making): Promise<Record<string, string | number>> {
  const { id, client_id } = await session(making)
  const row = await making.db('sessions').where({ id }).first<{ starts_at: Date }>('starts_at')
  return { month: row.starts_at.toISOString().slice(0, 7), client_ids: client_id }
}
