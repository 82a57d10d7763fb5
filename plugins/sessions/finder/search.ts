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

/** When it could begin with somebody, or in a room, in order. */
interface Able {
  id: number
  begins: readonly Span[]
}

/** `at` is how far one has read. */
interface AbleRoom extends Able {
  at: number
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
  const beginsOf = (one: Resource) => beginnings(common(always, freeOf(one)), length)
  const anyOf = wish.anyOf?.map(person => ({ id: person.id, begins: beginsOf(person) }))
  const somebody = anyOf && joined(anyOf.flatMap(({ begins }) => begins))
  const rooms = wish.rooms.map((room): AbleRoom => {
    const begins = beginsOf(room)
    return { id: room.id, begins: somebody ? common(begins, somebody) : begins, at: 0 }
  })
  const found: Found[] = []
  let total = 0
  for (const { day, span } of windows) {
    const people =
      found.length < most ? (anyOf ?? []).map(({ id, begins }) => ({ id, begins: near(begins, span) })) : []
    for (const room of rooms) {
      const detailed = found.length < most
      const starts = startsIn(room, span, wish, detailed ? Infinity : 1)
      if (starts.length === 0) continue
      total++
      if (detailed) found.push({ day, room_id: room.id, starts, who: whoMay(people, starts) })
    }
  }
  return { found, total }
}

const freeOf = ({ open, taken }: Resource) => without(open, taken)

/** The instants at which what lasts so long may begin in what is free; the last of them is in, hence the millisecond. */
const beginnings = (free: readonly Span[], length: number): Span[] =>
  lasting(free, length).map((span): Span => [span[0], span[1] - length + 1])

const near = (list: readonly Span[], [from, to]: Span): Span[] => list.filter(span => span[0] < to && span[1] > from)

/** The first `most` starts in a window. Windows are asked in order: each list is gone through once. */
function startsIn(room: AbleRoom, [from, to]: Span, { length, step, now }: Wish, most: number): number[] {
  const { begins } = room
  while ((begins[room.at]?.[1] ?? Infinity) <= from) room.at++
  const starts: number[] = []
  for (let next = room.at; next < begins.length; next++) {
    const span = begins[next] as Span
    const first = span[0]
    const last = Math.min(span[1] - 1, to - length)
    if (first > last) break
    for (let at = from + Math.ceil((Math.max(first, from, now) - from) / step) * step; at <= last; at += step) {
      starts.push(at)
      if (starts.length === most) return starts
    }
  }
  return starts
}

/**
 * Who may, for each start; both in order, so that each list is gone through once. From one start to the next it is mostly
 * the same people: then it is the same list.
 */
function whoMay(people: readonly Able[], starts: readonly number[]): number[][] {
  const reached = people.map(() => 0)
  const may = ({ begins }: Able, nth: number, start: number): boolean => {
    let at = reached[nth] ?? 0
    while (at < begins.length && (begins[at] as Span)[1] <= start) at++
    reached[nth] = at
    return at < begins.length && (begins[at] as Span)[0] <= start
  }
  let last: number[] = []
  return starts.map(start => {
    let same = 0
    let changed = false
    for (let nth = 0; nth < people.length; nth++) {
      const person = people[nth] as Able
      if (may(person, nth, start) && last[same++] !== person.id) changed = true
    }
    if (changed || same !== last.length)
      last = people.filter((person, nth) => may(person, nth, start)).map(({ id }) => id)
    return last
  })
}
