import { cursor, list, pageSize, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import { rowsAfresh } from '@patchbay/core/database/reading'
import type { Category, Condition } from './contract.ts'
import { EquipmentQuery } from './forms.ts'
import { everyWord } from './queries.ts'

/** A line of the inventory. */
export interface EquipmentRow {
  id: number
  code: string
  category: Category
  label: string
  serial: string | null
  quantity: number
  state: Condition
  photo_id: number | null
  room_id: number | null
  room_name: string | null
  room_colour: number | null
  archived_at: Date | null
  created_at: Date
  /** Units taken out now, and since when one of them should be back. */
  out: number
  late_since: Date | null
  /** Units being mended now. */
  mended: number
}

/** The inventory: searched, filtered, sorted, a page at once. Two statements. */
export const equipmentList = list({
  name: 'equipment.list',
  permission: 'equipment.read',
  query: EquipmentQuery,
  run: (db, query) => listEquipment(db, query)
})

const row = `e.id, e.code, e.category, e.label, e.serial, e.quantity, e.state, e.photo_id, e.room_id, r.name as room_name,
  r.colour as room_colour, e.archived_at, e.created_at,
  coalesce((select sum(c.quantity) from equipment_checkouts c where c.equipment_id = e.id and c.in_at is null), 0)::integer
    as out,
  (select min(c.due_at) from equipment_checkouts c where c.equipment_id = e.id and c.in_at is null and c.due_at < now())
    as late_since,
  (select count(*) from equipment_away a where a.equipment_id = e.id and a.maintenance_id is not null
    and a.during @> now())::integer as mended`

async function listEquipment(db: Db, query: EquipmentQuery): Promise<Page<EquipmentRow>> {
  const { sql, bindings } = filtersOf(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const sort = query.sort ?? 'label'
  const column = sort.endsWith('label') ? 'e.label collate "fr-x-icu"' : 'e.created_at'
  const ascending = sort.startsWith('-') === backwards
  const order = ascending ? 'asc' : 'desc'
  const typed = sort.endsWith('label') ? '?' : '?::timestamptz'
  const keyset = edge ? ` and (${column}, e.id) ${ascending ? '>' : '<'} (${typed}, ?)` : ''
  const [found, [total]] = await together(db, db => [
    rowsAfresh<EquipmentRow & { place: string }>(
      db,
      `select ${row}, ${sort.endsWith('label') ? 'e.label' : 'e.created_at::text'} as place
       from equipment e left join rooms r on r.id = e.room_id where ${sql}${keyset}
       order by ${column} ${order}, e.id ${order} limit ${pageSize + 1}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from equipment e where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(({ place: _place, ...one }) => one),
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.place, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.place, first.id) : undefined
  }
}

/** What of the inventory is wanted. */
export type Filters = Pick<EquipmentQuery, 'q' | 'category' | 'room' | 'state'> & {
  archived?: '1' | undefined
  ids?: number[] | undefined
}

/** What the filters of a list leave, as a condition on `equipment e`. */
export function filtersOf(query: Filters): { sql: string; bindings: unknown[] } {
  const words = everyWord('e.search', query.q ?? '')
  const wanted: [string, unknown][] = []
  if (query.category) wanted.push(['e.category = ?', query.category])
  if (query.room) wanted.push(['e.room_id = ?', query.room])
  if (query.state) wanted.push(['e.state = ?', query.state])
  if (query.ids && query.ids.length > 0) wanted.push(['e.id = any(?)', query.ids])
  return {
    sql: [`e.archived_at is ${query.archived ? 'not null' : 'null'}`, words.sql, ...wanted.map(([sql]) => sql)].join(
      ' and '
    ),
    bindings: [...words.bindings, ...wanted.map(([, value]) => value)]
  }
}
