import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { trackStatuses } from '../contract.ts'
import { findProject } from '../queries.ts'
import { setTrackStatuses } from './actions.ts'
import { trackStyles } from './section.ts'
import { tracksByStatus } from './status-queries.ts'

/** How far several tracks of a project are, at once. */
export function statusRoutes(app: FastifyInstance): void {
  app.get('/:id/statuses', allow('projects.write'), async (request, reply) => {
    return reply.page('projects/tracks/statuses', await statusPage(request, { values: {}, errors: {} }))
  })

  app.post('/:id/statuses', allow('projects.write'), async (request, reply) => {
    const set = await request.act(setTrackStatuses, { project_id: request.recordId() })
    if (!set.ok) return reply.code(422).page('projects/tracks/statuses', await statusPage(request, set))
    const address = `${request.base}/projects/${request.recordId()}#tracks`
    return reply.flash('projects.tracks.flash.statuses').redirect(address, 303)
  })
}

/** @throws notFound */
async function statusPage(
  request: FastifyRequest,
  { values, errors }: { values: Record<string, unknown>; errors: Record<string, string> }
) {
  const project = await findProject(request.db, request.recordId())
  if (!project) throw notFound()
  const tracks = await tracksByStatus(request.db, project.id)
  const title = request.words().t('projects.tracks.statuses.title')
  return { styles: trackStyles, title, project, tracks, statuses: trackStatuses, values, errors }
}
