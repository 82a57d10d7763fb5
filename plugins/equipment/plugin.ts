import { definePlugin } from '@patchbay/core'
import { addEquipmentAction, archiveEquipment, changeEquipmentAction, restoreEquipment } from './actions.ts'
import { answers } from './answers.ts'
import { checkIn, checkOut } from './check-actions.ts'
import { checkRoutes } from './check-routes.ts'
import { confirmImport, readImport } from './import.ts'
import { forgetOldImports } from './import-queries.ts'
import { importRoutes } from './import-routes.ts'
import { addKitAction, changeKitAction, removeKitAction } from './kit-actions.ts'
import { kitRoutes } from './kit-routes.ts'
import { equipmentList } from './list-queries.ts'
import {
  addMaintenanceAction,
  changeMaintenanceAction,
  finishMaintenance,
  removeMaintenanceAction
} from './maintenance-actions.ts'
import { maintenanceRoutes } from './maintenance-routes.ts'
import { paperRoutes } from './paper-routes.ts'
import { equipmentRoutes } from './routes.ts'
import { seed } from './seed.ts'

/** What the studio owns: inventory, kits, maintenance, what is out; and gear on sessions, which cannot be booked twice. */
export const equipment = definePlugin({
  id: 'equipment',
  dir: import.meta.dirname,
  requires: ['clients', 'sessions'],
  optional: true,
  permissions: {
    'equipment.read': ['manager', 'engineer', 'assistant'],
    'equipment.write': ['manager', 'engineer'],
    'equipment.check': ['manager', 'engineer', 'assistant'],
    'equipment.import': ['manager'],
    'equipment.values': ['manager']
  },
  nav: [{ key: 'equipment', path: '', icon: 'package', permission: 'equipment.read', order: 45 }],
  commands: [
    { key: 'scan', path: '/scan', icon: 'scan-qr-code', permission: 'equipment.check' },
    { key: 'out', path: '/out', icon: 'package-open', permission: 'equipment.read' },
    { key: 'kits', path: '/kits', icon: 'boxes', permission: 'equipment.read' },
    { key: 'value', path: '/value', icon: 'shield-check', permission: 'equipment.values' }
  ],
  actions: [
    addEquipmentAction,
    changeEquipmentAction,
    archiveEquipment,
    restoreEquipment,
    checkOut,
    checkIn,
    addMaintenanceAction,
    changeMaintenanceAction,
    finishMaintenance,
    removeMaintenanceAction,
    addKitAction,
    changeKitAction,
    removeKitAction,
    readImport,
    confirmImport
  ],
  lists: [equipmentList],
  live: {
    'equipment.added': 'equipment.read',
    'equipment.changed': 'equipment.read',
    'equipment.checked-out': 'equipment.read',
    'equipment.checked-in': 'equipment.read'
  },
  answers,
  jobs: {
    /** Every night: files that nobody said yes to. */
    tidy: { every: '25 2 * * *', run: ({ db }) => forgetOldImports(db) }
  },
  async staff(app) {
    equipmentRoutes(app)
    checkRoutes(app)
    maintenanceRoutes(app)
    kitRoutes(app)
    importRoutes(app)
    paperRoutes(app)
  },
  seed
})
