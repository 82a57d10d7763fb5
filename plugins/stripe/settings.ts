import { z } from 'zod'

/** What a studio may set about paying by card. */
export const StripeSettings = z.object({
  /** A client may pay a part of what is open. */
  parts: z.boolean().default(true),
  /** The least that may be paid at once, whole units of the currency; Stripe takes nothing below 0.50. */
  least: z.coerce.number().int().min(1).max(10_000).default(10)
})
export type StripeSettings = z.output<typeof StripeSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): StripeSettings => StripeSettings.parse(settings)

/** What this plugin reads of the environment. */
export const StripeEnv = z.object({
  /** The platform's key: studios may then connect an account of theirs without handing over a key. */
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_\w+$/, 'must be a secret key such as sk_live_…')
    .optional(),
  /** Where the API is, when it is not Stripe's own: a stand-in. */
  STRIPE_API_BASE: z.url({ protocol: /^https?$/, error: 'must be an address such as http://127.0.0.1:4242' }).optional()
})
export type StripeEnv = z.output<typeof StripeEnv>

/** The environment as the host hands it over. */
export const envOf = (env: unknown): StripeEnv => StripeEnv.parse(env)

/** Currencies whose smallest unit is not a hundredth: Stripe counts them otherwise than our cents, so they are not taken. */
const notHundredths = new Set(
  'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF BHD JOD KWD OMR TND ISK HUF TWD'.split(' ')
)

/** Stripe takes nothing below. */
export const leastCents = 50

/** May an amount be paid by Stripe? */
export const isTakable = (cents: number, currency: string): boolean =>
  cents >= leastCents && cents <= 99_999_999 && !notHundredths.has(currency)
