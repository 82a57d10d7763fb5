import { fields, form } from '@patchbay/core'
import type { z } from 'zod'

/** Longer for an option: to a given time when there is one, else by hours, the studio's setting when empty. */
export const ExtendForm = form({
  id: fields.id(),
  hours: fields.optionalCount(1, 24 * 60),
  until_day: fields.optionalDay(),
  until: fields.optionalClock()
})

/** Who wants the time: another option, or somebody who waits; the next in rank when empty. */
export const ChallengeForm = form({
  id: fields.id(),
  rival_id: fields.optionalId(),
  waiting_id: fields.optionalId()
})

export const ChallengedForm = form({ id: fields.id() })

/** What a client answers by a private link. */
export const ChallengeAnswerForm = form({
  token: fields.text(100),
  answer: fields.choice('confirm', 'release')
})

/** A wish for the waiting list: some time within these days and hours. */
export const WishForm = form({
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  room_id: fields.optionalId(),
  from_day: fields.day(),
  to_day: fields.optionalDay(),
  earliest: fields.optionalClock(),
  latest: fields.optionalClock(),
  minutes: fields.minutes(24 * 60),
  note: fields.optionalText(500)
})
export type Wish = z.output<typeof WishForm>

export const WaitingIdForm = form({ id: fields.id() })
export const WaitingPlaceForm = form({ id: fields.id(), direction: fields.choice('up', 'down') })

/** What somebody who waits answers by a private link. */
export const OfferAnswerForm = form({ token: fields.text(100), answer: fields.choice('take', 'decline') })
