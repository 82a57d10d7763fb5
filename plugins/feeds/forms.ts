import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { details } from './contract.ts'

/** Whose: `me`, `room:12`, `person:-3`. */
const someone = (pattern: RegExp) => z.string('fields.required').regex(pattern, 'fields.choice')

/** An address as calendars give it, `webcal://` too. */
const address = fields
  .text(1000)
  .transform(value => value.replace(/^webcals?:\/\//i, 'https://'))
  .pipe(z.url({ protocol: /^https?$/, error: 'fields.url' }).max(1000, 'fields.too_long'))

/** A private link to what is booked of the studio, a room or somebody. */
export const LinkForm = form({
  of: someone(/^(me|studio|room:\d{1,15}|person:-?\d{1,15})$/),
  detail: fields.choice(...details)
})

/** A calendar elsewhere that says when somebody or a room is taken. */
export const OutsideForm = form({
  whose: someone(/^(me|room:\d{1,15}|person:-?\d{1,15})$/),
  name: fields.text(80),
  url: address,
  show_titles: fields.flag()
})

export const FeedIdForm = form({ id: fields.id() })
