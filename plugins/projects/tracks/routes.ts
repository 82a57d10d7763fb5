import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findProject } from '../queries.ts'
import { addTracksAction, changeTrackAction, moveTrackAction, removeTrackAction, setTrackStatus } from './actions.ts'
import { cardOf, formOf, trackOf } from './card.ts'
import { tracksCsv } from './csv.ts'
import { assignIsrc, assignIsrcs } from './isrc-actions.ts'
import { pageAround } from './list.ts'
import { tracksPage } from './page.ts'
import { sheetPdf, tracksPdf } from './paper.ts'
import { allTracks, projectOfTrack } from './queries.ts'
import { trackSection, trackStyles } from './section.ts'
import { sheetRoutes } from './sheet-routes.ts'
import { statusRoutes } from './status-routes.ts'

/** Tracks: of a project, of all, and one by one. */
export function trackRoutes(app: FastifyInstance): void {
  app.get('/tracks', allow('projects.read'), async (request, reply) => {
    return reply.page('projects/tracks/list', await tracksPage(request, undefined))
  })

  app.get('/:id/tracks', allow('projects.read'), async (request, reply) => {
    return reply.page('projects/tracks/list', await tracksPage(request, request.recordId()))
  })

  app.get('/:id/tracks/section', allow('projects.read'), async (request, reply) => {
    const { view, data } = await trackSection(request, (await projectOf(request)).id)
    return reply.view(view, data)
  })

  app.get('/:id/tracks/new', allow('projects.write'), async (request, reply) => {
    return reply.page('projects/tracks/new', await newPage(request, { values: {}, errors: {} }))
  })

  app.post('/:id/tracks', allow('projects.write'), async (request, reply) => {
    const added = await request.act(addTracksAction, { project_id: request.recordId() })
    if (!added.ok) return reply.code(422).page('projects/tracks/new', await newPage(request, added))
    return reply.flash('projects.tracks.flash.added').redirect(projectAddress(request, request.recordId()), 303)
  })

  app.get('/:id/tracks.csv', allow('projects.read'), async (request, reply) => {
    const project = await projectOf(request)
    const csv = tracksCsv(await allTracks(request.db, project.id), request.words())
    return reply.type('text/csv').header('content-disposition', 'attachment; filename="tracks.csv"').send(csv)
  })

  app.get('/:id/tracks.pdf', allow('projects.read'), async (request, reply) => {
    const project = await projectOf(request)
    return sendPdf(reply, 'tracks', await tracksPdf(request, project, await allTracks(request.db, project.id)))
  })

  app.post('/:id/codes', allow('projects.isrc'), async (request, reply) => {
    const given = await request.act(assignIsrcs, { project_id: request.recordId() })
    if (!given.ok) return refusedCodes(request, reply, given.errors)
    return reply.flash('projects.tracks.flash.isrcs').redirect(projectAddress(request, request.recordId()), 303)
  })

  app.get('/tracks/:id', allow('projects.read'), async (request, reply) => {
    return reply.page('projects/tracks/card', await cardOf(request))
  })

  app.get('/tracks/:id/edit', allow('projects.write'), async (request, reply) => {
    return reply.page('projects/tracks/edit', await formOf(request))
  })

  app.post('/tracks/:id', allow('projects.write'), async (request, reply) => {
    const changed = await request.act(changeTrackAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('projects.tracks.flash.saved').redirect(trackAddress(request), 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('projects/tracks/edit', await formOf(request, changed))
  })

  app.get('/tracks/:id/sheet.pdf', allow('projects.read'), async (request, reply) => {
    const track = await trackOf(request)
    return sendPdf(reply, `track-${track.id}`, await sheetPdf(request, track))
  })

  app.post('/tracks/:id/place', allow('projects.write'), async (request, reply) => {
    const moved = await request.act(moveTrackAction, { id: request.recordId() })
    return reply.redirect(await placeAddress(request, moved.ok ? moved.value : undefined), 303)
  })

  app.post('/tracks/:id/status', allow('projects.write'), async (request, reply) => {
    const set = await request.act(setTrackStatus, { id: request.recordId() })
    return (set.ok ? reply.flash('projects.tracks.flash.saved') : reply).redirect(trackAddress(request), 303)
  })

  app.post('/tracks/:id/code', allow('projects.isrc'), async (request, reply) => {
    const given = await request.act(assignIsrc, { id: request.recordId() })
    if (given.ok) return reply.flash('projects.tracks.flash.isrc').redirect(trackAddress(request), 303)
    return reply.code(422).page('projects/tracks/card', { ...(await cardOf(request)), errors: given.errors })
  })

  app.post('/tracks/:id/removal', allow('projects.write'), async (request, reply) => {
    const removed = await request.act(removeTrackAction, { id: request.recordId() })
    if (!removed.ok) return reply.redirect(trackAddress(request), 303)
    return reply.flash('projects.tracks.flash.removed').redirect(projectAddress(request, removed.value.project_id), 303)
  })

  sheetRoutes(app)
  statusRoutes(app)
}

/** The project of the address. @throws notFound */
async function projectOf(request: FastifyRequest) {
  const project = await findProject(request.db, request.recordId())
  if (!project) throw notFound()
  return project
}

const trackAddress = (request: FastifyRequest) => `${request.base}/projects/tracks/${request.recordId()}`
const projectAddress = (request: FastifyRequest, id: number) => `${request.base}/projects/${id}#tracks`

/** Where a track was moved: its project's page, or its list when it was moved there (`?list=1`). */
async function placeAddress(
  request: FastifyRequest,
  moved: { project_id: number; position: number } | undefined
): Promise<string> {
  const project_id = moved?.project_id ?? (await projectOfTrack(request.db, request.recordId())) ?? 0
  if ((request.query as { list?: string }).list !== '1') return projectAddress(request, project_id)
  return `${request.base}/projects/${project_id}/tracks?list=1${moved ? pageAround(project_id, moved.position) : ''}`
}

async function newPage(
  request: FastifyRequest,
  { values, errors }: { values: Record<string, unknown>; errors: Record<string, string> }
) {
  const project = await projectOf(request)
  return { styles: trackStyles, title: request.words().t('projects.tracks.new.title'), project, values, errors }
}

/** The list of the project's tracks, with why they were given no codes. */
async function refusedCodes(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
  const page = await tracksPage(request, request.recordId())
  return reply.code(422).page('projects/tracks/list', { ...page, errors })
}

const sendPdf = (reply: FastifyReply, name: string, pdf: Buffer): FastifyReply =>
  reply.type('application/pdf').header('content-disposition', `inline; filename="${name}.pdf"`).send(pdf)
