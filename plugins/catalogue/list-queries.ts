import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Prices for some clients. */
export interface PriceList {
  id: number
  name: string
  discount_bp: number
  archived_at: Date | null
  version: number
  /** How many clients have it, and how many items have a price of their own in it. */
  clients: number
  items: number
}

/** An item's price in a list: its own, or a part off. */
export interface ListPrice {
  item_id: number
  unit_micros: number | null
  discount_bp: number | null
}

const row = `select l.id, l.name, l.discount_bp, l.archived_at, l.version,
    (select count(*)::integer from client_price_lists c where c.list_id = l.id) as clients,
    (select count(*)::integer from price_list_items p where p.list_id = l.id) as items
  from price_lists l`

/** Those in use, by name; then those put away. At most 200. */
export function listPriceLists(db: Db): Promise<PriceList[]> {
  return rowsOf<PriceList>(db, `${row} order by l.archived_at is not null, l.name collate "fr-x-icu", l.id limit 200`)
}

export async function findPriceList(db: Db, id: number): Promise<PriceList | undefined> {
  const [found] = await rowsOf<PriceList>(db, `${row} where l.id = ?`, [id])
  return found
}

export function pricesOf(db: Db, list_id: number): Promise<ListPrice[]> {
  return rowsOf<ListPrice>(db, 'select item_id, unit_micros, discount_bp from price_list_items where list_id = ?', [
    list_id
  ])
}

/** Who has it, by name; at most 100. */
export function clientsOfList(db: Db, list_id: number): Promise<{ id: number; name: string }[]> {
  return rowsOf(
    db,
    `select c.id, coalesce(c.artist_name, c.name) as name from client_price_lists p join clients c on c.id = p.client_id
     where p.list_id = ? and c.merged_into is null order by c.name collate "fr-x-icu", c.id limit 100`,
    [list_id]
  )
}

export async function addPriceList(db: Db, fields: { name: string; discount_bp: number }): Promise<number> {
  const [made] = await db('price_lists').insert(fields).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** False when it is no longer `version`. */
export async function changePriceList(
  db: Db,
  id: number,
  version: number,
  fields: { name: string; discount_bp: number } | { archived_at: Date | null }
): Promise<boolean> {
  const changed = await db('price_lists')
    .where({ id, version })
    .update({ ...fields, version: version + 1 })
  return changed === 1
}

/** The list's prices are these and no others. */
export async function setPrices(db: Db, list_id: number, prices: readonly ListPrice[]): Promise<void> {
  await db('price_list_items').where({ list_id }).delete()
  if (prices.length > 0) await db('price_list_items').insert(prices.map(price => ({ list_id, ...price })))
}

/** The lists to choose from on a client's card; `chosen` is theirs. */
export function listOfClient(db: Db, client_id: number): Promise<{ id: number; name: string; chosen: boolean }[]> {
  return rowsOf(
    db,
    `select l.id, l.name, c.client_id is not null as chosen
     from price_lists l left join client_price_lists c on c.list_id = l.id and c.client_id = ?
     where l.archived_at is null order by l.name collate "fr-x-icu", l.id limit 200`,
    [client_id]
  )
}

/** A client is charged by this list, or by none. */
export async function setClientList(db: Db, client_id: number, list_id: number | null): Promise<void> {
  if (list_id === null) await db('client_price_lists').where({ client_id }).delete()
  else await db('client_price_lists').insert({ client_id, list_id }).onConflict('client_id').merge()
}

/** One that was not merged into another. */
export async function isClient(db: Db, id: number): Promise<boolean> {
  return (await db('clients').where({ id, merged_into: null }).first('id')) !== undefined
}
