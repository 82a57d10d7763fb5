import { z } from 'zod'
import { lazily } from './lazily.ts'
import { decimalOf, parseCents } from './money.ts'
import { parseClock, parseDay, parseDuration, today } from './time.ts'
import type { FieldError } from './errors.ts'
import type { Translate } from './i18n.ts'

/**
 * Fields as people fill them. Each is a zod type that takes what was typed and gives what is stored; a form is
 * `form({...})` of them, and is at once the HTML form, the JSON API's body and a tool's input.
 * Messages are locale keys of `fields.*`.
 */

const phoneNumbers = lazily<typeof import('libphonenumber-js/min')>('libphonenumber-js/min', import.meta.url)

/**
 * Fields never change, so those of the same bounds are one: made anew for each of a thousand forms, they took 15 MB.
 */
function shared<Bounds extends number[], Field>(make: (...bounds: Bounds) => Field): (...bounds: Bounds) => Field {
  const made = new Map<string, Field>()
  return (...bounds) => {
    const key = bounds.join()
    let field = made.get(key)
    if (field === undefined) made.set(key, (field = make(...bounds)))
    return field
  }
}

/** A form refuses every field it does not name. */
export const form = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape)

/** Text of one line or more, trimmed, at most `max` characters; empty is refused. */
export const text = shared((max = 200) =>
  z.string().transform(clean).pipe(z.string().min(1, 'fields.required').max(max, 'fields.too_long'))
)

/** The same, where empty is welcome and stored as null. */
export const optionalText = shared((max = 200) =>
  z
    .string()
    .transform(clean)
    .pipe(z.string().max(max, 'fields.too_long'))
    .transform(value => value || null)
    .nullish()
    .transform(value => value ?? null)
)

/** A mail address, lower-cased; at most 254 characters. */
export const email = shared(() =>
  z
    .string()
    .transform(value => clean(value).toLowerCase())
    .pipe(z.email('fields.email').max(254, 'fields.too_long'))
)

export const optionalEmail = shared(() => blank(email()))

/** A phone number as typed in France or with its country: stored as E.164, `+33612345678`. */
export const optionalPhone = shared(() =>
  blank(
    typed(value => {
      const phone = phoneNumbers().parsePhoneNumberFromString(value, 'FR')
      return phone?.isPossible() ? phone.number : undefined
    }, 'fields.phone')
  )
)

/** A stored phone number as people read it: `06 12 34 56 78` at home, `+44 20 …` abroad. */
export function readablePhone(stored: string): string {
  let text = phones.get(stored)
  if (text === undefined) {
    const phone = phoneNumbers().parsePhoneNumberFromString(stored)
    text = (phone?.country === 'FR' ? phone.formatNational() : phone?.formatInternational()) ?? stored
    if (phones.size >= 5000) phones.clear()
    phones.set(stored, text)
  }
  return text
}

/** As they were written, because a line of a list has no time to parse a number. */
const phones = new Map<string, string>()

/** A web address, https or http. `https://` is added when left out. */
export const optionalUrl = shared(() =>
  blank(
    z
      .string()
      .transform(value => (/^[a-z]+:/i.test(clean(value)) ? clean(value) : `https://${clean(value)}`))
      .pipe(z.url({ protocol: /^https?$/, error: 'fields.url' }).max(500, 'fields.too_long'))
  )
)

/** Cents, 0 or more, from `45,50`. A number (from the API) is cents already. */
export const cents = shared((max = 100_000_000_00) =>
  parsed(parseCents, 'fields.money', z.int().min(0, 'fields.money').max(max, 'fields.too_large'))
)
export const optionalCents = shared(() => blank(cents()))

/** A unit price in millionths, 0 or more, from `45,50` or `0,0125`. A number (from the API) is millionths already. */
export const micros = shared((max = 100_000_000_000_000) =>
  parsed(text => decimalOf(text, 6), 'fields.money', z.int().min(0, 'fields.money').max(max, 'fields.too_large'))
)

/** Hundredths of a per cent, from 0 to 100 %, from `12,5` or `10 %`. A number (from the API) is hundredths already. */
export const basisPoints = shared((max = 10_000) =>
  parsed(text => decimalOf(text, 2), 'fields.number', z.int().min(0, 'fields.number').max(max, 'fields.too_large'))
)
export const optionalBasisPoints = shared(() => blank(basisPoints()))

/** A day `YYYY-MM-DD` from `24/11`, `mardi`, `2026-11-24`, read in the studio's zone. */
export const day = shared(() => typed(value => parseDay(value, today(reading.timezone)), 'fields.day'))
export const optionalDay = shared(() => blank(day()))

/** The same of something that has happened: `mardi` is the last one, `24/11` the nearest past. */
export const pastDay = shared(() => typed(value => parseDay(value, today(reading.timezone), true), 'fields.day'))
export const optionalPastDay = shared(() => blank(pastDay()))

/** A time of day `HH:MM` from `14h`, `14h30`, `14:30`. */
export const clock = shared(() => typed(parseClock, 'fields.clock'))
export const optionalClock = shared(() => blank(clock()))

/** Minutes from `1h30`, `90`. A number (from the API) is minutes already. */
export const minutes = shared((max = 60 * 24 * 31) =>
  parsed(parseDuration, 'fields.duration', z.int().min(1, 'fields.duration').max(max, 'fields.too_large'))
)
export const optionalMinutes = shared(() => blank(minutes()))

/** A whole number. */
export const count = shared((min = 0, max = 1_000_000) => whole(min, max, 'fields.number'))
export const optionalCount = shared((min = 0, max = 1_000_000) => blank(count(min, max)))

/** The id of a record, at most 2^53 - 1. */
export const id = shared(() => whole(1, Number.MAX_SAFE_INTEGER, 'fields.choice'))
export const optionalId = shared(() => blank(id()))

/** A checkbox: absent is false. */
export const flag = shared(() =>
  z
    .union([z.boolean(), z.literal(['on', 'true', '1', '']).transform(value => value !== '')])
    .optional()
    .transform(value => value ?? false)
)

/** Ids picked in a multiple choice: none, one or several. */
export const ids = shared(() =>
  z
    .union([z.array(id()), id().transform(value => [value])])
    .or(z.literal('').transform((): number[] => []))
    .optional()
    .transform(value => [...new Set(value ?? [])])
)

/** Words separated by commas, or an array of them; trimmed, without doubles. */
export const tags = shared((max = 20) =>
  z
    .union([z.string().transform(value => value.split(',')), z.array(z.string())])
    .optional()
    .transform(list => [...new Set((list ?? []).map(clean).filter(Boolean))])
    .pipe(z.array(z.string().max(40, 'fields.too_long')).max(max, 'fields.too_many'))
)

/** A file may have so many bytes. */
export const largestFile = 10_000_000

/** Stands in a body in place of a file that has more: any field that is given one says so. */
export class TooLargeFile {
  readonly most = largestFile
}

/** A photo: a file of a form, from the API its bytes in base64; null for none. Keep it with `savePhoto` (core/storage.ts). */
export const optionalPhoto = shared(() =>
  z
    .preprocess(
      value => (value === '' || (Buffer.isBuffer(value) && value.length === 0) ? null : (value ?? null)),
      z.union([
        z.null(),
        z.custom<Buffer>(value => Buffer.isBuffer(value), 'fields.photo'),
        z.base64('fields.photo').transform(bytes => Buffer.from(bytes, 'base64'))
      ])
    )
    .optional()
    .transform((value): Buffer | null => value ?? null)
)

/** One of the given words. */
export const choice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, 'fields.choice')

/** What `read` found: the value, or sentences by field with what was typed. */
export type Read<T> = { ok: true; value: T } | { ok: false; errors: Record<string, FieldError> }

/**
 * Parses input for a studio in `timezone`. The zone is passed on the side because zod has no context; parsing is
 * synchronous, so no other request can come between.
 */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  timezone: string
): Read<z.output<Schema>> {
  reading.timezone = timezone
  const result = schema.safeParse(input)
  if (result.success) return { ok: true, value: result.data }
  // without a prototype: a field may be called `__proto__`
  const errors = Object.create(null) as Record<string, FieldError>
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) errors[[...issue.path, key].join('.')] ??= 'fields.unknown'
      continue
    }
    errors[issue.path.join('.')] ??= sentence(issue, at(input, issue.path))
  }
  return { ok: false, errors }
}

/** Sentences by field in the reader's language. */
export function explain(errors: Record<string, FieldError>, t: Translate): Record<string, string> {
  return Object.fromEntries(
    Object.entries(errors).map(([field, error]) => [
      field,
      typeof error === 'string' ? t(error) : t(error.key, error.values)
    ])
  )
}

const reading = { timezone: 'Europe/Paris' }

/** The sentence of an issue; of a union, the first that one of its branches has words for. */
function sentence(issue: z.core.$ZodIssue, given: unknown): FieldError {
  if (given instanceof TooLargeFile)
    return { key: 'fields.file_too_large', values: { megabytes: Math.floor(given.most / 1_000_000) } }
  const values: Record<string, number> = {}
  if (issue.code === 'too_big') values['max'] = Number(issue.maximum)
  if (issue.code === 'too_small') values['min'] = Number(issue.minimum)
  if (isKey(issue.message)) return { key: issue.message, values }
  if (given === undefined) return 'fields.required'
  const branches = issue.code === 'invalid_union' ? issue.errors.flat() : []
  return branches.map(branch => sentence(branch, given)).find(found => found !== 'fields.invalid') ?? 'fields.invalid'
}

/** What was given at a path of the input. */
function at(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], input)
}

const isKey = (message: string) => /^[a-z_]+(\.[a-z_]+)+$/.test(message)

/** What PostgreSQL cannot store goes: NUL, lone surrogates. Ends are trimmed, line ends are `\n`. */
function clean(value: string): string {
  return value.toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n').trim()
}

/** A whole number; `message` is said of what is none. */
function whole(min: number, max: number, message: string) {
  return z
    .union([z.string().transform(value => Number(clean(value) || Number.NaN)), z.number()])
    .pipe(z.int(message).min(min, 'fields.too_small').max(max, 'fields.too_large'))
}

/** Empty text, null and absence become null; anything else goes to `inner`. */
function blank<Inner extends z.ZodType>(inner: Inner) {
  return z
    .preprocess(
      value => (typeof value === 'string' && clean(value) === '' ? null : (value ?? null)),
      z.union([z.null(), inner])
    )
    .optional()
    .transform((value): z.output<Inner> | null => value ?? null)
}

/** A number as it is (from the API), or text that `parse` understands; then checked by `inner`. */
function parsed<Inner extends z.ZodType<number, number>>(
  parse: (text: string) => number | undefined,
  message: string,
  inner: Inner
) {
  return z.union([z.number(), typed(parse, message)]).pipe(inner)
}

function typed<T>(parse: (text: string) => T | undefined, message: string) {
  return z.string().transform((value, context): T => {
    const found = parse(clean(value))
    if (found !== undefined) return found
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}
