import { time, together } from '@patchbay/core'
import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import { readablePhone } from '@patchbay/core/forms'
import {
  countOfClient,
  firstSteps,
  giveSessions,
  listBetween,
  listMissing,
  listOfClient,
  listToDecide,
  namesOf,
  searchSessions
} from './calendar-queries.ts'
import { namesOfPeople } from './crew/people-queries.ts'
import { leaveWish } from './holds/waiting.ts'
import { giveWishes } from './holds/waiting-queries.ts'
import { extendSession } from './extending.ts'
import { noticeKinds, noticeOf } from './notices.ts'
import { openStretches } from './opening.ts'
import { priceAnswers } from './prices/billable.ts'
import { seriesRecords, templateHits } from './series/records.ts'
import { giveBookings } from './series/queries.ts'
import { giveTerms } from './prices/queries.ts'
import type { Stretch } from './opening.ts'
import type { Shown } from './queries.ts'
import { listRooms, listRoomsAndClosures } from './room-queries.ts'
import { cancellationWords, confirmAgreed } from './agreed.ts'
import { dropOption, enterOption, giveSession, wishFor } from './asked-for.ts'
import { freeTimes } from './finder/free.ts'
import { gaps } from './free-times.ts'

/** What sessions say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'core.today': todaysLines,
  'core.search': hits,
  'core.notice': noticeOf,
  'core.notice-kinds': noticeKinds,
  async 'core.records'({ db, can, base, fmt, t }, { about }) {
    const idsOf = (kind: string) =>
      about.filter(record => record.startsWith(`${kind}:`)).map(record => Number(record.slice(kind.length + 1)))
    const [ids, people] = [idsOf('session'), idsOf('person')]
    const [bookings, templates] = [idsOf('booking'), idsOf('session_template')]
    if (ids.length + people.length + bookings.length + templates.length === 0 || !can('sessions.read')) return undefined
    const named = ids.length > 0 ? await namesOf(db, ids) : []
    const persons = people.length > 0 ? await namesOfPeople(db, people) : []
    return Object.fromEntries([
      ...(await seriesRecords({ db, base, t }, bookings, templates)),
      ...named.map(({ id, name, starts_at }) => [
        `session:${id}`,
        { label: `${name ?? t('sessions.untitled')}, ${fmt.datetime(starts_at)}`, href: `${base}/sessions/${id}` }
      ]),
      ...persons.map(({ id, name }) => [`person:${id}`, { label: name, href: `${base}/sessions/people/${id}` }])
    ])
  },
  async 'core.first-steps'({ db, can, base }) {
    const done = await firstSteps(db)
    return [
      ...(can('sessions.rooms')
        ? [{ key: 'sessions.first_step.rooms', order: 10, href: `${base}/sessions/rooms/new`, done: done.room }]
        : []),
      { key: 'sessions.first_step.session', order: 30, href: `${base}/sessions/new`, done: done.session }
    ]
  },
  async 'clients.sections'({ db, can }, { client_id }) {
    if (!can('sessions.read')) return undefined
    return { view: 'sessions/_client', data: { client_id, ...(await listOfClient(db, client_id)) } }
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('sessions.hanging', { n: count }) }
  },
  'clients.merge': async ({ db }, { from, into }) =>
    (await giveSessions(db, from, into)) +
    (await giveTerms(db, from, into)) +
    (await giveWishes(db, from, into)) +
    (await giveBookings(db, from, into)),
  ...priceAnswers,
  'sessions.extend': ({ settings }, { running, ...extension }) => extendSession({ ...running, settings }, extension),
  'sessions.free-times': freeTimes,
  'sessions.enter-option': ({ settings }, { running, ...wanted }) => enterOption({ ...running, settings }, wanted),
  'sessions.confirm': ({ settings }, { running, session_id }) => confirmAgreed({ ...running, settings }, session_id),
  'sessions.cancellation-words': cancellationWords,
  'sessions.drop-option': ({ settings }, { running, session_id, reason }) =>
    dropOption({ ...running, settings }, session_id, reason),
  'sessions.give': (_asking, { running, session_id, client_id }) => giveSession(running, session_id, client_id),
  'sessions.wait': (_asking, { running, ...wish }) => wishFor(running, wish),
  'sessions.stop-waiting': ({ settings }, { running, waiting_id }) => leaveWish({ ...running, settings }, waiting_id)
}

/** Today: what is now and next, what to decide, what is missing, what is free. Four statements. */
async function todaysLines(
  { db, studio, can, person }: Asking,
  { day }: { day: string }
): Promise<Section | undefined> {
  if (!can('sessions.read')) return undefined
  const now = new Date()
  const [from, to] = [time.startOfDay(day, studio.timezone), time.startOfDay(time.addDays(day, 1), studio.timezone)]
  const [sessions, rooms, decide, todo] = await together(db, db => [
    listBetween(db, { from, to }),
    listRoomsAndClosures(db, { from, to }),
    listToDecide(db),
    listMissing(db, person.id ?? 0)
  ])
  const [asked, missing] = [todo.filter(({ why }) => why === 'asked'), todo.filter(({ why }) => why !== 'asked')]
  const ending = new Set(missing.map(({ id }) => id))
  const running = sessions.filter(session => session.starts_at <= now && session.ends_at > now)
  const next = sessions.filter(session => session.starts_at > now)
  const over = sessions.filter(session => session.ends_at <= now && !ending.has(session.id))
  const free = freeToday(
    rooms,
    sessions,
    { start: nextQuarter(now > from ? now : from), end: to },
    day,
    studio.timezone
  )
  return {
    view: 'sessions/_today',
    data: { day, asked, running, next, over, decide, missing, free, readablePhone }
  }
}

/** Nobody books from 14:07. */
const nextQuarter = (at: Date) => new Date(Math.ceil(at.getTime() / 900_000) * 900_000)

/** When each bookable room is open and empty for an hour or more in the rest of a day. */
function freeToday(rooms: TodaysRoom[], sessions: Shown[], rest: Stretch, day: string, zone: string) {
  return rooms
    .filter(room => room.bookable)
    .map(room => {
      const taken = sessions.filter(({ room_id }) => room_id === room.id).map(toStretch)
      const closed = room.closures.map(one => ({ start: new Date(one.starts_at), end: new Date(one.ends_at) }))
      const open = openStretches(room, day, time.addDays(day, 1), zone)
      return { room, stretches: gaps(open, [...taken, ...closed], rest).filter(isLongEnough) }
    })
    .filter(({ stretches }) => stretches.length > 0)
}

type TodaysRoom = Awaited<ReturnType<typeof listRoomsAndClosures>>[number]
const toStretch = ({ starts_at, ends_at }: Shown): Stretch => ({ start: starts_at, end: ends_at })
const isLongEnough = ({ start, end }: Stretch) => end.getTime() - start.getTime() >= 3_600_000

/** Sessions by client, title or day; rooms by name. */
async function hits(asking: Asking, { text }: { text: string }): Promise<Hit[]> {
  const { db, can, base, t, fmt, studio } = asking
  if (!can('sessions.read')) return []
  const [sessions, all] = await together(db, db => [searchSessions(db, text), listRooms(db)])
  const rooms = all.filter(room => plain(room.name).includes(plain(text)))
  const day = time.parseDay(text, time.today(studio.timezone))
  return [
    ...(day
      ? [
          {
            href: `${base}/sessions?view=day&day=${day}`,
            label: t('sessions.hit.day', { day: fmt.date(day) }),
            icon: 'calendar'
          }
        ]
      : []),
    ...(can('sessions.write') ? await templateHits({ db, base, t }, text) : []),
    ...rooms.map(room => ({
      href: `${base}/sessions/rooms/${room.id}`,
      label: room.name,
      hint: t(`sessions.kinds.${room.kind}`),
      icon: 'door-open',
      group: t('sessions.nav.rooms')
    })),
    ...sessions.map(session => ({
      href: `${base}/sessions/${session.id}`,
      label: session.client_name ?? session.title ?? t('sessions.untitled'),
      hint: `${fmt.range(session.starts_at, session.ends_at)} · ${session.room_name}`,
      icon: 'calendar-clock'
    }))
  ].slice(0, 6)
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
