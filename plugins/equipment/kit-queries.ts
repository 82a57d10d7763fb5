import { conflict } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'
import type { GearWanted } from '../sessions/contract.ts'
import type { Condition } from './contract.ts'
import { everyWord } from './queries.ts'

/** A piece in a picker or a kit: how many are wanted, of how many there are. */
export interface Picked extends GearWanted {
  label: string
  /** How many there are. */
  stock: number
  state: Condition
}

/** Gear that is booked as one. */
export interface Kit {
  id: number
  name: string
  notes: string | null
  version: number
  items: Picked[]
}

const kit = `select k.id, k.name, k.notes, k.version,
  coalesce((select jsonb_agg(jsonb_build_object('equipment_id', e.id, 'quantity', i.quantity, 'label', e.label,
      'stock', e.quantity, 'state', e.state) order by e.label collate "fr-x-icu", e.id)
    from equipment_kit_items i join equipment e on e.id = i.equipment_id
    where i.kit_id = k.id and e.archived_at is null), '[]') as items
  from equipment_kits k`

export const listKits = (db: Db): Promise<Kit[]> =>
  rowsOf(db, `${kit} order by k.name collate "fr-x-icu", k.id limit 300`)

export async function findKit(db: Db, id: number): Promise<Kit | undefined> {
  const [found] = await rowsOf<Kit>(db, `${kit} where k.id = ?`, [id])
  return found
}

/** Kits whose names have words that begin like these. */
export function searchKits(db: Db, words: string, limit: number): Promise<Kit[]> {
  const { sql, bindings } = everyWord('k.search', words)
  return rowsOf(db, `${kit} where ${sql} order by k.name collate "fr-x-icu", k.id limit ${limit}`, bindings)
}

/** Kits that a piece is in. */
export const kitsOf = (db: Db, equipment_id: number): Promise<{ id: number; name: string }[]> =>
  rowsOf(
    db,
    `select k.id, k.name from equipment_kits k join equipment_kit_items i on i.kit_id = k.id
     where i.equipment_id = ? order by k.name collate "fr-x-icu"`,
    [equipment_id]
  )

export const kitNames = (db: Db, ids: readonly number[]): Promise<{ id: number; name: string }[]> =>
  rowsOf(db, 'select id, name from equipment_kits where id = any(?)', [ids as number[]])

interface KitFields {
  name: string
  notes: string | null
  gear: readonly GearWanted[]
}

export async function addKit(db: Db, { gear, ...fields }: KitFields): Promise<number> {
  const [row] = await db('equipment_kits').insert(fields).returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  await keepItems(db, id, gear)
  return id
}

/** Writes a kit anew. @throws conflict when it is not `version` any more. */
export async function changeKit(db: Db, id: number, version: number, { gear, ...fields }: KitFields): Promise<void> {
  const changes = { ...fields, version: db.raw('version + 1') }
  if ((await db('equipment_kits').where({ id, version }).update(changes)) === 0)
    throw conflict('equipment.errors.stale')
  await keepItems(db, id, gear)
}

export async function removeKit(db: Db, id: number): Promise<void> {
  await db('equipment_kits').where({ id }).delete()
}

async function keepItems(db: Db, kit_id: number, gear: readonly GearWanted[]): Promise<void> {
  await db('equipment_kit_items').where({ kit_id }).delete()
  await db('equipment_kit_items').insert(gear.map(item => ({ kit_id, ...item })))
}

/** Pieces as a picker shows them; those that are not there are left out. */
export async function findPicked(db: Db, gear: readonly GearWanted[]): Promise<Picked[]> {
  const found = await rowsOf<Omit<Picked, 'quantity'>>(
    db,
    `select id as equipment_id, label, quantity as stock, state from equipment where id = any(?)
     order by label collate "fr-x-icu", id`,
    [gear.map(({ equipment_id }) => equipment_id)]
  )
  const wanted = new Map(gear.map(({ equipment_id, quantity }) => [equipment_id, quantity]))
  return found.map(one => ({ ...one, quantity: wanted.get(one.equipment_id) ?? 1 }))
}

/** Everything that can be picked, for those who have no script. At most 500. */
export const listPickable = (db: Db): Promise<(Omit<Picked, 'quantity'> & { category: string })[]> =>
  rowsOf(
    db,
    `select id as equipment_id, label, quantity as stock, state, category from equipment
     where archived_at is null and state in ('good', 'worn') order by category, label collate "fr-x-icu", id limit 500`
  )
