import { time, together } from '@patchbay/core'
import type { Ask, Db } from '@patchbay/core'
import { hoursOf } from '../crew/hours.ts'
import { openSpans } from '../open-spans.ts'
import { openStretches } from '../opening.ts'
import type { Opening } from '../opening.ts'
import { makePrice } from '../prices/making.ts'
import { listRules, ratesOfPeople } from '../prices/queries.ts'
import { listRooms } from '../room-queries.ts'
import type { Room } from '../room-queries.ts'
import type { SessionSettings } from '../settings.ts'
import { dayParts, mostDays } from './forms.ts'
import type { FinderQuery } from './forms.ts'
import { listEngineers, takenPeople, takenRooms } from './queries.ts'
import { findFree } from './search.ts'
import type { DayWindow, Found, Resource } from './search.ts'
import { joined } from './spans.ts'
import type { Span } from './spans.ts'

export interface Looking {
  db: Db
  ask: Ask
  timezone: string
  settings: SessionSettings
}

/** One day in one room, with what a session there would cost at its first time. */
export interface Offer extends Found {
  room: Room
  /** Cents; null when the room has no rates. */
  price_cents: number | null
}

export interface Answer {
  offers: Offer[]
  /** How many days in rooms were found in all; `offers` are the first of them. */
  total: number
  engineers: { id: number; name: string }[]
  from: string
  to: string
}

/** What is shown at once. */
export const mostOffers = 60

/**
 * Where and when all that is wanted is free: rooms by their hours, sessions and closures, people by theirs, gear by what is
 * left of it, outside calendars. A fixed number of statements, whatever the period; what they say is compared here.
 */
export async function find({ db, ask, timezone, settings }: Looking, query: FinderQuery): Promise<Answer> {
  const today = time.today(timezone)
  const from = query.from && query.from > today ? query.from : today
  const last = time.addDays(from, mostDays - 1)
  const wanted = query.to ?? time.addDays(from, 13)
  const to = wanted < from ? from : wanted > last ? last : wanted
  const [length, step] = [(query.length ?? 60) * 60_000, settings.slot_minutes * 60_000]
  // an evening ends on the day after, and what begins then may last
  const horizon = time.addDays(to, 2 + Math.floor(length / 864e5))
  const period = {
    from: time.startOfDay(from, timezone),
    to: time.startOfDay(horizon, timezone),
    options: !query.behind
  }
  const [all, everyEngineer] = await together(db, db => [listRooms(db), listEngineers(db)])
  const rooms = all.filter(room => room.bookable && isWanted(room, query))
  const engineers = query.any_engineer ? everyEngineer.filter(({ id }) => !query.people.includes(id)) : []
  const people = [...new Set([...query.people, ...engineers.map(({ id }) => id)])]
  const roomIds = rooms.map(({ id }) => id)
  const [inRooms, onSessions, hours] = await together(db, db => [
    takenRooms(db, roomIds, period),
    takenPeople(db, people, period),
    hoursOf(db, people)
  ])
  const outside = (await ask('sessions.busy', { ...period, rooms: roomIds, people })).flat()
  const gear = query.gear.length === 0 ? [] : (await ask('sessions.gear-busy', { ...period, gear: query.gear })).flat()
  const openings = openSpans(from, horizon, timezone)
  const elsewhere = (key: 'room_id' | 'person_id', id: number) => spansOf(outside.filter(busy => busy[key] === id))
  const resource = (key: 'room_id' | 'person_id', id: number, opening: Opening, taken: Span[]): Resource => ({
    id,
    open: openings(opening),
    taken: joined([...taken, ...elsewhere(key, id)])
  })
  const person = (id: number) =>
    resource('person_id', id, hours.get(id) ?? { always_open: true, hours: [] }, onSessions.get(id) ?? [])
  const wish = {
    length,
    step,
    windows: windowsOf(query, from, to, timezone, length - step),
    rooms: rooms.map(room => resource('room_id', room.id, room, inRooms.get(room.id) ?? [])),
    people: query.people.map(person),
    anyOf: query.any_engineer ? engineers.map(({ id }) => person(id)) : undefined,
    gear: joined(spansOf(gear)),
    now: Date.now()
  }
  const { found, total } = findFree(wish, mostOffers)
  const offers = await priced({ db, timezone, settings }, query, rooms, found)
  return { offers, total, engineers: everyEngineer, from, to }
}

function isWanted({ id, kind }: Room, query: FinderQuery): boolean {
  return (query.rooms.length === 0 || query.rooms.includes(id)) && (query.kind === null || kind === query.kind)
}

/** The part of each wanted day that is looked at. A clock that the spring change skips is the hour after. */
function windowsOf(query: FinderQuery, from: string, to: string, zone: string, beyond: number): DayWindow[] {
  const own = { after: query.after ?? '00:00', before: query.before ?? '00:00' }
  const { after, before } = query.part === 'hours' ? own : dayParts[query.part]
  const windows: DayWindow[] = []
  for (let day = from; day <= to; day = time.addDays(day, 1)) {
    if (query.weekdays.length > 0 && !query.weekdays.includes(time.weekday(day))) continue
    const hours = { always_open: false, hours: [{ weekday: time.weekday(day), opens: after, closes: before }] }
    const [open] = openStretches(hours, day, time.addDays(day, 1), zone).filter(
      ({ start }) => time.localOf(start, zone).day === day
    )
    // at any time means that it begins on that day; a part of a day is not left
    const end = open && open.end.getTime() + (query.part === 'any' ? beyond : 0)
    if (open && end) windows.push({ day, span: [open.start.getTime(), end] })
  }
  return windows
}

const spansOf = (times: readonly { starts_at: Date; ends_at: Date }[]) =>
  joined(times.map(({ starts_at, ends_at }): Span => [+starts_at, +ends_at]))

/** What each would cost, from rates and rules read once. */
async function priced(
  { db, timezone, settings }: Omit<Looking, 'ask'>,
  query: FinderQuery,
  rooms: Room[],
  found: Found[]
): Promise<Offer[]> {
  const [rules, people] = await together(db, db => [listRules(db), ratesOfPeople(db, query.people)])
  const byId = new Map(rooms.map(room => [room.id, room]))
  return found.flatMap(one => {
    const room = byId.get(one.room_id)
    const [start] = one.starts
    if (!room || start === undefined) return []
    const slot = { starts_at: new Date(start), ends_at: new Date(start + (query.length ?? 60) * 60_000) }
    const made = makePrice({
      slot,
      room,
      rules: rules.filter(rule => !rule.archived_at && (rule.room_id === null || rule.room_id === room.id)),
      people,
      terms: { rounding: settings.rounding, rounding_minutes: settings.rounding_minutes, discount_percent: null },
      settings,
      zone: timezone
    })
    return [{ ...one, room, price_cents: made?.cents ?? null }]
  })
}
