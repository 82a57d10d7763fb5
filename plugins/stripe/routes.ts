import { allow } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { connect, disconnect, setKeys, setSecret, testAccount } from './account.ts'
import { compare, recordMissing } from './comparing.ts'
import { replay } from './events.ts'
import { hidden, leave } from './leaving.ts'
import { accountPage, comparisonPage, eventsPage, paymentPage, paymentsPage } from './pages.ts'
import { refund } from './refunding.ts'

/** Payments, events, comparison, account. */
export function staffRoutes(app: FastifyInstance): void {
  const read = allow('stripe.read')
  const write = allow('stripe.write')
  const back = allow('stripe.refund')

  app.get('/', read, async (request, reply) => reply.page('stripe/payments', await paymentsPage(request)))

  app.get('/payments/:id', read, async (request, reply) => reply.page('stripe/payment', await paymentPage(request)))

  app.post('/payments/:id/refunds', back, async (request, reply) => {
    const asked = await request.act(refund, { id: request.recordId() })
    if (!asked.ok) return reply.code(422).page('stripe/payment', await paymentPage(request, asked))
    return reply.flash('stripe.flash.refunding').redirect(`${request.base}/stripe/payments/${asked.value.id}`, 303)
  })

  app.get('/events', read, async (request, reply) => reply.page('stripe/events', await eventsPage(request)))

  app.post('/events/:id/replay', back, async (request, reply) => {
    const again = await request.act(replay, { id: request.recordId() })
    reply.flash(again.ok ? 'stripe.flash.replayed' : 'stripe.flash.refused', again.ok ? 'good' : 'bad')
    return reply.redirect(`${request.base}/stripe/events`, 303)
  })

  app.get('/comparison', read, async (request, reply) => reply.page('stripe/comparison', await comparisonPage(request)))

  app.post('/comparison', back, async (request, reply) => {
    const asked = await request.act(compare)
    if (!asked.ok) return reply.code(422).page('stripe/comparison', await comparisonPage(request, asked))
    return reply.flash('stripe.flash.comparing').redirect(`${request.base}/stripe/comparison`, 303)
  })

  app.post('/comparison/:id/missing', back, async (request, reply) => {
    const asked = await request.act(recordMissing, { check_id: request.recordId() })
    if (!asked.ok) return reply.code(422).page('stripe/comparison', await comparisonPage(request, asked))
    return reply.flash('stripe.flash.recording').redirect(`${request.base}/stripe/events`, 303)
  })

  app.get('/account', read, async (request, reply) => reply.page('stripe/account', await accountPage(request)))

  app.post('/account/keys', write, async (request, reply) => {
    const kept = await request.act(setKeys)
    if (!kept.ok) return reply.code(422).page('stripe/account', await accountPage(request, hidden(kept)))
    return reply.flash('stripe.flash.connected').redirect(`${request.base}/stripe/account`, 303)
  })

  app.post('/account/secret', write, async (request, reply) => {
    const kept = await request.act(setSecret)
    if (!kept.ok) return reply.code(422).page('stripe/account', await accountPage(request, hidden(kept)))
    return reply.flash('stripe.flash.secret').redirect(`${request.base}/stripe/account`, 303)
  })

  app.post('/account/test', write, async (request, reply) => {
    const tested = await request.act(testAccount)
    if (!tested.ok) return reply.code(422).page('stripe/account', await accountPage(request, tested))
    return reply.flash('stripe.flash.tested').redirect(`${request.base}/stripe/account`, 303)
  })

  app.post('/account/onboarding', write, async (request, reply) => {
    const link = await request.act(connect)
    if (!link.ok) return reply.code(422).page('stripe/account', await accountPage(request, link))
    return leave(reply, 'stripe/leaving', { url: link.value.url })
  })

  app.post('/account/removal', write, async (request, reply) => {
    const gone = await request.act(disconnect)
    if (!gone.ok) return reply.code(422).page('stripe/account', await accountPage(request, gone))
    return reply.flash('stripe.flash.disconnected').redirect(`${request.base}/stripe/account`, 303)
  })
}
