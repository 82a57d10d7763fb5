import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { styles } from './card.ts'
import { addKitAction, changeKitAction, removeKitAction } from './kit-actions.ts'
import { PickingQuery } from './forms.ts'
import { findKit, listKits, listPickable, searchKits } from './kit-queries.ts'
import type { Kit } from './kit-queries.ts'
import { pickedOf } from './picker.ts'
import { searchEquipment } from './queries.ts'

/** Kits, and what pickers of gear ask for. */
export function kitRoutes(app: FastifyInstance): void {
  app.get('/kits', allow('equipment.read'), async (request, reply) => {
    const kits = await listKits(request.db)
    return reply.page('equipment/kits', { styles, title: request.words().t('equipment.kits.title'), kits })
  })

  app.get('/kits/new', allow('equipment.write'), async (request, reply) => {
    return reply.page('equipment/kit', await page(request, { values: {} }))
  })

  app.post('/kits', allow('equipment.write'), async (request, reply) => {
    const added = await request.act(addKitAction)
    if (!added.ok) return reply.code(422).page('equipment/kit', await page(request, added))
    return reply.flash('equipment.flash.kit').redirect(`${request.base}/equipment/kits`, 303)
  })

  app.get('/kits/:id', allow('equipment.read'), async (request, reply) => {
    const kit = await kitOf(request)
    const gear = kit.items.map(({ equipment_id, quantity }) => `${equipment_id}x${quantity}`)
    return reply.page('equipment/kit', { ...(await page(request, { values: { ...kit, gear } })), kit })
  })

  app.post('/kits/:id', allow('equipment.write'), async (request, reply) => {
    const changed = await request.act(changeKitAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('equipment.flash.kit').redirect(`${request.base}/equipment/kits`, 303)
    const kit = await kitOf(request)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('equipment/kit', { ...(await page(request, changed)), kit })
  })

  app.post('/kits/:id/removal', allow('equipment.write'), async (request, reply) => {
    const removed = await request.act(removeKitAction, { id: request.recordId() })
    if (removed.ok) return reply.flash('equipment.flash.kit_removed').redirect(`${request.base}/equipment/kits`, 303)
    const kit = await kitOf(request)
    return reply.code(422).page('equipment/kit', { ...(await page(request, removed)), kit })
  })

  app.get('/picking', allow('equipment.read'), async (request, reply) => {
    const { q } = PickingQuery.parse(request.query)
    const pieces = await searchEquipment(request.db, q, 12)
    const kits = await searchKits(request.db, q, 4)
    return reply.view('equipment/_picking', { pieces, kits })
  })

  app.get('/picked', allow('equipment.read'), async (request, reply) => {
    const values = request.query as Record<string, unknown>
    return reply.view('equipment/_picked', { picked: await pickedOf(request.db, values, request.studio.timezone) })
  })
}

async function kitOf(request: FastifyRequest): Promise<Kit> {
  const kit = await findKit(request.db, request.recordId())
  if (!kit) throw notFound()
  return kit
}

interface Typed {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

async function page(request: FastifyRequest, { values, errors = {} }: Typed) {
  const { db, studio } = request
  const picked = await pickedOf(db, values, studio.timezone)
  const pickable = await listPickable(db)
  const title =
    typeof values['name'] === 'string' && values['name'] ? values['name'] : request.words().t('equipment.kits.new')
  return { styles, title, values, errors, picked, pickable, kits: [], form: '', error: errors['gear'] ?? '' }
}
