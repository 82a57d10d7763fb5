import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { changeDraft, draftInvoice, duplicateInvoice, removeDraft } from './actions.ts'
import { cardPage, invoiceAsked } from './card.ts'
import { correctInvoice, creditInvoice } from './credits.ts'
import { creditPage } from './credit-page.ts'
import { depositInvoice } from './deposits.ts'
import { editorPage, prefilled, valuesOf } from './editor.ts'
import { fromSessions } from './from-sessions.ts'

/** A document: its editor, its card, and what becomes of it. */
export function draftRoutes(app: FastifyInstance): void {
  const write = allow('invoices.write')

  app.get('/new', write, async (request, reply) => {
    return reply.page(
      'invoices/drafts/editor',
      await editorPage(request, undefined, { values: await prefilled(request) })
    )
  })

  app.post('/', write, async (request, reply) => {
    const drafted = await request.act(draftInvoice)
    if (!drafted.ok)
      return reply.code(422).page('invoices/drafts/editor', await editorPage(request, undefined, drafted))
    return reply.flash('invoices.drafts.flash.drafted').redirect(cardOf(request, drafted.value.id), 303)
  })

  app.post('/from-sessions', write, async (request, reply) => {
    const drafted = await request.act(fromSessions)
    if (drafted.ok) return reply.flash('invoices.drafts.flash.drafted').redirect(cardOf(request, drafted.value.id), 303)
    return reply.code(422).page('invoices/drafts/refused', refusedPage(request, drafted.errors))
  })

  app.post('/deposits', write, async (request, reply) => {
    const made = await request.act(depositInvoice)
    if (made.ok) return reply.flash('invoices.drafts.flash.deposit').redirect(cardOf(request, made.value.id), 303)
    return reply.code(422).page('invoices/drafts/refused', refusedPage(request, made.errors))
  })

  app.get('/:id', allow('invoices.read'), async (request, reply) => {
    return reply.page('invoices/drafts/card', await cardPage(request, await invoiceAsked(request)))
  })

  app.get('/:id/edit', write, async (request, reply) => {
    const invoice = await invoiceAsked(request)
    if (invoice.state === 'issued') return reply.redirect(cardOf(request, invoice.id), 303)
    const values = await valuesOf(request, invoice)
    return reply.page('invoices/drafts/editor', await editorPage(request, invoice, { values }))
  })

  app.post('/:id', write, async (request, reply) => {
    const changed = await request.act(changeDraft, { id: request.recordId() })
    if (changed.ok) return reply.flash('invoices.drafts.flash.saved').redirect(cardOf(request, changed.value.id), 303)
    const invoice = await invoiceAsked(request)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('invoices/drafts/editor', await editorPage(request, invoice, changed))
  })

  app.post('/:id/removal', write, async (request, reply) => {
    const removed = await request.act(removeDraft, { id: request.recordId() })
    if (!removed.ok) return refusedOnCard(request, reply, removed)
    return reply.flash('invoices.drafts.flash.removed').redirect(`${request.base}/invoices`, 303)
  })

  app.post('/:id/copy', write, async (request, reply) => {
    const copied = await request.act(duplicateInvoice, { id: request.recordId() })
    if (!copied.ok) return refusedOnCard(request, reply, copied)
    return reply.flash('invoices.drafts.flash.copied').redirect(`${cardOf(request, copied.value.id)}/edit`, 303)
  })

  app.post('/:id/deposit', write, async (request, reply) => {
    const made = await request.act(depositInvoice, { id: request.recordId() })
    if (!made.ok) return refusedOnCard(request, reply, made)
    return reply.flash('invoices.drafts.flash.deposit').redirect(cardOf(request, made.value.id), 303)
  })

  app.get('/:id/credit-note', write, async (request, reply) => {
    return reply.page('invoices/drafts/credit', await creditPage(request, await invoiceAsked(request)))
  })

  app.post('/:id/credit-note', write, async (request, reply) => {
    const made = await request.act(creditInvoice, { id: request.recordId() })
    if (made.ok) return reply.flash('invoices.drafts.flash.credit').redirect(cardOf(request, made.value.id), 303)
    return reply.code(422).page('invoices/drafts/credit', await creditPage(request, await invoiceAsked(request), made))
  })

  app.post('/:id/correction', write, async (request, reply) => {
    const made = await request.act(correctInvoice, { id: request.recordId() })
    if (!made.ok) return refusedOnCard(request, reply, made)
    return reply.flash('invoices.drafts.flash.corrected').redirect(`${cardOf(request, made.value.id)}/edit`, 303)
  })
}

const cardOf = (request: FastifyRequest, id: number) => `${request.base}/invoices/${id}`

const refusedOnCard = async (
  request: FastifyRequest,
  reply: FastifyReply,
  failed: { errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('invoices/drafts/card', await cardPage(request, await invoiceAsked(request), failed))

const refusedPage = (request: FastifyRequest, errors: Record<string, string>) => ({
  title: request.words().t('invoices.drafts.refused'),
  errors
})
