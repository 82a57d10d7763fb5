import { action, notFound, refuse } from '@patchbay/core'
import type { GearWanted } from '../sessions/contract.ts'
import { ChangeKitForm, KitForm, KitIdForm } from './forms.ts'
import { addKit, changeKit, findKit, removeKit } from './kit-queries.ts'

const constraints = {
  equipment_kits_name_unique: ['name', 'equipment.errors.kit_name'],
  equipment_kit_items_equipment_id_fkey: ['gear', 'fields.choice']
} as const
const about = (id: number) => ({ kit: id })

/** Makes a kit of some gear. */
export const addKitAction = action({
  name: 'equipment.add_kit',
  permission: 'equipment.write',
  input: KitForm,
  constraints,
  about,
  async run({ db }, input) {
    refuseEmpty(input)
    return addKit(db, input)
  }
})

/** Changes a kit. What was booked with it stays as it was. */
export const changeKitAction = action({
  name: 'equipment.change_kit',
  permission: 'equipment.write',
  input: ChangeKitForm,
  constraints,
  about,
  async run({ db, changed }, { id, version, ...input }) {
    const before = await findKit(db, id)
    if (!before) throw notFound()
    if (version !== null && version !== before.version) throw refuse({ version: 'equipment.errors.stale' })
    refuseEmpty(input)
    await changeKit(db, id, before.version, input)
    changed(before, { name: input.name, notes: input.notes })
    return id
  }
})

/** Breaks a kit up: its gear stays. */
export const removeKitAction = action({
  name: 'equipment.remove_kit',
  permission: 'equipment.write',
  input: KitIdForm,
  about,
  async run({ db, changed }, { id }) {
    const before = await findKit(db, id)
    if (!before) throw notFound()
    changed(before, { name: null })
    await removeKit(db, id)
    return id
  }
})

function refuseEmpty({ gear }: { gear: readonly GearWanted[] }): void {
  if (gear.length === 0) throw refuse({ gear: 'equipment.errors.empty_kit' })
}
