import { notFound } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { trackStatuses } from '../contract.ts'
import { findProject } from '../queries.ts'
import { TracksQuery } from './forms.ts'
import { listTracks, trackList } from './list.ts'
import { marksOf, trackStyles } from './section.ts'

/** A list of tracks: of one project, in whose order they can be put, or of all. @throws notFound */
export async function tracksPage(request: FastifyRequest, project_id: number | undefined) {
  const project = project_id === undefined ? undefined : await findProject(request.db, project_id)
  if (project_id !== undefined && !project) throw notFound()
  const { list: _list, ...asked } = request.query as Record<string, unknown>
  const own = TracksQuery.safeParse({ ...asked, project: project_id })
  const query = own.success ? own.data : { project: project_id ?? null }
  const page = project ? { ...(await listTracks(request.db, query)), query } : await request.list(trackList)
  const { t } = request.words()
  return {
    styles: trackStyles,
    title: project ? t('projects.tracks.list.of', { title: project.title }) : t('projects.tracks.title'),
    project,
    ...page,
    marks: await marksOf(request, page.rows),
    tabs: project ? [] : await request.ask('projects.tabs', {}),
    statuses: trackStatuses,
    errors: {}
  }
}
