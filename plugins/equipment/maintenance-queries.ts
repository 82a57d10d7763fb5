import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'
import type { MaintenanceKind } from './contract.ts'

/** An entry of a piece's maintenance log. */
export interface Maintenance {
  id: number
  equipment_id: number
  kind: MaintenanceKind
  due_on: string | null
  done_on: string | null
  cost_cents: number | null
  provider: string | null
  note: string | null
  units: number
  away_from: Date | null
  away_until: Date | null
}

export type MaintenanceFields = Omit<Maintenance, 'id' | 'equipment_id'>

const columns = 'id, equipment_id, kind, due_on, done_on, cost_cents, provider, note, units, away_from, away_until'

/** A piece's log: what is to be done first, then what was, the last first. */
export const listMaintenance = (db: Db, equipment_id: number): Promise<Maintenance[]> =>
  rowsOf(
    db,
    `select ${columns} from equipment_maintenance where equipment_id = ?
     order by done_on is not null, case when done_on is null then due_on end nulls last, done_on desc, id desc limit 100`,
    [equipment_id]
  )

export async function findMaintenance(db: Db, equipment_id: number, id: number): Promise<Maintenance | undefined> {
  const sql = `select ${columns} from equipment_maintenance where equipment_id = ? and id = ?`
  const [found] = await rowsOf<Maintenance>(db, sql, [equipment_id, id])
  return found
}

export async function addMaintenance(
  db: Db,
  equipment_id: number,
  fields: MaintenanceFields,
  by: number | null
): Promise<number> {
  const created_by = db('people')
    .where({ id: by ?? 0 })
    .select('id')
  const [row] = await db('equipment_maintenance')
    .insert({ equipment_id, ...fields, created_by })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

export async function changeMaintenance(db: Db, id: number, fields: Partial<MaintenanceFields>): Promise<void> {
  await db('equipment_maintenance').where({ id }).update(fields)
}

export async function removeMaintenance(db: Db, id: number): Promise<void> {
  await db('equipment_maintenance').where({ id }).delete()
}

/** These units, and only these, are away for the sake of an entry. */
export async function keepAway(
  db: Db,
  { id, equipment_id }: { id: number; equipment_id: number },
  units: readonly number[],
  from: Date,
  until: Date
): Promise<void> {
  await noLongerAway(db, id)
  const during = db.raw('tstzrange(?, ?)', [from, until])
  await db('equipment_away').insert(units.map(unit => ({ equipment_id, unit, during, maintenance_id: id })))
}

export async function noLongerAway(db: Db, maintenance_id: number): Promise<void> {
  await db('equipment_away').where({ maintenance_id }).delete()
}

/** Sessions to come that hold a unit while it is away or broken: they need another. */
export async function countMissing(db: Db, equipment_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(distinct h.session_id)::integer as n
     from session_equipment h join equipment_away a on a.equipment_id = h.equipment_id and a.unit = h.unit
     where h.equipment_id = ? and not isempty(h.lane) and upper(h.during) > now() and a.during && h.blocks`,
    [equipment_id]
  )
  return row?.n ?? 0
}

/** Maintenance of pieces in use that is due by a day, the longest due first. At most 50. */
export const listDue = (db: Db, day: string): Promise<(Maintenance & { label: string })[]> =>
  rowsOf(
    db,
    `select ${columns
      .split(', ')
      .map(column => `m.${column}`)
      .join(', ')}, e.label
     from equipment_maintenance m join equipment e on e.id = m.equipment_id
     where m.done_on is null and m.due_on <= ? and e.archived_at is null order by m.due_on, m.id limit 50`,
    [day]
  )
