import { activityOf, centsField, notFound, together } from '@patchbay/core'
import type { Activity } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { comingOf } from './card-queries.ts'
import { listBackOf, listOutOf } from './check-queries.ts'
import { kitsOf } from './kit-queries.ts'
import { listMaintenance } from './maintenance-queries.ts'
import { findEquipment } from './queries.ts'
import type { Shown } from './queries.ts'

export const styles = ['/static/equipment/equipment.css']

/** A piece of the address. @throws notFound */
export async function pieceOf(request: FastifyRequest, id = request.recordId()): Promise<Shown> {
  const piece = await findEquipment(request.db, id)
  if (!piece) throw notFound()
  return piece
}

/** All that a piece's page shows. Seven statements. */
export async function cardOf(request: FastifyRequest) {
  const piece = await pieceOf(request)
  const [out, back, coming, log, kits, activity] = await together(request.db, db => [
    listOutOf(db, piece.id),
    listBackOf(db, piece.id),
    comingOf(db, piece.id),
    listMaintenance(db, piece.id),
    kitsOf(db, piece.id),
    activityOf(db, 'equipment', piece.id)
  ])
  return {
    styles,
    title: piece.label,
    piece,
    out,
    back,
    coming,
    log,
    kits,
    activity: request.can('equipment.values') ? activity : withoutMoney(activity),
    values: {},
    errors: {}
  }
}

/** The trail for those who may not see what things cost. */
function withoutMoney(activity: readonly Activity[]): Activity[] {
  return activity.map(row => {
    const changes = Object.entries(row.details.changes ?? {}).filter(([field]) => !field.endsWith('_cents'))
    return { ...row, details: { ...row.details, changes: Object.fromEntries(changes) } }
  })
}

/** A piece as its form shows it. */
export function valuesOf(piece: Shown, request: FastifyRequest): Record<string, unknown> {
  const { locale } = request.words()
  const money = (cents: number | null) => (cents === null ? '' : centsField(cents, locale))
  return {
    ...piece,
    room_id: piece.room_id ?? '',
    brand: piece.brand ?? '',
    serial: piece.serial ?? '',
    notes: piece.notes ?? '',
    purchased_on: plainDay(piece.purchased_on),
    warranty_until: plainDay(piece.warranty_until),
    purchase_cents: money(piece.purchase_cents),
    value_cents: money(piece.value_cents)
  }
}

/** `2026-11-24` as people write it, `24/11/2026`. */
export const plainDay = (day: string | null): string => (day ? day.split('-').toReversed().join('/') : '')
