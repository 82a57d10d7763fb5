import { definePlugin } from '@patchbay/core'
import { addItem, removeItem } from './actions.ts'
import { itemList } from './queries.ts'
import { staff } from './routes.ts'

/** What this plugin is for, in a sentence. */
export const examplePlugin = definePlugin({
  id: 'example',
  dir: import.meta.dirname,
  optional: true,
  permissions: {
    'example.read': ['manager', 'engineer', 'assistant'],
    'example.write': ['manager', 'engineer']
  },
  nav: [{ key: 'list', path: '', icon: 'box', permission: 'example.read', order: 60 }],
  actions: [addItem, removeItem],
  lists: [itemList],
  staff
})
