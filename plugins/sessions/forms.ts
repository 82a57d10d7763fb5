import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { roomKinds, sessionStates } from './contract.ts'

/** When: a day and wall-clock times in the studio's zone. An end at or before the start is on the next day. */
const when = {
  day: fields.day(),
  starts: fields.clock(),
  ends: fields.optionalClock(),
  /** Minutes that really pass; counts only when `ends` is empty. */
  duration: fields.optionalMinutes()
}

const booking = {
  room_id: fields.id(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  title: fields.optionalText(200),
  ...when,
  people: fields.ids(),
  notes: fields.optionalText(10_000),
  /** Empty: what the room's rates make. */
  price_cents: fields.optionalCents(),
  price_note: fields.optionalText(300)
}

/** A new session. An option holds its slot for `option_hours`, the studio's setting when empty. */
export const BookingForm = form({
  ...booking,
  state: fields.choice('option', 'confirmed').default('confirmed'),
  rank: fields.optionalCount(1, 3),
  option_hours: fields.optionalCount(1, 24 * 60)
})
export type Booking = z.output<typeof BookingForm>

/** The new fields of a session; `version` is the one they were read with. */
export const ChangeForm = form({ id: fields.id(), version: fields.optionalId(), ...booking })
export type Change = z.output<typeof ChangeForm>

/** A drag on the calendar: both ends by the wall clock. */
export const MoveForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  room_id: fields.id(),
  day: fields.day(),
  starts: fields.clock(),
  ends_day: fields.day(),
  ends: fields.clock()
})

/** What the preview needs to know; the rest of the form is let be. */
export const PreviewForm = z.object({
  id: fields.optionalId(),
  room_id: fields.optionalId(),
  day: fields.optionalDay(),
  starts: fields.optionalClock(),
  ends: fields.optionalClock(),
  duration: fields.optionalMinutes(),
  people: fields.ids(),
  state: fields.choice('option', 'confirmed').default('confirmed'),
  rank: fields.optionalCount(1, 3)
})
export type PreviewInput = z.output<typeof PreviewForm>

export const SessionIdForm = form({ id: fields.id() })
export const CancelForm = form({ id: fields.id(), reason: fields.text(500) })
export const ReleaseForm = form({ id: fields.id(), reason: fields.optionalText(500) })

/** One opening of a weekday as its two fields; empty ones are left out. */
const hours = z
  .array(
    z.strictObject({ weekday: fields.count(1, 7), opens: fields.optionalClock(), closes: fields.optionalClockOrMidnight() })
  )
  .max(28, 'fields.too_many')

const room = {
  name: fields.text(80),
  kind: fields.choice(...roomKinds),
  colour: fields.count(1, 12),
  capacity: fields.optionalCount(1, 1000),
  hourly_cents: fields.optionalCents(),
  half_day_cents: fields.optionalCents(),
  day_cents: fields.optionalCents(),
  always_open: fields.flag(),
  bookable: fields.flag(),
  position: fields.optionalCount(0, 1000),
  notes: fields.optionalText(2000)
}
