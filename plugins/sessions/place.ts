import { refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import type { FieldError } from '@patchbay/core/errors'
import { holdResources, listConflicts } from './conflicts.ts'
import type { Claim, Conflict } from './conflicts.ts'
import { endExpired } from './queries.ts'
import { findRoom } from './room-queries.ts'
import type { Room } from './room-queries.ts'
import { slotOf } from './slot.ts'
import type { Slot, WallClock } from './slot.ts'

/** Violations of the database's own rules, as sentences: the last word, should two get past everything else. */
export const bookingConstraints = {
  sessions_no_overlap: ['starts', 'sessions.errors.just_taken'],
  session_people_no_overlap: ['people', 'sessions.errors.person_just_taken'],
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

/**
 * Leaves the transaction with the claim's room and people held and free, options that ran out ended. Throws a refusal
 * that names who is in the way, and when; `spare` are conflicts that the caller deals with itself.
 */
export async function claim(
  running: Running,
  wanted: Claim,
  spare: (conflict: Conflict) => boolean = () => false
): Promise<Conflict[]> {
  const { db, tell } = running
  await holdResources(db, [wanted.room_id], wanted.people)
  for (const { id } of await endExpired(db)) tell('sessions.released', { session_id: id, for_session_id: null })
  const conflicts = await listConflicts(db, wanted)
  const inTheWay = conflicts.filter(conflict => !spare(conflict))
  if (inTheWay.length > 0) throw refuse(sentences(running, inTheWay))
  return conflicts
}

function sentences(voice: Pick<Running, 't' | 'fmt'>, conflicts: Conflict[]): Record<string, FieldError> {
  const room = conflicts.find(conflict => conflict.person_id === null)
  const person = conflicts.find(conflict => conflict.person_id !== null)
  return { ...(room && { starts: sentence(voice, room) }), ...(person && { people: sentence(voice, person) }) }
}

/** `Cabine B est prise par « Nadia Ferrand », mar. 24 nov. 14:00–18:00.` */
export function sentence({ t, fmt }: Pick<Running, 't' | 'fmt'>, conflict: Conflict) {
  const who = conflict.client_name ?? conflict.title ?? t('sessions.untitled')
  const when = fmt.range(conflict.starts_at, conflict.ends_at)
  const values = { who, when, room: conflict.room_name, rank: conflict.rank ?? 0, person: conflict.person_name ?? '' }
  const kind = conflict.state === 'option' ? 'option' : 'taken'
  return { key: `sessions.errors.${conflict.person_id === null ? 'room' : 'person'}_${kind}`, values }
}
