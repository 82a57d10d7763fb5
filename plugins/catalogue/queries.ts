import { cursor, pageSize, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page, Unit, VatCategory } from '@patchbay/core'
import type { CatalogueQuery } from './forms.ts'

/** Something the studio sells, as it is stored. */
export interface Item {
  id: number
  code: string | null
  label: string
  description: string | null
  unit: Unit
  unit_micros: number
  vat_category: VatCategory
  vat_rate: number
  nature: 'service' | 'goods'
  account: string | null
  package_unit: 'hour' | 'session' | null
  package_quantity: number | null
  package_days: number | null
  archived_at: Date | null
  version: number
}

/** What its form gives. */
export type ItemFields = Omit<Item, 'id' | 'archived_at' | 'version'>

/** An item with its price for somebody; without VAT where the studio has none (franchise). */
export interface Offered extends Item {
  /** The price everybody pays. */
  list_micros: number
}

const columns = `i.id, i.code, i.label, i.description, i.unit, i.unit_micros, i.vat_category, i.vat_rate, i.nature,
  i.account, i.package_unit, i.package_quantity::float8 as package_quantity, i.package_days, i.archived_at, i.version`

/** A price less so many hundredths of a per cent: to the cent, unless it is finer than cents itself. */
const lessPart = (bp: string) =>
  `(case when i.unit_micros % 10000 = 0 then round(i.unit_micros::numeric * (10000 - ${bp}) / 100000000) * 10000
    else round(i.unit_micros::numeric * (10000 - ${bp}) / 10000) end)::bigint`

/** At a client's price: of the item in their list, else less that list's part. `client_id` is bound first. */
const offered = `select i.id, i.code, i.label, i.description, i.unit,
    coalesce(p.unit_micros, ${lessPart('coalesce(p.discount_bp, l.discount_bp, 0)')}) as unit_micros,
    i.unit_micros as list_micros,
    case when card.vat_regime = 'franchise' then 'E' else i.vat_category end as vat_category,
    case when card.vat_regime = 'franchise' then 0 else i.vat_rate end as vat_rate,
    i.nature, i.account, i.package_unit, i.package_quantity::float8 as package_quantity, i.package_days, i.archived_at,
    i.version
  from catalogue_items i cross join legal_cards card
    left join client_price_lists c on c.client_id = ?
    left join price_lists l on l.id = c.list_id and l.archived_at is null
    left join price_list_items p on p.list_id = l.id and p.item_id = i.id`

/** An item at a client's price; of nobody, at everybody's. */
export async function offer(db: Db, id: number, client_id: number | null): Promise<Offered | undefined> {
  const [row] = await rowsOf<Offered>(db, `${offered} where i.id = ?`, [client_id, id])
  return row
}

/** What a line's text may mean, at a client's price: up to `limit`, those that begin with it first. */
export function suggest(db: Db, q: string, client_id: number | null, limit: number): Promise<Offered[]> {
  const { sql, bindings } = everyWord('i.search', q)
  return rowsAfresh<Offered>(
    db,
    `${offered} where i.archived_at is null and ${sql}
     order by words_of(i.label) like words_of(?) || '%' desc nulls last, i.label collate "fr-x-icu", i.id limit ?`,
    [client_id, ...bindings, q, limit]
  )
}

export async function findItem(db: Db, id: number): Promise<Item | undefined> {
  const [row] = await rowsOf<Item>(db, `select ${columns} from catalogue_items i where i.id = ?`, [id])
  return row
}

export async function addItem(db: Db, fields: ItemFields): Promise<number> {
  const [row] = await db('catalogue_items').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** False when it is no longer `version`. */
export async function changeItem(
  db: Db,
  id: number,
  version: number,
  fields: ItemFields | { archived_at: Date | null }
): Promise<boolean> {
  const changed = await db('catalogue_items')
    .where({ id, version })
    .update({ ...fields, version: version + 1, updated_at: db.fn.now() })
  return changed === 1
}

/** What of the catalogue is wanted. */
export type Filters = Pick<CatalogueQuery, 'q' | 'nature' | 'package' | 'archived'>

/** The catalogue: searched, filtered, sorted, a page at once. Two statements. */
export async function listItems(db: Db, query: CatalogueQuery): Promise<Page<Item>> {
  const { sql, bindings } = filtersOf(query)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const sort = query.sort ?? 'label'
  const byLabel = sort.endsWith('label')
  const column = byLabel ? 'i.label collate "fr-x-icu"' : 'i.unit_micros'
  const ascending = sort.startsWith('-') === backwards
  const order = ascending ? 'asc' : 'desc'
  const typed = byLabel ? '?' : '?::bigint'
  const keyset = edge ? ` and (${column}, i.id) ${ascending ? '>' : '<'} (${typed}, ?)` : ''
  const [found, [total]] = await together(db, db => [
    rowsAfresh<Item & { place: string }>(
      db,
      `select ${columns}, ${byLabel ? 'i.label' : 'i.unit_micros::text'} as place from catalogue_items i
       where ${sql}${keyset} order by ${column} ${order}, i.id ${order} limit ${pageSize + 1}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n from catalogue_items i where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const page = found.slice(0, pageSize)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    rows: page.map(({ place: _place, ...item }) => item),
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.place, last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.place, first.id) : undefined
  }
}

/** All of it that these filters leave, for a file; at most 10,000. */
export function exportItems(db: Db, query: CatalogueQuery): Promise<Item[]> {
  const { sql, bindings } = filtersOf(query)
  return rowsAfresh<Item>(
    db,
    `select ${columns} from catalogue_items i where ${sql} order by i.label collate "fr-x-icu", i.id limit 10000`,
    bindings
  )
}

/** Everything that is sold, by name; at most 500: what price lists have prices of. */
export function allItems(db: Db): Promise<Pick<Item, 'id' | 'label' | 'unit' | 'unit_micros'>[]> {
  return rowsOf(
    db,
    `select id, label, unit, unit_micros from catalogue_items where archived_at is null
     order by label collate "fr-x-icu", id limit 500`
  )
}

export async function isFranchise(db: Db): Promise<boolean> {
  const [card] = await rowsOf<{ franchise: boolean }>(
    db,
    `select vat_regime = 'franchise' as franchise from legal_cards`
  )
  return card?.franchise ?? false
}

function filtersOf(query: Filters): { sql: string; bindings: unknown[] } {
  const words = everyWord('i.search', query.q ?? '')
  const wanted = [`i.archived_at is ${query.archived ? 'not null' : 'null'}`, words.sql]
  if (query.package) wanted.push('i.package_unit is not null')
  if (!query.nature) return { sql: wanted.join(' and '), bindings: words.bindings }
  return { sql: [...wanted, 'i.nature = ?'].join(' and '), bindings: [...words.bindings, query.nature] }
}

/** A condition that every word stands at the beginning of one, folded. */
export function everyWord(column: string, text: string): { sql: string; bindings: string[] } {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (words.length === 0) return { sql: text.trim() === '' ? 'true' : 'false', bindings: [] }
  const some = words.slice(0, 8)
  return { sql: some.map(() => `${column} like '%' || words_of(?) || '%'`).join(' and '), bindings: some }
}
