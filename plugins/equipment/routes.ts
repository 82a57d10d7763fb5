import { allow } from '@patchbay/core'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { addEquipmentAction, archiveEquipment, changeEquipmentAction, restoreEquipment } from './actions.ts'
import { cardOf, pieceOf, styles, valuesOf } from './card.ts'
import { categories, conditions } from './contract.ts'
import { equipmentList } from './list-queries.ts'
import { listRooms } from './queries.ts'

/** The inventory and its pieces. */
export function equipmentRoutes(app: FastifyInstance): void {
  app.get('/', allow('equipment.read'), async (request, reply) => {
    const page = await request.list(equipmentList)
    const title = request.words().t('equipment.title')
    const search = request.url.slice(request.url.split('?')[0]?.length ?? 0)
    return reply.page('equipment/list', {
      styles,
      title,
      rooms: await listRooms(request.db),
      ...page,
      search,
      ...choices
    })
  })

  app.get('/new', allow('equipment.write'), async (request, reply) => {
    const values = { quantity: '1', state: 'good', ...(request.query as object) }
    return reply.page('equipment/new', await formData(request, { values }))
  })

  app.post('/', allow('equipment.write'), async (request, reply) => {
    const added = await request.act(addEquipmentAction)
    if (!added.ok) return reply.code(422).page('equipment/new', await formData(request, added))
    return reply.flash('equipment.flash.added').redirect(`${request.base}/equipment/${added.value}`, 303)
  })

  app.get('/:id', allow('equipment.read'), async (request, reply) => {
    return reply.page('equipment/card', await cardOf(request))
  })

  app.get('/:id/edit', allow('equipment.write'), async (request, reply) => {
    const piece = await pieceOf(request)
    const data = await formData(request, { values: valuesOf(piece, request) })
    return reply.page('equipment/edit', { ...data, piece })
  })

  app.post('/:id', allow('equipment.write'), async (request, reply) => {
    const changed = await request.act(changeEquipmentAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('equipment.flash.saved').redirect(cardAddress(request), 303)
    const piece = await pieceOf(request)
    const data = await formData(request, changed)
    return reply.code(changed.errors['version'] ? 409 : 422).page('equipment/edit', { ...data, piece })
  })

  app.get('/:id/photo', allow('equipment.read'), async (request, reply) => {
    return sendFile(request, reply, (await pieceOf(request)).photo_id)
  })

  app.post('/:id/archiving', allow('equipment.write'), async (request, reply) => {
    const archived = await request.act(archiveEquipment, { id: request.recordId() })
    if (!archived.ok) return refused(request, reply, archived)
    return reply.flash('equipment.flash.archived').redirect(`${request.base}/equipment`, 303)
  })

  app.post('/:id/restoring', allow('equipment.write'), async (request, reply) => {
    const restored = await request.act(restoreEquipment, { id: request.recordId() })
    if (!restored.ok) return refused(request, reply, restored)
    return reply.flash('equipment.flash.restored').redirect(cardAddress(request), 303)
  })
}

const choices = { categories, conditions }

/** The card, with what was wrong. */
export async function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { errors: Record<string, string>; values: Record<string, unknown> }
): Promise<FastifyReply> {
  return reply.code(422).page('equipment/card', { ...(await cardOf(request)), ...outcome })
}

export const cardAddress = (request: FastifyRequest): string => `${request.base}/equipment/${request.recordId()}`

async function formData(
  request: FastifyRequest,
  { values, errors = {} }: { values: Record<string, unknown>; errors?: Record<string, string> }
) {
  const id = (request.params as { id?: string }).id
  const title = request.words().t(id ? 'equipment.edit.title' : 'equipment.new.title')
  return { styles, title, values, errors, rooms: await listRooms(request.db), ...choices }
}
