import { allow } from '@patchbay/core'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { acceptOnPaper, declineQuote } from './accepting.ts'
import { cardPage } from './card.ts'
import { duplicateQuote, reviseQuote } from './copying.ts'
import { changeQuoteAction, draftQuote, noteQuote, removeQuoteAction, setSessions } from './drafting.ts'
import { editPage, newPage } from './editing.ts'
import { confirmSessions, invoiceDeposit, invoiceFinal, makeProject } from './following.ts'
import { daysOf, quotesList } from './list.ts'
import { countQuotes } from './list-queries.ts'
import { quoteOf, quotePdf } from './papers.ts'
import { sendQuote, withdrawQuote } from './sending.ts'

const styles = ['/static/quotes/quotes.css']
const read = allow('quotes.read')
const write = allow('quotes.write')

/** The quotes, their cards, and what is done with them. */
export function quoteRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const page = await request.list(quotesList)
    const counts = await countQuotes(request.db, daysOf(request.studio.timezone))
    const title = request.words().t('quotes.title')
    return reply.page('quotes/list', { styles, title, ...page, counts })
  })

  app.get('/new', write, async (request, reply) => {
    return reply.page('quotes/new', await newPage(request))
  })

  app.post('/', write, async (request, reply) => {
    const drafted = await request.act(draftQuote)
    if (drafted.ok) return reply.redirect(`${request.base}/quotes/${drafted.value.id}/edit`, 303)
    return reply.code(422).page('quotes/new', { ...(await newPage(request)), ...drafted })
  })

  app.get('/:id', read, async (request, reply) => {
    return reply.page('quotes/card', await cardPage(request))
  })

  app.get('/:id/edit', write, async (request, reply) => {
    return reply.page('quotes/edit', await editPage(request))
  })

  app.post('/:id', write, async (request, reply) => {
    const changed = await request.act(changeQuoteAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('quotes.flash.saved').redirect(cardOf(request), 303)
    // more empty rows, without script: nothing is wrong
    const more = Object.keys(changed.errors).length === 0
    return reply.code(more ? 200 : 422).page('quotes/edit', { ...(await editPage(request, changed)), more })
  })

  app.get('/:id/quote.pdf', read, async (request, reply) => {
    return quotePdf(request, reply)
  })

  app.get('/:id/signed-paper', read, async (request, reply) => {
    const quote = await quoteOf(request)
    return sendFile(request, reply, quote.paper_file_id)
  })

  deedRoutes(app)
}

function deedRoutes(app: FastifyInstance): void {
  deed(app, 'sessions', setSessions, 'sessions', edit)
  deed(app, 'sending', sendQuote, 'sent')
  deed(app, 'withdrawal', withdrawQuote, 'withdrawn')
  deed(app, 'paper-acceptance', acceptOnPaper, 'accepted')
  deed(app, 'refusal', declineQuote, 'declined')
  deed(app, 'note', noteQuote, 'noted')
  deed(app, 'copies', duplicateQuote, 'duplicated', edit)
  deed(app, 'versions', reviseQuote, 'revised', edit)
  deed(app, 'removal', removeQuoteAction, 'removed', request => `${request.base}/quotes`)
  deed(app, 'confirmation', confirmSessions, 'confirmed')
  deed(app, 'deposit', invoiceDeposit, 'deposit')
  deed(
    app,
    'final-invoice',
    invoiceFinal,
    'final',
    (request, value) => `${request.base}/invoices/${Number(value['invoice_id'])}`
  )
  deed(app, 'project', makeProject, 'project', (request, value) =>
    typeof value['href'] === 'string' ? value['href'] : cardOf(request)
  )
}

type Deed = Parameters<FastifyRequest['act']>[0]
type Next = (request: FastifyRequest, value: Record<string, unknown>) => string

const cardOf = (request: FastifyRequest) => `${request.base}/quotes/${request.recordId()}`
const edit: Next = (request, value) => `${request.base}/quotes/${Number(value['id'])}/edit`

/** `POST /:id/sending`: something done with a quote; refused, its card says why. */
function deed(app: FastifyInstance, noun: string, action: unknown, done: string, next: Next = cardOf): void {
  app.post(`/:id/${noun}`, write, async (request, reply) => {
    const acted = await request.act(action as Deed, { id: request.recordId() })
    const value = (acted.ok ? acted.value : {}) as Record<string, unknown>
    if (acted.ok) return reply.flash(`quotes.flash.${done}`).redirect(next(request, value), 303)
    return refused(request, reply, { noun, ...acted })
  })
}

const refused = async (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { noun: string; errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('quotes/card', { ...(await cardPage(request)), ...outcome })
