import { allow, centsField, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { pieceOf, plainDay, styles } from './card.ts'
import { maintenanceKinds } from './contract.ts'
import {
  addMaintenanceAction,
  changeMaintenanceAction,
  finishMaintenance,
  removeMaintenanceAction
} from './maintenance-actions.ts'
import { findMaintenance } from './maintenance-queries.ts'
import type { Maintenance } from './maintenance-queries.ts'
import { cardAddress, refused } from './routes.ts'

/** A piece's maintenance log. */
export function maintenanceRoutes(app: FastifyInstance): void {
  app.get('/:id/maintenance/new', allow('equipment.write'), async (request, reply) => {
    return reply.page('equipment/maintenance', await page(request, { values: { kind: 'repair', units: '1' } }))
  })

  app.post('/:id/maintenance', allow('equipment.write'), async (request, reply) => {
    const added = await request.act(addMaintenanceAction, { equipment_id: request.recordId() })
    if (added.ok) return done(request, reply, added.value)
    return reply.code(422).page('equipment/maintenance', await page(request, added))
  })

  app.get('/:id/maintenance/:entry', allow('equipment.write'), async (request, reply) => {
    const entry = await entryOf(request)
    return reply.page('equipment/maintenance', {
      ...(await page(request, { values: valuesOf(entry, request) })),
      entry
    })
  })

  app.post('/:id/maintenance/:entry', allow('equipment.write'), async (request, reply) => {
    const changed = await request.act(changeMaintenanceAction, ids(request))
    if (changed.ok) return done(request, reply, changed.value)
    const entry = await entryOf(request)
    return reply.code(422).page('equipment/maintenance', { ...(await page(request, changed)), entry })
  })

  app.post('/:id/maintenance/:entry/completion', allow('equipment.write'), async (request, reply) => {
    const finished = await request.act(finishMaintenance, ids(request))
    return finished.ok ? done(request, reply, finished.value) : refused(request, reply, finished)
  })

  app.post('/:id/maintenance/:entry/removal', allow('equipment.write'), async (request, reply) => {
    const removed = await request.act(removeMaintenanceAction, ids(request))
    return removed.ok ? done(request, reply, removed.value) : refused(request, reply, removed)
  })
}

const ids = (request: FastifyRequest) => ({ equipment_id: request.recordId(), id: request.recordId('entry') })

/** Saved; and when sessions to come now lack what they hold, that is said. */
function done(request: FastifyRequest, reply: FastifyReply, { missing }: { missing: number }): FastifyReply {
  const flash = missing > 0 ? 'equipment.flash.missing' : 'equipment.flash.maintenance'
  return reply.flash(flash, missing > 0 ? 'bad' : 'good').redirect(cardAddress(request), 303)
}

async function entryOf(request: FastifyRequest): Promise<Maintenance> {
  const entry = await findMaintenance(request.db, request.recordId(), request.recordId('entry'))
  if (!entry) throw notFound()
  return entry
}

interface Typed {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

async function page(request: FastifyRequest, { values, errors = {} }: Typed) {
  const piece = await pieceOf(request)
  const { t } = request.words()
  return { styles, title: t('equipment.maintenance.title'), piece, values, errors, kinds: maintenanceKinds }
}

function valuesOf(entry: Maintenance, request: FastifyRequest): Record<string, unknown> {
  const { locale, fmt } = request.words()
  const [from, until] = [entry.away_from, entry.away_until].map(at => at && fmt.field(at))
  return {
    ...entry,
    provider: entry.provider ?? '',
    note: entry.note ?? '',
    due_on: plainDay(entry.due_on),
    done_on: plainDay(entry.done_on),
    cost_cents: entry.cost_cents === null ? '' : centsField(entry.cost_cents, locale),
    away_day: from ? plainDay(from.day) : '',
    away_clock: from?.clock ?? '',
    back_day: until ? plainDay(until.day) : '',
    back_clock: until?.clock ?? ''
  }
}
