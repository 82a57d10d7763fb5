import { time, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { listDrawn } from './calendar-queries.ts'
import type { Drawn } from './calendar-queries.ts'
import { dimmedOf, isAway } from './crew/blocked.ts'
import { listBlocked } from './crew/busy-queries.ts'
import type { BlockedTime } from './crew/busy-queries.ts'
import { closedStretches } from './opening.ts'
import type { Shown } from './queries.ts'
import { listRooms } from './room-queries.ts'

interface Days {
  start: string
  end: string
  room: number | null
  person: number | null
}

/**
 * What the calendar draws for some days, all times by the studio's wall clock (`2026-11-24T14:00`), so that they are
 * right in a browser of any zone: sessions, when rooms are closed, what else is not to be had. Three statements.
 */
export async function feedOf(request: FastifyRequest, { start, end, room, person }: Days) {
  const { studio, db } = request
  const zone = studio.timezone
  const window = { from: time.startOfDay(start, zone), to: time.startOfDay(end, zone), room, person }
  const [sessions, rooms, blocked] = await together(db, db => [
    listDrawn(db, window),
    listRooms(db),
    listBlocked(db, window)
  ])
  const ids = rooms.map(({ id }) => id).filter(id => !room || id === room)
  const dimmed = await dimmedOf(request, blocked, { ...window, rooms: ids, person })
  return {
    sessions: sessions.map(session => entry(session, blocked, request)),
    blocked: dimmed.map(({ room_id, label, starts_at, ends_at }) => ({
      room_id,
      label,
      start: local(starts_at, zone),
      end: local(ends_at, zone)
    })),
    closed: rooms
      .filter(({ id }) => !room || id === room)
      .flatMap(({ id, ...opening }) =>
        closedStretches(opening, start, end, zone).map(stretch => ({
          room_id: id,
          start: local(stretch.start, zone),
          end: local(stretch.end, zone)
        }))
      )
  }
}

function entry(session: Drawn, blocked: readonly BlockedTime[], request: FastifyRequest) {
  const { timezone } = request.studio
  const { t, fmt } = request.words()
  const late = isLate(session)
  return {
    id: session.id,
    room_id: session.room_id,
    room: session.room_name,
    colour: session.colour,
    start: local(session.starts_at, timezone),
    end: local(session.ends_at, timezone),
    hours: fmt.hours(session.starts_at, session.ends_at),
    state: session.state,
    state_name: late ? t('sessions.late') : t(`sessions.states.${session.state}`),
    late,
    rank: session.rank,
    booking: session.booking_kind,
    left: session.state === 'option' && session.expires_at ? fmt.ago(session.expires_at) : '',
    /** When the option runs out, in milliseconds, for a countdown that goes on; 0 for what is none. */
    until: session.state === 'option' && session.expires_at ? session.expires_at.getTime() : 0,
    who: session.client_name ?? session.title ?? t('sessions.untitled'),
    title: session.client_name ? session.title : null,
    people: session.people.map(({ name }) => name).join(', '),
    person_ids: session.people.map(({ id }) => id),
    double: session.double ? t('sessions.crew.double') : '',
    away: isAway(session, blocked) ? t('sessions.crew.away') : '',
    price: session.price_cents === null ? '' : fmt.money(session.price_cents),
    version: session.version,
    fixed: session.state === 'completed' || session.state === 'no_show'
  }
}

/** Over, and nobody said how it went. */
export const isLate = ({ state, ends_at }: Pick<Shown, 'state' | 'ends_at'>, now = new Date()): boolean =>
  (state === 'confirmed' || state === 'in_progress') && ends_at < now

function local(instant: Date, zone: string): string {
  const { day, clock } = time.localOf(instant, zone)
  return `${day}T${clock}`
}
