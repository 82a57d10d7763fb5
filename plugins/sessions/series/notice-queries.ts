import type { Db } from '@patchbay/core'
import { clientNamed, rowsOf } from '../queries.ts'

export interface Together {
  n: number
  people: number[]
  client: string | null
  title: string | null
  starts_at: Date
}

/** The sessions of a booking that were last changed with it: how many, with whom, the first of them. */
export async function findTogether(db: Db, booking_id: number): Promise<Together | undefined> {
  const [found] = await rowsOf<Together & { client_name: string | null }>(
    db,
    `with changed as (select s.* from sessions s join bookings b on b.id = s.booking_id
       where b.id = ? and s.updated_at = b.updated_at)
     select (select count(*) from changed)::integer as n, ${clientNamed}, s.title, s.starts_at, to_jsonb(array(
       select person_id from session_people where session_id in (select id from changed) and person_id > 0 and answer <> 'declined'
       union select created_by from changed where created_by is not null)) as people
     from changed s left join clients c on c.id = s.client_id order by s.starts_at, s.id limit 1`,
    [booking_id]
  )
  return found && { ...found, client: found.client_name }
}

/** Was a session last changed in one go with its booking? */
export async function isTogether(db: Db, session_id: number): Promise<boolean> {
  const [found] = await rowsOf<{ together: boolean }>(
    db,
    `select s.updated_at = b.updated_at as together from sessions s join bookings b on b.id = s.booking_id where s.id = ?`,
    [session_id]
  )
  return found?.together ?? false
}
