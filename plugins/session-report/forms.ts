import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { costKinds, musicianRoles, verdicts } from './contract.ts'

/** One of some words, or none. */
const optionalChoice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z
    .union([z.enum(words, 'fields.choice'), z.literal('')])
    .nullish()
    .transform(value => (value === '' || !value ? null : value))

/** `2`, `0,5`: up to 3 decimals. */
const quantity = () =>
  z
    .union([z.number(), z.string().transform(value => Number(value.trim().replace(',', '.') || Number.NaN))])
    .pipe(z.number('fields.number').positive('fields.number').max(99_999, 'fields.too_large'))
    .transform(value => Math.round(value * 1000) / 1000)
    .pipe(z.number().positive('fields.number'))

/** A row of the room's page, by the session it belongs to. */
export const ofSession = { session_id: fields.id() }
export const ofRow = { session_id: fields.id(), id: fields.id() }

/** Who came; the clock is now when it is left out. */
export const arrivalFields = {
  name: fields.text(120),
  role: fields.optionalText(80),
  arrived: fields.optionalClock(),
  left: fields.optionalClock()
}
export const titleFields = { title: fields.text(200) }
export const takeFields = {
  number: fields.optionalCount(1, 9999),
  verdict: optionalChoice(...verdicts),
  note: fields.optionalText(500)
}
export const musicianFields = {
  name: fields.text(120),
  instrument: fields.optionalText(80),
  role: fields.choice(...musicianRoles).default('musician'),
  society: fields.optionalText(40),
  society_number: fields.optionalText(40),
  from: fields.optionalClock(),
  to: fields.optionalClock()
}
export const costFields = {
  kind: fields.choice(...costKinds).default('consumable'),
  label: fields.text(200),
  quantity: quantity().default(1),
  unit_cents: fields.cents(),
  vat_rate: fields.count(0, 10_000).default(2000),
  billable: fields.flag()
}

export const SessionForm = form(ofSession)
export const RowForm = form(ofRow)
export const TakeForm = form({ ...ofSession, title_id: fields.id(), verdict: takeFields.verdict })
export const TakeChangeForm = form({ ...ofRow, ...takeFields })
export const NotesForm = form({
  ...ofSession,
  notes: fields.optionalText(5000),
  producer: fields.optionalText(200),
  first_destination: fields.optionalText(200)
})
export const OvertimeForm = form({ ...ofSession, minutes: fields.minutes(1440), accepted_by: fields.text(120) })

/** A timer of whoever asks: on the session as a whole, or on one kind of work. */
export const StartForm = form({ ...ofSession, task_type_id: fields.optionalId() })
/** Somebody else's timer by its id; one's own without. */
export const StopForm = form({ id: fields.optionalId() })

const timeFields = {
  task_type_id: fields.optionalId(),
  day: fields.pastDay(),
  starts: fields.clock(),
  ends: fields.optionalClock(),
  billable: fields.flag(),
  note: fields.optionalText(500),
  reason: fields.text(500)
}
export const TimeForm = form({ ...ofSession, person_id: fields.id(), ...timeFields })
export const CorrectForm = form({ ...ofRow, ...timeFields })
export type TimeFields = Omit<z.output<typeof CorrectForm>, 'id' | 'session_id'>

export const TaskForm = form({
  name: fields.text(60),
  billable: fields.flag(),
  position: fields.optionalCount(0, 9999)
})
export const TaskChangeForm = form({ id: fields.id(), ...TaskForm.shape })
export const TaskIdForm = form({ id: fields.id() })

/** A drawing as the browser gives it, `data:image/png;base64,…`, at most 150 kB. */
const drawing = z
  .string()
  .max(200_000, 'session-report.errors.image_size')
  .regex(/^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/, 'session-report.errors.image')

const consent = z.literal(['on', 'true', true], 'session-report.errors.consent')

/** Signed on the studio's tablet; `hash` is of what was read. */
export const SignForm = form({
  ...ofSession,
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'session-report.errors.changed'),
  name: fields.text(120),
  role: fields.optionalText(80),
  image: drawing,
  consent
})
export const SendForm = form({ ...ofSession, name: fields.text(120), email: fields.email() })
export const ReopenForm = form({ ...ofSession, reason: fields.text(500) })

export const token = z.string().min(20, 'fields.invalid').max(100, 'fields.invalid')
export const AskCodeForm = form({ token })
/** Signed at a distance with the mailed code; a drawing is welcome, and is not what proves it. */
export const AnswerForm = form({
  token,
  code: z
    .string()
    .transform(value => value.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, 'session-report.errors.code_form')),
  name: fields.text(120),
  role: fields.optionalText(80),
  image: z
    .union([drawing, z.literal('')])
    .nullish()
    .transform(value => value || null),
  consent
})

export const ReportsQuery = form({
  state: optionalChoice('to_sign', 'sent', 'signed', 'reopened'),
  after: fields.optionalText(200)
})
