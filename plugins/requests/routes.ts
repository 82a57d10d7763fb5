import { activityOf, allow, notFound, time } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  answerRequest,
  archiveRequest,
  declineRequest,
  holdRequest,
  isHeld,
  isOpen,
  matchRequest,
  proposeTime,
  restoreRequest
} from './answering.ts'
import { requestStates } from './contract.ts'
import { countRefused } from './guard-queries.ts'
import { requestsList } from './list.ts'
import { styles } from './open-page.ts'
import { listRooms } from './page-queries.ts'
import { clientNames, countByState, findRequest, listMessages } from './queries.ts'

/** The inbox and its requests. */
export function requestRoutes(app: FastifyInstance): void {
  app.get('/', allow('requests.read'), async (request, reply) => {
    const page = await request.list(requestsList)
    const [counts, refused] = [await countByState(request.db), await countRefused(request.db)]
    const title = request.words().t('requests.title')
    return reply.page('requests/inbox', { styles, title, ...page, counts, refused, states: requestStates })
  })

  app.get('/:id', allow('requests.read'), async (request, reply) => {
    return reply.page('requests/request', await requestPage(request))
  })

  deed(app, 'answer', answerRequest, 'answered')
  deed(app, 'proposal', proposeTime, 'proposed')
  deed(app, 'refusal', declineRequest, 'declined')
  deed(app, 'archiving', archiveRequest, 'archived')
  deed(app, 'restoring', restoreRequest, 'restored')
  deed(app, 'option', holdRequest, 'held')
  deed(app, 'client', matchRequest, 'matched')
}

type Deed =
  | typeof answerRequest
  | typeof proposeTime
  | typeof declineRequest
  | typeof archiveRequest
  | typeof holdRequest
  | typeof matchRequest

/** `POST /:id/answer`: what the studio does with a request, from its page and back to it. */
function deed(app: FastifyInstance, noun: string, action: Deed, done: string): void {
  app.post(`/:id/${noun}`, allow('requests.write'), async (request, reply) => {
    const acted = await request.act(action as typeof archiveRequest, { id: request.recordId() })
    if (acted.ok) return reply.flash(`requests.flash.${done}`).redirect(cardAddress(request), 303)
    return refused(request, reply, { noun, ...acted })
  })
}

const refused = async (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { noun: string; errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('requests/request', { ...(await requestPage(request)), ...outcome })

const cardAddress = (request: FastifyRequest) => `${request.base}/requests/${request.recordId()}`

async function requestPage(request: FastifyRequest) {
  const { db } = request
  const found = await findRequest(db, request.recordId())
  if (!found) throw notFound()
  const rooms = (await listRooms(db, true)).filter(({ bookable }) => bookable)
  return {
    styles,
    title: found.artist_name ?? found.name,
    request: found,
    messages: await listMessages(db, found.id),
    alike: found.alike.length > 0 ? await clientNames(db, found.alike) : [],
    activity: await activityOf(db, 'request', found.id),
    rooms,
    open: isOpen(found),
    held: isHeld(found),
    minutes: Math.round((+found.ends_at - +found.starts_at) / 60_000),
    at: time.localOf(found.starts_at, request.studio.timezone),
    readablePhone,
    noun: '',
    errors: {},
    values: {}
  }
}
