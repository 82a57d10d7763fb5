import { allow, time, together } from '@patchbay/core'
import { read } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { feedOf } from './calendar.ts'
import { listBetween } from './calendar-queries.ts'
import { dimmedByDay, dimmedOf, isAway } from './crew/blocked.ts'
import { listBlocked } from './crew/busy-queries.ts'
import { csvOf } from './csv.ts'
import { CalendarQuery, FeedQuery, SessionsQuery } from './forms.ts'
import { exportSessions, mostOf, sessionLines, sortOf } from './list-queries.ts'
import { offsetOf } from './preview.ts'
import { listPeople } from './queries.ts'
import { looks } from './routes.ts'
import { openStretches } from './opening.ts'
import { listRooms, namedRooms } from './room-queries.ts'
import type { Room } from './room-queries.ts'
import { settingsOf } from './settings.ts'

/** The sessions by time: calendar, its feed, list, export, a day on paper. */
export function calendarRoutes(app: FastifyInstance): void {
  app.get('/', allow('sessions.read'), async (request, reply) =>
    reply.page('sessions/calendar', await calendar(request))
  )

  app.get('/feed', allow('sessions.read'), async (request, reply) => {
    const asked = read(FeedQuery, request.query, request.studio.timezone)
    if (!asked.ok || asked.value.end < asked.value.start || asked.value.end > time.addDays(asked.value.start, 62)) {
      return reply.code(422).send({ errors: asked.ok ? { end: 'fields.invalid' } : asked.errors })
    }
    return feedOf(request, asked.value)
  })

  app.get('/list', allow('sessions.read'), async (request, reply) => {
    const [page, rooms, people] = await together(request.db, db => [
      request.list(sessionLines, db),
      namedRooms(db),
      listPeople(db)
    ])
    const { t } = request.words()
    return reply.page('sessions/list', {
      title: t('sessions.list.title'),
      ...page,
      sort: sortOf(page.query),
      most: mostOf(page.query),
      rooms,
      people
    })
  })

  app.get('/export.csv', allow('sessions.read'), async (request, reply) => {
    const asked = read(SessionsQuery, request.query, request.studio.timezone)
    const query = asked.ok ? asked.value : SessionsQuery.parse({})
    const { t, fmt } = request.words()
    return attached(reply, `${t('sessions.list.file')}.csv`).send(
      Readable.from(csvOf(exportSessions(request.db, query, request.studio.timezone), { t, fmt }))
    )
  })

  app.get('/day/:day/print', allow('sessions.read'), async (request, reply) =>
    reply.page('sessions/print', await paper(request))
  )
}

const views = { week: 7, day: 1, month: 31 } as const

async function calendar(request: FastifyRequest) {
  const { db, studio } = request
  const asked = read(CalendarQuery, request.query, studio.timezone)
  const query = asked.ok ? asked.value : CalendarQuery.parse({})
  const today = time.today(studio.timezone)
  const { from, to, day } = daysOf(query.view, query.day ?? today)
  const window = { from: time.startOfDay(from, studio.timezone), to: time.startOfDay(to, studio.timezone) }
  const [rooms, people, sessions, blocked] = await together(db, db => [
    listRooms(db),
    listPeople(db),
    listBetween(db, { ...window, room: query.room, person: query.person }, 200),
    listBlocked(db, window)
  ])
  const ids = rooms.map(({ id }) => id).filter(id => !query.room || id === query.room)
  const dimmed = await dimmedOf(request, blocked, { ...window, rooms: ids, person: query.person })
  const { day_starts, day_ends, slot_minutes } = settingsOf(request.switched.settings('sessions'))
  const hours = { day_starts, day_ends: latest(rooms, day_ends), slot_minutes }
  const offset = offsetOf(new Date(), studio.timezone)
  const title = request.words().t('sessions.nav.calendar')
  return {
    title,
    query,
    day,
    today,
    from,
    to,
    rooms,
    people,
    sessions: sessions.map(session => ({ ...session, away: isAway(session, blocked) })),
    dimmed: dimmedByDay(dimmed, from, to, studio.timezone),
    hours,
    offset,
    step: stepsOf(query.view, day),
    ...looks,
    styles: ['/static/sessions/calendar.css', ...looks.styles]
  }
}

/** The days `[from, to)` a view shows around a day. */
function daysOf(view: keyof typeof views, day: string) {
  if (view === 'day') return { day, from: day, to: time.addDays(day, 1) }
  const from = view === 'week' ? time.startOfWeek(day) : `${day.slice(0, 7)}-01`
  return { day, from, to: view === 'week' ? time.addDays(from, 7) : time.addMonths(from, 1) }
}

/** The day that `previous` and `next` lead to. */
function stepsOf(view: keyof typeof views, day: string) {
  if (view === 'month') return { previous: time.addMonths(day, -1), next: time.addMonths(day, 1) }
  return { previous: time.addDays(day, -views[view]), next: time.addDays(day, views[view]) }
}

/** How far down the calendar goes: to the end of the day, or to the latest closing after midnight, `26:00`. */
function latest(rooms: Room[], dayEnds: string): string {
  const after = rooms
    .flatMap(room => room.hours)
    .filter(({ opens, closes }) => closes <= opens && closes <= '06:00')
    .map(({ closes }) => `${24 + Number(closes.slice(0, 2))}${closes.slice(2)}`)
  return [dayEnds, ...after].toSorted().at(-1) ?? dayEnds
}

async function paper(request: FastifyRequest) {
  const { db, studio } = request
  const typed = (request.params as { day: string }).day
  const day = time.parseDay(typed, time.today(studio.timezone)) ?? time.today(studio.timezone)
  const rooms = await listRooms(db)
  const window = {
    from: time.startOfDay(day, studio.timezone),
    to: time.startOfDay(time.addDays(day, 1), studio.timezone)
  }
  const sessions = await listBetween(db, window)
  const title = `${studio.name} · ${request.words().fmt.date(day)}`
  const next = time.addDays(day, 1)
  const open = new Set(
    rooms.filter(room => openStretches(room, day, next, studio.timezone).length > 0).map(({ id }) => id)
  )
  return { ...looks, title, day, rooms, open, sessions }
}

const attached = (reply: FastifyReply, name: string) =>
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`)
