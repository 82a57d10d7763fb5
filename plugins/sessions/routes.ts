import { allow, notFound, together } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import { activityOf } from '@patchbay/core/studio/activity'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { bookOver, bookSession, changeBooking, changeOver, moveSession } from './actions.ts'
import { formData, prefilled, valuesOf } from './booking-form.ts'
import { crewOf } from './crew/crew.ts'
import { holdsOf } from './holds/card.ts'
import { overlapsOf } from './over.ts'
import { previewOf } from './preview.ts'
import { pricesOf } from './prices/card.ts'
import { findSession, neighbours } from './queries.ts'
import type { Shown } from './queries.ts'
import { placeInBooking } from './series/queries.ts'
import { settingsOf } from './settings.ts'
import {
  cancelSession,
  completeSession,
  confirmSession,
  missSession,
  releaseOption,
  reopenSession,
  startSession
} from './states.ts'

/** A session: its form, its card and the steps between its states. */
export function sessionRoutes(app: FastifyInstance): void {
  app.get('/new', allow('sessions.write'), async (request, reply) => {
    return reply.page('sessions/new', await formData(request, { values: await prefilled(request) }))
  })

  app.post('/', allow('sessions.write'), async (request, reply) => {
    const booked = await request.act(bookSession)
    if (!booked.ok) return reply.code(422).page('sessions/new', await formData(request, booked))
    return reply.flash('sessions.flash.booked').redirect(`${request.base}/sessions/${booked.value.id}`, 303)
  })

  app.post('/over', allow('sessions.book_over'), async (request, reply) => {
    const booked = await request.act(bookOver)
    if (!booked.ok) return reply.code(422).page('sessions/new', await formData(request, booked))
    return reply.flash('sessions.flash.booked').redirect(`${request.base}/sessions/${booked.value.id}`, 303)
  })

  app.get('/preview', allow('sessions.write'), async (request, reply) => {
    const preview = await previewOf(previewing(request), request.query as Record<string, unknown>)
    return reply.view('sessions/_preview', { preview, values: request.query })
  })

  app.get('/:id', allow('sessions.read'), async (request, reply) => {
    return reply.page('sessions/show', await cardOf(request, request.recordId()))
  })

  app.get('/:id/edit', allow('sessions.write'), async (request, reply) => {
    const session = await sessionOf(request)
    const typed = request.query as Record<string, unknown>
    const values = { ...valuesOf(session, request), ...typed }
    return reply.page('sessions/edit', { session, ...(await formData(request, { values })) })
  })

  app.post('/:id', allow('sessions.write'), async (request, reply) => {
    const changed = await request.act(changeBooking, { id: request.recordId() })
    if (changed.ok) return reply.flash('sessions.flash.saved').redirect(cardAddress(request), 303)
    const session = await sessionOf(request)
    return reply
      .code(changed.errors['version'] ? 409 : 422)
      .page('sessions/edit', { session, ...(await formData(request, changed)) })
  })

  app.post('/:id/over', allow('sessions.book_over'), async (request, reply) => {
    const changed = await request.act(changeOver, { id: request.recordId() })
    if (changed.ok) return reply.flash('sessions.flash.saved').redirect(cardAddress(request), 303)
    const session = await sessionOf(request)
    return reply.code(422).page('sessions/edit', { session, ...(await formData(request, changed)) })
  })

  app.post('/:id/move', allow('sessions.write'), async (request, reply) => {
    const moved = await request.act(moveSession, { id: request.recordId() })
    if (!moved.ok) return reply.code(moved.errors['version'] ? 409 : 422).send({ errors: moved.errors })
    const { version, price_cents } = moved.value
    return { version, price: price_cents === null ? '' : request.words().fmt.money(price_cents) }
  })

  step(app, 'confirmation', confirmSession, 'confirmed')
  step(app, 'release', releaseOption, 'released')
  step(app, 'start', startSession, 'started')
  step(app, 'completion', completeSession, 'completed')
  step(app, 'no-show', missSession, 'missed')
  step(app, 'reopening', reopenSession, 'reopened')
  step(app, 'cancellation', cancelSession, 'cancelled', 'sessions.cancel')
}

type Step = typeof confirmSession | typeof releaseOption | typeof startSession | typeof cancelSession

/** `POST /:id/confirmation`: a step of the session's state. Refused, its card says why. */
function step(app: FastifyInstance, noun: string, action: Step, done: string, permission = action.permission): void {
  app.post(`/:id/${noun}`, allow(permission as 'sessions.write'), async (request, reply) => {
    const taken = await request.act(action as typeof startSession, { id: request.recordId() })
    if (!taken.ok) return refused(request, reply, taken)
    return reply.flash(`sessions.flash.${done}`).redirect(backFrom(request), 303)
  })
}

export async function refused(request: FastifyRequest, reply: FastifyReply, outcome: object): Promise<FastifyReply> {
  return reply.code(422).page('sessions/show', { ...(await cardOf(request, request.recordId())), ...outcome })
}

/** What the views of sessions draw with. */
export const looks = { styles: ['/static/sessions/sessions.css'], readablePhone }

/** All that a session's page shows: the session, then everything about it in one trip. */
export async function cardOf(request: FastifyRequest, id: number) {
  const session = await sessionOf(request, id)
  const [activity, overlaps, sections, near, crew, place, holds] = await together(request.db, db => [
    activityOf(db, 'session', id),
    overlapsOf(db, id),
    request.ask('sessions.sections', { session_id: id }, db),
    neighbours(db, session),
    crewOf(request, session, db),
    placeInBooking(db, session),
    holdsOf(request, session, db)
  ])
  return {
    ...looks,
    title: titleOf(request, session),
    session,
    activity,
    overlaps,
    sections,
    crew,
    place,
    holds,
    ...pricesOf(request, session),
    ...near
  }
}

async function sessionOf(request: FastifyRequest, id = request.recordId()): Promise<Shown> {
  const session = await findSession(request.db, id)
  if (!session) throw notFound()
  return session
}

const titleOf = (request: FastifyRequest, session: Shown) =>
  session.client_name ?? session.title ?? request.words().t('sessions.untitled')

const cardAddress = (request: FastifyRequest) => `${request.base}/sessions/${request.recordId()}`

/** Back to where the button was: Today, or the session. */
export const backFrom = (request: FastifyRequest) =>
  (request.query as { back?: unknown }).back === 'today' ? `${request.base}/` : cardAddress(request)

export function previewing(request: FastifyRequest) {
  const { t, fmt } = request.words()
  const settings = settingsOf(request.switched.settings('sessions'))
  return { db: request.db, timezone: request.studio.timezone, ask: request.ask.bind(request), settings, t, fmt }
}
