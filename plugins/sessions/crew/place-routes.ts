import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cardOf } from '../routes.ts'
import { personIn } from './people-routes.ts'
import { addPerson, answerCall, answerFor, askPerson, changeRole, removePerson } from './place-actions.ts'

type Step = typeof addPerson | typeof changeRole | typeof askPerson | typeof removePerson | typeof answerFor

/** Who is on a session: adding, asking, answering, from its card. Refused, the card says why. */
export function placeRoutes(app: FastifyInstance): void {
  app.post('/:id/people', allow('sessions.write'), async (request, reply) => {
    return step(request, reply, addPerson, {}, 'saved')
  })

  for (const [noun, action, done, permission] of [
    ['role', changeRole, 'saved', 'sessions.write'],
    ['question', askPerson, 'asked', 'sessions.write'],
    ['removal', removePerson, 'taken_off', 'sessions.write'],
    ['answer', answerFor, 'answered', 'sessions.crew']
  ] as const) {
    app.post(`/:id/people/:person/${noun}`, allow(permission), async (request, reply) => {
      return step(request, reply, action, { person_id: personIn(request) }, done)
    })
  }

  app.post('/:id/answer', allow('sessions.write'), async (request, reply) => {
    return step(request, reply, answerCall as unknown as typeof answerFor, {}, 'answered')
  })
}

async function step(
  request: FastifyRequest,
  reply: FastifyReply,
  action: Step,
  extra: { person_id?: number },
  done: string
): Promise<FastifyReply> {
  const id = request.recordId()
  const taken = await request.act(action, { id, ...extra })
  if (!taken.ok) return reply.code(422).page('sessions/show', { ...(await cardOf(request, id)), ...taken })
  const today = (request.query as { back?: unknown }).back === 'today'
  return reply
    .flash(`sessions.crew.flash.${done}`)
    .redirect(today ? `${request.base}/` : `${request.base}/sessions/${id}`, 303)
}
