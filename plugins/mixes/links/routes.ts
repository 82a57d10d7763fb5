import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { renewShare, revokeShare, sendShare, shareMix } from './actions.ts'
import { linksList } from './list.ts'
import { linkPage, newLinkPage } from './pages.ts'

const share = allow('mixes.share')

/** Links for guests: made, looked after, taken back. */
export function linkRoutes(app: FastifyInstance): void {
  app.get('/links', share, async (request, reply) => {
    const page = await request.list(linksList)
    return reply.page('mixes/links/list', {
      ...page,
      title: request.words().t('mixes.links.title'),
      styles: ['/static/mixes/links.css']
    })
  })

  app.get('/links/new', share, async (request, reply) => {
    return reply.page('mixes/links/new', await newLinkPage(request, request.query as Record<string, unknown>))
  })

  app.post('/links', share, async (request, reply) => {
    const made = await request.act(shareMix)
    if (made.ok) return reply.flash('mixes.links.flash.made').redirect(address(request, made.value.link_id), 303)
    return reply.code(422).page('mixes/links/new', { ...(await newLinkPage(request, made.values)), ...made })
  })

  app.get('/links/:id', share, async (request, reply) => {
    return reply.page('mixes/links/card', await linkPage(request))
  })

  app.post('/links/:id/revocation', share, async (request, reply) => {
    const done = await request.act(revokeShare, { id: request.recordId() })
    if (done.ok) return reply.flash('mixes.links.flash.revoked').redirect(address(request, done.value.id), 303)
    return reply.code(422).page('mixes/links/card', { ...(await linkPage(request)), ...done })
  })

  app.post('/links/:id/renewal', share, async (request, reply) => {
    const done = await request.act(renewShare, { id: request.recordId() })
    if (done.ok) return reply.flash('mixes.links.flash.renewed').redirect(address(request, done.value.link_id), 303)
    return reply.code(422).page('mixes/links/card', { ...(await linkPage(request)), ...done })
  })

  app.post('/links/:id/mail', share, async (request, reply) => {
    const done = await request.act(sendShare, { id: request.recordId() })
    if (done.ok) return reply.flash('mixes.links.flash.sent').redirect(address(request, request.recordId()), 303)
    return reply.code(422).page('mixes/links/card', { ...(await linkPage(request)), ...done })
  })
}

const address = (request: FastifyRequest, id: number) => `${request.base}/mixes/links/${id}`
