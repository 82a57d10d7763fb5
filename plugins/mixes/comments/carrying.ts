import type { Hearing } from '@patchbay/core'
import { carryOn } from './queries.ts'

/** What is still open on the revision before comes along to a new one, each with who said it: a list to tick off. */
export async function carryComments(
  { db, did }: Hearing,
  { revision_id, track_id, project_id }: { revision_id: number | null; track_id: number | null; project_id: number }
): Promise<void> {
  if (revision_id === null || track_id === null) return
  const carried = await carryOn(db, revision_id)
  if (carried.length > 0)
    await did('mixes.carry', { track: track_id, project: project_id }, { open: [0, carried.length] })
}
