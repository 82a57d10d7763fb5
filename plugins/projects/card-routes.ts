import { allow } from '@patchbay/core'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance } from 'fastify'
import * as actions from './card-actions.ts'
import { findFile, sessionsToLink } from './card-queries.ts'
import { projectOf, styles } from './card.ts'
import { again, cardAddress } from './routes.ts'
import { makeTemplate } from './template-actions.ts'

const write = allow('projects.write')

/** What is done on a project's page, and back to it. */
export function cardRoutes(app: FastifyInstance): void {
  app.post('/:id/team', write, async (request, reply) => {
    const added = await request.act(actions.addMemberAction, { id: request.recordId() })
    return added.ok ? reply.redirect(cardAddress(request, 'team'), 303) : again(request, reply, 'team', added)
  })

  app.post('/:id/team/:person/removal', write, async (request, reply) => {
    const ids = { id: request.recordId(), person_id: Number((request.params as { person: string }).person) }
    const removed = await request.act(actions.removeMemberAction, ids)
    return removed.ok ? reply.redirect(cardAddress(request, 'team'), 303) : again(request, reply, 'team', removed)
  })

  app.get('/:id/sessions', write, async (request, reply) => {
    const project = await projectOf(request)
    const sessions = await sessionsToLink(request.db, project.client_id)
    return reply.page('projects/sessions', { styles, title: project.title, project, sessions, values: {}, errors: {} })
  })

  app.post('/:id/sessions', write, async (request, reply) => {
    const linked = await request.act(actions.linkSessions, { id: request.recordId() })
    if (linked.ok) return reply.flash('projects.flash.linked').redirect(cardAddress(request, 'sessions'), 303)
    const project = await projectOf(request)
    const sessions = await sessionsToLink(request.db, project.client_id)
    return reply.code(422).page('projects/sessions', { styles, title: project.title, project, sessions, ...linked })
  })

  app.post('/:id/sessions/:session/removal', write, async (request, reply) => {
    const ids = { id: request.recordId(), session_id: request.recordId('session') }
    const removed = await request.act(actions.unlinkSessionAction, ids)
    return removed.ok
      ? reply.redirect(cardAddress(request, 'sessions'), 303)
      : again(request, reply, 'sessions', removed)
  })

  app.post('/sessions/:session', write, async (request, reply) => {
    const session_id = request.recordId('session')
    const placed = await request.act(actions.placeSession, { session_id })
    const key = placed.ok ? 'projects.flash.placed' : 'projects.errors.no_project'
    return reply.flash(key, placed.ok ? 'good' : 'bad').redirect(`${request.base}/sessions/${session_id}#project`, 303)
  })

  app.post('/:id/files', write, async (request, reply) => {
    const added = await request.act(actions.addFileAction, { id: request.recordId() })
    return added.ok ? reply.redirect(cardAddress(request, 'files'), 303) : again(request, reply, 'files', added)
  })

  app.get('/:id/files/:file', allow('projects.read'), async (request, reply) => {
    const file = await findFile(request.db, request.recordId(), request.recordId('file'))
    return sendFile(request, reply, file?.file_id)
  })

  app.post('/:id/files/:file/removal', write, async (request, reply) => {
    const ids = { id: request.recordId(), project_file_id: request.recordId('file') }
    const removed = await request.act(actions.removeFileAction, ids)
    return removed.ok ? reply.redirect(cardAddress(request, 'files'), 303) : again(request, reply, 'files', removed)
  })

  noteRoutes(app)

  app.post('/:id/template', write, async (request, reply) => {
    const made = await request.act(makeTemplate, { id: request.recordId() })
    if (!made.ok) return again(request, reply, 'template', made)
    return reply.flash('projects.flash.template').redirect(`${request.base}/projects/templates/${made.value}`, 303)
  })
}

function noteRoutes(app: FastifyInstance): void {
  const note = allow('projects.tasks')

  app.post('/:id/notes', note, async (request, reply) => {
    const added = await request.act(actions.addNoteAction, { id: request.recordId() })
    return added.ok ? reply.redirect(cardAddress(request, 'notes'), 303) : again(request, reply, 'notes', added)
  })

  app.post('/:id/notes/:note', note, async (request, reply) => {
    const ids = { id: request.recordId(), note_id: request.recordId('note') }
    const changed = await request.act(actions.changeNoteAction, ids)
    if (changed.ok) return reply.redirect(cardAddress(request, 'notes'), 303)
    return again(request, reply, `note-${ids.note_id}`, changed)
  })

  app.post('/:id/notes/:note/removal', note, async (request, reply) => {
    const ids = { id: request.recordId(), note_id: request.recordId('note') }
    const removed = await request.act(actions.removeNoteAction, ids)
    return removed.ok ? reply.redirect(cardAddress(request, 'notes'), 303) : again(request, reply, 'notes', removed)
  })
}
