import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** What a studio may set about requests; what its open page says is on a page of its own. */
export const RequestSettings = form({
  /** Nothing begins sooner than so many hours from now, nor later than so many days. */
  notice_hours: fields.count(0, 24 * 60).default(24),
  furthest_days: fields.count(1, 730).default(90),
  /** How short and how long a session may be, in minutes. */
  shortest_minutes: fields.count(15, 1440).default(120),
  longest_minutes: fields.count(30, 2880).default(720),
  /** Whether a request holds the time at once, as an option of the next rank; else somebody decides first. */
  as_option: z.boolean().default(true),
  /** How long such an option holds; 0: as long as the studio's others. */
  option_hours: fields.count(0, 24 * 60).default(0),
  /** Whether a time that only options hold may be asked for too. */
  behind_options: z.boolean().default(true),
  /** Whether search engines may list the page. */
  indexed: z.boolean().default(true)
})
export type RequestSettings = z.output<typeof RequestSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): RequestSettings => RequestSettings.parse(settings)
