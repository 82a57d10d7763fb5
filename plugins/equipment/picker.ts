import { together } from '@patchbay/core'
import type { Asking, Db } from '@patchbay/core'
import { read } from '@patchbay/core/forms'
import type { z } from 'zod'
import { PickedQuery } from './forms.ts'
import { listHeld } from './holding-queries.ts'
import { findKit, findPicked, listKits, listPickable } from './kit-queries.ts'
import type { Kit, Picked } from './kit-queries.ts'

/** What the picker of gear shows: what is picked, and all that could be, for those who have no script. */
export interface Picker {
  picked: Picked[]
  pickable: Awaited<ReturnType<typeof listPickable>>
  kits: Kit[]
  error: string
  /** Where a kit's button leads without script: the form again, with the kit's gear in it. */
  form: string
}

/** The picker of a session's form, with what was typed, else what the session holds. */
export async function pickerOf(
  { db, base, studio }: Pick<Asking, 'db' | 'base' | 'studio'>,
  {
    session_id,
    values,
    errors
  }: { session_id: number | null; values: Record<string, unknown>; errors: Record<string, string> }
): Promise<Picker> {
  const typed = values['gear'] !== undefined || session_id === null
  const picked = typed ? await pickedOf(db, values, studio.timezone) : await heldOf(db, session_id)
  const [pickable, kits] = await together(db, db => [listPickable(db), listKits(db)])
  const form = `${base}/sessions/${session_id === null ? 'new' : `${session_id}/edit`}`
  return { picked, pickable, kits, error: errors['gear'] ?? '', form }
}

/** What is picked, and what was just added to it: a piece once more, or all of a kit. What makes no sense is left out. */
export async function pickedOf(db: Db, values: Record<string, unknown>, timezone: string): Promise<Picked[]> {
  const asked = read(PickedQuery, { gear: values['gear'], add: values['add'] ?? values['add_kit'] }, timezone)
  if (!asked.ok) return []
  return findPicked(db, await added(db, asked.value))
}

async function added(db: Db, { gear, add }: z.output<typeof PickedQuery>) {
  if (add === undefined) return gear
  const items = add.startsWith('k')
    ? ((await findKit(db, Number(add.slice(1))))?.items ?? [])
    : [{ equipment_id: Number(add), quantity: 1 }]
  const sums = new Map(gear.map(({ equipment_id, quantity }) => [equipment_id, quantity]))
  for (const { equipment_id, quantity } of items) sums.set(equipment_id, (sums.get(equipment_id) ?? 0) + quantity)
  return [...sums].map(([equipment_id, quantity]) => ({ equipment_id, quantity: Math.min(quantity, 999) }))
}

async function heldOf(db: Db, session_id: number | null): Promise<Picked[]> {
  const held = await listHeld(db, session_id === null ? [] : [session_id])
  return findPicked(db, held)
}
