import { z } from 'zod'
import { roundings } from './prices/making.ts'

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
  /** How long a challenged option has, and the last moment for it on the day before its session, by the clock. */
  challenge_hours: z.coerce.number().int().min(1).max(240).default(24),
  challenge_until: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'fields.clock')
    .default('17:00'),
  /** How long somebody of the waiting list has for an answer before the next is told. */
  waiting_hours: z.coerce.number().int().min(1).max(240).default(12),
  /** Whether clients are told by mail what becomes of their options, their challenges and their wishes. */
  tell_clients: z.boolean().default(true),
  /** What the calendar shows of a day, by the clock. */
  day_starts: z.string().regex(clock, 'fields.clock').default('08:00'),
  day_ends: z.string().regex(clock, 'fields.clock').default('24:00'),
  /** The calendar's grid and the step of a drag. */
  slot_minutes: z.coerce.number().int().min(5).max(120).default(30),
  /** How long a half day and a day of a room are: what their rates cover. */
  half_day_minutes: z.coerce.number().int().min(30).max(720).default(240),
  day_minutes: z.coerce.number().int().min(60).max(1440).default(480),
  /** How the minutes of a session are billed; a client may have other terms. Those that passed are kept. */
  rounding: z.enum(roundings).default('none'),
  rounding_minutes: z.coerce.number().int().min(1).max(240).default(15),
  /** Whether rates and prices are with VAT, as the studio's clients read them. */
  prices_include_vat: z.boolean().default(false),
  /** What an hour after the booked end costs, of the hourly rate, where no rule says otherwise. */
  overtime_percent: z.coerce.number().int().min(0).max(1000).default(100),
  /** The deposit of a session for which none was agreed, of its price. */
  deposit_percent: z.coerce.number().int().min(0).max(100).default(30)
})
export type SessionSettings = z.output<typeof SessionSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): SessionSettings => SessionSettings.parse(settings)
