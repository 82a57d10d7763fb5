import { z } from 'zod'

const clock = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/

/** What a studio may set about its sessions. */
export const SessionSettings = z.object({
  /** How long an option lives when nobody says otherwise. */
  option_hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(48),
  /** What the calendar shows of a day, by the clock. */
  day_starts: z.string().regex(clock, 'fields.clock').default('08:00'),
  day_ends: z.string().regex(clock, 'fields.clock').default('24:00'),
  /** The calendar's grid and the step of a drag. */
  slot_minutes: z.coerce.number().int().min(5).max(120).default(30),
  /** How long a half day and a day of a room are: what their rates cover. */
  half_day_minutes: z.coerce.number().int().min(30).max(720).default(240),
  day_minutes: z.coerce.number().int().min(60).max(1440).default(480)
})
export type SessionSettings = z.output<typeof SessionSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): SessionSettings => SessionSettings.parse(settings)
