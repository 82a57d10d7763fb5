import { refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { Refusal } from '@patchbay/core/errors'
import { holdResources } from '../conflicts.ts'
import type { GearWanted } from '../contract.ts'
import { enterSession } from '../entering.ts'
import { heldUntil } from '../holds/deadlines.ts'
import { priced } from '../pricing.ts'
import type { Room } from '../room-queries.ts'
import { settingsOf } from '../settings.ts'
import type { Slot } from '../slot.ts'
import { lookAt } from './look.ts'
import type { Looking, Wish } from './look.ts'

/** What several sessions have in common when they are entered together. */
export interface Common {
  client_id: number | null
  title: string | null
  notes: string | null
  state: 'option' | 'confirmed'
  rank: number | null
  option_hours: number | null
  gear: readonly GearWanted[]
}

/** One of them. `name` is where what is wrong with it is said: `days.0`. */
export interface Entry {
  name: string
  room: Room
  slot: Slot
  people: readonly number[]
  price: { price_cents: number | null; price_note: string | null; ends: string | null }
}

/**
 * Holds what all of them want, in one order, so that two who enter several never wait for each other; refuses when
 * anything is in the way of any, each under its name; then enters them, one after the other. Gives their ids.
 */
export async function enterAll(running: Running, entries: readonly Entry[], common: Common): Promise<number[]> {
  const rank = common.state === 'option' ? (common.rank ?? 1) : null
  await holdResources(
    running.db,
    entries.map(({ room }) => room.id),
    [...new Set(entries.flatMap(({ people }) => people))]
  )
  const wishes = entries.map(({ slot, room, people }) => ({ slot, room_id: room.id, people, rank }))
  await refuseTaken(running, wishes, { names: entries.map(({ name }) => name), gear: common.gear })
  const ids: number[] = []
  for (const entry of entries) ids.push(await under(entry.name, () => enterOne(running, entry, { ...common, rank })))
  return ids
}

async function enterOne(running: Running, { room, slot, people, price }: Entry, common: Common): Promise<number> {
  const { client_id, title, notes, state, rank, option_hours, gear } = common
  const hours = option_hours ?? settingsOf(running.settings).option_hours
  const made = await priced(running, { slot, room, people, client_id }, price)
  const expires_at = state === 'option' ? heldUntil(slot, hours) : null
  const session = { room_id: room.id, client_id, title, ...slot, state, rank, expires_at, notes, ...made }
  const { id } = await enterSession(running, session, { people, gear, over: undefined })
  return id
}

interface Named {
  names: readonly string[]
  gear?: readonly GearWanted[]
  leaving?: readonly number[]
}

/** Refuses when something is in the way of any of these: how many, and each sentence under its name. */
export async function refuseTaken(
  running: Running,
  wishes: readonly Wish[],
  { names, ...options }: Named
): Promise<void> {
  const looked = await lookAt(lookingOf(running), wishes, { ...options, bare: true })
  const taken = looked.flatMap(({ conflicts }, n) =>
    conflicts[0] ? [[names[n] ?? '', conflicts[0].sentence] as const] : []
  )
  if (taken.length === 0) return
  const sentences = taken.map(([name, sentence]) => [
    name,
    { key: 'sessions.series.errors.in_the_way', values: { sentence } }
  ])
  throw refuse({
    '': { key: 'sessions.series.errors.taken', values: { n: taken.length } },
    ...Object.fromEntries(sentences)
  })
}

const lookingOf = ({ db, ask, studio, t, fmt }: Running): Looking => ({ db, ask, timezone: studio.timezone, t, fmt })

/** What is wrong with one of several, said under its name: `days.0.starts`. */
export async function under<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const fields = Object.entries(error.errors)
    throw refuse(
      Object.fromEntries(fields.map(([field, sentence]) => [field === '' ? name : `${name}.${field}`, sentence]))
    )
  }
}
