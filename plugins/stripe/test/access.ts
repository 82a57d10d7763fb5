import { newToken } from '../../../core/secrets.ts'
import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeInvoice } from '../../invoices/test/make.ts'
import { makeRecorded } from './make.ts'

/** Stripe: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'stripe.read': ['manager'],
    'stripe.write': [],
    'stripe.refund': ['manager'],
    'stripe.pay': ['visitor']
  },
  staff: `
GET  /static/stripe/*                      public                  file
GET  /stripe                               stripe.read             page
GET  /stripe/payments/:id                  stripe.read             page
POST /stripe/payments/:id/refunds          stripe.refund           write
GET  /stripe/events                        stripe.read             page
POST /stripe/events/:id/replay             stripe.refund           write
GET  /stripe/comparison                    stripe.read             page
POST /stripe/comparison                    stripe.refund           write
POST /stripe/comparison/:id/missing        stripe.refund           write
GET  /stripe/account                       stripe.read             page
POST /stripe/account/keys                  stripe.write            write
POST /stripe/account/secret                stripe.write            write
POST /stripe/account/test                  stripe.write            write
POST /stripe/account/onboarding            stripe.write            write
POST /stripe/account/removal               stripe.write            write
GET  /api/stripe/payments                  stripe.read             api
GET  /api/stripe/events                    stripe.read             api
POST /api/stripe/pay                       stripe.pay              api
POST /api/stripe/come_back                 stripe.pay              api
POST /api/stripe/receive                   stripe.pay              api
POST /api/stripe/replay                    stripe.refund           api
POST /api/stripe/refund                    stripe.refund           api
POST /api/stripe/compare                   stripe.refund           api
POST /api/stripe/record                    stripe.refund           api
POST /api/stripe/set_keys                  stripe.write            api
POST /api/stripe/set_secret                stripe.write            api
POST /api/stripe/connect                   stripe.write            api
POST /api/stripe/test                      stripe.write            api
POST /api/stripe/disconnect                stripe.write            api
`,
  open: `
POST /stripe/webhook                       stripe.pay              hook
GET  /stripe/:token                        stripe.pay              page
POST /stripe/:token                        stripe.pay              write
GET  /stripe/:token/checkout               stripe.pay              page
`,
  params: {
    '/o/:studio/stripe/:token': async making => ({ token: await link(making) }),
    '/s/:studio/stripe/payments/:id': async making => ({ id: (await recorded(making)).id }),
    '/s/:studio/stripe/events/:id': async making => ({ id: await event(making) }),
    '/s/:studio/stripe/comparison/:id': async making => ({ id: await check(making) })
  },
  bodies: {
    '/stripe/payments/:id/refunds': { cents: '10,00', reason: 'Geste' },
    '/stripe/comparison/:id/missing': { payment_intent: 'pi_000001' },
    '/stripe/account/keys': { secret_key: 'sk_test_0000000000' },
    '/stripe/account/secret': { webhook_secret: 'whsec_0000000000' },
    '/api/stripe/pay': { token: 'x'.repeat(43) },
    '/api/stripe/receive': { payload: '{}', signature: '' },
    '/api/stripe/replay': async making => ({ id: await event(making) }),
    '/api/stripe/refund': async making => ({ id: (await recorded(making)).id, cents: 1000, reason: 'Geste' }),
    '/api/stripe/record': async making => ({ check_id: await check(making), payment_intent: 'pi_000001' }),
    '/api/stripe/set_keys': { secret_key: 'sk_test_0000000000' },
    '/api/stripe/set_secret': { webhook_secret: 'whsec_0000000000' }
  },
  buttons: ['/stripe/events/:id/replay']
}

async function recorded({ db, folder, records, next }: Making) {
  const client_id = await records.client()
  const invoice = await makeInvoice({ db, folder }, { client_id })
  return makeRecorded(db, { invoice_id: invoice.id, client_id, payment_intent: `pi_${next()}` })
}

/** The private link of an invoice that is open. */
async function link({ db, folder, records }: Making): Promise<string> {
  const invoice = await makeInvoice({ db, folder }, { client_id: await records.client() })
  const { token, hash } = newToken()
  await db('invoices').where({ id: invoice.id }).update({ token_hash: hash })
  return token
}

async function event({ db, next }: Making): Promise<number> {
  const [row] = await db('stripe_events')
    .insert({
      event_id: `evt_${next()}`,
      type: 'invoice.paid',
      object_id: 'in_1',
      happened_at: new Date(),
      state: 'done'
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

async function check({ db }: Making): Promise<number> {
  const named = { kind: 'missing', payment_intent: 'pi_000001', refund_id: null, payment_id: null, day: '2026-11-02' }
  const differences = JSON.stringify([{ ...named, cents: 5000, ours_cents: null, currency: 'EUR' }])
  const [row] = await db('stripe_checks')
    .insert({ since: '2026-11-01', state: 'done', differences })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}
