import { time } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { busyLabel } from '../busy.ts'
import type { Drawn } from '../calendar-queries.ts'
import type { BlockedTime } from './busy-queries.ts'

/** A stretch the calendar dims, of one room, or of the person looked at in every room. */
export interface Dimmed {
  room_id: number | null
  starts_at: Date
  ends_at: Date
  label: string
}

/** What of the times blocked is drawn: closures, and the absences of the person looked at; what other plugins know too. */
export async function dimmedOf(
  request: FastifyRequest,
  blocked: readonly BlockedTime[],
  { from, to, rooms, person }: { from: Date; to: Date; rooms: readonly number[]; person: number | null }
): Promise<Dimmed[]> {
  const { t } = request.words()
  const people = person === null ? [] : [person]
  const elsewhere = (await request.ask('sessions.busy', { from, to, rooms, people })).flat()
  const own = blocked.filter(({ room_id, person_id }) =>
    room_id === null ? person_id === person : rooms.includes(room_id)
  )
  return [
    ...own.map(({ room_id, name, kind, note, starts_at, ends_at }) => {
      const what = busyLabel(t, kind, note ?? '')
      return { room_id, starts_at, ends_at, label: room_id === null ? `${name}, ${what}` : what }
    }),
    ...elsewhere.map(({ room_id, label, starts_at, ends_at }) => ({ room_id, label, starts_at, ends_at }))
  ]
}

/** Is it booked where its room or one of its people is not to be had, and nobody has decided that? */
export function isAway(session: Drawn, blocked: readonly BlockedTime[], now = new Date()): boolean {
  if (session.double || session.ends_at < now || !['option', 'confirmed', 'in_progress'].includes(session.state))
    return false
  return blocked.some(
    ({ room_id, person_id, starts_at, ends_at }) =>
      starts_at < session.ends_at &&
      ends_at > session.starts_at &&
      (room_id === null ? session.people.some(({ id }) => id === person_id) : room_id === session.room_id)
  )
}

/** Stretches by the days they are on, for the calendar as a list. */
export function dimmedByDay(dimmed: readonly Dimmed[], from: string, to: string, zone: string): Map<string, Dimmed[]> {
  const days = new Map<string, Dimmed[]>()
  for (let day = from; day < to; day = time.addDays(day, 1)) {
    const [start, end] = [time.startOfDay(day, zone), time.startOfDay(time.addDays(day, 1), zone)]
    const on = dimmed.filter(({ starts_at, ends_at }) => starts_at < end && ends_at > start)
    if (on.length > 0)
      days.set(
        day,
        on.map(one => ({ ...one, ...within(one, start, end) }))
      )
  }
  return days
}

const within = ({ starts_at, ends_at }: Dimmed, start: Date, end: Date) => ({
  starts_at: starts_at < start ? start : starts_at,
  ends_at: ends_at > end ? end : ends_at
})
