import { allow, centsField, notFound } from '@patchbay/core'
import { activityOf } from '@patchbay/core/studio/activity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { writeHours } from './opening.ts'
import { addRoomAction, archiveRoomAction, changeRoomAction, restoreRoomAction } from './room-actions.ts'
import { looks } from './routes.ts'
import { findRoom, listAllRooms } from './room-queries.ts'
import type { Room } from './room-queries.ts'

const { styles } = looks

/** The studio's rooms. */
export function roomRoutes(app: FastifyInstance): void {
  app.get('/rooms', allow('sessions.read'), async (request, reply) => {
    const rooms = await listAllRooms(request.db)
    return reply.page('sessions/rooms', { styles, title: request.words().t('sessions.nav.rooms'), rooms })
  })

  app.get('/rooms/new', allow('sessions.rooms'), async (request, reply) => {
    const rooms = await listAllRooms(request.db)
    return reply.page('sessions/room-new', {
      styles,
      title: request.words().t('sessions.rooms.new'),
      values: firstValues(rooms)
    })
  })

  app.post('/rooms', allow('sessions.rooms'), async (request, reply) => {
    const added = await request.act(addRoomAction)
    const title = request.words().t('sessions.rooms.new')
    if (!added.ok) return reply.code(422).page('sessions/room-new', { styles, title, ...added })
    return reply.flash('sessions.flash.room_saved').redirect(`${request.base}/sessions/rooms`, 303)
  })

  app.get('/rooms/:id', allow('sessions.read'), async (request, reply) => {
    const room = await roomOf(request)
    const activity = await activityOf(request.db, 'room', room.id)
    return reply.page('sessions/room', { styles, title: room.name, room, activity, values: valuesOf(room, request) })
  })

  app.post('/rooms/:id', allow('sessions.rooms'), async (request, reply) => {
    const changed = await request.act(changeRoomAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('sessions.flash.room_saved').redirect(`${request.base}/sessions/rooms`, 303)
    const room = await roomOf(request)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('sessions/room', { styles, title: room.name, room, activity: [], ...changed })
  })

  app.post('/rooms/:id/archive', allow('sessions.rooms'), async (request, reply) => {
    const archived = await request.act(archiveRoomAction, { id: request.recordId() })
    if (archived.ok) return reply.flash('sessions.flash.room_archived').redirect(`${request.base}/sessions/rooms`, 303)
    const room = await roomOf(request)
    const values = valuesOf(room, request)
    return reply
      .code(422)
      .page('sessions/room', { styles, title: room.name, room, activity: [], values, errors: archived.errors })
  })

  app.post('/rooms/:id/restore', allow('sessions.rooms'), async (request, reply) => {
    const restored = await request.act(restoreRoomAction, { id: request.recordId() })
    if (restored.ok) return reply.flash('sessions.flash.room_restored').redirect(`${request.base}/sessions/rooms`, 303)
    const room = await roomOf(request)
    const values = valuesOf(room, request)
    return reply
      .code(422)
      .page('sessions/room', { styles, title: room.name, room, activity: [], values, errors: restored.errors })
  })
}

async function roomOf(request: FastifyRequest): Promise<Room> {
  const room = await findRoom(request.db, request.recordId())
  if (!room) throw notFound()
  return room
}

/** A first room as most are: a colour nobody has, open from 10 to 22 every day but Sunday. */
function firstValues(rooms: Room[]): Record<string, unknown> {
  const taken = new Set(rooms.filter(room => !room.archived_at).map(room => room.colour))
  const colour = [8, 2, 5, 10, 1, 7, 3, 11, 4, 9, 6, 12].find(one => !taken.has(one)) ?? 1
  const week = Object.fromEntries([1, 2, 3, 4, 5, 6].map(day => [`hours_${day}`, '10:00–22:00']))
  return { kind: 'live_room', colour, bookable: 'on', ...week }
}

function valuesOf(room: Room, request: FastifyRequest): Record<string, unknown> {
  const { locale } = request.words()
  const money = (cents: number | null) => (cents === null ? '' : centsField(cents, locale))
  const hours = [1, 2, 3, 4, 5, 6, 7].map(day => [
    `hours_${day}`,
    writeHours(room.hours.filter(({ weekday }) => weekday === day))
  ])
  return {
    ...room,
    ...Object.fromEntries(hours),
    capacity: room.capacity ?? '',
    notes: room.notes ?? '',
    hourly_cents: money(room.hourly_cents),
    half_day_cents: money(room.half_day_cents),
    day_cents: money(room.day_cents)
  }
}
