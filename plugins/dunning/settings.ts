import { fields, form } from '@patchbay/core'

export const DunningSettings = form({
  /** Letters go out by themselves. Off: only by hand. */
  automatic: fields.flag().default(true),
  /** The hour of the day, in the studio's zone, from which they go out. */
  hour: fields.count(0, 23).default(9),
  /** Not on Saturdays and Sundays. */
  weekdays: fields.flag().default(true),
  /** Days between two letters about one invoice, at least. */
  gap_days: fields.count(1, 60).default(4)
})
