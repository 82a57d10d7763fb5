import { z } from 'zod'

/** What stands on every sheet of a studio, where a session does not say otherwise. */
export const SheetSettings = z.object({
  /** How long before the start people are called, in minutes. */
  call_minutes: z.coerce.number().int().min(0).max(1440).default(15),
  address: z.string().trim().max(500).default(''),
  /** Stands on the sheet and nowhere else. */
  access_code: z.string().trim().max(200).default(''),
  parking: z.string().trim().max(500).default('')
})
export type SheetSettings = z.output<typeof SheetSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): SheetSettings => SheetSettings.parse(settings)
