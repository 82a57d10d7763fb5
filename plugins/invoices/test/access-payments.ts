import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeCreditUse, makeInvoice, makePayment } from './make.ts'

/** What people would type. */
const money = { cents: '10', method: 'transfer', paid_on: '2026-01-15' }
const mail = { currency: 'EUR', from: '2026-01-01', to: '2026-01-31', recipient: 'compta@example.test' }

/** Payments, statements and compliance: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  staff: `
GET  /invoices/payments                    invoices.read           page
GET  /invoices/payments.csv                invoices.read           data
GET  /invoices/payments/new                invoices.pay            page
POST /invoices/payments                    invoices.pay            write
GET  /invoices/payments/:id                invoices.read           page
GET  /invoices/payments/:id/receipt.pdf    invoices.read           data
POST /invoices/payments/:id/refund         invoices.pay            write
POST /invoices/payments/:id/correction     invoices.pay            write
GET  /invoices/:id/payment                 invoices.pay            page
POST /invoices/:id/payment                 invoices.pay            write
POST /invoices/:id/credit                  invoices.pay            write
POST /invoices/:id/credit/return           invoices.pay            write
POST /invoices/:id/use                     invoices.pay            write
GET  /invoices/statement/:client_id        invoices.read           page
GET  /invoices/statement/:client_id/statement.pdf invoices.read    data
GET  /invoices/statement/:client_id/statement.csv invoices.read    data
POST /invoices/statement/:client_id/mail   invoices.write          write
POST /invoices/statement/:client_id/refund invoices.pay            write
GET  /invoices/compliance                  invoices.read           page
GET  /invoices/compliance/verification     invoices.read           part
POST /invoices/compliance/verification     invoices.read           write
POST /invoices/compliance/closings         invoices.close          write
GET  /invoices/compliance/closings         invoices.read           page
GET  /invoices/compliance/archive.zip      invoices.close          data
GET  /invoices/compliance/attestation.pdf  invoices.close          data
GET  /api/invoices/payments                invoices.read           api
POST /api/invoices/pay                     invoices.pay            api
POST /api/invoices/use_credit              invoices.pay            api
POST /api/invoices/return_credit           invoices.pay            api
POST /api/invoices/refund                  invoices.pay            api
POST /api/invoices/refund_credit           invoices.pay            api
POST /api/invoices/correct_payment         invoices.pay            api
POST /api/invoices/use_credit_note         invoices.pay            api
POST /api/invoices/send_statement          invoices.write          api
POST /api/invoices/close                   invoices.close          api
POST /api/invoices/verify                  invoices.read           api
`,
  params: {
    '/s/:studio/invoices/payments/:id': async making => ({ id: (await paid(making)).payment }),
    '/s/:studio/invoices/:id/payment': async making => ({ id: (await issued(making)).id }),
    '/s/:studio/invoices/:id/credit/return': async making => ({ id: (await usedCredit(making)).id }),
    '/s/:studio/invoices/:id/credit': async making => ({ id: (await withCredit(making)).id }),
    '/s/:studio/invoices/:id/use': async making => ({ id: (await creditNote(making)).id }),
    '/s/:studio/invoices/statement/:client_id': async making => ({ client_id: (await withCredit(making)).client })
  },
  bodies: {
    '/invoices/payments': async making => ({ client_id: (await issued(making)).client, ...money }),
    '/invoices/payments/:id/refund': { ...money, reason: 'Trop perçu' },
    '/invoices/payments/:id/correction': { reason: 'Erreur' },
    '/invoices/:id/payment': money,
    '/invoices/:id/credit': { cents: '10' },
    '/invoices/:id/use': { credit_cents: '10' },
    '/invoices/statement/:client_id/mail': mail,
    '/invoices/statement/:client_id/refund': { ...money, currency: 'EUR', reason: 'Trop perçu' },
    '/api/invoices/pay': async making => ({ invoice_id: (await issued(making)).id, ...money }),
    '/api/invoices/use_credit': async making => ({ id: (await withCredit(making)).id }),
    '/api/invoices/return_credit': async making => ({ id: (await usedCredit(making)).id }),
    '/api/invoices/refund': async making => ({ id: (await paid(making)).payment, ...money, reason: 'Trop perçu' }),
    '/api/invoices/refund_credit': async making => ({
      client_id: (await withCredit(making)).client,
      ...money,
      currency: 'EUR',
      reason: 'Trop perçu'
    }),
    '/api/invoices/correct_payment': async making => ({ id: (await paid(making)).payment, reason: 'Erreur' }),
    '/api/invoices/use_credit_note': async making => ({ id: (await creditNote(making)).id, credit_cents: '10' }),
    '/api/invoices/send_statement': async making => ({ client_id: (await issued(making)).client, ...mail })
  },
  buttons: ['/invoices/:id/credit/return', '/invoices/compliance/verification', '/invoices/compliance/closings']
}

async function issued({ db, folder, records }: Making): Promise<{ id: number; client: number }> {
  const client = await records.client()
  const { id } = await makeInvoice({ db, folder }, { client_id: client })
  return { id, client }
}

async function paid(making: Making): Promise<{ payment: number }> {
  const { id } = await issued(making)
  return { payment: (await makePayment(making.db, making.person, id, 12_000)).payment_id }
}

/** An open invoice of a client who has 30 € of credit. */
async function withCredit(making: Making): Promise<{ id: number; client: number }> {
  const { id, client } = await issued(making)
  await makePayment(making.db, making.person, id, 15_000)
  const { id: open } = await makeInvoice(making, { client_id: client })
  return { id: open, client }
}

async function usedCredit(making: Making): Promise<{ id: number }> {
  const { id } = await withCredit(making)
  await makeCreditUse(making.db, making.person, id)
  return { id }
}

async function creditNote(making: Making): Promise<{ id: number }> {
  const { id, client } = await issued(making)
  return makeInvoice(making, { client_id: client, kind: 'credit_note', refers_to: [id] })
}
