import { action, forbidden, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from './conflicts.ts'
import { BookingForm, ChangeForm, MoveForm } from './forms.ts'
import type { Change } from './forms.ts'
import { bookingConstraints, claim, roomFor, slotFor } from './place.ts'
import { priceOf } from './price.ts'
import { addSession, changeSession, clientCalled, lockSession, peopleOf, roomOf, setPeople } from './queries.ts'
import type { SessionRow } from './queries.ts'
import type { Room } from './room-queries.ts'
import { settingsOf } from './settings.ts'
import type { SessionSettings } from './settings.ts'
import { minutesOf } from './slot.ts'
import type { Slot } from './slot.ts'

const about = ({ id, client_id }: { id: number; client_id: number | null }) => ({ session: id, client: client_id })

/** Enters a session. As an option it is of the first free rank unless one is asked for. */
export const bookSession = action({
  name: 'sessions.book',
  permission: 'sessions.write',
  input: BookingForm,
  constraints: bookingConstraints,
  about,
  async run(running, booking) {
    const { db, tell, person } = running
    const settings = settingsOf(running.settings)
    const slot = slotFor(running, booking)
    const room = await roomFor(running, booking.room_id)
    const option = booking.state === 'option'
    const rank = option ? (booking.rank ?? 1) : null
    await claim(running, { ...slot, room_id: room.id, people: booking.people, rank })
    const session = {
      room_id: room.id,
      client_id: await clientOf(running, booking),
      title: booking.title,
      ...slot,
      state: booking.state,
      rank,
      expires_at: option ? hoursFromNow(booking.option_hours ?? settings.option_hours) : null,
      notes: booking.notes,
      ...priced(running, slot, room, settings, booking)
    }
    const id = await addSession(db, session, person.id)
    await setPeople(db, id, booking.people)
    tell('sessions.booked', { session_id: id })
    return { id, client_id: session.client_id }
  }
})

/** Changes a session by its form: everything but its state. */
export const changeBooking = action({
  name: 'sessions.change',
  permission: 'sessions.write',
  input: ChangeForm,
  constraints: bookingConstraints,
  about,
  async run(running, input) {
    const { db, tell, changed } = running
    const before = await editable(running, input.id, input.version, input.room_id)
    const slot = slotFor(running, input)
    const room = await roomFor(running, input.room_id, before.room_id)
    const was = await peopleOf(db, before.id)
    await claimFor(running, before, slot, room.id, input.people)
    const after = await changeSession(db, before.id, {
      room_id: room.id,
      client_id: await clientOf(running, input),
      title: input.title,
      ...slot,
      notes: input.notes,
      ...priced(running, slot, room, settingsOf(running.settings), input, before)
    })
    if (!after) throw notFound()
    await setPeople(db, before.id, input.people)
    changed({ ...before, people: was }, { ...after, people: input.people.toSorted((a, b) => a - b) })
    tell(isElsewhere(before, after) ? 'sessions.moved' : 'sessions.changed', { session_id: before.id })
    return after
  }
})

/** Puts a session at another time or into another room, as a drag on the calendar does. Its worked-out price follows. */
export const moveSession = action({
  name: 'sessions.move',
  permission: 'sessions.write',
  input: MoveForm,
  constraints: bookingConstraints,
  about,
  async run(running, input) {
    const { db, tell, changed } = running
    const before = await editable(running, input.id, input.version, input.room_id)
    const slot = slotFor(running, input)
    const room = await roomFor(running, input.room_id, before.room_id)
    await claimFor(running, before, slot, room.id, await peopleOf(db, before.id))
    const price = before.price_override ? {} : workedOut(slot, room, settingsOf(running.settings))
    const after = await changeSession(db, before.id, { room_id: room.id, ...slot, ...price })
    if (!after) throw notFound()
    changed(before, after)
    tell('sessions.moved', { session_id: before.id })
    return after
  }
})

/** The session as it may be changed: there, in the version that was read, not called off, and its rooms held. */
async function editable({ db, t }: Running, id: number, version: number | null, room_id: number): Promise<SessionRow> {
  await holdResources(db, [await roomOf(db, id), room_id], [])
  const session = await lockSession(db, id)
  if (!session) throw notFound()
  if (version !== null && version !== session.version) throw refuse({ version: 'sessions.errors.stale' })
  if (session.state === 'cancelled' || session.state === 'no_show') {
    throw refuse({ '': { key: 'sessions.errors.not_from', values: { state: t(`sessions.states.${session.state}`) } } })
  }
  return session
}

const claimFor = (running: Running, session: SessionRow, slot: Slot, room_id: number, people: number[]) =>
  claim(running, { ...slot, id: session.id, room_id, people, rank: session.state === 'option' ? session.rank : null })

/** Whom it is for: the client picked, or the one of the name typed. Without one, a title says what it is. */
async function clientOf(
  { db }: Running,
  { client_id, client_name, title }: Pick<Change, 'client_id' | 'client_name' | 'title'>
) {
  if (client_id !== null) return client_id
  if (client_name === null) {
    if (title === null) throw refuse({ client_name: 'sessions.errors.nobody' })
    return null
  }
  const found = await clientCalled(db, client_name)
  if (found === undefined)
    throw refuse({ client_name: { key: 'sessions.errors.no_such_client', values: { name: client_name } } })
  return found
}

type Priced = Pick<SessionRow, 'price_cents' | 'price_lines' | 'price_override' | 'price_note'>

/** The price typed by somebody who may, else the one that stands by agreement, else the room's. */
function priced(
  { can }: Running,
  slot: Slot,
  room: Room,
  settings: SessionSettings,
  input: Pick<Change, 'price_cents' | 'price_note'>,
  before?: SessionRow
): Priced {
  const made = workedOut(slot, room, settings)
  if (!can('sessions.price')) {
    if (input.price_cents !== null || input.price_note !== null) throw forbidden()
    const stands = before?.price_override
      ? { price_cents: before.price_cents, price_override: true }
      : { price_override: false }
    return { ...made, ...stands, price_note: before?.price_note ?? null }
  }
  const override = input.price_cents !== null && input.price_cents !== made.price_cents
  return {
    ...made,
    ...(override && { price_cents: input.price_cents }),
    price_override: override,
    price_note: input.price_note
  }
}

function workedOut(slot: Slot, room: Room, settings: SessionSettings): Pick<Priced, 'price_cents' | 'price_lines'> {
  const price = priceOf(minutesOf(slot), room, settings)
  return { price_cents: price?.cents ?? null, price_lines: price?.lines ?? [] }
}

const isElsewhere = (a: SessionRow, b: SessionRow) =>
  a.room_id !== b.room_id || +a.starts_at !== +b.starts_at || +a.ends_at !== +b.ends_at

export const hoursFromNow = (hours: number): Date => new Date(Date.now() + hours * 3_600_000)
