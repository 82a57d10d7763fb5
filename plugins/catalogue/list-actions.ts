import { action, notFound, refuse } from '@patchbay/core'
import { ChangePriceListForm, ClientListForm, PriceListForm, PriceListIdForm } from './forms.ts'
import {
  addPriceList,
  changePriceList,
  findPriceList,
  isClient,
  pricesOf,
  setClientList,
  setPrices
} from './list-queries.ts'
import type { ListPrice } from './list-queries.ts'

const permission = 'catalogue.write'
const about = ({ id }: { id: number }) => ({ price_list: id })
const constraints = {
  price_lists_name: ['name', 'catalogue.errors.list_name'],
  price_list_items_item_id_fkey: ['prices', 'fields.choice'],
  price_list_items_pkey: ['prices', 'fields.choice'],
  client_price_lists_list_id_fkey: ['list_id', 'fields.choice']
} as const

/** Prices of their own for some clients. */
export const addPriceListAction = action({
  name: 'catalogue.add_list',
  permission,
  input: PriceListForm,
  constraints,
  about,
  async run({ db }, { prices, ...fields }) {
    const id = await addPriceList(db, fields)
    await setPrices(db, id, own(prices))
    return { id }
  }
})

/** Changes a list; what was quoted and billed stays as it was. */
export const changePriceListAction = action({
  name: 'catalogue.change_list',
  permission,
  input: ChangePriceListForm,
  constraints,
  about,
  async run({ db, changed }, { id, version, prices, ...fields }) {
    const list = await findPriceList(db, id)
    if (!list) throw notFound()
    if (!(await changePriceList(db, id, version ?? list.version, fields)))
      throw refuse({ version: 'catalogue.errors.stale' })
    const before = await pricesOf(db, id)
    await setPrices(db, id, own(prices))
    changed({ ...list, prices: before }, { ...fields, prices: own(prices) })
    return { id }
  }
})

/** Its clients pay the catalogue's own prices; it can be taken up again. */
export const archivePriceList = action({
  name: 'catalogue.archive_list',
  permission,
  input: PriceListIdForm,
  about,
  async run({ db }, { id }) {
    const list = await findPriceList(db, id)
    if (!list || !(await changePriceList(db, id, list.version, { archived_at: new Date() }))) throw notFound()
    return { id }
  }
})

export const restorePriceList = action({
  name: 'catalogue.restore_list',
  permission,
  input: PriceListIdForm,
  constraints,
  about,
  async run({ db }, { id }) {
    const list = await findPriceList(db, id)
    if (!list || !(await changePriceList(db, id, list.version, { archived_at: null }))) throw notFound()
    return { id }
  }
})

/** What a client is charged by. */
export const setClientListAction = action({
  name: 'catalogue.set_client_list',
  permission,
  input: ClientListForm,
  constraints,
  about: ({ client_id }: { client_id: number }) => ({ client: client_id }),
  async run({ db }, { client_id, list_id }) {
    if (!(await isClient(db, client_id))) throw notFound()
    await setClientList(db, client_id, list_id)
    return { client_id }
  }
})

/** Only items with a price of their own; one that has both keeps its price. */
function own(
  prices: readonly {
    item_id: number
    unit_micros?: number | null | undefined
    discount_bp?: number | null | undefined
  }[]
) {
  return prices.flatMap(({ item_id, unit_micros = null, discount_bp = null }): ListPrice[] => {
    if (unit_micros !== null) return [{ item_id, unit_micros, discount_bp: null }]
    return discount_bp === null ? [] : [{ item_id, unit_micros, discount_bp }]
  })
}
