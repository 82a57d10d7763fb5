import { time } from '@patchbay/core'
import type { Conflict } from '../conflicts.ts'
import type { BusyTime } from '../contract.ts'
import { nearestFree, overlap } from '../free-times.ts'
import { openStretches } from '../opening.ts'
import type { Stretch } from '../opening.ts'
import type { Room } from '../room-queries.ts'
import { roomsFreeFor, takenAround } from './look-queries.ts'
import type { Wanted } from './look-queries.ts'
import { concerns } from './look.ts'
import type { Looked, Looking } from './look.ts'

/** What is known already of the sessions that are looked at. */
interface Known {
  wanted: readonly Wanted[]
  looked: readonly Looked[]
  conflicts: ReadonlyMap<number, Conflict[]>
  rooms: readonly Room[]
  busy: readonly BusyTime[]
  leaving: readonly number[]
}

/**
 * For each that meets something: the nearest free times before and after it in its room, and, unless it is somebody who
 * is taken, the rooms that are free at its time. Two statements for all.
 */
export async function offersFor(looking: Looking, known: Known): Promise<Map<number, Looked['offers']>> {
  const { wanted, looked, leaving } = known
  const hindered = wanted.filter(({ n }) => looked[n]?.conflicts.length)
  if (hindered.length === 0) return new Map()
  const taken = Map.groupBy(await takenAround(looking.db, hindered.map(around), leaving), ({ n }) => n)
  const free = Map.groupBy(await roomsFreeFor(looking.db, hindered, leaving), ({ n }) => n)
  return new Map(
    hindered.map(one => [
      one.n,
      [
        ...timesFor(looking, known, one, taken.get(one.n) ?? []),
        ...roomsFor(looking, known, one, free.get(one.n) ?? [])
      ]
    ])
  )
}

/** From three days before to a week after. */
const around = (one: Wanted): Wanted => ({
  ...one,
  starts_at: new Date(one.starts_at.getTime() - 3 * 864e5),
  ends_at: new Date(one.ends_at.getTime() + 7 * 864e5)
})

function timesFor({ timezone, fmt }: Looking, { wanted, rooms, busy }: Known, one: Wanted, taken: Stretch[]) {
  const room = rooms.find(({ id }) => id === one.room_id)
  if (!room) return []
  const wide = around(one)
  const siblings = wanted.filter(
    ({ n, room_id, people }) => n !== one.n && (room_id === one.room_id || people.some(id => one.people.includes(id)))
  )
  const stretches = [...busy.filter(away => concerns(away, wide)), ...siblings].map(({ starts_at, ends_at }) => ({
    start: starts_at,
    end: ends_at
  }))
  const [from, to] = [wide.starts_at, wide.ends_at].map(at => time.localOf(at, timezone).day) as [string, string]
  const open = openStretches(room, from, to, timezone)
  const { earlier, later } = nearestFree(
    { start: one.starts_at, end: one.ends_at },
    [...taken, ...stretches],
    open,
    new Date()
  )
  return [earlier, later]
    .filter(stretch => stretch !== undefined)
    .map(({ start, end }) => ({ label: fmt.range(start, end), choice: placeAt(start, one.room_id, timezone) }))
}

function roomsFor({ timezone, t }: Looking, known: Known, one: Wanted, free: { id: number; name: string }[]) {
  const { conflicts, busy, wanted } = known
  const somebody = conflicts.get(one.n)?.some(({ person_id }) => person_id !== null)
  if (somebody || busy.some(away => away.person_id !== null && concerns(away, one))) return []
  const meets = (room: number) =>
    busy.some(away => away.room_id === room && concerns(away, { ...one, room_id: room })) ||
    wanted.some(other => other.n !== one.n && other.room_id === room && overlap(stretchOf(other), stretchOf(one)))
  return free
    .filter(({ id }) => !meets(id))
    .slice(0, 3)
    .map(({ id, name }) => ({
      label: t('sessions.preview.in_room', { room: name }),
      choice: placeAt(one.starts_at, id, timezone)
    }))
}

const stretchOf = ({ starts_at, ends_at }: Wanted): Stretch => ({ start: starts_at, end: ends_at })

/** A choice of a date: `2026-11-24T16:00@3`. */
function placeAt(at: Date, room: number, timezone: string): string {
  const { day, clock } = time.localOf(at, timezone)
  return `${day}T${clock}@${room}`
}
