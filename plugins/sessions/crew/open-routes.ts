import { allow, notFound } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { answerByLink } from './place-actions.ts'
import { findByLink } from './place-queries.ts'
import type { Called } from './place-queries.ts'

/** What somebody from outside sees behind the link of a mail: when, where, as what; accept or decline. */
export function answerPages(app: FastifyInstance): void {
  app.get('/answers/:token', allow('sessions.answer'), async (request, reply) => {
    return reply.page('sessions/crew/answer', page(request, await calledBy(request)))
  })

  app.post('/answers/:token', allow('sessions.answer'), async (request, reply) => {
    const called = await calledBy(request)
    request.actor = { ...request.actor, name: called.name }
    const answered = await request.act(answerByLink, { token: tokenIn(request) })
    if (!answered.ok) return reply.code(422).page('sessions/crew/answer', { ...page(request, called), ...answered })
    return reply
      .flash('sessions.crew.flash.thanks')
      .redirect(`${request.base}/sessions/answers/${tokenIn(request)}`, 303)
  })
}

const tokenIn = (request: FastifyRequest) => (request.params as { token: string }).token

async function calledBy(request: FastifyRequest): Promise<Called> {
  const called = await findByLink(request.db, hashToken(tokenIn(request)))
  if (!called) throw notFound()
  return called
}

const page = (request: FastifyRequest, called: Called) => ({
  title: request.words().t('sessions.crew.answer.title', { studio: request.studio.name }),
  styles: ['/static/sessions/sessions.css'],
  called
})
