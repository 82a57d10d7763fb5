import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

interface Asker {
  id: number
  name: string
  artist_name: string | null
  email: string | null
  phone: string | null
}

/** Clients who might have asked: those with an option to come first, then those with a mail. */
export function clientsToAsk(db: Db, limit: number): Promise<Asker[]> {
  return rowsOf(
    db,
    `select id, name, artist_name, email, phone from clients c where merged_into is null and archived_at is null
     order by exists (select 1 from sessions s where s.client_id = c.id and s.state = 'option' and s.expires_at > now()
       and s.starts_at > now()) desc, email is null, id limit ?`,
    [limit]
  )
}

/** Options to come, by time. */
export function optionsToCome(
  db: Db,
  limit: number
): Promise<{ id: number; client_id: number; room_id: number; starts_at: Date; ends_at: Date }[]> {
  return rowsOf(
    db,
    `select id, client_id, room_id, starts_at, ends_at from sessions where state = 'option' and expires_at > now()
     and starts_at > now() and client_id is not null order by starts_at, id limit ?`,
    [limit]
  )
}

export const backdate = (db: Db, id: number, created_at: Date): Promise<number> =>
  db('requests').where({ id }).update({ created_at })
