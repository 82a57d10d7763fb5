import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** What stands on one session's sheet. Empty: what the studio's settings say. */
export const SheetForm = form({
  id: fields.id(),
  version: fields.optionalCount(0),
  call_minutes: fields.optionalCount(0, 1440),
  address: fields.optionalText(500),
  access_code: fields.optionalText(200),
  parking: fields.optionalText(500),
  musicians: fields.optionalText(2000),
  patch: fields.optionalText(10_000),
  rider: fields.optionalText(10_000),
  notes: fields.optionalText(5000)
})

/** One of those on the sheet: `client`, `contact:12`, `person:7`. */
const recipient = z.string().regex(/^(client|contact:\d{1,15}|person:-?\d{1,15})$/, 'fields.choice')

/** Whom to send the sheet to: some of those on it, an address of anybody else, and a word to all. */
export const SendForm = form({
  id: fields.id(),
  recipients: z
    .union([z.array(recipient).max(100, 'fields.too_many'), recipient.transform(one => [one])])
    .or(z.literal('').transform((): string[] => []))
    .optional()
    .transform(list => [...new Set(list ?? [])]),
  other_email: fields.optionalText(254).pipe(z.union([z.null(), fields.email()])),
  message: fields.optionalText(2000)
})

const note = {
  unit: fields.text(200),
  settings: fields.optionalText(5000),
  photo: fields.optionalPhoto()
}

/** A recall note of a session, or of a room with no session. */
export const RecallForm = form({ session_id: fields.optionalId(), room_id: fields.optionalId(), ...note })
/** `remove_photo` takes the photo off; a new one replaces it. */
export const ChangeRecallForm = form({
  id: fields.id(),
  version: fields.optionalId(),
  ...note,
  remove_photo: fields.flag()
})
export const RecallIdForm = form({ id: fields.id() })

/** The list's address: which day. */
export const DayQuery = form({ day: fields.optionalDay() })
