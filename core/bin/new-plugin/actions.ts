import { action, fields, form, notFound } from '@patchbay/core'
import { ItemForm } from './forms.ts'
import { addItemRow, removeItemRow } from './queries.ts'

export const addItem = action({
  name: 'example.add',
  permission: 'example.write',
  input: ItemForm,
  constraints: { example_items_name: ['name', 'example.errors.name_taken'] },
  run: ({ db }, item) => addItemRow(db, item),
  about: ({ id }) => ({ item: id })
})

export const removeItem = action({
  name: 'example.remove',
  permission: 'example.write',
  input: form({ id: fields.id() }),
  about: (_, { id }) => ({ item: id }),
  async run({ db }, { id }) {
    if (!(await removeItemRow(db, id))) throw notFound()
  }
})
