import { time } from '@patchbay/core'
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
import { noticeKinds, noticeOf } from './notices.ts'
import { openStretches } from './opening.ts'
import type { Stretch } from './opening.ts'
import type { Shown } from './queries.ts'
import { listRooms } from './room-queries.ts'
import type { Room } from './room-queries.ts'
import { overlap } from './free-times.ts'

/** What sessions say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'core.today': todaysLines,
  'core.search': hits,
  'core.notice': noticeOf,
  'core.notice-kinds': noticeKinds,
  async 'core.records'({ db, can, base, fmt, t }, { about }) {
    const ids = about.filter(record => record.startsWith('session:')).map(record => Number(record.slice(8)))
    if (ids.length === 0 || !can('sessions.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, name, starts_at }) => [
        `session:${id}`,
        { label: `${name ?? t('sessions.untitled')}, ${fmt.datetime(starts_at)}`, href: `${base}/sessions/${id}` }
      ])
    )
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
  'clients.merge': ({ db }, { from, into }) => giveSessions(db, from, into)
}

/** Today: what is now and next, what to decide, what is missing, what is free. Five statements. */
async function todaysLines({ db, studio, can }: Asking, { day }: { day: string }): Promise<Section | undefined> {
  if (!can('sessions.read')) return undefined
  const now = new Date()
  const [from, to] = [time.startOfDay(day, studio.timezone), time.startOfDay(time.addDays(day, 1), studio.timezone)]
  const sessions = await listBetween(db, { from, to })
  const rooms = await listRooms(db)
  const decide = await listToDecide(db)
  const missing = await listMissing(db)
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
    data: { day, running, next, over, decide, missing, free, readablePhone }
  }
}

/** Nobody books from 14:07. */
const nextQuarter = (at: Date) => new Date(Math.ceil(at.getTime() / 900_000) * 900_000)

/** When each bookable room is open and empty for an hour or more in the rest of a day. */
function freeToday(rooms: Room[], sessions: Shown[], rest: Stretch, day: string, zone: string) {
  return rooms
    .filter(room => room.bookable)
    .map(room => {
      const busy = sessions.filter(session => session.room_id === room.id)
      const open = openStretches(room, day, time.addDays(day, 1), zone)
      return { room, stretches: gaps(open, busy.map(toStretch), rest).filter(isLongEnough) }
    })
    .filter(({ stretches }) => stretches.length > 0)
}

/** What of `open` within `rest` nothing busy covers. */
export function gaps(open: Stretch[], busy: Stretch[], rest: Stretch): Stretch[] {
  return open
    .filter(stretch => overlap(stretch, rest))
    .flatMap(stretch => {
      const end = stretch.end < rest.end ? stretch.end : rest.end
      let at = stretch.start > rest.start ? stretch.start : rest.start
      const found: Stretch[] = []
      for (const taken of busy.toSorted((a, b) => a.start.getTime() - b.start.getTime())) {
        if (taken.start > at && taken.start < end) found.push({ start: at, end: taken.start })
        if (taken.end > at) at = taken.end
      }
      if (at < end) found.push({ start: at, end })
      return found
    })
}

const toStretch = ({ starts_at, ends_at }: Shown): Stretch => ({ start: starts_at, end: ends_at })
const isLongEnough = ({ start, end }: Stretch) => end.getTime() - start.getTime() >= 3_600_000

/** Sessions by client, title or day; rooms by name. */
async function hits(asking: Asking, { text }: { text: string }): Promise<Hit[]> {
  const { db, can, base, t, fmt, studio } = asking
  if (!can('sessions.read')) return []
  const sessions = await searchSessions(db, text)
  const rooms = (await listRooms(db)).filter(room => plain(room.name).includes(plain(text)))
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
