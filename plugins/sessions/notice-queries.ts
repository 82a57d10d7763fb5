import type { Db } from '@patchbay/core'

export interface Concerned {
  title: string | null
  client: string | null
  room: string
  starts_at: Date
  ends_at: Date
  /** Who works on it, and who booked it; people from outside have no page here to be told on. */
  people: number[]
}

/** What news of a session says, and to whom. */
export async function findConcerned(db: Db, sessionId: number): Promise<Concerned | undefined> {
  const { rows } = await db.raw<{ rows: Concerned[] }>(
    `select s.title, c.name as client, r.name as room, s.starts_at, s.ends_at,
            array_remove(array(select person_id from session_people where session_id = s.id and person_id > 0 and answer <> 'declined')
              || s.created_by, null)::bigint[] as people
       from sessions s join rooms r on r.id = s.room_id left join clients c on c.id = s.client_id
      where s.id = ?`,
    [sessionId]
  )
  const [found] = rows
  return found && { ...found, people: found.people.map(Number) }
}
