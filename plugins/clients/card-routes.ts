import { allow } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addContact, addNote, changeContact, changeNote, removeContact, removeNote } from './card-actions.ts'
import { cardPage, livingClient } from './card-page.ts'

/**
 * Notes and contacts, changed on the client's card. Every answer is the card: a browser with script swaps in the part that
 * changed (hx-select), one without shows it whole.
 */
export function cardRoutes(app: FastifyInstance): void {
  app.post('/:id/notes', allow('clients.write'), async (request, reply) => {
    const added = await request.act(addNote, { client_id: request.recordId() })
    return added.ok ? backTo('notes', request, reply) : again(request, reply, { noting: added })
  })

  app.post('/:id/notes/:note', allow('clients.write'), async (request, reply) => {
    const id = request.recordId('note')
    const changed = await request.act(changeNote, { client_id: request.recordId(), id })
    return changed.ok ? backTo('notes', request, reply) : again(request, reply, { noting: { ...changed, id } })
  })

  app.post('/:id/notes/:note/removal', allow('clients.write'), async (request, reply) => {
    await request.act(removeNote, { client_id: request.recordId(), id: request.recordId('note') })
    return backTo('notes', request, reply)
  })

  app.post('/:id/contacts', allow('clients.write'), async (request, reply) => {
    const added = await request.act(addContact, { client_id: request.recordId() })
    return added.ok ? backTo('contacts', request, reply) : again(request, reply, { contacting: added })
  })

  app.post('/:id/contacts/:contact', allow('clients.write'), async (request, reply) => {
    const id = request.recordId('contact')
    const changed = await request.act(changeContact, { client_id: request.recordId(), id })
    return changed.ok ? backTo('contacts', request, reply) : again(request, reply, { contacting: { ...changed, id } })
  })

  app.post('/:id/contacts/:contact/removal', allow('clients.write'), async (request, reply) => {
    await request.act(removeContact, { client_id: request.recordId(), id: request.recordId('contact') })
    return backTo('contacts', request, reply)
  })
}

const backTo = (part: string, request: FastifyRequest, reply: FastifyReply) =>
  reply.redirect(`${request.base}/clients/${request.recordId()}#${part}`, 303)

async function again(request: FastifyRequest, reply: FastifyReply, failed: Record<string, unknown>) {
  return reply.code(422).page('clients/card', await cardPage(request, await livingClient(request), failed))
}
