import type { Ask, Db } from '@patchbay/core'
import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import { busyTimes } from '../busy.ts'
import type { BusyTime, GearWanted } from '../contract.ts'
import { overlap } from '../free-times.ts'
import type { Stretch } from '../opening.ts'
import { busySentence, sentence, stoodIn } from '../place.ts'
import { warningsOf } from '../preview.ts'
import type { Room } from '../room-queries.ts'
import { listAllRooms } from '../room-queries.ts'
import type { Slot } from '../slot.ts'
import { conflictsOfAll } from './look-queries.ts'
import type { Wanted } from './look-queries.ts'
import { offersFor } from './offers.ts'

/** One session of several that are to be entered or moved together. */
export interface Wish {
  slot: Slot
  room_id: number
  people: readonly number[]
  rank: number | null
  /** The session itself, when it exists, and where it is: an absence it stands in already does not hinder it. */
  id?: number
  before?: { room_id: number; people: readonly number[]; starts_at: Date; ends_at: Date }
}

/** What a look at it found. */
export interface Looked {
  conflicts: { sentence: string; session_id: number | null }[]
  /** Where it could be instead, as a choice of a date. */
  offers: { label: string; choice: string }[]
  /** Locale keys: over already, closed then, the clocks change. */
  warnings: string[]
}

/** In whose words, and with what, it is looked. */
export interface Looking {
  db: Db
  ask: Ask
  timezone: string
  t: Translate
  fmt: Format
}

interface Options {
  gear?: readonly GearWanted[]
  /** Sessions that are to move, and so are in nobody's way. */
  leaving?: readonly number[]
  /** Only what is in the way: inside of the transaction that decides. */
  bare?: boolean
}

/** What is in the way of several sessions, of one another too, and what is free instead. At most seven statements for all. */
export async function lookAt(looking: Looking, wishes: readonly Wish[], options: Options = {}): Promise<Looked[]> {
  const { db } = looking
  const { leaving = [], bare = false } = options
  const wanted = wishes.map(wantedOf)
  if (wanted.length === 0) return []
  const conflicts = Map.groupBy(await conflictsOfAll(db, wanted, leaving), ({ n }) => n)
  const rooms = await listAllRooms(db)
  const busy = await busyTimes(looking, windowOf(wishes, rooms))
  const gear = await missingGear(looking, wishes, options.gear ?? [])
  const looked = wishes.map((wish, n) => ({
    conflicts: [
      ...(conflicts.get(n) ?? []).map(conflict => said(looking, conflict.id, sentence(looking, conflict))),
      ...busy
        .filter(time => concerns(time, wanted[n] as Wanted) && !stoodIn(time, wish.before))
        .map(time => said(looking, null, busySentence(looking, time))),
      ...(gear[n] ?? []),
      ...ownOverlap(looking, wishes, n)
    ],
    offers: [],
    warnings: warningsFor(looking, wish, rooms)
  }))
  if (bare) return looked
  const offers = await offersFor(looking, { wanted, looked, conflicts, rooms, busy, leaving })
  return looked.map((one, n) => ({ ...one, offers: offers.get(n) ?? [] }))
}

const wantedOf = ({ slot, room_id, people, rank, id }: Wish, n: number): Wanted => ({
  n,
  id: id ?? null,
  room_id,
  people,
  rank,
  ...slot
})

const said = (
  { t }: Looking,
  session_id: number | null,
  { key, values }: { key: string; values: Record<string, string | number> }
) => ({
  session_id,
  sentence: t(key, values)
})

/** The days around, for what is free there too, in every room that may be offered. */
function windowOf(wishes: readonly Wish[], rooms: readonly Room[]) {
  const starts = wishes.map(({ slot }) => slot.starts_at.getTime())
  const ends = wishes.map(({ slot }) => slot.ends_at.getTime())
  return {
    from: new Date(Math.min(...starts) - 4 * 864e5),
    to: new Date(Math.max(...ends) + 9 * 864e5),
    rooms: rooms.map(({ id }) => id),
    people: [...new Set(wishes.flatMap(({ people }) => people))]
  }
}

/** Does it take the room or somebody of a session, at its time? */
export function concerns(
  time: BusyTime,
  { starts_at, ends_at, room_id, people }: Omit<Wanted, 'n' | 'id' | 'rank'>
): boolean {
  const its = time.room_id === null ? people.includes(time.person_id ?? 0) : time.room_id === room_id
  return its && overlap({ start: starts_at, end: ends_at }, { start: time.starts_at, end: time.ends_at })
}

const stretchOf = ({ starts_at, ends_at }: Slot): Stretch => ({ start: starts_at, end: ends_at })

/** Gear that is not free, by session. One question each: gear is counted, not held by one. */
async function missingGear(looking: Looking, wishes: readonly Wish[], gear: readonly GearWanted[]) {
  const found: Looked['conflicts'][] = []
  if (gear.length === 0) return found
  for (const { slot, rank, id = null } of wishes) {
    const answers = await looking.ask('sessions.gear-conflicts', { session_id: id, ...slot, rank, gear })
    found.push(answers.flat().map(({ session_id, sentence }) => ({ session_id, sentence })))
  }
  return found
}

/** An earlier one of the same booking that is still there, or has somebody who cannot be in two places. */
function ownOverlap({ t, fmt }: Looking, wishes: readonly Wish[], n: number): Looked['conflicts'] {
  const mine = wishes[n] as Wish
  const other = wishes
    .slice(0, n)
    .find(
      ({ slot, room_id, people }) =>
        overlap(stretchOf(slot), stretchOf(mine.slot)) &&
        (room_id === mine.room_id || people.some(id => mine.people.includes(id)))
    )
  if (!other) return []
  const when = fmt.range(other.slot.starts_at, other.slot.ends_at)
  return [{ session_id: null, sentence: t('sessions.series.errors.own', { when }) }]
}

function warningsFor({ timezone }: Looking, { slot, room_id }: Wish, rooms: readonly Room[]): string[] {
  const room = rooms.find(({ id }) => id === room_id)
  return room ? warningsOf(room, slot, timezone) : []
}
