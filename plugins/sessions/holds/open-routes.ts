import { allow, notFound } from '@patchbay/core'
import { hashToken } from '@patchbay/core/secrets'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { challengeOfLink } from './challenge-queries.ts'
import type { Challenge } from './challenge-queries.ts'
import { answerChallenge } from './challenging.ts'
import { offerOfLink } from './offer-queries.ts'
import type { Offer } from './offer-queries.ts'
import { answerOffer } from './waiting.ts'

/** What a client sees behind the link of a mail: an option to confirm or release, a time to take or leave. */
export function holdPages(app: FastifyInstance): void {
  app.get('/challenges/:token', allow('sessions.answer'), async (request, reply) => {
    return reply.page('sessions/holds/challenge', page(request, await challengeHere(request)))
  })

  app.post('/challenges/:token', allow('sessions.answer'), async (request, reply) => {
    const challenge = await challengeHere(request)
    request.actor = { ...request.actor, name: challenge.client_name ?? request.actor.name }
    const answered = await request.act(answerChallenge, { token: tokenIn(request) })
    if (answered.ok) return reply.redirect(`${request.base}/sessions/challenges/${tokenIn(request)}`, 303)
    return reply
      .code(422)
      .page('sessions/holds/challenge', { ...page(request, await challengeHere(request)), ...answered })
  })

  app.get('/offers/:token', allow('sessions.answer'), async (request, reply) => {
    return reply.page('sessions/holds/offer', page(request, await offerHere(request)))
  })

  app.post('/offers/:token', allow('sessions.answer'), async (request, reply) => {
    const offer = await offerHere(request)
    request.actor = { ...request.actor, name: offer.client_name }
    const answered = await request.act(answerOffer, { token: tokenIn(request) })
    if (answered.ok) return reply.redirect(`${request.base}/sessions/offers/${tokenIn(request)}`, 303)
    return reply.code(422).page('sessions/holds/offer', { ...page(request, await offerHere(request)), ...answered })
  })
}

const tokenIn = (request: FastifyRequest) => (request.params as { token: string }).token

async function challengeHere(request: FastifyRequest): Promise<Challenge> {
  const challenge = await challengeOfLink(request.db, hashToken(tokenIn(request)))
  if (!challenge) throw notFound()
  return challenge
}

async function offerHere(request: FastifyRequest): Promise<Offer> {
  const offer = await offerOfLink(request.db, hashToken(tokenIn(request)))
  if (!offer) throw notFound()
  return offer
}

const page = (request: FastifyRequest, answering: Challenge | Offer) => ({
  title: request.words().t('sessions.holds.open.title'),
  styles: ['/static/sessions/sessions.css'],
  answering
})
