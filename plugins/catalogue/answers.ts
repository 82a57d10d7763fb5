import type { Plugin } from '@patchbay/core'
import { giveToClient } from './code-queries.ts'
import type { PricedItem } from './contract.ts'
import { discountOf } from './discounts.ts'
import { listOfClient } from './list-queries.ts'
import { offer } from './queries.ts'
import type { Offered } from './queries.ts'

/** What the catalogue says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'catalogue.priced'({ db }, { item_id, client_id }) {
    const item = await offer(db, item_id, client_id)
    return item && pricedItem(item)
  },
  'catalogue.discount': (asking, asked) => discountOf(asking, asked),
  async 'clients.sections'({ db, can }, { client_id }) {
    if (!can('catalogue.read')) return undefined
    const lists = await listOfClient(db, client_id)
    if (lists.length === 0) return undefined
    return { view: 'catalogue/_client', data: { client_id, lists }, order: 80 }
  },
  'clients.merge': ({ db }, { from, into }) => giveToClient(db, from, into)
}

/** An offer as lines of documents take it. */
export function pricedItem(item: Offered): PricedItem {
  const { id, label, description, unit, unit_micros, vat_category, vat_rate, nature, account } = item
  const { package_unit, package_quantity, package_days } = item
  return {
    item_id: id,
    label,
    description,
    unit,
    unit_micros,
    vat_category,
    vat_rate,
    nature,
    account,
    package:
      package_unit && package_quantity !== null
        ? { unit: package_unit, quantity: package_quantity, days: package_days }
        : null
  }
}
