import { fields, form } from '@patchbay/core'
import { z } from 'zod'

/** One of some words, or none. */
const optionalChoice = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z
    .union([z.enum(words, 'fields.choice'), z.literal('')])
    .nullish()
    .transform(value => (value === '' || !value ? null : value))

const token = z.string().min(20, 'fields.invalid').max(100, 'fields.invalid')

/** What a signer chose, by the names of their fields, `choice_…`. */
const choices = z
  .record(z.string().regex(/^choice_[a-z0-9_]{1,80}$/), z.string().max(500, 'fields.too_long'))
  .optional()
  .transform(value => value ?? {})

/** A drawing as the browser gives it, `data:image/png;base64,…`, at most 150 kB; welcome, and not what proves anything. */
const drawing = z
  .union([
    z
      .string()
      .max(200_000, 'signatures.errors.image')
      .regex(/^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/, 'signatures.errors.image'),
    z.literal('')
  ])
  .nullish()
  .transform(value => value || null)

export const TokenForm = form({ token })
export const AskCodeForm = form({ token, choices })
export const SignForm = form({
  token,
  code: z
    .string()
    .transform(value => value.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, 'signatures.errors.code_form')),
  name: fields.text(200),
  role: fields.optionalText(200),
  image: drawing,
  early_start: fields.flag(),
  consent: z.literal(['on', 'true', true], 'signatures.errors.consent')
})
export const DeclineForm = form({ token, reason: fields.text(500) })

/** A signer by their id. */
export const SignerForm = form({ id: fields.id() })
export const WithdrawForm = form({ request_id: fields.id(), reason: fields.optionalText(500) })

/** A paper, or its SHA-256 in hexadecimal. */
export const VerifyForm = form({
  sha256: z
    .string()
    .transform(value => value.replace(/[\s:]/g, '').toLowerCase())
    .pipe(z.union([z.literal(''), z.string().regex(/^[0-9a-f]{64}$/, 'signatures.errors.hash_form')]))
    .nullish()
    .transform(value => value || null),
  paper: z
    .preprocess(
      value => (value === '' || (Buffer.isBuffer(value) && value.length === 0) ? null : (value ?? null)),
      z.union([
        z.null(),
        z.custom<Buffer>(value => Buffer.isBuffer(value), 'signatures.errors.paper'),
        z.base64('signatures.errors.paper').transform(bytes => Buffer.from(bytes, 'base64'))
      ])
    )
    .optional()
    .transform((value): Buffer | null => value ?? null)
})

export const RequestsQuery = form({
  q: fields.optionalText(100),
  state: optionalChoice('open', 'completed', 'declined', 'withdrawn', 'expired', 'all'),
  after: fields.optionalText(200)
})

/** What a studio may set about papers that wait to be signed. */
export const SignatureSettings = form({
  /** Days after which whoever has not signed is mailed again; 0: never by itself. */
  remind_after_days: fields.count(0, 60).default(3),
  /** How often at most. */
  most_reminders: fields.count(0, 10).default(3),
  /** Where sealed papers are mailed to; nowhere when empty. */
  copies_to: fields.optionalEmail().default(null)
})

/** The settings as the host hands them over. */
export const settingsOf = (settings: unknown) => SignatureSettings.parse(settings)
