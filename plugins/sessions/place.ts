import { refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import { busyTimes, busyWhen } from './busy.ts'
import { holdResources, listConflicts } from './conflicts.ts'
import type { Claim, Conflict } from './conflicts.ts'
import type { NamedBusy } from './busy.ts'
import { overlap } from './free-times.ts'
import { agreedTimes, agreedWith, overOf } from './over.ts'
import type { Met, Over } from './over.ts'
import { endRunOut } from './holds/promotion.ts'
import { findRoom } from './room-queries.ts'
import type { Room } from './room-queries.ts'
import { slotOf } from './slot.ts'
import type { Slot, WallClock } from './slot.ts'

/** Violations of the database's own rules, as sentences: the last word, should two get past everything else. */
export const bookingConstraints = {
  sessions_no_overlap: ['starts', 'sessions.errors.just_taken'],
  session_people_no_overlap: ['people', 'sessions.errors.person_just_taken'],
  busy_times_room: ['starts', 'sessions.errors.room_busy_now'],
  busy_times_person: ['people', 'sessions.errors.person_busy_now'],
  sessions_length: ['ends', 'sessions.errors.too_long'],
  session_people_person_id_fkey: ['people', 'fields.choice'],
  sessions_client_id_fkey: ['client_name', 'fields.choice'],
  sessions_room_id_fkey: ['room_id', 'fields.choice']
} as const

/** The instants of what was typed; throws what is wrong with it, by field. */
export function slotFor({ studio }: Pick<Running, 'studio'>, when: WallClock): Slot {
  const slot = slotOf(when, studio.timezone)
  if ('errors' in slot) throw refuse(slot.errors)
  return slot
}

/** The room, in use and bookable; a session that is already in it may stay. */
export async function roomFor({ db }: Pick<Running, 'db'>, id: number, already?: number): Promise<Room> {
  const room = await findRoom(db, id)
  if (!room) throw refuse({ room_id: 'fields.choice' })
  if (already !== id && (room.archived_at || !room.bookable)) throw refuse({ room_id: 'sessions.errors.not_bookable' })
  return room
}

/** How a claim treats what is in the way. */
export interface ClaimOptions {
  /** Takes all the same what is in the way: booking over. */
  over?: boolean
  /** Where the session was: an absence it already stood in does not refuse a change of something else. */
  before?: { room_id: number; people: readonly number[]; starts_at: Date; ends_at: Date }
}

/** What a claim came upon. */
export interface Claimed {
  /** What the session leaves to those it is booked over, before and now. */
  over: Over
  /** What it is newly booked over. */
  met: Met[]
}

/**
 * Leaves the transaction with the claim's room and people held and free, options that ran out ended. Throws a refusal
 * that names who is in the way, and when, unless it is booked over.
 */
export async function claim(running: Running, wanted: Claim, options: ClaimOptions = {}): Promise<Claimed> {
  const { db } = running
  await holdResources(db, [wanted.room_id], wanted.people)
  await endRunOut(running)
  const conflicts = await listConflicts(db, wanted)
  const { starts_at: from, ends_at: to, room_id, people } = wanted
  const away = await busyTimes(running, { from, to, rooms: [room_id], people })
  const busy = away.filter(time => !stoodIn(time, options.before))
  const [sessions, times] = [await agreedWith(db, wanted.id), await agreedTimes(db, wanted.id)]
  const newConflicts = conflicts.filter(({ id }) => !sessions.includes(id))
  const newBusy = busy.filter(
    ({ starts_at, ends_at }) => !times.some(({ start, end }) => +start <= +starts_at && +ends_at <= +end)
  )
  if (!options.over && newConflicts.length + newBusy.length > 0) throw refuse(sentences(running, newConflicts, newBusy))
  return { over: overOf(conflicts, away), met: metOf(newConflicts, newBusy) }
}

/** Was the session in it already, with the same room or person? */
export function stoodIn(
  { room_id, person_id, starts_at, ends_at }: NamedBusy,
  before: ClaimOptions['before']
): boolean {
  if (!before || !overlap({ start: starts_at, end: ends_at }, { start: before.starts_at, end: before.ends_at }))
    return false
  return room_id === null ? before.people.includes(person_id ?? 0) : room_id === before.room_id
}

function metOf(conflicts: Conflict[], busy: NamedBusy[]): Met[] {
  const sessions = new Map(conflicts.map(conflict => [conflict.id, conflict]))
  return [
    ...[...sessions.values()].map(({ id, starts_at, ends_at }) => ({
      other_id: id,
      what: null,
      room_id: null,
      person_id: null,
      starts_at,
      ends_at
    })),
    ...busy.map(({ name, label, room_id, person_id, starts_at, ends_at }) => ({
      other_id: null,
      what: `${name}, ${label}`.slice(0, 300),
      room_id,
      person_id,
      starts_at,
      ends_at
    }))
  ]
}

function sentences(
  voice: Pick<Running, 't' | 'fmt'>,
  conflicts: Conflict[],
  busy: NamedBusy[]
): Record<string, FieldError> {
  const room = conflicts.find(conflict => conflict.person_id === null)
  const person = conflicts.find(conflict => conflict.person_id !== null)
  const closed = busy.find(time => time.room_id !== null)
  const away = busy.find(time => time.person_id !== null)
  return {
    ...(closed && { starts: busySentence(voice, closed) }),
    ...(room && { starts: sentence(voice, room) }),
    ...(away && { people: busySentence(voice, away) }),
    ...(person && { people: sentence(voice, person) })
  }
}

/** `Cabine B n’est pas disponible, mar. 24 nov. 14:00–18:00 : travaux.` */
export function busySentence(voice: Pick<Running, 't' | 'fmt'>, busy: NamedBusy) {
  const values = { name: busy.name, what: busy.label, when: busyWhen(voice, busy) }
  return { key: `sessions.errors.${busy.room_id === null ? 'person' : 'room'}_busy`, values }
}

/** `Cabine B est prise par « Nadia Ferrand », mar. 24 nov. 14:00–18:00.` */
export function sentence({ t, fmt }: Pick<Running, 't' | 'fmt'>, conflict: Conflict) {
  const who = conflict.client_name ?? conflict.title ?? t('sessions.untitled')
  const when = fmt.range(conflict.starts_at, conflict.ends_at)
  const values = { who, when, room: conflict.room_name, rank: conflict.rank ?? 0, person: conflict.person_name ?? '' }
  const kind = conflict.state === 'option' ? 'option' : 'taken'
  return { key: `sessions.errors.${conflict.person_id === null ? 'room' : 'person'}_${kind}`, values }
}
