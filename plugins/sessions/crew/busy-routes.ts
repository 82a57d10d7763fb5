import { allow, notFound, time, together } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { busyWhen } from '../busy.ts'
import { busyKinds } from '../contract.ts'
import { listPeople } from '../queries.ts'
import { listRooms } from '../room-queries.ts'
import { looks } from '../routes.ts'
import { addAbsence, mayChangeBusy, removeAbsence } from './busy-actions.ts'
import { busyList, findBusy } from './busy-queries.ts'

/** Absences of people and closures of rooms: what is to come, and the form of one more. */
export function busyRoutes(app: FastifyInstance): void {
  app.get('/absences', allow('sessions.read'), async (request, reply) => {
    const [page, rooms, people] = await together(request.db, db => [
      request.list(busyList, db),
      listRooms(db),
      listPeople(db)
    ])
    const title = request.words().t('sessions.crew.absences.title')
    const about = { ...page, rooms, people, may: mayChange(request) }
    return reply.page('sessions/crew/absences', { ...looks, title, ...about, busyWhen })
  })

  app.get('/absences/new', allow('sessions.write'), async (request, reply) => {
    const { timezone } = request.studio
    const values = { from_day: plain(time.today(timezone)), ...(request.query as object) }
    return reply.page('sessions/crew/absence-new', { ...(await formData(request)), values })
  })

  app.post('/absences', allow('sessions.write'), async (request, reply) => {
    const added = await request.act(addAbsence)
    if (!added.ok) return reply.code(422).page('sessions/crew/absence-new', { ...(await formData(request)), ...added })
    const { person_id, room_id } = added.value
    return reply.flash('sessions.crew.flash.blocked').redirect(listOf(request, { person_id, room_id }), 303)
  })

  app.post('/absences/:absence/removal', allow('sessions.write'), async (request, reply) => {
    const busy_id = request.recordId('absence')
    if (!(await findBusy(request.db, busy_id))) throw notFound()
    const removed = await request.act(removeAbsence, { busy_id })
    if (!removed.ok) return reply.flash('sessions.crew.flash.unread', 'bad').redirect(listOf(request, {}), 303)
    return reply.flash('sessions.crew.flash.unblocked').redirect(listOf(request, removed.value), 303)
  })
}

/** Back to the list, of whose time it was. */
function listOf(request: FastifyRequest, whose: { person_id?: number | null; room_id?: number | null }): string {
  const { person_id, room_id } = whose
  const query = person_id ? `?person=${person_id}` : room_id ? `?room=${room_id}` : ''
  return `${request.base}/sessions/absences${query}`
}

const mayChange = (request: FastifyRequest) => (whose: { room_id: number | null; person_id: number | null }) =>
  mayChangeBusy({ can: request.can, person: request.actor }, whose)

/** The rooms and people whose times somebody may block: everybody their own. */
async function formData(request: FastifyRequest) {
  const [rooms, people] = await together(request.db, db => [listRooms(db), listPeople(db)])
  const may = mayChange(request)
  return {
    ...looks,
    title: request.words().t('sessions.crew.absences.new'),
    rooms: rooms.filter(room => may({ room_id: room.id, person_id: null })),
    people: people.filter(person => may({ room_id: null, person_id: person.id })),
    kinds: busyKinds
  }
}

/** `2026-11-24` as people write it. */
const plain = (day: string) => day.split('-').toReversed().join('/')
