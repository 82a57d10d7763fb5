import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from '../conflicts.ts'
import { moveHolding } from '../entering.ts'
import { bookingConstraints, roomFor } from '../place.ts'
import { priced, workedOutFor } from '../pricing.ts'
import { lockSession } from '../queries.ts'
import type { Room } from '../room-queries.ts'
import { changeOf, inOrder, isChanged, isPlaced } from './changing.ts'
import type { Coming, SeriesChange, Target } from './changing.ts'
import { ChangeSeriesForm } from './forms.ts'
import type { ChangeSeriesInput } from './forms.ts'
import { isElsewhere, markOf } from './plan.ts'
import type { Plan, Planned } from './plan.ts'
import { changeBookingRow, comingIds, crewsOf, joinBooking, lockBooking, placesOf, resourcesOf } from './queries.ts'
import type { BookingRow, SeriesRow } from './queries.ts'
import { planOf } from './series-actions.ts'
import { refuseTaken, under } from './several.ts'

/** Changes a series from one of its sessions on, or all of it that is to come: all of them or none. */
export const changeSeries = action({
  name: 'sessions.change_series',
  permission: 'sessions.write',
  input: ChangeSeriesForm,
  constraints: bookingConstraints,
  async run(running, input) {
    const { db, tell, changed } = running
    const series = seriesRow(await lockBooking(db, input.id))
    if (input.version !== null && input.version !== series.version) throw refuse({ version: 'sessions.errors.stale' })
    const plan = planOf(input, series.timezone)
    if ('errors' in plan) throw refuse(plan.errors)
    const sessions = await comingOf(running, series.id, plan, input)
    const change = changeIn(series, sessions, input, plan)
    const rooms = await settle(running, change, input)
    const targets = inOrder(change.targets).filter(target => isChanged(target, change.touched))
    for (const target of targets) {
      await under(nameOf(target), () => write(running, target, change, input, rooms))
    }
    await joinBooking(db, series.id, change.targets.flatMap(memberOf))
    const { touched } = change
    const fields = {
      ...(touched.place && { starts: plan.starts, ends: plan.ends, minutes: plan.minutes, room_id: plan.room_id }),
      ...(touched.title && { title: input.title }),
      ...(touched.notes && { notes: input.notes })
    }
    await changeBookingRow(db, series.id, fields)
    changed(series, { ...series, ...fields })
    tell('sessions.replanned', { booking_id: series.id })
    return { id: series.id, client_id: series.client_id, sessions: targets.map(({ before }) => before.id) }
  },
  about: ({ id, client_id, sessions }) => ({ booking: id, session: sessions, client: client_id })
})

/** A booking that has a rule; anything else is not found. */
export function seriesRow(booking: BookingRow | undefined): SeriesRow {
  if (!booking || booking.kind !== 'series') throw notFound()
  return booking as SeriesRow
}

/** What a change makes of the sessions to come. @throws notFound when the session that was shown is none of them. */
export function changeIn(
  series: SeriesRow,
  sessions: readonly Coming[],
  input: ChangeSeriesInput,
  plan: Plan
): SeriesChange {
  const shown = sessions.find(({ id }) => id === input.session_id)
  if (!shown) throw refuse({ session_id: 'sessions.series.errors.not_to_come' })
  return changeOf(series, sessions, shown, input, plan)
}

/** The series' sessions to come, with their rooms and people and those that are wanted held, and each kept from changing. */
async function comingOf({ db }: Running, booking_id: number, plan: Plan, input: ChangeSeriesInput): Promise<Coming[]> {
  const ids = await comingIds(db, booking_id, null)
  const { rooms, people } = await resourcesOf(db, ids)
  const chosen = input.choices.flatMap(({ choice }) => (choice.includes('@') ? [Number(choice.split('@')[1])] : []))
  await holdResources(db, [...rooms, plan.room_id, ...chosen], [...people, ...input.people])
  const [places, crews] = [await placesOf(db, ids), await crewsOf(db, ids)]
  const sessions: Coming[] = []
  for (const id of ids) {
    const session = await lockSession(db, id)
    const { occurrence = null, moved = false } = places.get(id) ?? {}
    if (session && (session.state === 'option' || session.state === 'confirmed'))
      sessions.push({ ...session, occurrence, moved, crew: crews.get(id) ?? [] })
  }
  return sessions
}

/** Refuses what is not decided, not what was shown, or in the way; gives the rooms that are wanted. */
async function settle(
  running: Running,
  { targets, touched }: SeriesChange,
  input: ChangeSeriesInput
): Promise<Map<number, Room>> {
  const dates = datesIn(targets)
  if (input.seen !== null && input.seen !== markOf(dates)) throw refuse({ seen: 'sessions.series.errors.changed' })
  const open = dates.filter(({ slot }) => slot === undefined)
  if (open.length > 0) throw refuse({ '': { key: 'sessions.series.errors.gap', values: { n: open.length } } })
  const rooms = new Map<number, Room>()
  const already = new Set(targets.map(({ before }) => before.room_id))
  for (const id of new Set(targets.map(target => wishOf(target).room_id)))
    rooms.set(id, await roomFor(running, id, already.has(id) ? id : undefined))
  const placed = targets.filter(target => isPlaced(target, touched))
  const leaving = placed.map(({ before }) => before.id)
  await refuseTaken(running, placed.map(wishOf), { names: placed.map(nameOf), leaving })
  return rooms
}

/** The dates that go somewhere. */
export const datesIn = (targets: readonly Target[]): Planned[] => targets.flatMap(({ date }) => date ?? [])

/** What a session would hold after the change. */
export function wishOf({ before, date, people }: Target) {
  const { id, state, rank, starts_at, ends_at, crew } = before
  const slot = date?.slot ?? { starts_at, ends_at }
  const was = { room_id: before.room_id, people: crew, starts_at, ends_at }
  return {
    id,
    before: was,
    slot,
    people,
    room_id: date?.room_id ?? before.room_id,
    rank: state === 'option' ? rank : null
  }
}

const nameOf = ({ before, date }: Target) => `dates.${date?.day ?? String(before.id)}`

async function write(
  running: Running,
  target: Target,
  { touched }: SeriesChange,
  input: ChangeSeriesInput,
  rooms: ReadonlyMap<number, Room>
): Promise<void> {
  const { before, people, title, notes, date } = target
  const { occurrence: _occurrence, moved: _moved, crew: _crew, ...row } = before
  const { slot, room_id } = wishOf(target)
  const facts = { slot, room: rooms.get(room_id) as Room, people, client_id: row.client_id }
  const { price_cents, price_note, ends } = input
  const price = touched.price
    ? await priced(running, facts, { price_cents, price_note, ends }, row)
    : row.price_override || !(date || touched.people)
      ? {}
      : await workedOutFor(running, facts)
  await moveHolding(running, row, { ...row, room_id, ...slot, title, notes, ...price }, { people })
  running.tell(date ? 'sessions.moved' : 'sessions.changed', { session_id: row.id })
}

const memberOf = ({ before, date }: Target) =>
  date ? [{ session_id: before.id, occurrence: date.occurrence, moved: isElsewhere(date) }] : []
