import { action, notFound } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { clientOf } from '../actions.ts'
import { bookingConstraints, roomFor, slotFor } from '../place.ts'
import { AddDayForm, DaysForm } from './forms.ts'
import type { DayRow } from './forms.ts'
import { addBooking, changeBookingRow, joinBooking, lockBooking } from './queries.ts'
import { enterAll, under } from './several.ts'
import type { Entry } from './several.ts'

interface Entered {
  id: number
  client_id: number | null
  sessions: number[]
}

const about = ({ id, client_id, sessions }: Entered) => ({ booking: id, session: sessions, client: client_id })

/** Enters sessions on several days, each with its room, hours, people and price: all of them or none. */
export const bookDays = action({
  name: 'sessions.book_days',
  permission: 'sessions.write',
  input: DaysForm,
  constraints: bookingConstraints,
  async run(running, input): Promise<Entered> {
    const { db, tell, person, studio } = running
    const client_id = await clientOf(running, input)
    const entries: Entry[] = []
    for (const [index, row] of input.days.entries()) entries.push(await entryOf(running, row, `days.${index}`))
    const sessions = await enterAll(running, entries, { ...input, client_id })
    const { title, notes } = input
    const rule = { rule: null, starts_on: null, starts: null, ends: null, minutes: null, room_id: null, exdates: [] }
    const id = await addBooking(
      db,
      { kind: 'days', client_id, title, notes, ...rule, timezone: studio.timezone },
      person.id
    )
    await joinBooking(db, id, sessions.map(onItsOwn))
    tell('sessions.planned', { booking_id: id })
    return { id, client_id, sessions }
  },
  about
})

/** Adds a day to a booking, for its client and under its title. */
export const addDay = action({
  name: 'sessions.add_day',
  permission: 'sessions.write',
  input: AddDayForm,
  constraints: bookingConstraints,
  async run(running, { id, ...input }): Promise<Entered> {
    const { db, tell } = running
    const booking = await lockBooking(db, id)
    if (!booking) throw notFound()
    const { client_id, title, notes } = booking
    const entry = await entryOf(running, input, '')
    const sessions = await enterAll(running, [entry], { ...input, client_id, title, notes })
    await joinBooking(db, id, sessions.map(onItsOwn))
    await changeBookingRow(db, id, {})
    tell('sessions.replanned', { booking_id: id })
    return { id, client_id, sessions }
  },
  about
})

const onItsOwn = (session_id: number) => ({ session_id, occurrence: null, moved: false })

/** One day as it was typed, with its room; what is wrong with it is said under its name. */
function entryOf(running: Running, row: DayRow, name: string): Promise<Entry> {
  const { people, price_cents, price_note, ends } = row
  return under(name, async () => ({
    name,
    slot: slotFor(running, row),
    room: await roomFor(running, row.room_id),
    people,
    price: { price_cents, price_note, ends }
  }))
}
