import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile, savePhoto } from '@patchbay/core/storage'
import { listOutOf } from './check-queries.ts'
import { ChangeEquipmentForm, EquipmentForm, EquipmentIdForm } from './forms.ts'
import type { EquipmentInput } from './forms.ts'
import { addEquipment, changeEquipment, comingSessions, findEquipment, lockEquipment } from './queries.ts'

const about = (id: number) => ({ equipment: id })
const constraints = { equipment_room_id_fkey: ['room_id', 'fields.choice'] } as const

/** Enters a piece into the inventory; the code of its label is made now. */
export const addEquipmentAction = action({
  name: 'equipment.add',
  permission: 'equipment.write',
  input: EquipmentForm,
  constraints,
  about,
  async run(running, { photo, ...fields }) {
    const { db, tell } = running
    const money = moneyOf(running, fields)
    const photo_id = photo ? (await savePhoto(running, photo, nameOf(fields))).id : null
    const id = await addEquipment(db, { ...fields, ...money, photo_id })
    tell('equipment.added', { equipment_id: id })
    return id
  }
})

/** Changes a piece. Fewer units than sessions to come hold are refused; a new photo takes the place of the old. */
export const changeEquipmentAction = action({
  name: 'equipment.change',
  permission: 'equipment.write',
  input: ChangeEquipmentForm,
  constraints,
  about,
  async run(running, { id, version, photo, remove_photo, ...fields }) {
    const { db, tell, changed } = running
    const known = await findEquipment(db, id)
    if (!known) throw notFound()
    const money = moneyOf(running, fields, known)
    const saved = photo ? (await savePhoto(running, photo, nameOf(fields))).id : null
    const before = await lockEquipment(db, id)
    if (!before) throw notFound()
    if (version !== null && version !== before.version) throw refuse({ version: 'equipment.errors.stale' })
    if (fields.quantity < before.quantity) await refuseFewer(running, id, fields.quantity)
    const photo_id = saved ?? (remove_photo ? null : before.photo_id)
    const after = { ...fields, ...money, photo_id }
    await changeEquipment(db, id, before.version, after)
    if (photo_id !== before.photo_id) await removeFile(running, before.photo_id)
    changed(before, after)
    tell('equipment.changed', { equipment_id: id })
    return id
  }
})

/** Puts a piece away: it is in no list and cannot be booked. Refused while sessions to come have it, or it is out. */
export const archiveEquipment = action({
  name: 'equipment.archive',
  permission: 'equipment.write',
  input: EquipmentIdForm,
  about,
  async run({ db, tell }, { id }) {
    const before = await lockEquipment(db, id)
    if (!before) throw notFound()
    const n = await comingSessions(db, id)
    if (n > 0) throw refuse({ '': { key: 'equipment.errors.in_use', values: { n } } })
    if ((await listOutOf(db, id)).length > 0) throw refuse({ '': 'equipment.errors.still_out' })
    await changeEquipment(db, id, before.version, { archived_at: new Date() })
    tell('equipment.changed', { equipment_id: id })
    return id
  }
})

/** Brings a piece back into the inventory. */
export const restoreEquipment = action({
  name: 'equipment.restore',
  permission: 'equipment.write',
  input: EquipmentIdForm,
  about,
  async run({ db, tell }, { id }) {
    const before = await lockEquipment(db, id)
    if (!before) throw notFound()
    await changeEquipment(db, id, before.version, { archived_at: null })
    tell('equipment.changed', { equipment_id: id })
    return id
  }
})

const nameOf = ({ brand, model }: Pick<EquipmentInput, 'brand' | 'model'>) => (brand ? `${brand} ${model}` : model)

/** What it cost and is worth: left as it was by those who may not see it. */
function moneyOf(
  { can }: Running,
  { purchase_cents, value_cents }: Pick<EquipmentInput, 'purchase_cents' | 'value_cents'>,
  before: Pick<EquipmentInput, 'purchase_cents' | 'value_cents'> = { purchase_cents: null, value_cents: null }
) {
  if (can('equipment.values')) return { purchase_cents, value_cents }
  if (purchase_cents !== null) throw refuse({ purchase_cents: 'equipment.errors.values' })
  if (value_cents !== null) throw refuse({ value_cents: 'equipment.errors.values' })
  return { purchase_cents: before.purchase_cents, value_cents: before.value_cents }
}

/** Units are numbered: what is held must stay among those that remain. */
async function refuseFewer({ db }: Running, id: number, quantity: number): Promise<void> {
  const n = await comingSessions(db, id, quantity)
  if (n > 0) throw refuse({ quantity: { key: 'equipment.errors.held', values: { n } } })
  const out = (await listOutOf(db, id)).reduce((sum, one) => sum + one.quantity, 0)
  if (out > quantity) throw refuse({ quantity: 'equipment.errors.still_out' })
}
