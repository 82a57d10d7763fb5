import { allow } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { commentByLink } from '../comments/by-link.ts'
import { guestComments, sendComments } from '../comments/showing.ts'
import { listenTo, sendOriginal, sendPeaks } from '../player/sound.ts'
import { decideByLink } from '../reviews/deciding.ts'
import { guestAt, guestOf, letIn, nothingHere, revisionOfAudio, shutPage, tokenIn } from './guest.ts'
import type { Guest, Shut } from './guest.ts'
import { chosenIn, listeningPage } from './listening.ts'
import { noteUse } from './visits.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever is in by the link of this address. */
    guest: Guest
  }
}

const listen = allow('mixes.listen')

/** The page of a link: heard without an account, spoken of and decided on where the link says so. */
export function openRoutes(app: FastifyInstance): void {
  onlyGuests(app)

  app.get('/:token', listen, async (request, reply) => {
    return show(request, reply, await guestAt(request, reply))
  })

  app.post('/:token', listen, async (request, reply) => {
    const guest = await letIn(request, reply)
    if ('why' in guest) return show(request, reply, guest)
    return reply.redirect(here(request), 303)
  })

  app.get('/:token/audio/:audio/listen', listen, async (request, reply) => {
    const { id } = await revisionOfAudio(request, request.guest)
    if (beginsAtStart(request)) await noteUse(request.db, use(request, id, 'heard'))
    return listenTo(request, reply, request.recordId('audio'))
  })

  app.get('/:token/audio/:audio/peaks', listen, async (request, reply) => {
    await revisionOfAudio(request, request.guest)
    return sendPeaks(request, reply, request.recordId('audio'))
  })

  app.get('/:token/audio/:audio/original', listen, async (request, reply) => {
    const { id } = await revisionOfAudio(request, request.guest)
    if (request.guest.link.scope !== 'download') throw new Failure(403, 'mixes.links.errors.no_download')
    if (beginsAtStart(request)) await noteUse(request.db, use(request, id, 'downloaded'))
    return sendOriginal(request, reply, request.recordId('audio'))
  })

  app.get('/:token/comments', listen, async (request, reply) => {
    const { chosen } = await chosenIn(request, request.guest)
    const comments = await guestComments(request, chosen, { link: request.guest.link, here: here(request) })
    return sendComments(request, reply, comments)
  })

  app.post('/:token/comments', listen, async (request, reply) => {
    const said = await asGuest(request).act(commentByLink, { token: tokenIn(request) })
    if (said.ok)
      return reply.redirect(`${here(request)}?revision=${said.value.revision_id}#comment-${said.value.id}`, 303)
    return reply.code(422).page('mixes/links/open', await listeningPage(request, request.guest, { said }))
  })

  app.post('/:token/decision', listen, async (request, reply) => {
    const decided = await asGuest(request).act(decideByLink, { token: tokenIn(request) })
    if (decided.ok) return reply.redirect(`${here(request)}?revision=${decided.value.revision_id}#review`, 303)
    return reply.code(422).page('mixes/links/open', await listeningPage(request, request.guest, { decided }))
  })
}

/**
 * Behind the page itself nothing is there for who is not in: asked at every request, so that what is revoked ends at once.
 * What they send leads to the page, which says why.
 */
function onlyGuests(app: FastifyInstance): void {
  app.decorateRequest('guest', null as never)
  app.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url?.endsWith('/:token')) return
    const guest = await guestOf(request)
    if (guest) request.guest = guest
    else if (request.method === 'POST') await reply.redirect(here(request), 303)
    else throw await nothingHere(request)
  })
}

async function show(request: FastifyRequest, reply: FastifyReply, guest: Guest | Shut): Promise<FastifyReply> {
  if (!('why' in guest)) return reply.page('mixes/links/open', await listeningPage(request, guest))
  const codes = { password: 422, too_many: 429, revoked: 410, expired: 410, used_up: 410 }
  if (guest.why !== null) void reply.code(codes[guest.why])
  return reply.page('mixes/links/shut', await shutPage(request, guest))
}

const here = (request: FastifyRequest) => `${request.base}/mixes/${tokenIn(request)}`

/** In the trail it was done by whom the link is for, or who they say they are. */
function asGuest(request: FastifyRequest): FastifyRequest {
  const { author, name } = (request.body ?? {}) as { author?: unknown; name?: unknown }
  const said = [name, author, request.guest.link.recipient].filter(text => typeof text === 'string')
  const clean = said
    .map(text => text.trim().slice(0, 100).toWellFormed().replaceAll('\0', ''))
    .find(text => text !== '')
  request.actor = { ...request.actor, name: clean ?? request.actor.name }
  return request
}

/** Players ask for many parts of one file: it is heard when its beginning is. */
const beginsAtStart = ({ method, headers: { range = 'bytes=0-' } }: FastifyRequest): boolean =>
  method === 'GET' && range.startsWith('bytes=0-')

const use = ({ guest, ip, headers }: FastifyRequest, revision_id: number, what: 'heard' | 'downloaded') => ({
  link_id: guest.link.id,
  visit_id: guest.visit_id,
  revision_id,
  what,
  ip,
  agent: headers['user-agent']?.slice(0, 500) ?? null
})
