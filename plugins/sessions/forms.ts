import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { roomKinds, sessionStates } from './contract.ts'
import type { GearWanted } from './contract.ts'
import { optionalPersonId, personIds } from './crew/person-fields.ts'
import { parseHours } from './opening.ts'
import { vatRate } from './prices/forms.ts'
import type { OpenHours } from './opening.ts'

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
  people: personIds(),
  gear: gear(),
  notes: fields.optionalText(10_000),
  /** Empty: what the room's rates and the rules make. */
  price_cents: fields.optionalCents(),
  price_note: fields.optionalText(300),
  /** Empty: the studio's percentage of the price, once it is confirmed. */
  deposit_cents: fields.optionalCents()
}

/** Gear as a form sends it, `12` or `12x3` for three of it, empty for none; from the API also `{ equipment_id, quantity }`. */
export function gear() {
  const one = z
    .string()
    .regex(/^(\d{1,15}(x\d{1,4})?)?$/, 'fields.choice')
    .transform(text => {
      const [id, quantity = '1'] = text.split('x')
      return { equipment_id: Number(id), quantity: text === '' ? 0 : Number(quantity) }
    })
  const exact = z.strictObject({ equipment_id: fields.id(), quantity: fields.count(1, 9999) })
  return z
    .union([z.literal('').transform(() => []), z.array(z.union([one, exact])), one.transform(value => [value])])
    .optional()
    .transform((list): GearWanted[] => added(list ?? []))
}

/** The same gear named twice is so many more of it. */
function added(list: GearWanted[]): GearWanted[] {
  const sums = new Map<number, number>()
  for (const { equipment_id, quantity } of list) sums.set(equipment_id, (sums.get(equipment_id) ?? 0) + quantity)
  return [...sums]
    .filter(([, quantity]) => quantity > 0)
    .map(([equipment_id, quantity]) => ({ equipment_id, quantity }))
}

/** A new session. An option holds its slot for `option_hours`, the studio's setting when empty. */
export const BookingForm = form({
  ...booking,
  state: fields.choice('option', 'confirmed').default('confirmed'),
  rank: fields.optionalCount(1, 3),
  option_hours: fields.optionalCount(1, 24 * 60),
  /** The project it is booked for, where somebody keeps projects. */
  project_id: fields.optionalId()
})
export type Booking = z.output<typeof BookingForm>

/** The same over what is in its way, and why. */
export const BookOverForm = BookingForm.extend({ over_reason: fields.text(500) })

/** The new fields of a session; `version` is the one they were read with. */
export const ChangeForm = form({ id: fields.id(), version: fields.optionalId(), ...booking })
export type Change = z.output<typeof ChangeForm>
export const ChangeOverForm = ChangeForm.extend({ over_reason: fields.text(500) })

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
  people: personIds(),
  gear: gear(),
  client_id: fields.optionalId(),
  state: fields.choice('option', 'confirmed').default('confirmed'),
  rank: fields.optionalCount(1, 3)
})
export type PreviewInput = z.output<typeof PreviewForm>

export const SessionIdForm = form({ id: fields.id() })
export const CancelForm = form({ id: fields.id(), reason: fields.text(500) })
export const ReleaseForm = form({ id: fields.id(), reason: fields.optionalText(500) })

/** A weekday's hours as people write them: `10h-13h, 14h-2h`. Empty is closed. Several, in their order. */
export const hours = z
  .string()
  .max(200, 'fields.too_long')
  .optional()
  .transform((value, context): OpenHours[] => {
    const found = parseHours(value ?? '')
    if (found) return found
    context.addIssue({ code: 'custom', message: 'sessions.errors.hours' })
    return z.NEVER
  })

const room = {
  name: fields.text(80),
  kind: fields.choice(...roomKinds),
  colour: fields.count(1, 12),
  capacity: fields.optionalCount(1, 1000),
  hourly_cents: fields.optionalCents(),
  half_day_cents: fields.optionalCents(),
  day_cents: fields.optionalCents(),
  engineer_included: fields.flag(),
  vat_rate: vatRate(),
  always_open: fields.flag(),
  bookable: fields.flag(),
  position: fields.optionalCount(0, 1000),
  notes: fields.optionalText(2000),
  hours_1: hours,
  hours_2: hours,
  hours_3: hours,
  hours_4: hours,
  hours_5: hours,
  hours_6: hours,
  hours_7: hours
}

export const RoomForm = form(room)
export type RoomInput = z.output<typeof RoomForm>
export const ChangeRoomForm = form({ id: fields.id(), version: fields.optionalId(), ...room })
export const RoomIdForm = form({ id: fields.id() })

/** The list's address: which sessions, in which order. Without `when`, those to come. */
export const SessionsQuery = form({
  q: fields.optionalText(100),
  when: fields.choice('upcoming', 'past', 'all').default('upcoming'),
  room: fields.optionalId(),
  client: fields.optionalId(),
  person: optionalPersonId(),
  state: fields
    .choice(...sessionStates)
    .or(z.literal('').transform(() => null))
    .nullish(),
  from: fields.optionalDay(),
  to: fields.optionalDay(),
  sort: fields.choice('starts_at', '-starts_at').optional(),
  after: fields.optionalText(200),
  before: fields.optionalText(200)
})
export type SessionsQuery = z.output<typeof SessionsQuery>

/** What the calendar shows: a view, the day it is around, one room or one person. */
export const CalendarQuery = form({
  view: fields.choice('week', 'day', 'month').default('week'),
  day: fields.optionalDay(),
  room: fields.optionalId(),
  person: optionalPersonId()
})

/** The days `[start, end)` of the calendar's feed. */
export const FeedQuery = z.object({
  start: fields.day(),
  end: fields.day(),
  room: fields.optionalId(),
  person: optionalPersonId()
})
