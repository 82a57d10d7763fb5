import { form } from '@patchbay/core'
import { z } from 'zod'

export const CreditsSettings = form({
  /** The studio's DDEX party identifier, for messages; empty when it has none. */
  dpid: z
    .string()
    .transform(text => text.replace(/[\s-]/g, '').toUpperCase())
    .pipe(z.string().regex(/^(PADPIDA[0-9A-Z]{10,11})?$/, 'credits.errors.dpid'))
    .default('')
})
export type CreditsSettings = z.output<typeof CreditsSettings>

export const settingsOf = (settings: unknown): CreditsSettings => CreditsSettings.parse(settings)
