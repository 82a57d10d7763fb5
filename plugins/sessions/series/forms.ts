import { fields, form, time } from '@patchbay/core'
import { z } from 'zod'
import { sessionRoles } from '../contract.ts'
import { BookingForm } from '../forms.ts'
import type { Choice } from './plan.ts'
import { most } from './rule.ts'

const { client_id, client_name, title, notes, gear, state, rank, option_hours, room_id, people, day, starts, ends } =
  BookingForm.shape
const { duration, price_cents, price_note } = BookingForm.shape

/** One day of a booking: its own room, hours, people and price. */
const row = { room_id, day, starts, ends, duration, people, price_cents, price_note }

/** Sessions on several days, entered together. */
export const DaysForm = form({
  client_id,
  client_name,
  title,
  notes,
  gear,
  state,
  rank,
  option_hours,
  days: z.array(z.strictObject(row)).min(1, 'sessions.series.errors.no_day').max(60, 'fields.too_many')
})
export type DaysInput = z.output<typeof DaysForm>
export type DayRow = DaysInput['days'][number]

/** What one more look at the days may ask for: one row more, one copied from that above it, one less. */
export const ReviewDaysForm = DaysForm.extend({
  days: z.array(z.unknown()).max(60, 'fields.too_many').default([]),
  add: fields.flag(),
  copy: fields.optionalCount(0, 59),
  drop: fields.optionalCount(0, 59),
  /** A day and where it is free: `0 2026-11-24T16:00@3`. */
  use: fields.optionalText(60)
})

/** One more day of a booking that exists, as an option or confirmed. */
export const AddDayForm = form({ id: fields.id(), ...row, gear, state, rank, option_hours })

/** Days left out: written one after the other, or a list of them. */
const exceptions = z
  .union([
    z
      .string()
      .transform(text =>
        text
          .split(/[,;\n]/)
          .map(part => part.trim())
          .filter(Boolean)
      )
      .pipe(z.array(fields.day())),
    z.array(fields.day())
  ])
  .optional()
  .transform(days => days ?? [])

const place = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d@\d{1,15}$/
const isPlace = (text: string): text is Choice =>
  place.test(text) && time.parseDay(text.slice(0, 10), '2026-01-01') !== undefined

/** What was decided for single dates. */
const choices = z
  .array(
    z.strictObject({
      day: fields.day(),
      choice: z.union([
        z.enum(['keep', 'later', 'skip']),
        z.custom<Choice>(value => typeof value === 'string' && isPlace(value), 'fields.choice')
      ])
    })
  )
  .max(most.dates, 'fields.too_many')
  .optional()
  .transform(list => list ?? [])

/** The mark of the dates that were shown; without one, nothing was. */
const seen = fields.optionalText(40)

/** Sessions by a rule, by the studio's wall clock. */
export const SeriesForm = form({
  client_id,
  client_name,
  title,
  notes,
  gear,
  state,
  rank,
  option_hours,
  room_id,
  people,
  starts,
  ends,
  duration,
  price_cents,
  price_note,
  starts_on: fields.day(),
  repeat: fields.choice('daily', 'weekly', 'monthly').default('weekly'),
  every: fields.count(1, 99).default(1),
  weekdays: fields.ids().refine(days => days.every(day => day <= 7), 'fields.choice'),
  monthly_by: fields.choice('day', 'nth', 'last', 'last_day').default('day'),
  until: fields.optionalDay(),
  count: fields.optionalCount(1, most.dates),
  exceptions,
  choices,
  seen
})
export type SeriesInput = z.output<typeof SeriesForm>

/** What changes of a series from a session on, or of all that is to come. What is as it was on that session stays so. */
export const ChangeSeriesForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  /** The session it begins with, or for all, the one whose fields were shown. */
  session_id: fields.id(),
  scope: fields.choice('following', 'all'),
  room_id,
  starts,
  ends,
  duration,
  people,
  title,
  notes,
  price_cents,
  price_note,
  /** Those that were moved by themselves go back into the series. */
  include_moved: fields.flag(),
  choices,
  seen
})
export type ChangeSeriesInput = z.output<typeof ChangeSeriesForm>

/** All of a booking that is still to come, or from one of its sessions on. */
const some = { id: fields.id(), from: fields.optionalId() }
export const ConfirmAllForm = form({ id: fields.id() })
export const ReleaseAllForm = form({ ...some, reason: fields.optionalText(500) })
export const CancelAllForm = form({ ...some, reason: fields.text(500) })

/** A session to book again: everything may be left open but its name. */
export const TemplateForm = form({
  name: fields.text(100),
  title,
  room_id: fields.optionalId(),
  starts: fields.optionalClock(),
  duration: fields.optionalMinutes(),
  state,
  roles: z
    .union([
      z.array(z.enum(sessionRoles)),
      z.enum(sessionRoles).transform(role => [role]),
      z.literal('').transform(() => [])
    ])
    .optional()
    .transform(roles => roles ?? []),
  people,
  gear,
  notes,
  price_cents,
  price_note
})
export type TemplateInput = z.output<typeof TemplateForm>
export const ChangeTemplateForm = TemplateForm.extend({ id: fields.id(), version: fields.optionalId() })
export const TemplateIdForm = form({ id: fields.id() })
