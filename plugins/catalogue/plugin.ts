import { definePlugin } from '@patchbay/core'
import { addItemAction, archiveItem, changeItemAction, restoreItem } from './actions.ts'
import { answers } from './answers.ts'
import { addCodeAction, archiveCode, changeCodeAction } from './code-actions.ts'
import { codeRoutes } from './code-routes.ts'
import {
  addPriceListAction,
  archivePriceList,
  changePriceListAction,
  restorePriceList,
  setClientListAction
} from './list-actions.ts'
import { catalogueList } from './list.ts'
import { priceListRoutes } from './list-routes.ts'
import { catalogueRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** Services, goods, packages, prices for some clients, and discount codes. */
export const catalogue = definePlugin({
  id: 'catalogue',
  dir: import.meta.dirname,
  requires: ['clients', 'legal'],
  permissions: {
    'catalogue.read': ['manager', 'engineer', 'assistant'],
    'catalogue.write': ['manager']
  },
  commands: [
    { key: 'items', path: '', icon: 'tags', permission: 'catalogue.read' },
    { key: 'lists', path: '/lists', icon: 'list', permission: 'catalogue.read' },
    { key: 'codes', path: '/codes', icon: 'ticket-percent', permission: 'catalogue.read' }
  ],
  actions: [
    addItemAction,
    changeItemAction,
    archiveItem,
    restoreItem,
    addPriceListAction,
    changePriceListAction,
    archivePriceList,
    restorePriceList,
    setClientListAction,
    addCodeAction,
    changeCodeAction,
    archiveCode
  ],
  lists: [catalogueList],
  live: { 'catalogue.changed': 'catalogue.read', 'catalogue.codes-changed': 'catalogue.read' },
  answers,
  async staff(app) {
    priceListRoutes(app)
    codeRoutes(app)
    catalogueRoutes(app)
  },
  seed
})
