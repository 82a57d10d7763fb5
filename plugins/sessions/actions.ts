import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { holdResources } from './conflicts.ts'
import { enterSession, moveHolding } from './entering.ts'
import { BookingForm, BookOverForm, ChangeForm, ChangeOverForm, MoveForm } from './forms.ts'
import type { Booking, Change } from './forms.ts'
import { heldUntil } from './holds/deadlines.ts'
import { bookingConstraints, roomFor, slotFor } from './place.ts'
import { priced, workedOutFor } from './pricing.ts'
import { clientCalled, lockSession, peopleOf, roomOf } from './queries.ts'
import type { SessionRow } from './queries.ts'
import { settingsOf } from './settings.ts'

const about = ({ id, client_id }: { id: number; client_id: number | null }) => ({ session: id, client: client_id })

/** Enters a session. As an option it is of the first rank unless another is asked for. */
export const bookSession = action({
  name: 'sessions.book',
  permission: 'sessions.write',
  input: BookingForm,
  constraints: bookingConstraints,
  about,
  run: (running, booking) => book(running, booking)
})

/** Enters a session over what is in its way, for a reason that stays on both until they no longer meet. */
export const bookOver = action({
  name: 'sessions.book_over',
  permission: 'sessions.book_over',
  input: BookOverForm,
  constraints: bookingConstraints,
  about,
  run: (running, { over_reason, ...booking }) => book(running, booking, over_reason)
})

/** Changes a session by its form: everything but its state. */
export const changeBooking = action({
  name: 'sessions.change',
  permission: 'sessions.write',
  input: ChangeForm,
  constraints: bookingConstraints,
  about,
  run: (running, input) => change(running, input)
})

/** Changes a session into a time that others have, for a reason. */
export const changeOver = action({
  name: 'sessions.change_over',
  permission: 'sessions.book_over',
  input: ChangeOverForm,
  constraints: bookingConstraints,
  about,
  run: (running, { over_reason, ...input }) => change(running, input, over_reason)
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
    const people = await peopleOf(db, before.id)
    const facts = { slot, room, people, client_id: before.client_id }
    const price = before.price_override ? {} : await workedOutFor(running, facts)
    const after = await moveHolding(running, before, { ...before, room_id: room.id, ...slot, ...price }, { people })
    changed(before, after)
    tell('sessions.moved', { session_id: before.id })
    return after
  }
})

async function book(running: Running, booking: Booking, over?: string) {
  const slot = slotFor(running, booking)
  const room = await roomFor(running, booking.room_id)
  const option = booking.state === 'option'
  if (option && slot.ends_at <= new Date()) throw refuse({ day: 'sessions.errors.option_past' })
  const { option_hours } = settingsOf(running.settings)
  const client_id = await clientOf(running, booking)
  const facts = { slot, room, people: booking.people, client_id }
  const entered = await enterSession(
    running,
    {
      room_id: room.id,
      client_id,
      title: booking.title,
      ...slot,
      state: booking.state,
      rank: option ? (booking.rank ?? 1) : null,
      expires_at: option ? heldUntil(slot, booking.option_hours ?? option_hours) : null,
      notes: booking.notes,
      ...(await priced(running, facts, booking))
    },
    { people: booking.people, gear: booking.gear, over }
  )
  if (booking.project_id !== null) await bookFor(running, entered.id, booking.project_id)
  return entered
}

/** It is of that project from the start. @throws a refusal when there is none to book for */
async function bookFor(running: Running, session_id: number, project_id: number): Promise<void> {
  const answers = await running.ask('sessions.book-for', { running, session_id, project_id })
  if (!answers.some(Boolean)) throw refuse({ '': 'sessions.errors.no_project' })
}

async function change(running: Running, input: Change, over?: string): Promise<SessionRow> {
  const { db, tell, changed } = running
  const before = await editable(running, input.id, input.version, input.room_id)
  const slot = slotFor(running, input)
  const room = await roomFor(running, input.room_id, before.room_id)
  const was = await peopleOf(db, before.id)
  const client_id = await clientOf(running, input)
  const facts = { slot, room, people: input.people, client_id }
  const after = await moveHolding(
    running,
    before,
    {
      ...before,
      room_id: room.id,
      client_id,
      title: input.title,
      ...slot,
      notes: input.notes,
      ...(await priced(running, facts, input, before))
    },
    { people: input.people, gear: input.gear, over }
  )
  changed({ ...before, people: was }, { ...after, people: input.people.toSorted((a, b) => a - b) })
  tell(isElsewhere(before, after) ? 'sessions.moved' : 'sessions.changed', { session_id: before.id })
  return after
}

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

/** Whom it is for: the client picked, or the one of the name typed. Without one, a title says what it is. */
export async function clientOf(
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

const isElsewhere = (a: SessionRow, b: SessionRow) =>
  a.room_id !== b.room_id || +a.starts_at !== +b.starts_at || +a.ends_at !== +b.ends_at
