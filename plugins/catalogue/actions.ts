import { action, notFound, refuse } from '@patchbay/core'
import { ChangeItemForm, ItemForm, ItemIdForm } from './forms.ts'
import type { ItemInput } from './forms.ts'
import { addItem, changeItem, findItem } from './queries.ts'
import type { ItemFields } from './queries.ts'

const permission = 'catalogue.write'
const about = ({ id }: { id: number }) => ({ catalogue_item: id })
const constraints = { catalogue_items_code: ['code', 'catalogue.errors.item_code'] } as const

/** Something new to sell. */
export const addItemAction = action({
  name: 'catalogue.add',
  permission,
  input: ItemForm,
  constraints,
  about,
  async run({ db, tell }, input) {
    const id = await addItem(db, fieldsOf(input))
    tell('catalogue.changed', { item_id: id })
    return { id }
  }
})

/** Changes what is sold from now on; what was quoted and billed stays as it was. */
export const changeItemAction = action({
  name: 'catalogue.change',
  permission,
  input: ChangeItemForm,
  constraints,
  about,
  async run({ db, tell, changed }, { id, version, ...input }) {
    const before = await findItem(db, id)
    if (!before) throw notFound()
    const after = fieldsOf(input)
    if (!(await changeItem(db, id, version ?? before.version, after)))
      throw refuse({ version: 'catalogue.errors.stale' })
    changed(before, after)
    tell('catalogue.changed', { item_id: id })
    return { id }
  }
})

/** It is offered no more; what was made with it keeps it. */
export const archiveItem = action({
  name: 'catalogue.archive',
  permission,
  input: ItemIdForm,
  about,
  async run({ db, tell }, { id }) {
    const item = await findItem(db, id)
    if (!item || !(await changeItem(db, id, item.version, { archived_at: new Date() }))) throw notFound()
    tell('catalogue.changed', { item_id: id })
    return { id }
  }
})

/** It is offered again. */
export const restoreItem = action({
  name: 'catalogue.restore',
  permission,
  input: ItemIdForm,
  about,
  async run({ db, tell }, { id }) {
    const item = await findItem(db, id)
    if (!item || !(await changeItem(db, id, item.version, { archived_at: null }))) throw notFound()
    tell('catalogue.changed', { item_id: id })
    return { id }
  }
})

/** What is stored of a form. Only category S has a rate; a package needs its quantity, and nothing else has one. */
function fieldsOf(input: ItemInput): ItemFields {
  const { vat_category, vat_rate, package_unit, package_quantity } = input
  if (vat_category === 'S' && vat_rate === 0) throw refuse({ vat_rate: 'catalogue.errors.rate_of_s' })
  if (package_unit !== null && package_quantity === null) throw refuse({ package_quantity: 'fields.required' })
  return {
    ...input,
    vat_rate: vat_category === 'S' ? vat_rate : 0,
    package_quantity: package_unit === null ? null : package_quantity,
    package_days: package_unit === null ? null : input.package_days
  }
}
