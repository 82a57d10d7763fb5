import { allow, time } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nextDays, plainDay } from '../booking-form.ts'
import { clientName } from '../queries.ts'
import { listRooms } from '../room-queries.ts'
import { backFrom, looks, refused } from '../routes.ts'
import { settingsOf } from '../settings.ts'
import { challengeOption, extendOption, withdrawChallenge } from './challenging.ts'
import { addWaiting, declineWaiting, leaveWaiting, moveWaiting, takeWaiting } from './waiting.ts'
import { listWaiting } from './waiting-queries.ts'

/** Options longer, challenged or not; and the waiting list. */
export function holdRoutes(app: FastifyInstance): void {
  app.post('/:id/extension', allow('sessions.write'), async (request, reply) => {
    const longer = await request.act(extendOption, { id: request.recordId() })
    if (!longer.ok) return refused(request, reply, longer)
    return reply.flash('sessions.holds.flash.extended').redirect(backFrom(request), 303)
  })

  app.post('/:id/challenge', allow('sessions.write'), async (request, reply) => {
    const challenged = await request.act(challengeOption, { id: request.recordId() })
    if (!challenged.ok) return refused(request, reply, challenged)
    const said = challenged.value.late ? 'challenged_late' : 'challenged'
    return reply.flash(`sessions.holds.flash.${said}`).redirect(backFrom(request), 303)
  })

  app.post('/:id/challenge/withdrawal', allow('sessions.write'), async (request, reply) => {
    const withdrawn = await request.act(withdrawChallenge, { id: request.recordId() })
    if (!withdrawn.ok) return refused(request, reply, withdrawn)
    return reply.flash('sessions.holds.flash.withdrawn').redirect(backFrom(request), 303)
  })

  app.get('/waiting', allow('sessions.read'), async (request, reply) => {
    return reply.page('sessions/holds/waiting', await waitingPage(request))
  })

  app.get('/waiting/new', allow('sessions.write'), async (request, reply) => {
    return reply.page('sessions/holds/waiting-new', await wishPage(request, { values: await likely(request) }))
  })

  app.post('/waiting', allow('sessions.write'), async (request, reply) => {
    const added = await request.act(addWaiting)
    if (!added.ok) return reply.code(422).page('sessions/holds/waiting-new', await wishPage(request, added))
    return reply.flash('sessions.holds.flash.waiting').redirect(`${request.base}/sessions/waiting`, 303)
  })

  turn(app, 'position', moveWaiting, 'moved')
  turn(app, 'removal', leaveWaiting, 'removed')
  turn(app, 'refusal', declineWaiting, 'declined')

  app.post('/waiting/:id/booking', allow('sessions.write'), async (request, reply) => {
    const taken = await request.act(takeWaiting, { id: request.recordId() })
    if (!taken.ok) return stays(request, reply, taken)
    return reply.flash('sessions.holds.flash.taken').redirect(`${request.base}/sessions/${taken.value.session_id}`, 303)
  })
}

/** `POST /waiting/:id/removal`: a button beside somebody who waits. */
function turn(
  app: FastifyInstance,
  noun: string,
  action: typeof moveWaiting | typeof leaveWaiting | typeof declineWaiting,
  done: string
): void {
  app.post(`/waiting/:id/${noun}`, allow('sessions.write'), async (request, reply) => {
    const moved = await request.act(action, { id: request.recordId() })
    if (!moved.ok) return stays(request, reply, moved)
    return reply.flash(`sessions.holds.flash.${done}`).redirect(`${request.base}/sessions/waiting`, 303)
  })
}

const stays = async (request: FastifyRequest, reply: FastifyReply, outcome: object) =>
  reply.code(422).page('sessions/holds/waiting', { ...(await waitingPage(request)), ...outcome })

async function waitingPage(request: FastifyRequest) {
  const waiting = await listWaiting(request.db)
  const { waiting_hours } = settingsOf(request.switched.settings('sessions'))
  return { ...looks, title: request.words().t('sessions.holds.waiting.title'), waiting, waiting_hours }
}

async function wishPage(
  request: FastifyRequest,
  { values, errors = {} }: { values: Record<string, unknown>; errors?: Record<string, string> }
) {
  const rooms = (await listRooms(request.db)).filter(room => room.bookable)
  const typed = { ...values, from_day: plainDay(values['from_day']), to_day: plainDay(values['to_day']) }
  const title = request.words().t('sessions.holds.waiting.new')
  return { ...looks, title, rooms, days: nextDays(request), values: typed, errors }
}

/** The form as an address fills it in: from a booking that found its time taken, or a client's card. */
async function likely(request: FastifyRequest): Promise<Record<string, unknown>> {
  const given = request.query as Record<string, unknown>
  const id = typeof given['client_id'] === 'string' && /^\d{1,15}$/.test(given['client_id']) ? given['client_id'] : ''
  const client_name = id && !given['client_name'] ? await clientName(request.db, Number(id)) : given['client_name']
  const day = given['from_day'] ?? time.today(request.studio.timezone)
  return { ...given, from_day: day, to_day: given['to_day'] ?? day, client_name: client_name ?? '' }
}
