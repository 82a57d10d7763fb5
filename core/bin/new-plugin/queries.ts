import { cursor, list, pageSize } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { ItemsQuery } from './forms.ts'

export interface Item {
  id: number
  name: string
}

/** By name, in the order of the language; the next page begins after the last row of this one. */
export const itemList = list({
  name: 'example.list',
  permission: 'example.read',
  query: ItemsQuery,
  async run(db, { after }) {
    const last = cursor.read(after ?? undefined, 2)
    const rows = db('example_items')
      .orderByRaw('name collate "fr-x-icu", id')
      .limit(pageSize + 1)
    if (last) void rows.whereRaw('(name collate "fr-x-icu", id) > (?, ?)', last)
    const found = await rows.select<Item[]>('id', 'name')
    const end = found[pageSize - 1]
    return {
      rows: found.slice(0, pageSize),
      next: end && found.length > pageSize ? cursor.write(end.name, end.id) : undefined
    }
  }
})

export async function addItemRow(db: Db, item: Omit<Item, 'id'>): Promise<Item> {
  const [row] = await db('example_items').insert(item).returning<Item[]>(['id', 'name'])
  if (!row) throw new Error('insert gave no row')
  return row
}

export async function removeItemRow(db: Db, id: number): Promise<boolean> {
  return (await db('example_items').where({ id }).delete()) > 0
}
