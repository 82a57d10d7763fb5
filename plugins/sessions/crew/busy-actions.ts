import { action, forbidden, notFound, refuse, time } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from '../conflicts.ts'
import type { BusyKind } from '../contract.ts'
import { addBusy, findBusy, removeBusy } from './busy-queries.ts'
import type { BusyRow } from './busy-queries.ts'
import { BusyForm, BusyIdForm } from './forms.ts'
import type { BusyInput } from './forms.ts'

const ofRooms: readonly BusyKind[] = ['closure', 'works']
const longest = 400 * 864e5

const about = (busy: BusyRow) => ({
  room: busy.room_id,
  person: busy.person_id,
  session: busy.meets.map(({ id }) => id)
})

/**
 * Enters an absence of somebody, one's own without further permission, or a closure of a room. What is booked stays, and
 * comes back as what it meets: whoever books holds the same room and person, so that neither misses the other.
 */
export const addAbsence = action({
  name: 'sessions.add_absence',
  permission: 'sessions.write',
  input: BusyForm,
  constraints: {
    busy_times_person_id_fkey: ['person_id', 'fields.choice'],
    busy_times_room_id_fkey: ['room_id', 'fields.choice'],
    busy_times_length: ['to_day', 'sessions.crew.errors.too_long']
  },
  about,
  async run(running, input) {
    const { db, person, studio, tell } = running
    const { person_id, room_id, kind, note } = input
    checkWhose(running, input)
    const stretch = stretchOf(input, studio.timezone)
    await holdResources(db, room_id === null ? [] : [room_id], [])
    await db.raw('select 1 from people where id = ? for no key update', [person_id ?? 0])
    const id = await addBusy(db, { person_id, room_id, kind, note, ...stretch }, person.id)
    tell('sessions.blocked', { room_id, person_id })
    return found(await findBusy(db, id))
  }
})

/** Takes an absence or a closure back. */
export const removeAbsence = action({
  name: 'sessions.remove_absence',
  permission: 'sessions.write',
  input: BusyIdForm,
  about,
  async run(running, { busy_id }) {
    const busy = found(await findBusy(running.db, busy_id))
    const { room_id, person_id } = busy
    mayChange(running, busy)
    await removeBusy(running.db, busy_id)
    running.tell('sessions.unblocked', { room_id, person_id })
    return busy
  }
})

/** Whose times somebody may change: everybody their own, others' with `sessions.crew`, rooms' with `sessions.rooms`. */
export function mayChangeBusy(
  { can, person }: Pick<Running, 'can' | 'person'>,
  { room_id, person_id }: { room_id: number | null; person_id: number | null }
): boolean {
  if (room_id !== null) return can('sessions.rooms')
  return can('sessions.crew') || (person_id !== null && person_id === person.id)
}

function mayChange(running: Running, whose: { room_id: number | null; person_id: number | null }): void {
  if (!mayChangeBusy(running, whose)) throw forbidden()
}

/** One room or one person, and a reason that fits. */
function checkWhose(running: Running, input: BusyInput): void {
  const { person_id, room_id, kind } = input
  if (person_id === null && room_id === null) throw refuse({ person_id: 'sessions.crew.errors.whose' })
  if (person_id !== null && room_id !== null) throw refuse({ room_id: 'sessions.crew.errors.one_of' })
  mayChange(running, input)
  if (ofRooms.includes(kind) !== (room_id !== null)) throw refuse({ kind: 'sessions.crew.errors.kind' })
}

/** The instants of an absence, by the studio's wall clock: a day begins and ends where it does there. */
export function stretchOf(
  { from_day, from_clock, to_day, to_clock }: Pick<BusyInput, 'from_day' | 'from_clock' | 'to_day' | 'to_clock'>,
  zone: string
): { starts_at: Date; ends_at: Date } {
  const last = to_day ?? (from_clock && to_clock && to_clock <= from_clock ? time.addDays(from_day, 1) : from_day)
  const starts_at = from_clock ? time.instantOf(from_day, from_clock, zone) : time.startOfDay(from_day, zone)
  const ends_at = to_clock ? time.instantOf(last, to_clock, zone) : time.startOfDay(time.addDays(last, 1), zone)
  const skipped = (clock: string | null) => ({ key: 'sessions.errors.skipped_hour', values: { clock: clock ?? '' } })
  if (!starts_at) throw refuse({ from_clock: skipped(from_clock) })
  if (!ends_at) throw refuse({ to_clock: skipped(to_clock) })
  if (ends_at <= starts_at) throw refuse({ to_day: 'sessions.errors.ends_before' })
  if (ends_at.getTime() - starts_at.getTime() > longest) throw refuse({ to_day: 'sessions.crew.errors.too_long' })
  return { starts_at, ends_at }
}

function found(busy: BusyRow | undefined): BusyRow {
  if (!busy) throw notFound()
  return busy
}
