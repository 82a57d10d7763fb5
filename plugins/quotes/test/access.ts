import type { DeclaredAccess, Making } from '../../../test/access/declared.ts'
import { makeQuote } from './make.ts'

/** Quotes: who may what, and with which records it is tried. */
export const access: DeclaredAccess = {
  permissions: {
    'quotes.read': ['manager'],
    'quotes.write': ['manager']
  },
  staff: `
GET  /static/quotes/*                      public                  file
GET  /quotes                               quotes.read             page
GET  /quotes/new                           quotes.write            page
POST /quotes                               quotes.write            write
GET  /quotes/:id                           quotes.read             page
POST /quotes/:id                           quotes.write            write
GET  /quotes/:id/edit                      quotes.write            page
GET  /quotes/:id/quote.pdf                 quotes.read             part
GET  /quotes/:id/signed-paper              quotes.read             part
POST /quotes/:id/sessions                  quotes.write            write
POST /quotes/:id/sending                   quotes.write            write
POST /quotes/:id/withdrawal                quotes.write            write
POST /quotes/:id/paper-acceptance          quotes.write            write
POST /quotes/:id/refusal                   quotes.write            write
POST /quotes/:id/note                      quotes.write            write
POST /quotes/:id/copies                    quotes.write            write
POST /quotes/:id/versions                  quotes.write            write
POST /quotes/:id/removal                   quotes.write            write
POST /quotes/:id/confirmation              quotes.write            write
POST /quotes/:id/deposit                   quotes.write            write
POST /quotes/:id/final-invoice             quotes.write            write
POST /quotes/:id/project                   quotes.write            write
GET  /api/quotes/list                      quotes.read             api
POST /api/quotes/draft                     quotes.write            api
POST /api/quotes/change                    quotes.write            api
POST /api/quotes/set_sessions              quotes.write            api
POST /api/quotes/duplicate                 quotes.write            api
POST /api/quotes/revise                    quotes.write            api
POST /api/quotes/remove                    quotes.write            api
POST /api/quotes/note                      quotes.write            api
POST /api/quotes/send                      quotes.write            api
POST /api/quotes/withdraw                  quotes.write            api
POST /api/quotes/accept_on_paper           quotes.write            api
POST /api/quotes/decline                   quotes.write            api
POST /api/quotes/confirm_sessions          quotes.write            api
POST /api/quotes/invoice_deposit           quotes.write            api
POST /api/quotes/invoice_final             quotes.write            api
POST /api/quotes/make_project              quotes.write            api
`,
  params: {
    '/s/:studio/quotes/:id/signed-paper': quote('accepted'),
    '/s/:studio/quotes/:id/quote.pdf': quote('sent'),
    '/s/:studio/quotes/:id/withdrawal': quote('sent'),
    '/s/:studio/quotes/:id/paper-acceptance': quote('sent'),
    '/s/:studio/quotes/:id/refusal': quote('sent'),
    '/s/:studio/quotes/:id/versions': quote('declined'),
    '/s/:studio/quotes/:id/confirmation': quote('accepted'),
    '/s/:studio/quotes/:id/deposit': quote('accepted'),
    '/s/:studio/quotes/:id/final-invoice': quote('accepted'),
    '/s/:studio/quotes/:id/project': quote('accepted'),
    '/s/:studio/quotes/:id': quote('draft')
  },
  bodies: {
    '/quotes': async ({ records }) => ({ client_id: await records.client() }),
    '/quotes/:id': { title: 'Mixage', 'lines.0.label': 'Mixage', 'lines.0.unit_micros': '450,00' },
    '/quotes/:id/paper-acceptance': { name: 'Zoé', day: '2026-11-02' },
    '/quotes/:id/refusal': { reason: 'Trop cher' },
    '/quotes/:id/note': { internal_note: 'Rappeler' },
    '/api/quotes/draft': async ({ records }) => ({ client_id: await records.client() }),
    '/api/quotes/change': of('draft', { title: 'Mixage' }),
    '/api/quotes/set_sessions': of('draft'),
    '/api/quotes/duplicate': of('sent'),
    '/api/quotes/revise': of('declined'),
    '/api/quotes/remove': of('draft'),
    '/api/quotes/note': of('sent', { internal_note: 'Rappeler' }),
    '/api/quotes/send': of('draft'),
    '/api/quotes/withdraw': of('sent'),
    '/api/quotes/accept_on_paper': of('sent', { name: 'Zoé', day: '2026-11-02' }),
    '/api/quotes/decline': of('sent', { reason: 'Trop cher' }),
    '/api/quotes/confirm_sessions': of('accepted'),
    '/api/quotes/invoice_deposit': of('accepted'),
    '/api/quotes/invoice_final': of('accepted'),
    '/api/quotes/make_project': of('accepted')
  }
}

type State = 'draft' | 'sent' | 'accepted' | 'declined'

async function make({ db, folder, records }: Making, state: State): Promise<number> {
  return makeQuote({ db, folder }, { client_id: await records.client(), state })
}

function quote(state: State) {
  return async (making: Making) => ({ id: await make(making, state) })
}

function of(state: State, more: Record<string, string> = {}) {
  return async (making: Making) => ({ id: await make(making, state), ...more })
}
