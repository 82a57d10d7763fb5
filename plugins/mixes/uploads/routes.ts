import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { dismissUpload, proposePlaces } from './actions.ts'
import { isProject, isTrackOf, shownUploads } from './queries.ts'
import { tusRoutes } from './tus.ts'

/** Where files are sent, and what became of them. */
export async function uploadRoutes(app: FastifyInstance): Promise<void> {
  await app.register(tusRoutes)

  app.get('/projects/:id/uploads', allow('mixes.read'), async (request, reply) => {
    const project_id = request.recordId()
    const { track } = request.query as { track?: unknown }
    const track_id = typeof track === 'string' && /^\d{1,15}$/.test(track) ? Number(track) : null
    if (!(await isProject(request.db, project_id))) throw notFound()
    if (track_id !== null && !(await isTrackOf(request.db, project_id, track_id))) throw notFound()
    const uploads = await shownUploads(request.db, project_id, track_id)
    return reply.page('mixes/_uploads', { uploads, project_id, track_id })
  })

  app.post('/projects/:id/proposals', allow('mixes.upload'), async (request, reply) => {
    const proposed = await request.act(proposePlaces, { project_id: request.recordId() })
    if (!proposed.ok) return reply.code(422).send({ errors: proposed.errors })
    return reply.send(proposed.value)
  })

  app.post('/uploads/:key/dismissal', allow('mixes.upload'), async (request, reply) => {
    const { key } = request.params as { key: string }
    if (!/^[0-9a-f]{32}$/.test(key)) throw notFound()
    const dismissed = await request.act(dismissUpload, { key })
    if (!dismissed.ok) return reply.redirect(`${request.base}/projects`, 303)
    const { project_id } = dismissed.value
    return reply.redirect(`${request.base}/projects/${project_id}`, 303)
  })
}
