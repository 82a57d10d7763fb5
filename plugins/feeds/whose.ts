import { notFound, refuse } from '@patchbay/core'
import type { Db, Running } from '@patchbay/core'
import { findOwner } from './link-queries.ts'

/** A room, somebody, or neither: the studio. */
export interface Whose {
  room_id: number | null
  person_id: number | null
}

type Asker = Pick<Running, 'can' | 'person'>

/** One's own; a manager's are all. */
export const mayHave = ({ can, person }: Asker, { person_id }: Whose): boolean =>
  can('feeds.manage') || (person_id !== null && person_id === person.id)

/**
 * What a form calls `me`, `studio`, `room:12` or `person:-3`.
 * @throws Failure 404 for a room or somebody not there, or not theirs to choose; a Refusal where nobody is signed in.
 */
export async function whoseIs(asker: Asker & { db: Db }, text: string, field: string): Promise<Whose> {
  const [kind = '', id = ''] = text.split(':')
  if (kind === 'me' && asker.person.id === null) throw refuse({ [field]: 'fields.choice' })
  const whose = {
    room_id: kind === 'room' ? Number(id) : null,
    person_id: kind === 'me' ? asker.person.id : kind === 'person' ? Number(id) : null
  }
  if (!mayHave(asker, whose)) throw notFound()
  if (kind !== 'studio' && !(await findOwner(asker.db, whose))) throw notFound()
  return whose
}

/** For the trail. */
export const aboutWhose = ({ room_id, person_id }: Whose) => ({ room: room_id, person: person_id })
