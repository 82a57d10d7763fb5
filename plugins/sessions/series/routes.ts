import { allow } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { cancelAll, confirmAll, releaseAll } from './all-actions.ts'
import { bookingPage } from './booking-page.ts'
import { changeSeries } from './change-actions.ts'
import { changePage } from './change-page.ts'
import { addDay, bookDays } from './days-actions.ts'
import { daysPage, newDays, reviewed } from './days-page.ts'
import { byField, rowsTogether, unknownIn } from './rows.ts'
import { bookSeries } from './series-actions.ts'
import { newSeries, seriesPage } from './series-page.ts'

/** Sessions booked as one: on several days, by a rule, and what is done with all of them. */
export function seriesRoutes(app: FastifyInstance): void {
  const rows = { preValidation: rowsTogether }

  app.get('/days/new', allow('sessions.write'), async (request, reply) =>
    reply.page('sessions/series/days', await daysPage(request, { values: await newDays(request) }))
  )

  app.post('/days/review', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const { values, errors } = reviewed((request.body ?? {}) as Record<string, unknown>, request)
    return reply
      .code(Object.keys(errors).length > 0 ? 422 : 200)
      .page('sessions/series/days', await daysPage(request, { values, errors }))
  })

  app.post('/days', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const booked = await request.act(bookDays)
    if (booked.ok)
      return reply.flash('sessions.series.flash.planned').redirect(bookingAt(request.base, booked.value), 303)
    const { values, errors } = booked
    return reply.code(422).page('sessions/series/days', await daysPage(request, { values, errors: byField(errors) }))
  })

  app.get('/series/new', allow('sessions.write'), async (request, reply) =>
    reply.page('sessions/series/series', await seriesPage(request, { values: await newSeries(request) }))
  )

  app.post('/series/review', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const page = await seriesPage(request, { values: (request.body ?? {}) as Record<string, unknown> }, true)
    return reply.code(unknownIn(page.errors, request) ? 422 : 200).page('sessions/series/series', page)
  })

  app.post('/series', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const booked = await request.act(bookSeries)
    if (booked.ok)
      return reply.flash('sessions.series.flash.planned').redirect(bookingAt(request.base, booked.value), 303)
    const { values, errors } = booked
    return reply
      .code(422)
      .page('sessions/series/series', await seriesPage(request, { values, errors: byField(errors) }))
  })

  app.get('/bookings/:id', allow('sessions.read'), async (request, reply) =>
    reply.page('sessions/series/booking', await bookingPage(request))
  )

  app.get('/bookings/:id/change', allow('sessions.write'), async (request, reply) =>
    reply.page('sessions/series/change', await changePage(request))
  )

  app.post('/bookings/:id/review', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const page = await changePage(request, { values: (request.body ?? {}) as Record<string, unknown> }, true)
    return reply.code(unknownIn(page.errors, request) ? 422 : 200).page('sessions/series/change', page)
  })

  app.post('/bookings/:id', { ...allow('sessions.write'), ...rows }, async (request, reply) => {
    const changed = await request.act(changeSeries, { id: request.recordId() })
    if (changed.ok)
      return reply.flash('sessions.series.flash.changed').redirect(bookingAt(request.base, changed.value), 303)
    const { values, errors } = changed
    const page = await changePage(request, { values, errors: byField(errors) })
    return reply.code(errors['version'] ? 409 : 422).page('sessions/series/change', page)
  })

  all(app, 'days', addDay, 'day_added')
  all(app, 'confirmation', confirmAll, 'confirmed')
  all(app, 'release', releaseAll, 'released')
  all(app, 'cancellation', cancelAll, 'cancelled')
}

type OnAll = typeof addDay | typeof confirmAll | typeof releaseAll | typeof cancelAll

/** `POST /bookings/:id/confirmation`: a step of the whole booking. Refused, its page says why. */
function all(app: FastifyInstance, noun: string, action: OnAll, done: string): void {
  app.post(`/bookings/:id/${noun}`, allow(action.permission as 'sessions.write'), async (request, reply) => {
    const taken = await request.act(action, { id: request.recordId() })
    if (taken.ok)
      return reply.flash(`sessions.series.flash.${done}`).redirect(bookingAt(request.base, taken.value), 303)
    const page = await bookingPage(request, { ...taken, errors: byField(taken.errors) })
    return reply.code(422).page('sessions/series/booking', page)
  })
}

const bookingAt = (base: string, { id }: { id: number }) => `${base}/sessions/bookings/${id}`
