import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** Demo clients by the name they are known by. */
export const clientsByName = async (db: Db): Promise<Map<string, number>> => {
  const rows = await rowsOf<{ id: number; name: string; artist_name: string | null }>(
    db,
    'select id, name, artist_name from clients where merged_into is null order by id desc'
  )
  return new Map(
    rows.flatMap(
      ({ id, name, artist_name }) => [[name, id], ...(artist_name ? [[artist_name, id]] : [])] as [string, number][]
    )
  )
}

/** A client's sessions between two days, that took place or will, in no project yet; at most `limit`. */
export const sessionsBetween = (
  db: Db,
  client_id: number,
  from: string,
  to: string,
  limit: number
): Promise<{ id: number }[]> =>
  rowsOf(
    db,
    `select id from sessions where client_id = ? and starts_at between ?::date and ?::date + 1
       and state in ('confirmed', 'in_progress', 'completed')
       and not exists (select from project_sessions l where l.session_id = sessions.id)
     order by starts_at limit ?`,
    [client_id, from, to, limit]
  )
