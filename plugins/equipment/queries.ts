import { conflict } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'
import { randomInt } from 'node:crypto'
import type { Category, Condition } from './contract.ts'

/** A row of `equipment`. */
export interface Equipment {
  id: number
  code: string
  category: Category
  brand: string | null
  model: string
  /** Brand and model. */
  label: string
  serial: string | null
  quantity: number
  room_id: number | null
  state: Condition
  purchased_on: string | null
  purchase_cents: number | null
  value_cents: number | null
  warranty_until: string | null
  photo_id: number | null
  notes: string | null
  archived_at: Date | null
  version: number
}

/** With the room where it is at home. */
export interface Shown extends Equipment {
  room_name: string | null
  room_colour: number | null
}

export type Fields = Omit<Equipment, 'id' | 'code' | 'label' | 'archived_at' | 'version'>

const columns = `e.id, e.code, e.category, e.brand, e.model, e.label, e.serial, e.quantity, e.room_id, e.state,
  e.purchased_on, e.purchase_cents, e.value_cents, e.warranty_until, e.photo_id, e.notes, e.archived_at, e.version`
const shown = `select ${columns}, r.name as room_name, r.colour as room_colour
  from equipment e left join rooms r on r.id = e.room_id`

export async function findEquipment(db: Db, id: number): Promise<Shown | undefined> {
  const [found] = await rowsOf<Shown>(db, `${shown} where e.id = ?`, [id])
  return found
}

/** The piece whose label says so; letters that look like digits are taken for them. */
export async function findByCode(db: Db, code: string): Promise<Shown | undefined> {
  const [found] = await rowsOf<Shown>(db, `${shown} where e.code = ?`, [code])
  return found
}

/** The row, kept from changing until the transaction ends: whoever holds or takes units of it waits. */
export async function lockEquipment(db: Db, id: number): Promise<Equipment | undefined> {
  const [found] = await rowsOf<Equipment>(db, `select ${columns} from equipment e where e.id = ? for no key update`, [
    id
  ])
  return found
}

export async function addEquipment(db: Db, fields: Fields): Promise<number> {
  const [row] = await db('equipment')
    .insert({ ...fields, code: newCode() })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** Writes fields and counts the change. @throws conflict when it is not `version` any more. */
export async function changeEquipment(
  db: Db,
  id: number,
  version: number,
  fields: Partial<Fields> & { archived_at?: Date | null }
): Promise<void> {
  const changes = { ...fields, version: db.raw('version + 1'), updated_at: db.fn.now() }
  if ((await db('equipment').where({ id, version }).update(changes)) === 0) throw conflict('equipment.errors.stale')
}

/** Sessions to come that hold more units than `keep`, or any. */
export async function comingSessions(db: Db, id: number, keep = 0): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    `select count(distinct h.session_id)::integer as n from session_equipment h join sessions s on s.id = h.session_id
     where h.equipment_id = ? and h.unit > ? and not isempty(h.lane) and s.ends_at > now()
       and (s.state <> 'option' or s.expires_at > now())`,
    [id, keep]
  )
  return row?.n ?? 0
}

/** The studio's rooms, to say where gear is at home. */
export interface HomeRoom {
  id: number
  name: string
  colour: number
}

export function listRooms(db: Db): Promise<HomeRoom[]> {
  return rowsOf(db, 'select id, name, colour from rooms where archived_at is null order by position, id')
}

/** Pieces and kits whose names have words that begin like these; at most `limit` of each. */
export async function searchEquipment(db: Db, words: string, limit: number): Promise<Shown[]> {
  const { sql, bindings } = everyWord('e.search', words)
  return rowsOf(
    db,
    `${shown} where e.archived_at is null and ${sql} order by e.label collate "fr-x-icu", e.id limit ${limit}`,
    bindings
  )
}

/** True where each word of `text` begins a word of `column`. */
export function everyWord(column: string, text: string): { sql: string; bindings: string[] } {
  const words = text
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
  if (words.length === 0) return { sql: 'true', bindings: [] }
  return { sql: words.map(() => `${column} like '%' || words_of(?) || '%'`).join(' and '), bindings: words }
}

/** Names of those of these pieces that are there. */
export function namesOf(db: Db, ids: readonly number[]): Promise<{ id: number; label: string }[]> {
  return rowsOf(db, 'select id, label from equipment where id = any(?)', [ids as number[]])
}

/** What is worth telling visitors of each of these rooms: its best pieces, six at most, by the room's id. */
export async function highlightsOf(db: Db, room_ids: readonly number[]): Promise<Record<number, string[]>> {
  const rows = await rowsOf<{ room_id: number; labels: string[] }>(
    db,
    `select room_id, array_agg(label order by place) as labels from (
       select room_id, label, row_number() over (partition by room_id order by
         array_position(array['piano', 'console', 'monitoring', 'microphone', 'preamp', 'drums', 'keyboard'], category) nulls last,
         value_cents desc nulls last, id) as place
       from (select distinct on (room_id, label) * from equipment
         where room_id = any(?) and archived_at is null and state in ('good', 'worn')
           and category not in ('stand', 'accessory', 'other', 'computer', 'headphones')
         order by room_id, label, value_cents desc nulls last) e
     ) ranked where place <= 6 group by room_id`,
    [room_ids]
  )
  return Object.fromEntries(rows.map(({ room_id, labels }) => [room_id, labels]))
}

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Seven signs of Crockford's 32: 34 thousand million codes, short enough to type, none an o for a zero. */
export const newCode = (): string => Array.from({ length: 7 }, () => signs[randomInt(signs.length)]).join('')

/** A code as it was typed or scanned: spaces go, `o` is 0, `i` and `l` are 1; of an address, its last part. */
export function codeOf(text: string): string {
  const last = text.trim().split(/[?#]/, 1)[0]?.split('/').filter(Boolean).at(-1) ?? ''
  return last.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
}
