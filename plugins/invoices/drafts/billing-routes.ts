import { allow, fields, notFound, time } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { changeBilling, resumeReminders, stopReminders } from './billing.ts'
import { balanceOf, findBilling, findParty } from './billing-queries.ts'
import { styles } from './editor.ts'
import { vatTreatments } from './vat.ts'

const OwesQuery = z.object({ client_id: fields.optionalId() })

/** How a client stands on papers, and what they owe, asked while booking. */
export function billingRoutes(app: FastifyInstance): void {
  const write = allow('invoices.write')

  app.get('/billing/:id', write, async (request, reply) => {
    return reply.page('invoices/drafts/billing', await billingPage(request))
  })

  app.post('/billing/:id', write, async (request, reply) => {
    const changed = await request.act(changeBilling, { client_id: request.recordId() })
    if (changed.ok) return reply.flash('invoices.drafts.flash.billing').redirect(clientOf(request), 303)
    return reply.code(422).page('invoices/drafts/billing', { ...(await billingPage(request)), ...changed })
  })

  reminders(app, 'stop', stopReminders)
  reminders(app, 'resume', resumeReminders)

  app.get('/owes', allow('invoices.read'), async (request, reply) => {
    const query = OwesQuery.safeParse({ client_id: (request.query as { client_id?: unknown }).client_id })
    const client_id = query.success ? query.data.client_id : null
    const today = time.today(request.studio.timezone)
    const balance = client_id === null ? undefined : await balanceOf(request.db, client_id, today)
    return reply.view('invoices/drafts/_owes', { balance, client_id })
  })
}

/** `POST /billing/:id/reminders/stop` */
function reminders(
  app: FastifyInstance,
  noun: 'stop' | 'resume',
  action: typeof stopReminders | typeof resumeReminders
) {
  app.post(`/billing/:id/reminders/${noun}`, allow('invoices.write'), async (request, reply: FastifyReply) => {
    const done = await request.act(action as typeof stopReminders, { client_id: request.recordId() })
    if (done.ok) return reply.flash(`invoices.drafts.flash.reminders_${noun}`).redirect(billingOf(request), 303)
    return reply.code(422).page('invoices/drafts/billing', { ...(await billingPage(request)), ...done })
  })
}

const clientOf = (request: FastifyRequest) => `${request.base}/clients/${request.recordId()}`
const billingOf = (request: FastifyRequest) => `${request.base}/invoices/billing/${request.recordId()}`

async function billingPage(request: FastifyRequest) {
  const client_id = request.recordId()
  const party = await findParty(request.db, client_id)
  if (!party) throw notFound()
  const billing = await findBilling(request.db, client_id)
  return {
    styles,
    title: request.words().t('invoices.drafts.billing.title'),
    client_id,
    party,
    billing,
    treatments: vatTreatments,
    values: billing ? { ...billing, recipients: billing.recipients.join('\n') } : { vat_treatment: 'standard' },
    errors: {}
  }
}
