import { allow } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { changeFile, changeRevision, moveRevision, removeFurtherFile, removeRevision } from './actions.ts'
import { filePage, listeningPage, revisionPage } from './page.ts'
import { projectPage } from './sections.ts'
import { listenTo, sendOriginal, sendPeaks, sendWave } from './sound.ts'

/** Listening, and the files behind it. */
export function playerRoutes(app: FastifyInstance): void {
  app.get('/tracks/:id', allow('mixes.read'), async (request, reply) => {
    return reply.page('mixes/player/track', await listeningPage(request))
  })

  app.get('/projects/:id', allow('mixes.read'), async (request, reply) => {
    return reply.page('mixes/player/project', await projectPage(request))
  })

  app.get('/audio/:id/listen', allow('mixes.read'), async (request, reply) => {
    return listenTo(request, reply, request.recordId())
  })

  app.get('/audio/:id/original', allow('mixes.read'), async (request, reply) => {
    return sendOriginal(request, reply, request.recordId())
  })

  app.get('/audio/:id/peaks', allow('mixes.read'), async (request, reply) => {
    return sendPeaks(request, reply, request.recordId())
  })

  app.get('/audio/:id/wave.svg', allow('mixes.read'), async (request, reply) => {
    return sendWave(request, reply, request.recordId())
  })
}

/** What is said of revisions and further files, where they belong, and taking them away. */
export function fileRoutes(app: FastifyInstance): void {
  app.get('/revisions/:id', allow('mixes.write'), async (request, reply) => {
    return reply.page('mixes/player/revision', await revisionPage(request))
  })

  app.post('/revisions/:id', allow('mixes.write'), async (request, reply) => {
    const changed = await request.act(changeRevision, { id: request.recordId() })
    if (!changed.ok) return reply.code(422).page('mixes/player/revision', await revisionPage(request, changed))
    const { id, track_id } = changed.value
    return reply
      .flash('mixes.player.flash.saved')
      .redirect(`${request.base}/mixes/tracks/${track_id}?revision=${id}`, 303)
  })

  app.post('/revisions/:id/placing', allow('mixes.write'), async (request, reply) => {
    const moved = await request.act(moveRevision, { id: request.recordId() })
    if (!moved.ok) return reply.code(422).page('mixes/player/revision', await revisionPage(request, moved))
    const { id, track_id } = moved.value
    return reply
      .flash('mixes.player.flash.moved')
      .redirect(`${request.base}/mixes/tracks/${track_id}?revision=${id}`, 303)
  })

  app.post('/revisions/:id/removal', allow('mixes.write'), async (request, reply) => {
    const removed = await request.act(removeRevision, { id: request.recordId() })
    if (!removed.ok) return reply.code(422).page('mixes/player/revision', await revisionPage(request, removed))
    return reply
      .flash('mixes.player.flash.removed')
      .redirect(`${request.base}/mixes/tracks/${removed.value.track_id}`, 303)
  })

  app.get('/files/:id', allow('mixes.write'), async (request, reply) => {
    return reply.page('mixes/player/file', await filePage(request))
  })

  app.post('/files/:id', allow('mixes.write'), async (request, reply) => {
    const changed = await request.act(changeFile, { id: request.recordId() })
    if (!changed.ok) return reply.code(422).page('mixes/player/file', await filePage(request, changed))
    return reply.flash('mixes.player.flash.saved').redirect(request.base + whereIs(changed.value), 303)
  })

  app.post('/files/:id/removal', allow('mixes.write'), async (request, reply) => {
    const removed = await request.act(removeFurtherFile, { id: request.recordId() })
    if (!removed.ok) return reply.code(422).page('mixes/player/file', await filePage(request, removed))
    return reply.flash('mixes.player.flash.removed').redirect(request.base + whereIs(removed.value), 303)
  })
}

const whereIs = ({ track_id, project_id }: { track_id: number | null; project_id: number }): string =>
  track_id === null ? `/projects/${project_id}` : `/mixes/tracks/${track_id}#files`
