import { time } from '@patchbay/core'
import type { Db, Seeding } from '@patchbay/core'
import type { SessionState } from './contract.ts'
import { seedCrew } from './crew/seed.ts'
import { overlap } from './free-times.ts'
import { seedHolds } from './holds/seed.ts'
import { addRoom } from './room-queries.ts'
import { reasons, rooms, shapes, titles } from './seed-words.ts'
import type { Shape } from './seed-words.ts'
import { seedPrices } from './seed-prices.ts'
import { seedSeries } from './series/seed.ts'
import { slotOf } from './slot.ts'
import type { Slot } from './slot.ts'

interface Seeded extends Slot {
  room: number
  client_id: number | null
  title: string | null
  state: SessionState
  rank: number | null
  expires_at: Date | null
  people: number[]
}

/** Four rooms, half a year behind and two months ahead of sessions, the same on every day it is run on. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, studio, people } = seeding
  const clients: number[] = await db('clients').whereNull('archived_at').orderBy('id').pluck('id')
  const ids: number[] = []
  for (const { hours, busy: _, ...room } of rooms) ids.push(await addRoom(db, room, hours))
  const pick = dice(20_261_122)
  const engineers = people.map(person => person.id).slice(-4)
  const sessions = planned(pick, clients, engineers, studio.timezone)
  const priceOf = await seedPrices(seeding, clients)
  const rows = sessions.map(session => {
    const unpriced = row(session, ids, pick)
    return { ...unpriced, ...priceOf(unpriced) }
  })
  for (let at = 0; at < rows.length; at += 500) {
    const added = await db('sessions')
      .insert(rows.slice(at, at + 500))
      .returning<Past[]>(['id', 'client_id', 'created_at', 'cancelled_at', 'started_at', 'completed_at'])
    for (const session of added) tellPast(session, seeding)
    await addPeople(
      db,
      added.map(({ id }, index) => ({ id, people: sessions[at + index]?.people ?? [] }))
    )
  }
  await seedCrew(seeding)
  await seedHolds(seeding)
  await seedSeries(seeding)
}

interface Past {
  id: number
  client_id: number | null
  created_at: Date
  cancelled_at: Date | null
  started_at: Date | null
  completed_at: Date | null
}

/** The trail and the news of one session, as if its steps had been taken on the day. */
function tellPast({ id, client_id, ...steps }: Past, { people, did, told }: Seeding): void {
  const by = (turn: number) => people[(id + turn) % Math.max(people.length, 1)]?.id ?? null
  const about = { session: id, client: client_id }
  did('sessions.book', steps.created_at, about, by(0))
  told('sessions.booked', steps.created_at, { session_id: id }, by(0))
  if (steps.cancelled_at) {
    did('sessions.cancel', steps.cancelled_at, about, by(1))
    told('sessions.cancelled', steps.cancelled_at, { session_id: id }, by(1))
  }
  if (steps.started_at) did('sessions.start', steps.started_at, about, by(2))
  if (steps.completed_at) did('sessions.complete', steps.completed_at, about, by(2))
}

/** What the rooms' weeks look like: busy from Tuesday to Friday, some Saturdays, evenings that end after midnight. */
function planned(pick: Dice, clients: number[], engineers: number[], zone: string): Seeded[] {
  const today = time.today(zone)
  const sessions: Seeded[] = []
  for (let day = time.addDays(today, -182); day < time.addDays(today, 61); day = time.addDays(day, 1)) {
    for (const [room, { busy, hours }] of rooms.entries()) {
      if (!hours.some(({ weekday }) => weekday === time.weekday(day))) continue
      const likely = [0, 0.6, 0.85, 0.95, 0.95, 0.9, 0.55, 0][time.weekday(day)] ?? 0
      // further ahead, fewer are booked
      const ahead = Math.max(0, Date.parse(day) - Date.parse(today)) / 864e5
      if (day !== today && pick() > likely * busy * (1 - ahead / 75)) continue
      for (const shape of pick.of(shapes)) addOne(sessions, { day, room, shape }, pick, clients, engineers, zone)
    }
  }
  return sessions
}

function addOne(
  sessions: Seeded[],
  { day, room, shape }: { day: string; room: number; shape: Shape },
  pick: Dice,
  clients: number[],
  engineers: number[],
  zone: string
): void {
  const slot = slotOf({ day, starts: shape[0], ends: shape[1] }, zone)
  if ('errors' in slot) return
  const near = sessions.slice(-40)
  const free = engineers.filter(id => !near.some(other => other.people.includes(id) && meet(other, slot)))
  const house = pick() < 0.03
  const session = {
    ...slot,
    room,
    client_id: house ? null : clientOf(clients, pick),
    title: house ? 'Maintenance' : pick() < 0.55 ? pick.of(titles[room] ?? []) : null,
    people: pick() < 0.93 && free.length > 0 ? [pick.of(free)] : [],
    ...stateOf(slot, pick)
  }
  sessions.push(session)
  // now and then somebody waits behind an option
  if (session.rank === 1 && pick() < 0.4) {
    sessions.push({ ...session, client_id: clientOf(clients, pick), title: null, people: [], rank: 2 })
  }
}

function stateOf({ starts_at, ends_at }: Slot, pick: Dice): Pick<Seeded, 'state' | 'rank' | 'expires_at'> {
  const now = new Date()
  const state = (name: SessionState) => ({ state: name, rank: null, expires_at: null })
  const luck = pick()
  if (ends_at < now) {
    if (luck < 0.07) return state('cancelled')
    if (luck < 0.095) return state('no_show')
    // the last day or so is still to be ticked off
    return state(now.getTime() - ends_at.getTime() < 20 * 3_600_000 && luck < 0.5 ? 'confirmed' : 'completed')
  }
  if (starts_at < now) return state('in_progress')
  if (luck < 0.05) return state('cancelled')
  if (luck > 0.26) return state('confirmed')
  return { state: 'option', rank: 1, expires_at: new Date(now.getTime() + (3 + pick() * 90) * 3_600_000) }
}

/** Some clients come every week, most now and then. */
const clientOf = (clients: number[], pick: Dice) => clients[Math.floor(pick() ** 1.7 * clients.length)] ?? null

const meet = (a: Slot, b: Slot) =>
  overlap({ start: a.starts_at, end: a.ends_at }, { start: b.starts_at, end: b.ends_at })

function row(session: Seeded, ids: number[], pick: Dice) {
  const { room, people: _, ...fields } = session
  const off = session.state === 'cancelled'
  const booked = new Date(Math.min(session.starts_at.getTime(), Date.now()) - (1 + pick() * 20) * 864e5)
  const client = session.client_id === null && session.title === null ? { title: 'Maintenance' } : {}
  return {
    ...fields,
    ...client,
    room_id: ids[room] ?? 0,
    cancelled_from: off ? 'confirmed' : null,
    cancel_reason: off ? pick.of(reasons) : null,
    cancelled_at: off ? new Date(booked.getTime() + 864e5 / 2) : null,
    completed_at: session.state === 'completed' ? session.ends_at : null,
    started_at: session.state === 'completed' || session.state === 'in_progress' ? session.starts_at : null,
    created_at: booked
  }
}

async function addPeople(db: Db, sessions: { id: number; people: number[] }[]): Promise<void> {
  const pairs = sessions.flatMap(({ id, people }) => people.map(person => [id, person] as const))
  await db.raw(
    `insert into session_people (session_id, person_id, role, during, lane)
     select s.id, p.id, case when p.role = 'assistant' then 'assistant' else 'engineer' end, s.during, s.lane
     from unnest(?::bigint[], ?::bigint[]) as pair (session_id, person_id)
       join sessions s on s.id = pair.session_id join people p on p.id = pair.person_id`,
    [pairs.map(([id]) => id), pairs.map(([, person]) => person)]
  )
}

interface Dice {
  (): number
  of: <T>(list: readonly T[]) => T
}

/** Numbers in [0, 1) that only look random (mulberry32). */
function dice(start: number): Dice {
  let state = start
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return Object.assign(roll, { of: <T>(list: readonly T[]) => list[Math.floor(roll() * list.length)] as T })
}
