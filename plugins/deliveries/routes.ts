import { allow, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { deliveriesList } from './list.ts'
import { card, filesPage, newPage, styles, termsPage } from './pages.ts'
import { changeTerms, chooseFiles, prepareDelivery, removePackage } from './preparing.ts'
import { openLink, releaseDelivery, revokeLink, sendDelivery, withholdDelivery } from './sending.ts'

const read = allow('deliveries.read')
const write = allow('deliveries.write')
const release = allow('deliveries.release')

/** Packages: prepared, sent, followed. */
export function deliveryRoutes(app: FastifyInstance): void {
  app.get('/', read, async (request, reply) => {
    const [page, tabs] = await together(request.db, db => [
      request.list(deliveriesList, db),
      request.ask('projects.tabs', {}, db)
    ])
    return reply.page('deliveries/list', { ...page, tabs, styles, title: request.words().t('deliveries.title') })
  })

  app.get('/new', write, async (request, reply) => {
    return reply.page('deliveries/new', await newPage(request, request.query as Record<string, unknown>))
  })

  app.post('/', write, async (request, reply) => {
    const made = await request.act(prepareDelivery)
    if (made.ok) return reply.flash('deliveries.flash.prepared').redirect(address(request, made.value.id), 303)
    return reply.code(422).page('deliveries/new', { ...(await newPage(request, made.values)), ...made })
  })

  app.get('/:id', read, async (request, reply) => {
    return reply.page('deliveries/card', await card(request))
  })

  app.get('/:id/edit', write, async (request, reply) => {
    return reply.page('deliveries/edit', await termsPage(request))
  })

  app.post('/:id', write, async (request, reply) => {
    const done = await request.act(changeTerms, { id: request.recordId() })
    if (done.ok) return reply.flash('deliveries.flash.saved').redirect(address(request, done.value.id), 303)
    return reply.code(422).page('deliveries/edit', { ...(await termsPage(request)), ...done })
  })

  app.get('/:id/files', write, async (request, reply) => {
    return reply.page('deliveries/files', await filesPage(request))
  })

  app.post('/:id/files', write, async (request, reply) => {
    const done = await request.act(chooseFiles, { id: request.recordId() })
    if (done.ok) return reply.flash('deliveries.flash.saved').redirect(address(request, done.value.id), 303)
    return reply.code(422).page('deliveries/files', { ...(await filesPage(request)), ...done })
  })

  app.post('/:id/removal', write, async (request, reply) => {
    const done = await request.act(removePackage, { id: request.recordId() })
    if (done.ok) return reply.flash('deliveries.flash.removed').redirect(`${request.base}/deliveries`, 303)
    return reply.code(422).page('deliveries/card', { ...(await card(request)), ...done })
  })

  step(app, '/:id/link', write, openLink, 'deliveries.flash.linked')
  step(app, '/:id/sending', write, sendDelivery, 'deliveries.flash.sent')
  step(app, '/:id/revocation', write, revokeLink, 'deliveries.flash.revoked')
  step(app, '/:id/release', release, releaseDelivery, 'deliveries.flash.released')
  step(app, '/:id/withholding', release, withholdDelivery, 'deliveries.flash.withheld')
}

type Step = typeof openLink | typeof releaseDelivery

/** What is done on the card, and leads back to it. */
function step(app: FastifyInstance, path: string, access: typeof read, action: Step, flash: string): void {
  app.post(path, access, async (request, reply) => {
    const done = await request.act(action, { id: request.recordId() })
    if (done.ok) return reply.flash(flash).redirect(address(request, request.recordId()), 303)
    return reply.code(422).page('deliveries/card', { ...(await card(request)), ...done })
  })
}

const address = (request: FastifyRequest, id: number) => `${request.base}/deliveries/${id}`
