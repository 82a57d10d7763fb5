import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A title of the demo without credits, with what they depend on. */
export interface Seedable {
  id: number
  project_id: number
  position: number
  instrumental: boolean
  kind: string
  status: string
  artist: string | null
}

/** The titles of projects that have begun, in their order. */
export const seedable = (db: Db): Promise<Seedable[]> =>
  rowsOf(
    db,
    `select t.id, t.project_id, t.position, t.instrumental, p.kind, p.status, p.artist
     from tracks t join projects p on p.id = t.project_id
     where p.status not in ('planned', 'cancelled') and t.status <> 'dropped' order by p.id, t.position`
  )

/** The client who is an artist of this name. */
export async function clientNamed(db: Db, name: string): Promise<number | null> {
  const [found] = await rowsOf<{ id: number }>(
    db,
    `select id from clients where merged_into is null and (fold(name) = fold(?) or fold(artist_name) = fold(?))
     order by id limit 1`,
    [name, name]
  )
  return found?.id ?? null
}
