import { form } from '@patchbay/core'
import { z } from 'zod'
import { confirmations, depositKinds } from './contract.ts'

/** What a new quote begins with, and what the clock does with those that were sent. */
export const QuoteSettings = form({
  /** A quote is valid for so many days. */
  valid_days: z.coerce.number().int().min(1).max(365).default(30),
  /** A mail to the client so many days before it runs out; 0: none. */
  remind_days: z.coerce.number().int().min(0).max(60).default(3),
  deposit_percent: z.coerce.number().int().min(0).max(100).default(30),
  deposit_kind: z.enum(depositKinds).default('acompte'),
  /** What makes its sessions firm. */
  confirm_on: z.enum(confirmations).default('acceptance')
})
export type QuoteSettings = z.output<typeof QuoteSettings>

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown): QuoteSettings => QuoteSettings.parse(settings)
