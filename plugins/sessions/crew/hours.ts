import type { Db } from '@patchbay/core'
import type { OpenHours, Opening } from '../opening.ts'
import { rowsOf } from '../queries.ts'

/** Working hours of `p` as JSON; `[]` when none were given. */
export const hoursJson = `coalesce((select jsonb_agg(jsonb_build_object('weekday', h.weekday,
    'opens', to_char(h.opens, 'HH24:MI'), 'closes', to_char(h.closes, 'HH24:MI')) order by h.weekday, h.opens)
    from person_hours h where h.person_id = p.id), '[]')`

/** Working hours as an opening: who has none comes whenever they are needed. */
export const openingOf = (hours: Opening['hours']): Opening => ({ always_open: hours.length === 0, hours })

/** When these people work, by their id; whoever has no hours is always to be had. One statement. */
export async function hoursOf(db: Db, people: readonly number[]): Promise<Map<number, Opening>> {
  const rows = await rowsOf<{ id: number; hours: Opening['hours'] }>(
    db,
    `select p.id, ${hoursJson} as hours from people p where p.id = any(?)`,
    [people]
  )
  return new Map(rows.map(({ id, hours }) => [id, openingOf(hours)]))
}

/** Writes somebody's working hours in place of those they had. */
export async function setPersonHours(
  db: Db,
  person_id: number,
  hours: (OpenHours & { weekday: number })[]
): Promise<void> {
  await db('person_hours').where({ person_id }).delete()
  if (hours.length > 0) await db('person_hours').insert(hours.map(one => ({ person_id, ...one })))
}
