import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { hashToken } from '@patchbay/core/secrets'
import { addClient, addDraft, fillCard, line } from './drafting.ts'
import { makeInvoice } from './make.ts'

/** Issuing and giving out: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  staff: `
GET  /invoices/:id/issue                   invoices.issue          page
POST /invoices/:id/issue                   invoices.issue          write
POST /invoices/issuing                     invoices.issue          write
GET  /invoices/:id/preview                 invoices.read           data
GET  /invoices/:id/pdf                     invoices.read           data
POST /invoices/papers                      invoices.read           write
GET  /invoices/files/:ids                  invoices.read           data
GET  /invoices/platform                    invoices.close          page
POST /invoices/platform                    invoices.close          write
POST /invoices/sending                     invoices.issue          write
GET  /invoices/:id/mail                    invoices.issue          page
POST /invoices/:id/mail                    invoices.issue          write
POST /invoices/:id/deposit-platform        invoices.issue          write
POST /invoices/:id/deliveries/:delivery    invoices.issue          write
POST /invoices/:id/link                    invoices.issue          write
POST /api/invoices/issue                   invoices.issue          api
POST /api/invoices/send                    invoices.issue          api
POST /api/invoices/send_many               invoices.issue          api
POST /api/invoices/deliver_again           invoices.issue          api
POST /api/invoices/renew_link              invoices.issue          api
POST /api/invoices/change_platform         invoices.close          api
`,
  open: `
GET  /invoices/:token                      invoices.view           page
GET  /invoices/:token/pdf                  invoices.view           data
GET  /invoices/:token/transfer.png         invoices.view           part
`,
  params: {
    '/s/:studio/invoices/:id/issue': async making => ({ id: await draft(making) }),
    '/s/:studio/invoices/:id/preview': async making => ({ id: await draft(making) }),
    '/s/:studio/invoices/:id/deliveries/:delivery': async making => delivered(making),
    '/s/:studio/invoices/:id/deposit-platform': async making => ({ id: await withPlatform(making) }),
    '/s/:studio/invoices/files/:ids': async making => ({ ids: await issued(making) }),
    '/s/:studio/invoices/:id/pdf': async making => ({ id: await issued(making) }),
    '/s/:studio/invoices/:id/mail': async making => ({ id: await issued(making) }),
    '/s/:studio/invoices/:id/link': async making => ({ id: await issued(making) }),
    '/o/:studio/invoices/:token': async making => ({ token: await linked(making) })
  },
  bodies: {
    '/invoices/issuing': async making => ({ ids: await draft(making) }),
    '/invoices/papers': async making => ({ ids: await issued(making) }),
    '/invoices/platform': { base_url: 'https://platform.example', token: 'key' },
    '/invoices/sending': async making => ({ ids: await issued(making) }),
    '/invoices/:id/mail': { recipients: 'compta@example.test', subject: 'Facture', message: 'Bonjour' },
    '/invoices/:id/deliveries/:delivery': { recipient: 'autre@example.test' },
    '/api/invoices/issue': async making => ({ id: await draft(making) }),
    '/api/invoices/send': async making => ({ id: await issued(making), channel: 'mail' }),
    '/api/invoices/send_many': async making => ({ ids: await issued(making) }),
    '/api/invoices/deliver_again': async making => {
      const { id, delivery } = await delivered(making)
      return { id: delivery, invoice_id: id }
    },
    '/api/invoices/renew_link': async making => ({ id: await issued(making) }),
    '/api/invoices/change_platform': { base_url: 'https://platform.example', token: 'key' }
  }
}

async function draft({ db }: Making): Promise<number> {
  await fillCard(db)
  return addDraft(db, await addClient(db), { lines: [line(1, 100)] })
}

const issued = async ({ db, folder }: Making): Promise<number> => (await makeInvoice({ db, folder })).id

async function withPlatform(making: Making): Promise<number> {
  const row = { base_url: 'https://platform.example', token_sealed: 'v1:none' }
  await making.db('invoice_platform').insert(row).onConflict('one').ignore()
  return issued(making)
}

async function linked(making: Making): Promise<string> {
  const token = `link-${making.next()}-${Math.random()}`
  await making
    .db('invoices')
    .where({ id: await issued(making) })
    .update({ token_hash: hashToken(token) })
  return token
}

async function delivered(making: Making): Promise<{ id: number; delivery: number }> {
  const invoice_id = await issued(making)
  const [row] = await making
    .db('invoice_deliveries')
    .insert({ invoice_id, channel: 'mail', recipient: 'a@example.test', mail_key: `key-${making.next()}` })
    .returning<{ id: number }[]>('id')
  return { id: invoice_id, delivery: row?.id ?? 0 }
}
