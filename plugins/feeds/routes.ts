import { allow, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addLink, removeLink, renewLink } from './link-actions.ts'
import { listLinks, listOwners } from './link-queries.ts'
import { removeOutside } from './outside-actions.ts'
import type { OutsideActions } from './outside-actions.ts'
import { listOutside } from './outside-queries.ts'

/** One's calendar links and calendars elsewhere; for managers those of all. */
export const feedRoutes =
  ({ addOutside, refreshOutside }: OutsideActions) =>
  (app: FastifyInstance): void => {
    app.get('/', allow('feeds.read'), async (request, reply) => reply.page('feeds/feeds', await feedsPage(request)))

    app.post('/links', allow('feeds.read'), async (request, reply) => {
      const added = await request.act(addLink)
      if (!added.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { link: added }))
      // shown once, here: no page leads to it again
      return reply.code(201).page('feeds/feeds', await feedsPage(request, { made: added.value }))
    })

    app.post('/links/:id/renewal', allow('feeds.read'), async (request, reply) => {
      const renewed = await request.act(renewLink, { id: request.recordId() })
      if (!renewed.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { link: renewed }))
      return reply.code(201).page('feeds/feeds', await feedsPage(request, { made: renewed.value }))
    })

    app.post('/links/:id/removal', allow('feeds.read'), async (request, reply) => {
      const removed = await request.act(removeLink, { id: request.recordId() })
      if (!removed.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { link: removed }))
      return reply.flash('feeds.flash.revoked').redirect(`${request.base}/feeds`, 303)
    })

    app.post('/outside', allow('feeds.read'), async (request, reply) => {
      const added = await request.act(addOutside)
      if (!added.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { outside: added }))
      return reply.flash('feeds.flash.added').redirect(`${request.base}/feeds`, 303)
    })

    app.post('/outside/:id/refreshing', allow('feeds.read'), async (request, reply) => {
      const looked = await request.act(refreshOutside, { id: request.recordId() })
      if (!looked.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { outside: looked }))
      const bad = looked.value.problem !== null
      reply.flash(bad ? 'feeds.flash.still_wrong' : 'feeds.flash.refreshed', bad ? 'bad' : 'good')
      return reply.redirect(`${request.base}/feeds`, 303)
    })

    app.post('/outside/:id/removal', allow('feeds.read'), async (request, reply) => {
      const removed = await request.act(removeOutside, { id: request.recordId() })
      if (!removed.ok) return reply.code(422).page('feeds/feeds', await feedsPage(request, { outside: removed }))
      return reply.flash('feeds.flash.removed').redirect(`${request.base}/feeds`, 303)
    })
  }

async function feedsPage(request: FastifyRequest, outcome: object = {}) {
  const { actor } = request
  const all = request.can('feeds.manage')
  const [links, outsides, owners] = await together(request.db, db => [
    listLinks(db, actor.id, all),
    listOutside(db, actor.id, all),
    all ? listOwners(db) : Promise.resolve([])
  ])
  return {
    title: request.words().t('feeds.title'),
    styles: ['/static/feeds/feeds.css'],
    links,
    outsides,
    owners: owners.filter(({ of }) => of !== `person:${actor.id}`),
    me: actor.id,
    link: { values: { of: 'me', detail: 'full' }, errors: {} },
    outside: { values: { whose: 'me' }, errors: {} },
    ...outcome
  }
}
