import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { TrackStatus } from '../contract.ts'

/** How far each track of a project is, in their order. */
export const tracksByStatus = (
  db: Db,
  project_id: number
): Promise<{ id: number; position: number; title: string; version_title: string | null; status: TrackStatus }[]> =>
  rowsOf(
    db,
    'select id, position, title, version_title, status from tracks where project_id = ? order by position limit 1000',
    [project_id]
  )

/** Whether all of these are tracks of the project; kept from others until the transaction ends. */
export async function lockTracks(db: Db, project_id: number, ids: readonly number[]): Promise<boolean> {
  const sql = 'select id from tracks where project_id = ? and id = any(?) order by id for update'
  return (await rowsOf(db, sql, [project_id, [...ids]])).length === ids.length
}

/** Brings tracks to where they are now; those that were there already are left as they are. */
export async function changeStatuses(db: Db, ids: readonly number[], status: TrackStatus): Promise<void> {
  await db('tracks')
    .whereIn('id', ids)
    .whereNot({ status })
    .update({ status, version: db.raw('version + 1'), changed_at: db.fn.now() })
}
