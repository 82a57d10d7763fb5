import { common, joined, lasting, without } from './spans.ts'
import type { Span } from './spans.ts'

/** A room, or somebody, with when they may be had at all and when they are taken. Both lists in order. */
export interface Resource {
  id: number
  open: readonly Span[]
  taken: readonly Span[]
}

/** The part of one day that is looked at. In order; one may begin before the last has ended. */
export interface DayWindow {
  day: string
  span: Span
}

/** What is looked for, all times in milliseconds. */
export interface Wish {
  /** How long. */
  length: number
  /** Where a session may begin: every so much from the beginning of each window. */
  step: number
  windows: readonly DayWindow[]
  rooms: readonly Resource[]
  /** All of these. */
  people: readonly Resource[]
  /** One of these; nobody is wanted when undefined. */
  anyOf?: readonly Resource[] | undefined
  /** When the wanted gear is not to be had, in order. */
  gear: readonly Span[]
  /** Nothing begins before. */
  now: number
}

/** A day in a room with when a session could begin there. */
export interface Found {
  day: string
  room_id: number
  /** Instants at which it could begin, in milliseconds, in order; one at least. */
  starts: number[]
  /** Whoever of `anyOf` is free, for each start. */
  who: number[][]
}

/**
 * Every day and room in which all that is wanted is free for so long, by day and then by the order of the rooms: the first
 * `most` of them with all their starts, and how many there are in all.
 */
export function findFree(wish: Wish, most = Infinity): { found: Found[]; total: number } {
  const { windows, length } = wish
  const spans = joined(windows.map(({ span }) => span))
  const always = without(
    wish.people.reduce((free, person) => common(free, freeOf(person)), spans),
    wish.gear
  )
  const rooms = wish.rooms.map(room => ({ id: room.id, free: lasting(common(always, freeOf(room)), length) }))
  const anyOf = wish.anyOf?.map(person => ({ id: person.id, free: lasting(common(always, freeOf(person)), length) }))
  const cursors = new Map<readonly Span[], number>()
  const found: Found[] = []
  let total = 0
  for (const { day, span } of windows) {
    const people = anyOf?.map(({ id, free }) => ({ id, free: within(free, span, cursors) }))
    for (const room of rooms) {
      const free = within(room.free, span, cursors)
      const detailed = found.length < most
      const one: Found = { day, room_id: room.id, starts: [], who: [] }
      for (const start of startsIn(free, span, wish)) {
        const who = whoIs(people, start, start + length)
        if (people && who.length === 0) continue
        one.starts.push(start)
        one.who.push(who)
        if (!detailed) break
      }
      if (one.starts.length === 0) continue
      total++
      if (detailed) found.push(one)
    }
  }
  return { found, total }
}

const freeOf = ({ open, taken }: Resource) => without(open, taken)

/** The part of a list that is inside a window. Windows are asked in order: each list is gone through once. */
function within(list: readonly Span[], [from, to]: Span, cursors: Map<readonly Span[], number>): Span[] {
  let at = cursors.get(list) ?? 0
  while (at < list.length && (list[at]?.[1] ?? 0) <= from) at++
  cursors.set(list, at)
  const inside: Span[] = []
  for (let next = at; next < list.length && (list[next]?.[0] ?? 0) < to; next++) {
    const [start, end] = list[next] as Span
    inside.push([Math.max(start, from), Math.min(end, to)])
  }
  return inside
}

function* startsIn(free: readonly Span[], [from]: Span, { length, step, now }: Wish): Generator<number> {
  for (const [start, end] of free) {
    for (let at = from + Math.ceil((Math.max(start, now) - from) / step) * step; at + length <= end; at += step)
      yield at
  }
}

const whoIs = (people: { id: number; free: readonly Span[] }[] | undefined, start: number, end: number): number[] =>
  (people ?? []).filter(({ free }) => free.some(span => span[0] <= start && end <= span[1])).map(({ id }) => id)
