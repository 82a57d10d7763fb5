import { together } from '@patchbay/core'
import type { Ask, Db } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { sessionRoles } from '../contract.ts'
import type { SessionRow } from '../queries.ts'
import { busyLabel, busyWhen } from '../busy.ts'
import { listMeeting } from './busy-queries.ts'
import { candidates } from './free.ts'
import { listPlaces } from './place-queries.ts'

/**
 * Who is on a session, and, for who may put somebody on it, who else could be; what of absences and closures it meets.
 * Three statements, over `db`, which may be that of `together`.
 */
export async function crewOf(request: FastifyRequest, session: SessionRow, db: Db = request.db) {
  const off = session.state === 'cancelled' || session.state === 'no_show'
  const ask: Ask = (question, input) => request.ask(question, input, db)
  const asking = { db, ask, timezone: request.studio.timezone }
  const rank = session.state === 'option' ? session.rank : null
  const mayAdd = !off && request.can('sessions.write')
  const [places, others, meeting] = await together(db, db => [
    listPlaces(db, session.id),
    mayAdd ? candidates(asking, { ...session, rank }) : [],
    off ? [] : listMeeting(db, session.id)
  ])
  const { t, fmt } = request.words()
  const on = new Set(places.filter(({ answer }) => answer !== 'declined').map(({ id }) => id))
  return {
    places,
    others: others.filter(({ id }) => !on.has(id)),
    asked: places.find(({ id, answer }) => id === request.actor.id && answer === 'asked'),
    meeting: meeting.map(({ kind, note, ...one }) => ({
      ...one,
      what: busyLabel(t, kind, note ?? ''),
      when: busyWhen({ t, fmt }, one)
    })),
    roles: sessionRoles,
    off
  }
}
