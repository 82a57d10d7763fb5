import { allow, notFound, together } from '@patchbay/core'
import { Failure } from '@patchbay/core/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { centsOf, hoursOf } from './content.ts'
import type { HoursLine } from './content.ts'
import { livelyStates } from './log.ts'
import { acceptOvertime, beyond } from './overtime.ts'
import { findRoom } from './queries.ts'
import type { Room } from './queries.ts'
import { openLinkOf } from './report-queries.ts'
import {
  addTakeAction,
  arrivals,
  changeTakeAction,
  costs,
  musicians,
  removeTakeAction,
  titles,
  writeNotes
} from './rows.ts'
import { correctTimeAction, noteTime } from './time-actions.ts'
import { settingsOf } from './settings.ts'
import { listStudioPeople, listTasks } from './time-queries.ts'

/** A write of the room's page, with the number of a row in its address or without. */
type Write = typeof writeNotes | typeof removeTakeAction

/** The room's page on the day: made for a tablet in a dark room, each row saved by itself. */
export function roomRoutes(app: FastifyInstance): void {
  app.get('/:id', allow('session-report.read'), async (request, reply) => {
    return reply.page('session-report/room', await roomPage(request))
  })

  // each kind of row by the same three addresses; what failed says so in its own row
  for (const [path, { add, change, remove }] of Object.entries({ arrivals, titles, musicians, costs })) {
    write(app, `/${path}`, add as unknown as Write, path)
    write(app, `/${path}/:row`, change as unknown as Write, path)
    write(app, `/${path}/:row/removal`, remove, path)
  }
  write(app, '/titles/:title/takes', addTakeAction as unknown as Write, 'titles')
  write(app, '/takes/:row', changeTakeAction, 'titles')
  write(app, '/takes/:row/removal', removeTakeAction, 'titles')
  write(app, '/notes', writeNotes, 'notes')
  write(app, '/overtime', acceptOvertime as unknown as Write, 'overtime')
  write(app, '/times', noteTime as unknown as Write, 'hours')
  write(app, '/times/:row', correctTimeAction as unknown as Write, 'hours')
}

/** `POST /:id/<path>`: back to that part of the page, or the page again with what is wrong. */
function write(app: FastifyInstance, path: string, action: Write, part: string): void {
  app.post(`/:id${path}`, allow(action.permission as 'session-report.write'), async (request, reply) => {
    const session_id = request.recordId()
    const written = await attempt(request, action as typeof writeNotes, { session_id, ...rowOf(request) })
    if (!written.ok) return refused(request, reply, written)
    const saved = encodeURIComponent(placeOf(request))
    return reply.redirect(`${request.base}/session-report/${session_id}?saved=${saved}#${part}`, 303)
  })
}

/** The number of a row, or of a take's title, from the address. */
function rowOf(request: FastifyRequest): Record<string, number> {
  const { row, title } = request.params as { row?: string; title?: string }
  return {
    ...(row !== undefined && { id: request.recordId('row') }),
    ...(title !== undefined && { title_id: request.recordId('title') })
  }
}

/**
 * Runs an action of the page. That the report was signed or sent meanwhile is said on the page as well, so that what was
 * typed stays.
 */
async function attempt(request: FastifyRequest, action: typeof writeNotes, extra: Record<string, number>) {
  try {
    return await request.act(action, extra)
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 409) throw error
    const values = (request.body ?? {}) as Record<string, unknown>
    return { ok: false as const, errors: { '': request.words().t(error.key, error.values) }, values }
  }
}

async function refused(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { errors: Record<string, string>; values: Record<string, unknown> }
): Promise<FastifyReply> {
  const of = placeOf(request)
  return reply.code(422).page('session-report/room', { ...(await roomPage(request)), failed: { of, ...outcome } })
}

/** Which form of the page it is: its address below the session's, `takes/12`. */
const placeOf = (request: FastifyRequest) => request.url.split('?')[0]?.split('/').slice(5).join('/') ?? ''

const sum = (lines: readonly HoursLine[], key: 'raw_minutes' | 'billed_minutes') =>
  lines.reduce((total, line) => total + line[key], 0)

/** All that the room's page shows. */
export async function roomPage(request: FastifyRequest) {
  const room = await roomOf(request)
  const { t } = request.words()
  const settings = request.switched.settings('session-report')
  const [tasks, link, crew] = await together(request.db, db => [
    listTasks(db),
    openLinkOf(db, room.id),
    listStudioPeople(db)
  ])
  const more = await beyond({ db: request.db, ask: request.ask.bind(request), settings }, room)
  const frozen = room.signed_report_id !== null || link !== undefined || !livelyStates.includes(room.state)
  const hours = hoursOf(room.times, settingsOf(settings).rounding_minutes)
  const { time, saved } = request.query as { time?: string; saved?: string }
  const mine = room.times.find(entry => entry.ended_at === null && entry.person_id === request.actor.id)
  return {
    title: t('session-report.room.title', { who: whoOf(request, room) }),
    styles: ['/static/session-report/session-report.css'],
    room,
    who: whoOf(request, room),
    tasks,
    link,
    more,
    frozen,
    mine,
    write: request.can('session-report.write') && !frozen,
    correct: request.can('session-report.correct') && !frozen,
    crew,
    settings: settingsOf(settings),
    worked: { raw: sum(hours, 'raw_minutes'), billed: sum(hours, 'billed_minutes') },
    billed_costs: room.costs.filter(({ billable }) => billable).reduce((total, cost) => total + centsOf(cost), 0),
    // which entry is being corrected, which line was just saved
    editing: Number(time ?? 0),
    saved,
    failed: undefined
  }
}

export async function roomOf(request: FastifyRequest): Promise<Room> {
  const room = await findRoom(request.db, request.recordId())
  if (!room) throw notFound()
  return room
}

export const whoOf = (request: FastifyRequest, room: Pick<Room, 'client_name' | 'title'>): string =>
  room.client_name ?? room.title ?? request.words().t('session-report.untitled')
