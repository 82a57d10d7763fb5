import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pay } from './checkout.ts'
import { latestCheckout } from './checkout-queries.ts'
import { receive } from './events.ts'
import { leave } from './leaving.ts'
import { invoiceOf, payPage } from './pages.ts'

/** Paying behind an invoice's private link, and the address Stripe sends events to. */
export async function openRoutes(app: FastifyInstance): Promise<void> {
  const visitor = allow('stripe.pay')

  await app.register(webhook)

  app.get('/:token', visitor, async (request, reply) => showPay(reply, await payPage(request)))

  app.post('/:token', visitor, async (request, reply) => {
    const { token } = request.params as { token: string }
    const going = await request.act(pay, { token })
    if (!going.ok) return reply.code(422).page('stripe/pay', await payPage(request, going))
    const way = going.value.checkout_id === null ? '' : '/checkout'
    return reply.redirect(`${request.base}/stripe/${encodeURIComponent(token)}${way}`, 303)
  })

  app.get('/:token/checkout', visitor, async (request, reply) => leaveToPay(request, reply))
}

/** A page that waits for Stripe's word asks again by itself, with and without scripts. */
function showPay(reply: FastifyReply, page: Awaited<ReturnType<typeof payPage>>): FastifyReply {
  if (page.refresh !== null) reply.header('refresh', String(page.refresh))
  return reply.page('stripe/pay', page)
}

async function leaveToPay(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const invoice = await invoiceOf(request)
  const checkout = await latestCheckout(request.db, invoice.invoice_id)
  const { token } = request.params as { token: string }
  if (checkout?.state === 'open' && checkout.url !== null && checkout.returned_at === null) {
    return leave(reply, 'stripe/leaving', { url: checkout.url })
  }
  return reply.redirect(`${request.base}/stripe/${encodeURIComponent(token)}`, 303)
}

/**
 * Events as they come: the body is signed to the byte, so it is kept as it is. Whoever is no Stripe gets 400 and no reason;
 * Stripe gets its answer before anything is worked on.
 */
async function webhook(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 256 * 1024 }, (_request, payload, done) =>
    done(null, { payload: String(payload) })
  )
  const config = { ...allow('stripe.pay').config, foreign: true }
  app.post('/webhook', { config }, async (request, reply) => {
    const { payload = '' } = (request.body ?? {}) as { payload?: string }
    request.body = {}
    const signature = String(request.headers['stripe-signature'] ?? '')
    const received = await request.act(receive, { payload, signature })
    return reply.code(received.ok ? 200 : 400).send()
  })
}
