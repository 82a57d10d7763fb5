import { fields } from '@patchbay/core'
import { z } from 'zod'

/* Places in a piece of music, as people write them and as they are kept: milliseconds from its beginning. */

/** A day of sound: nothing here is longer. */
const most = 24 * 3_600_000

/** Milliseconds of `1:23.4`, `1:02:03`, `83,4`; undefined for anything else. */
export function parseMoment(text: string): number | undefined {
  const parts = /^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim())
  if (!parts) return undefined
  const [, hours, minutes, seconds = '0', part = ''] = parts
  if (minutes !== undefined && Number(seconds) > 59) return undefined
  if (hours !== undefined && Number(minutes) > 59) return undefined
  const whole = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)
  return whole * 1000 + Number(part.padEnd(3, '0'))
}

/** `1:23.4`, with as many decimals as it has; from an hour on `1:02:03`. */
export function momentText(ms: number): string {
  const decimals = String(ms % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return decimals ? `${clockText(ms)}.${decimals}` : clockText(ms)
}

/** `1:23`, cut to the second. */
export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const two = (number: number) => String(number).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** `1:23.4–1:30`, `1:23.4`; undefined for what is said of the whole. */
export function spanText({ at_ms, until_ms }: { at_ms: number | null; until_ms: number | null }): string | undefined {
  if (at_ms === null) return undefined
  return until_ms === null ? momentText(at_ms) : `${momentText(at_ms)}–${momentText(until_ms)}`
}

/** A field of a form: `1:23.4` as typed; a number (from the API) is milliseconds already. Empty is null. */
export const optionalMoment = () =>
  z
    .union([fields.optionalText(20), z.number()])
    .optional()
    .transform((value, context): number | null => {
      if (value === null || value === undefined) return null
      const ms = typeof value === 'number' ? value : parseMoment(value)
      if (ms !== undefined && Number.isSafeInteger(ms) && ms >= 0 && ms <= most) return ms
      context.addIssue({ code: 'custom', message: 'mixes.comments.errors.moment' })
      return z.NEVER
    })
