import { allow, notFound } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { card, editPage, filling, newPage } from './pages.ts'
import { contractsList } from './list.ts'
import {
  cancelContract,
  chooseSigners,
  copyContract,
  dropContract,
  fillGaps,
  makeContract,
  reviseContract,
  writeText
} from './drafting.ts'
import { fill } from './parties.ts'
import { findContract, findVersion, listSigners } from './queries.ts'
import { print, sendContract } from './sending.ts'

const read = allow('contracts.read')
const write = allow('contracts.write')

/** Contracts: written, filled, sent, followed. */
export function contractRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const page = await request.list(contractsList)
    return reply.page('contracts/list', { ...page, title: request.words().t('contracts.title') })
  })

  app.get('/new', write, async (request, reply) => {
    return reply.page('contracts/new', await newPage(request, request.query as Record<string, unknown>))
  })

  app.post('/', write, async (request, reply) => {
    const made = await request.act(makeContract)
    if (made.ok) return reply.redirect(`${request.base}/contracts/${made.value.id}`, 303)
    return reply.code(422).page('contracts/new', { ...(await newPage(request, made.values)), ...made })
  })

  app.get('/:id', read, async (request, reply) => {
    return reply.page('contracts/card', await card(request))
  })

  app.get('/:id/text', write, async (request, reply) => {
    return reply.page('contracts/edit', await editPage(request))
  })

  app.post('/:id/text', write, async (request, reply) => {
    const done = await request.act(writeText, { id: request.recordId() })
    if (done.ok) return reply.flash('contracts.flash.saved').redirect(address(request), 303)
    return reply.code(422).page('contracts/edit', { ...(await editPage(request)), ...done })
  })

  step(app, '/:id/gaps', fillGaps, 'contracts.flash.saved')
  step(app, '/:id/signers', chooseSigners, 'contracts.flash.saved')
  step(app, '/:id/sending', sendContract, 'contracts.flash.sent')
  step(app, '/:id/revision', reviseContract, 'contracts.flash.revised')
  step(app, '/:id/cancellation', cancelContract, 'contracts.flash.cancelled')

  app.post('/:id/copies', write, async (request, reply) => {
    const done = await request.act(copyContract, { id: request.recordId() })
    if (done.ok)
      return reply.flash('contracts.flash.copied').redirect(`${request.base}/contracts/${done.value.id}`, 303)
    return reply.code(422).page('contracts/card', { ...(await card(request)), ...done })
  })

  app.post('/:id/removal', write, async (request, reply) => {
    const done = await request.act(dropContract, { id: request.recordId() })
    if (done.ok) return reply.flash('contracts.flash.dropped').redirect(`${request.base}/contracts`, 303)
    return reply.code(422).page('contracts/card', { ...(await card(request)), ...done })
  })

  app.get('/:id/preview.pdf', read, async (request, reply) => {
    const contract = await findContract(request.db, request.recordId())
    if (!contract) throw notFound()
    const filled = await fill(filling(request), contract)
    const { pdf } = await print(filling(request), contract, await listSigners(request.db, contract.id), filled)
    return sendPdf(reply, contract.title, pdf)
  })

  app.get('/:id/versions/:version', read, async (request, reply) => {
    const version = await findVersion(request.db, request.recordId(), request.recordId('version'))
    if (!version) throw notFound()
    const pdf = await readStored({ db: request.db, folder: request.folder }, version.pdf_file_id)
    return sendPdf(reply, version.title, pdf)
  })
}

type Step = typeof fillGaps | typeof chooseSigners | typeof sendContract | typeof reviseContract | typeof cancelContract

/** What is done on the card, and leads back to it. */
function step(app: FastifyInstance, path: string, action: Step, flash: string): void {
  app.post(path, write, async (request, reply) => {
    const done = await request.act(action as typeof reviseContract, { id: request.recordId() })
    if (done.ok) return reply.flash(flash).redirect(address(request), 303)
    return reply.code(422).page('contracts/card', { ...(await card(request)), ...done })
  })
}

const address = (request: FastifyRequest) => `${request.base}/contracts/${request.recordId()}`

const sendPdf = (reply: FastifyReply, name: string, pdf: Buffer): FastifyReply =>
  reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, '_')}.pdf`)
    .header('cache-control', 'no-store')
    .send(pdf)
