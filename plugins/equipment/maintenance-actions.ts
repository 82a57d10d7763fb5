import { action, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { allocate } from './allocating.ts'
import { ChangeMaintenanceForm, MaintenanceForm, MaintenanceIdForm } from './forms.ts'
import type { MaintenanceInput } from './forms.ts'
import { listTaken } from './holding-queries.ts'
import * as queries from './maintenance-queries.ts'
import type { Maintenance, MaintenanceFields } from './maintenance-queries.ts'
import { lockEquipment } from './queries.ts'
import type { Equipment } from './queries.ts'

const about = (_result: unknown, { equipment_id }: { equipment_id: number }) => ({ equipment: equipment_id })
const constraints = { maintenance_away: ['back_day', 'equipment.errors.away'] } as const

/**
 * Enters something that was done, or is due. While units are away for it they cannot be booked; what holds them already
 * keeps them, and is counted in the answer.
 */
export const addMaintenanceAction = action({
  name: 'equipment.add_maintenance',
  permission: 'equipment.write',
  input: MaintenanceForm,
  constraints,
  about,
  async run(running, { equipment_id, ...input }) {
    const piece = await lockedPiece(running, equipment_id)
    const fields = fieldsOf(running, input, piece)
    const id = await queries.addMaintenance(running.db, equipment_id, fields, running.person.id)
    return away(running, piece, { id, equipment_id, ...fields })
  }
})

/** Changes an entry, and when its units are away. */
export const changeMaintenanceAction = action({
  name: 'equipment.change_maintenance',
  permission: 'equipment.write',
  input: ChangeMaintenanceForm,
  constraints,
  about,
  async run(running, { equipment_id, id, ...input }) {
    const piece = await lockedPiece(running, equipment_id)
    const before = await entryOf(running, equipment_id, id)
    const fields = fieldsOf(running, input, piece)
    await queries.changeMaintenance(running.db, id, fields)
    running.changed(before, fields)
    return away(running, piece, { id, equipment_id, ...fields })
  }
})

/** It is done today; what was away for it is back. */
export const finishMaintenance = action({
  name: 'equipment.finish_maintenance',
  permission: 'equipment.write',
  input: MaintenanceIdForm,
  about,
  async run(running, { equipment_id, id }) {
    const piece = await lockedPiece(running, equipment_id)
    const before = await entryOf(running, equipment_id, id)
    const now = new Date()
    const started = before.away_from !== null && before.away_from < now
    const over = before.away_until !== null && before.away_until <= now
    const back = over ? {} : { away_from: started ? before.away_from : null, away_until: started ? now : null }
    const fields = { done_on: before.done_on ?? time.today(running.studio.timezone), ...back }
    await queries.changeMaintenance(running.db, id, fields)
    running.changed(before, fields)
    return away(running, piece, { ...before, ...fields })
  }
})

/** Takes an entry out of the log. */
export const removeMaintenanceAction = action({
  name: 'equipment.remove_maintenance',
  permission: 'equipment.write',
  input: MaintenanceIdForm,
  about,
  async run(running, { equipment_id, id }) {
    await lockedPiece(running, equipment_id)
    running.changed(await entryOf(running, equipment_id, id), { kind: null })
    await queries.removeMaintenance(running.db, id)
    running.tell('equipment.changed', { equipment_id })
    return { id, missing: 0 }
  }
})

async function lockedPiece({ db }: Running, id: number): Promise<Equipment> {
  const piece = await lockEquipment(db, id)
  if (!piece) throw notFound()
  return piece
}

async function entryOf({ db }: Running, equipment_id: number, id: number): Promise<Maintenance> {
  const entry = await queries.findMaintenance(db, equipment_id, id)
  if (!entry) throw notFound()
  return entry
}

/** Days and hours as instants: from the beginning of a day or its hour, to the end of one or its hour. */
function fieldsOf(
  { studio }: Running,
  input: Omit<MaintenanceInput, 'equipment_id'>,
  piece: Equipment
): MaintenanceFields {
  const { away_day, away_clock, back_day, back_clock, units, ...fields } = input
  if ((units ?? 1) > piece.quantity)
    throw refuse({ units: { key: 'fields.too_large', values: { max: piece.quantity } } })
  if (away_day === null && (back_day !== null || away_clock !== null || back_clock !== null))
    throw refuse({ away_day: 'fields.required' })
  if (away_day === null) return { ...fields, units: units ?? 1, away_from: null, away_until: null }
  const zone = studio.timezone
  const last = back_day ?? away_day
  const away_from = away_clock ? time.instantOf(away_day, away_clock, zone) : time.startOfDay(away_day, zone)
  const away_until = back_clock ? time.instantOf(last, back_clock, zone) : time.startOfDay(time.addDays(last, 1), zone)
  if (!away_from || !away_until) throw refuse({ [away_from ? 'back_clock' : 'away_clock']: 'fields.clock' })
  if (away_until <= away_from) throw refuse({ back_day: 'equipment.errors.away' })
  return { ...fields, units: units ?? 1, away_from, away_until }
}

/** Takes units that nobody has, as far as there are; says how many sessions to come lack theirs now. */
async function away(running: Running, piece: Equipment, entry: Maintenance): Promise<{ id: number; missing: number }> {
  const { db, tell } = running
  await queries.noLongerAway(db, entry.id)
  if (entry.away_from && entry.away_until) {
    const slot = { starts_at: entry.away_from, ends_at: entry.away_until }
    const taken = await listTaken(db, [piece.id], { ...slot, session_id: null, rank: null })
    const whole = new Map([[piece.id, { ...piece, state: 'good' as const, archived_at: null }]])
    const { units } = allocate(whole, [{ equipment_id: piece.id, quantity: entry.units }], taken, slot)
    const numbers = units.map(({ unit }) => unit)
    await queries.keepAway(db, entry, numbers, entry.away_from, entry.away_until)
  }
  tell('equipment.changed', { equipment_id: piece.id })
  return { id: entry.id, missing: await queries.countMissing(db, piece.id) }
}
