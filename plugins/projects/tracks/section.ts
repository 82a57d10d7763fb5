import type { Section } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import type { TrackMark } from '../contract.ts'
import { listTracks } from './list.ts'
import type { TrackRow } from './list.ts'

type Asks = Pick<FastifyRequest, 'db' | 'ask'>

/** Of pages on which tracks stand. */
export const trackStyles = ['/static/projects/tracks.css']

/** The tracks of a project, on its page: the first fifty. Two statements, and those of who marks them. */
export async function trackSection(request: Asks, project_id: number): Promise<Section> {
  const tracks = await listTracks(request.db, { project: project_id })
  return {
    view: 'projects/tracks/_section',
    data: { ...tracks, project_id, marks: await marksOf(request, tracks.rows) }
  }
}

/** What other plugins say of each of these tracks, by the track's id. */
export async function marksOf(
  request: Asks,
  rows: readonly Pick<TrackRow, 'id'>[]
): Promise<Record<number, TrackMark[]>> {
  if (rows.length === 0) return {}
  const said = await request.ask('projects.track-marks', { track_ids: rows.map(({ id }) => id) })
  return Object.fromEntries(rows.map(({ id }) => [id, said.flatMap(marks => marks[id] ?? [])]))
}
