import { allow, notFound } from '@patchbay/core'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance } from 'fastify'
import {
  addWordingAction,
  changeAccountsAction,
  changeBank,
  changeIdentity,
  changeLook,
  changeVat,
  removeWordingAction
} from './actions.ts'
import { cardPage, lookPage, wordingPage, wordingsPage } from './pages.ts'
import { accountsOf, findCard } from './queries.ts'

/** The card, tab by tab. */
export async function legalRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/identity', await cardPage(request, 'identity'))
  })

  app.post('/', allow('legal.write'), async (request, reply) => {
    const changed = await request.act(changeIdentity)
    if (changed.ok) return reply.flash('legal.flash.saved').redirect(`${request.base}/legal`, 303)
    return reply.code(statusOf(changed)).page('legal/identity', await cardPage(request, 'identity', changed))
  })

  app.get('/vat', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/vat', await cardPage(request, 'vat'))
  })

  app.post('/vat', allow('legal.write'), async (request, reply) => {
    const changed = await request.act(changeVat)
    if (changed.ok) return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/vat`, 303)
    return reply.code(statusOf(changed)).page('legal/vat', await cardPage(request, 'vat', changed))
  })

  app.get('/bank', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/bank', await cardPage(request, 'bank'))
  })

  app.post('/bank', allow('legal.write'), async (request, reply) => {
    const changed = await request.act(changeBank)
    if (changed.ok) return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/bank`, 303)
    return reply.code(statusOf(changed)).page('legal/bank', await cardPage(request, 'bank', changed))
  })

  app.get('/look', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/look', await lookPage(request))
  })

  app.post('/look', allow('legal.write'), async (request, reply) => {
    const changed = await request.act(changeLook)
    if (changed.ok) return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/look`, 303)
    return reply.code(statusOf(changed)).page('legal/look', await lookPage(request, changed))
  })

  app.get('/logos/:id', allow('legal.read'), async (request, reply) => {
    const { logo_file_id } = await findCard(request.db)
    if (logo_file_id !== request.recordId()) throw notFound()
    return sendFile(request, reply, logo_file_id)
  })

  app.get('/wordings', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/wordings', await wordingsPage(request))
  })

  app.get('/wording', allow('legal.read'), async (request, reply) => {
    return reply.page('legal/wording', await wordingPage(request))
  })

  app.post('/wording', allow('legal.write'), async (request, reply) => {
    const added = await request.act(addWordingAction)
    if (!added.ok) return reply.code(422).page('legal/wording', await wordingPage(request, added))
    return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/wordings#${added.value.code}`, 303)
  })

  app.post('/wording/removal', allow('legal.write'), async (request, reply) => {
    const removed = await request.act(removeWordingAction)
    if (!removed.ok) return reply.code(422).page('legal/wording', await wordingPage(request, removed))
    return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/wordings#${removed.value.code}`, 303)
  })

  app.get('/accounts', allow('legal.read'), async (request, reply) => {
    const page = await cardPage(request, 'accounts', { values: { ...(await accountsOf(request.db)) } })
    return reply.page('legal/accounts', page)
  })

  app.post('/accounts', allow('legal.write'), async (request, reply) => {
    const changed = await request.act(changeAccountsAction)
    if (changed.ok) return reply.flash('legal.flash.saved').redirect(`${request.base}/legal/accounts`, 303)
    return reply.code(422).page('legal/accounts', await cardPage(request, 'accounts', changed))
  })
}

/** Somebody else saved it meanwhile, or something typed is wrong. */
const statusOf = ({ errors }: { errors: Record<string, string> }) => (errors['version'] ? 409 : 422)
