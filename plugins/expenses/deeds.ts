import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { cardOf } from './card.ts'
import { recordExpense, removeExpenseAction, reopenExpense } from './entering.ts'
import { payExpense, unpayExpense } from './paying.ts'
import { addFileAction, removeFileAction } from './receiving.ts'
import { repeatExpense, stopRepeating } from './recurring.ts'
import { cardAddress } from './routes.ts'

/** What is done with an expense from its page, and back to it. */
export function deedRoutes(app: FastifyInstance): void {
  deed(app, 'recording', 'expenses.record', recordExpense, 'recorded')
  deed(app, 'reopening', 'expenses.record', reopenExpense, 'reopened')
  deed(app, 'payments', 'expenses.record', payExpense, 'paid')
  deed(app, 'recurrence', 'expenses.record', repeatExpense, 'repeats')
  deed(app, 'recurrence/end', 'expenses.record', stopRepeating, 'repeats_no_more')
  deed(app, 'files', 'expenses.write', addFileAction, 'file_added')

  app.post('/:id/removal', allow('expenses.write'), async (request, reply) => {
    const removed = await request.act(removeExpenseAction, { id: request.recordId() })
    if (!removed.ok) return refused(request, reply, { what: 'removal', ...removed })
    return reply.flash('expenses.flash.removed').redirect(`${request.base}/expenses`, 303)
  })

  app.post('/:id/payments/:payment/removal', allow('expenses.record'), async (request, reply) => {
    const id = request.recordId()
    const removed = await request.act(unpayExpense, { id, payment_id: request.recordId('payment') })
    if (!removed.ok) return refused(request, reply, { what: 'payment', ...removed })
    return reply.flash('expenses.flash.unpaid').redirect(cardAddress(request), 303)
  })

  app.post('/:id/files/:file/removal', allow('expenses.write'), async (request, reply) => {
    const removed = await request.act(removeFileAction, { id: request.recordId(), file_id: request.recordId('file') })
    if (!removed.ok) return refused(request, reply, { what: 'file', ...removed })
    return reply.flash('expenses.flash.file_removed').redirect(cardAddress(request), 303)
  })
}

type Deed = typeof recordExpense | typeof payExpense | typeof repeatExpense | typeof addFileAction

/** `POST /:id/recording`. */
function deed(
  app: FastifyInstance,
  noun: string,
  permission: 'expenses.record' | 'expenses.write',
  action: Deed,
  done: string
) {
  app.post(`/:id/${noun}`, allow(permission), async (request, reply) => {
    const acted = await request.act(action, { id: request.recordId() })
    if (acted.ok) return reply.flash(`expenses.flash.${done}`).redirect(cardAddress(request), 303)
    return refused(request, reply, { what: noun, ...acted })
  })
}

const refused = async (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { what: string; errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('expenses/card', { ...(await cardOf(request)), ...outcome })
