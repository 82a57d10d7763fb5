import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { categories, conditions, maintenanceKinds } from './contract.ts'

/** A piece as people and files write it. Money is of one unit, and only for those who may see it. */
export const piece = {
  category: fields.choice(...categories),
  brand: fields.optionalText(100),
  model: fields.text(150),
  serial: fields.optionalText(200),
  quantity: fields.count(1, 999),
  room_id: fields.optionalId(),
  state: fields.choice(...conditions),
  purchased_on: fields.optionalPastDay(),
  purchase_cents: fields.optionalCents(),
  value_cents: fields.optionalCents(),
  warranty_until: fields.optionalDay(),
  notes: fields.optionalText(5000)
}

export const EquipmentForm = form({ ...piece, photo: fields.optionalPhoto() })
export type EquipmentInput = z.output<typeof EquipmentForm>

/** `version` is the one it was read with. */
export const ChangeEquipmentForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  ...piece,
  photo: fields.optionalPhoto(),
  remove_photo: fields.flag()
})

export const EquipmentIdForm = form({ id: fields.id() })

/** What the list can be asked, as it stands in its address. */
export const EquipmentQuery = form({
  q: fields.optionalText(100),
  category: fields.choice(...categories).optional(),
  room: fields.optionalId(),
  state: fields.choice(...conditions).optional(),
  archived: fields.choice('1').optional(),
  sort: fields.choice('label', '-label', 'created_at', '-created_at').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type EquipmentQuery = z.output<typeof EquipmentQuery>

/** Who takes it: `session:12`, `person:3`, or `client`, who is then picked or named. */
const holder = z
  .string('fields.choice')
  .regex(/^(client|(session|person):\d{1,15})$/, 'fields.choice')
  .transform(text => {
    const [kind, id] = text.split(':')
    return { kind: kind as 'session' | 'person' | 'client', id: Number(id ?? 0) }
  })

/** Taking it out. A session's gear is due at its end, that of the studio's people tomorrow; for a client one says when. */
export const CheckOutForm = form({
  id: fields.id(),
  quantity: fields.count(1, 999).default(1),
  holder,
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  due_day: fields.optionalDay(),
  due_clock: fields.optionalClock(),
  note: fields.optionalText(500)
})
export type CheckOutInput = z.output<typeof CheckOutForm>

/** Bringing it back, in which state if that changed. */
export const CheckInForm = form({
  equipment_id: fields.id(),
  id: fields.id(),
  /** Empty: as it was. */
  state: fields.choice('good', 'worn', 'broken', '').optional()
})

const maintenance = {
  kind: fields.choice(...maintenanceKinds),
  due_on: fields.optionalDay(),
  done_on: fields.optionalPastDay(),
  cost_cents: fields.optionalCents(),
  provider: fields.optionalText(200),
  note: fields.optionalText(5000),
  units: fields.optionalCount(1, 999),
  /** Not to be had from the beginning of this day, or this hour of it, */
  away_day: fields.optionalDay(),
  away_clock: fields.optionalClock(),
  /** until the end of this one, or this hour of it. */
  back_day: fields.optionalDay(),
  back_clock: fields.optionalClock()
}
export const MaintenanceForm = form({ equipment_id: fields.id(), ...maintenance })
export type MaintenanceInput = z.output<typeof MaintenanceForm>
export const ChangeMaintenanceForm = form({ equipment_id: fields.id(), id: fields.id(), ...maintenance })
export const MaintenanceIdForm = form({ equipment_id: fields.id(), id: fields.id() })

/** Gear as the picker sends it, `12` or `12x3`. */
export const gear = () =>
  z
    .union([z.array(z.string()), z.string().transform(one => [one])])
    .optional()
    .transform((list, context) => {
      const sums = new Map<number, number>()
      for (const text of (list ?? []).filter(Boolean)) {
        const [, id, quantity = '1'] = /^(\d{1,15})(?:x(\d{1,3}))?$/.exec(text) ?? []
        if (id === undefined || Number(id) === 0) {
          context.addIssue({ code: 'custom', message: 'fields.choice' })
          return z.NEVER
        }
        sums.set(Number(id), Math.min(999, (sums.get(Number(id)) ?? 0) + Number(quantity)))
      }
      return [...sums]
        .filter(([, quantity]) => quantity > 0)
        .map(([equipment_id, quantity]) => ({ equipment_id, quantity }))
    })

const kit = { name: fields.text(100), notes: fields.optionalText(2000), gear: gear() }
export const KitForm = form(kit)
export const ChangeKitForm = form({ id: fields.id(), version: fields.optionalId(), ...kit })
export const KitIdForm = form({ id: fields.id() })

/** What the picker asks for anew: what is picked, and `12` or `k3`, a kit, to add. */
export const PickedQuery = z.object({
  gear: gear(),
  add: z
    .string()
    .regex(/^k?\d{1,15}$/)
    .optional()
    .catch(undefined)
})

/** What is typed into the picker's search. */
export const PickingQuery = z.object({ q: z.string().max(100).catch('') })

export const ScanQuery = z.object({ code: z.string().max(300).optional().catch(undefined) })

export const UploadForm = form({
  content: z.string('fields.required').min(1, 'fields.required').max(5_000_000, 'fields.too_long')
})
export const ConfirmImportForm = form({ id: fields.id(), leave_errors: fields.flag(), leave_twins: fields.flag() })

/** Which labels to print: all that a list with this address shows. */
export const LabelsQuery = EquipmentQuery.pick({ q: true, category: true, room: true, state: true }).extend({
  ids: fields.ids()
})
