import type { Asking, Hit, Plugin } from '@patchbay/core'
import { trackStatuses } from '../contract.ts'
import type { TrackStatus } from '../contract.ts'
import { addTracks, changeTrack, lockOrder, lockTrack, searchTracks, trackNames } from './queries.ts'

/** What tracks say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'projects.add-track'(_, { running, project_id, title }) {
    if (!(await lockOrder(running.db, project_id))) return undefined
    const [track_id] = await addTracks(running.db, project_id, [{ title, duration_ms: null }])
    if (track_id === undefined) return undefined
    running.tell('projects.tracks-changed', { project_id })
    return { track_id }
  },
  async 'projects.advance-track'(_, { running, track_id, status }) {
    const track = await lockTrack(running.db, track_id)
    if (!track) return undefined
    if (!isFurther(status, track.status)) return { changed: false }
    await changeTrack(running.db, track_id, { status })
    running.tell('projects.track-changed', { project_id: track.project_id, track_id })
    return { changed: true }
  }
}

/** Never back, and what was dropped stays dropped. */
const isFurther = (status: TrackStatus, before: TrackStatus): boolean =>
  before !== 'dropped' && status !== 'dropped' && trackStatuses.indexOf(status) > trackStatuses.indexOf(before)

/** Tracks for the search palette, by words or ISRC; at most `limit`. One statement. */
export async function trackHits(
  { db, base, t }: Pick<Asking, 'db' | 'base' | 't'>,
  text: string,
  limit = 4
): Promise<Hit[]> {
  const found = await searchTracks(db, text, limit)
  return found.map(({ id, title, version_title, project_title, artist }) => ({
    href: `${base}/projects/tracks/${id}`,
    label: version_title ? `${title} (${version_title})` : title,
    hint: [artist, project_title].filter(Boolean).join(' · '),
    icon: 'music',
    group: t('projects.tracks.title')
  }))
}

/** What tracks are called and where they are, by `track:12`, for the studio's trail. One statement. */
export async function trackRecords(
  { db, base }: Pick<Asking, 'db' | 'base'>,
  about: readonly string[]
): Promise<Record<string, { label: string; href: string }>> {
  const ids = about.filter(record => record.startsWith('track:')).map(record => Number(record.slice(6)))
  if (ids.length === 0) return {}
  const named = await trackNames(db, ids)
  return Object.fromEntries(
    named.map(({ id, title }) => [`track:${id}`, { label: title, href: `${base}/projects/tracks/${id}` }])
  )
}
