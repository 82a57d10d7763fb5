import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Clients with a mail address and a session to come, the soonest first. */
export function listClientsToSign(
  db: Db,
  limit: number
): Promise<{ client_id: number; client_name: string; email: string; session_id: number }[]> {
  return rowsOf(
    db,
    `select * from (select distinct on (c.id) c.id as client_id, coalesce(c.artist_name, c.name) as client_name, c.email,
       s.id as session_id, s.starts_at
       from sessions s join clients c on c.id = s.client_id
       where s.starts_at > now() + interval '2 days' and s.state = 'confirmed' and c.email is not null
       order by c.id, s.starts_at) soon order by starts_at, client_id limit ?`,
    [limit]
  )
}
