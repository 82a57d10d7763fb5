import { allow, notFound } from '@patchbay/core'
import { sendFile } from '@patchbay/core/storage'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findSheet } from './queries.ts'
import { addRecallNote, changeRecallNote, removeRecallNote } from './recall-actions.ts'
import { findRecall, findRoom, latestRecall, listOfRoom, listOfSession, recentOfRoom } from './recall-queries.ts'
import type { Place, RecallNote } from './recall-queries.ts'
import { styles } from './routes.ts'

/** Recall notes: how outboard was set, of a session and of a room. */
export function recallRoutes(app: FastifyInstance): void {
  app.get('/:id/recall', allow('call-sheets.read'), async (request, reply) => {
    return reply.page('call-sheets/recall', await ofSession(request))
  })

  app.post('/:id/recall', allow('call-sheets.write'), async (request, reply) => {
    const added = await request.act(addRecallNote, { session_id: request.recordId() })
    if (!added.ok) return reply.code(422).page('call-sheets/recall', { ...(await ofSession(request)), ...added })
    return reply.flash('call-sheets.flash.noted').redirect(placeAddress(request, added.value), 303)
  })

  app.get('/rooms/:id', allow('call-sheets.read'), async (request, reply) => {
    return reply.page('call-sheets/recall', await ofRoom(request))
  })

  app.post('/rooms/:id', allow('call-sheets.write'), async (request, reply) => {
    const added = await request.act(addRecallNote, { room_id: request.recordId() })
    if (!added.ok) return reply.code(422).page('call-sheets/recall', { ...(await ofRoom(request)), ...added })
    return reply.flash('call-sheets.flash.noted').redirect(placeAddress(request, added.value), 303)
  })

  app.get('/notes/:id', allow('call-sheets.write'), async (request, reply) => {
    const note = await noteOf(request)
    return reply.page('call-sheets/note', notePage(request, note, { values: note }))
  })

  app.post('/notes/:id', allow('call-sheets.write'), async (request, reply) => {
    const changed = await request.act(changeRecallNote, { id: request.recordId() })
    if (changed.ok) return reply.flash('call-sheets.flash.noted').redirect(placeAddress(request, changed.value), 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('call-sheets/note', notePage(request, await noteOf(request), changed))
  })

  app.post('/notes/:id/removal', allow('call-sheets.write'), async (request, reply) => {
    const removed = await request.act(removeRecallNote, { id: request.recordId() })
    if (!removed.ok) return reply.redirect(`${request.base}/call-sheets/notes/${request.recordId()}`, 303)
    return reply.flash('call-sheets.flash.note_removed').redirect(placeAddress(request, removed.value), 303)
  })

  app.get('/notes/:id/photo', allow('call-sheets.read'), async (request, reply) => {
    return sendFile(request, reply, (await noteOf(request)).photo_id)
  })
}

async function ofSession(request: FastifyRequest) {
  const session = await findSheet(request.db, request.recordId())
  if (!session) throw notFound()
  const notes = await listOfSession(request.db, session.id)
  const latest = await latestRecall(request.db, session.id)
  const before = latest ? await listOfSession(request.db, latest.id) : []
  const room_notes = await listOfRoom(request.db, session.room_id)
  const { t } = request.words()
  const name = session.client_name ?? session.title ?? t('call-sheets.sheet.untitled')
  const title = `${t('call-sheets.recall.title')} – ${name}`
  const room = { id: session.room_id, name: session.room_name }
  return { styles, title, session, room, notes, latest, before, room_notes, recent: [], values: {} }
}

async function ofRoom(request: FastifyRequest) {
  const room = await findRoom(request.db, request.recordId())
  if (!room) throw notFound()
  const notes = await listOfRoom(request.db, room.id)
  const recent = await recentOfRoom(request.db, room.id)
  const title = `${request.words().t('call-sheets.recall.title')} – ${room.name}`
  return {
    styles,
    title,
    session: undefined,
    room,
    notes,
    latest: undefined,
    before: [],
    room_notes: [],
    recent,
    values: {}
  }
}

async function noteOf(request: FastifyRequest): Promise<RecallNote> {
  const note = await findRecall(request.db, request.recordId())
  if (!note) throw notFound()
  return note
}

const notePage = (request: FastifyRequest, note: RecallNote, outcome: object) => ({
  styles,
  title: note.unit,
  note,
  back: placeAddress(request, note),
  ...outcome
})

/** The page of all notes of a session or room. */
const placeAddress = (request: FastifyRequest, { session_id, room_id }: Place) =>
  `${request.base}/call-sheets/${session_id === null ? `rooms/${room_id}` : `${session_id}/recall`}`
