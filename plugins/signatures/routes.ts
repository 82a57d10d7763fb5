import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ownerOf } from './asking.ts'
import { listEvents } from './event-queries.ts'
import { requestsList } from './list.ts'
import { sendPaper } from './open-routes.ts'
import { findDrawing, findRequest, listSigners } from './queries.ts'
import { isTurn } from './signing.ts'
import { remind, withdraw } from './staff-actions.ts'

/** What was sent to be signed, as the studio sees it. */
export function staffRoutes(app: FastifyInstance): void {
  const read = allow('signatures.read')
  const write = allow('signatures.write')

  app.get('/', read, async (request, reply) => {
    const page = await request.list(requestsList)
    return reply.page('signatures/list', { ...page, styles, title: request.words().t('signatures.title') })
  })

  app.get('/:id', read, async (request, reply) => {
    return reply.page('signatures/card', await card(request))
  })

  app.post('/:id/signers/:signer/reminder', write, async (request, reply) => {
    await signerIn(request)
    const done = await request.act(remind, { id: request.recordId('signer') })
    if (done.ok) return reply.flash('signatures.flash.reminded').redirect(cardAddress(request), 303)
    return reply.code(422).page('signatures/card', { ...(await card(request)), ...done })
  })

  app.post('/:id/withdrawal', write, async (request, reply) => {
    const done = await request.act(withdraw, { request_id: request.recordId() })
    if (done.ok) return reply.flash('signatures.flash.withdrawn').redirect(cardAddress(request), 303)
    return reply.code(422).page('signatures/card', { ...(await card(request)), ...done })
  })

  app.get('/:id/paper.pdf', read, async (request, reply) => {
    const { paper } = await paperIn(request)
    return sendPaper(request, reply, { id: paper.pdf_file_id, name: paper.title, ending: 'pdf' })
  })

  app.get('/:id/sealed.pdf', read, async (request, reply) => {
    const { paper } = await paperIn(request)
    return sendPaper(request, reply, { id: paper.sealed_file_id, name: paper.title, ending: 'pdf' })
  })

  app.get('/:id/proof.json', read, async (request, reply) => {
    const { paper } = await paperIn(request)
    return sendPaper(request, reply, { id: paper.proof_file_id, name: paper.title, ending: 'json' })
  })

  app.get('/:id/signers/:signer/drawing', read, async (request, reply) => {
    const drawing = await findDrawing(request.db, (await signerIn(request)).id)
    if (!drawing) throw notFound()
    return reply.type('image/png').header('cache-control', 'private, max-age=3600').send(drawing)
  })
}

const styles = ['/static/signatures/signatures.css']
const cardAddress = (request: FastifyRequest) => `${request.base}/signatures/${request.recordId()}`

async function paperIn(request: FastifyRequest) {
  const paper = await findRequest(request.db, request.recordId())
  if (!paper) throw notFound()
  return { paper }
}

async function signerIn(request: FastifyRequest) {
  const signers = await listSigners(request.db, request.recordId())
  const signer = signers.find(({ id }) => id === request.recordId('signer'))
  if (!signer) throw notFound()
  return signer
}

/** A paper with its signers, what happened to it, and the record it belongs to. */
async function card(request: FastifyRequest) {
  const { paper } = await paperIn(request)
  const signers = await listSigners(request.db, paper.id)
  const events = await listEvents(request.db, paper.id)
  const names = await request.ask('core.records', { about: [paper.document] })
  const owner = names.map(found => found[paper.document]).find(found => found !== undefined)
  const turns = new Set(signers.filter(signer => isTurn(paper, signer, signers)).map(({ id }) => id))
  const [kind = ''] = Object.keys(ownerOf(paper.document))
  return { title: paper.title, paper, signers, events, owner, turns, kind, styles, errors: {}, values: {} }
}
