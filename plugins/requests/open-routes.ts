import { allow, notFound } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isHeld, isOpen } from './answering.ts'
import { judge, stampAgain } from './guard.ts'
import type { Why } from './guard.ts'
import { allowFrame, frame, isEmbedded, openPage } from './open-page.ts'
import { findPage, findPhoto } from './page-queries.ts'
import { findRequest, idOfLink, listMessages } from './queries.ts'
import { sendRequest } from './receiving.ts'
import { acceptProposal, cancelRequest } from './visiting.ts'

/** What anybody sees of the studio, and what becomes of their request. */
export async function openRoutes(app: FastifyInstance): Promise<void> {
  const visitor = allow('requests.send')
  app.addHook('onRequest', async (request, reply) => {
    if (isEmbedded(request)) allowFrame(reply, (await findPage(request.db)).embed_origins)
  })

  app.get('/', visitor, async (request, reply) => {
    return reply.page('requests/open', await openPage(request))
  })

  app.post('/', visitor, async (request, reply) => {
    const { form, website, ...fields } = (request.body ?? {}) as Record<string, unknown>
    const { secret } = await findPage(request.db)
    const judged = await judge(request.db, secret, { ip: request.ip, form, honeypot: website })
    if (judged.why) return turnedAway(request, reply, { why: judged.why, fields, stamp: stampAgain(secret, form) })
    request.body = fields
    const sent = await asSomebody(request, fields).act(sendRequest, { ...languageOf(request), token: judged.token })
    if (sent.ok) return reply.redirect(address(request, sent.value.token), 303)
    return reply.code(422).page('requests/open', await openPage(request, { ...sent, stamp: stampAgain(secret, form) }))
  })

  // what a machine sent goes nowhere, and looks as if it had arrived
  app.get('/sent', visitor, async (request, reply) => {
    const title = request.words().t('requests.status.title')
    return reply.page('requests/sent', { ...frame(request, await findPage(request.db)), title })
  })

  app.get('/photos/:id', visitor, async (request, reply) => {
    return sendPhoto(request, reply, false)
  })

  app.get('/:token', visitor, async (request, reply) => {
    return reply.page('requests/status', await statusPage(request))
  })

  app.post('/:token/cancellation', visitor, async (request, reply) => {
    const cancelled = await request.act(cancelRequest, { token: tokenIn(request) })
    if (cancelled.ok) return reply.redirect(address(request, tokenIn(request)), 303)
    return reply.code(422).page('requests/status', { ...(await statusPage(request)), ...cancelled })
  })

  app.post('/:token/acceptance', visitor, async (request, reply) => {
    const accepted = await request.act(acceptProposal, { token: tokenIn(request) })
    if (accepted.ok) return reply.redirect(address(request, tokenIn(request)), 303)
    return reply.code(422).page('requests/status', { ...(await statusPage(request)), ...accepted })
  })
}

/** A photo of the page, the small one where its number is asked for. */
export async function sendPhoto(request: FastifyRequest, reply: FastifyReply, any: boolean): Promise<FastifyReply> {
  const photo = await findPhoto(request.db, request.recordId(), any)
  if (!photo) throw notFound()
  const small = String((request.query as { v?: unknown }).v) === String(photo.small_id)
  return sendFile(request, reply, small ? photo.small_id : photo.file_id)
}

/**
 * A form that is turned away. Of what fills in what nobody sees, it goes nowhere and looks as if it had arrived; a person who
 * was too quick, too late or too often reads what to do, and what was typed stays.
 */
async function turnedAway(
  request: FastifyRequest,
  reply: FastifyReply,
  { why, fields, stamp }: { why: Why; fields: Record<string, unknown>; stamp: string }
): Promise<FastifyReply> {
  request.log.warn({ why, studio: request.studio.slug }, 'a form of the open page was turned away')
  if (why === 'honeypot') return reply.redirect(address(request, 'sent'), 303)
  const errors = { '': request.words().t(`requests.guard.${why}`) }
  const page = await openPage(request, { values: fields, errors, stamp })
  return reply.code(why === 'often' ? 429 : 422).page('requests/open', page)
}

const address = (request: FastifyRequest, rest: string) =>
  `${request.base}/requests/${rest}${isEmbedded(request) ? '?embed=1' : ''}`

const tokenIn = (request: FastifyRequest) => (request.params as { token: string }).token

const languageOf = (request: FastifyRequest) => ({ language: request.words().locale })

/** In the trail it was done by whoever they say they are. */
function asSomebody(request: FastifyRequest, { name }: Record<string, unknown>): FastifyRequest {
  if (typeof name === 'string' && name.trim() !== '') {
    request.actor = { ...request.actor, name: name.trim().slice(0, 100).toWellFormed().replaceAll('\0', '') }
  }
  return request
}

async function statusPage(request: FastifyRequest) {
  const id = await idOfLink(request.db, hashToken(tokenIn(request)))
  const found = id === undefined ? undefined : await findRequest(request.db, id)
  if (!found) throw notFound()
  const [page, messages] = [await findPage(request.db), await listMessages(request.db, found.id)]
  return {
    ...frame(request, page),
    title: request.words().t('requests.status.title'),
    request: found,
    messages,
    token: tokenIn(request),
    open: isOpen(found),
    confirmed: isHeld(found) && found.session?.state !== 'option',
    errors: {}
  }
}
