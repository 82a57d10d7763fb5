import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A session of the demo that gets a report. */
export interface Seedable {
  id: number
  client_id: number | null
  client_name: string | null
  client_email: string | null
  state: string
  starts_at: Date
  ends_at: Date
  person_id: number | null
}

/** Sessions of the last month that were held or are on, the newest first; at most one of them is on for each person. */
export function listSeedable(db: Db): Promise<Seedable[]> {
  return rowsOf(
    db,
    `select s.id, s.client_id, coalesce(c.artist_name, c.name) as client_name, c.email as client_email, s.state,
       s.starts_at, s.ends_at, (select min(person_id) from session_people where session_id = s.id and person_id > 0) as person_id
     from sessions s left join clients c on c.id = s.client_id
     where s.state in ('in_progress', 'completed') and s.client_id is not null and s.starts_at between now() - interval '30 days' and now()
     order by s.starts_at desc, s.id desc limit 60`
  )
}
