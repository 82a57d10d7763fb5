import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { ipiOf, ipnOf, isniOf } from './identifiers.ts'

export const rateUnits = ['hour', 'half_day', 'day', 'session', 'title'] as const
export type RateUnit = (typeof rateUnits)[number]

export const splitKinds = ['composition', 'recording'] as const
export type SplitKind = (typeof splitKinds)[number]

/** A number that is proven by its check digits; null for none. */
const identifier = (read: (text: string) => string | undefined, message: string) =>
  z
    .string()
    .nullish()
    .transform((typed, context): string | null => {
      if (!typed?.trim()) return null
      const found = read(typed)
      if (found === undefined) context.addIssue({ code: 'custom', message })
      return found ?? null
    })

/** Somebody as people write them. `roles`: words of DDEX's lists, or their labels. Money only for those who may see it. */
const musician = {
  name: fields.text(200),
  stage_name: fields.optionalText(200),
  email: fields.optionalEmail(),
  phone: fields.optionalPhone(),
  roles: fields.tags(),
  instruments: fields.tags(),
  society: fields.optionalText(80),
  performer_society: fields.optionalText(80),
  performer_number: fields.optionalText(40),
  ipi: identifier(ipiOf, 'credits.errors.ipi'),
  ipn: identifier(ipnOf, 'credits.errors.ipn'),
  isni: identifier(isniOf, 'credits.errors.isni'),
  rate_cents: fields.optionalCents(),
  rate_unit: fields
    .choice(...rateUnits, '')
    .optional()
    .transform(unit => unit || null),
  person_id: fields.optionalId(),
  client_id: fields.optionalId(),
  client_name: fields.optionalText(200),
  note: fields.optionalText(4000)
}

export const MusicianForm = form(musician)
export type MusicianInput = z.output<typeof MusicianForm>

/** `version` is the one it was read with. */
export const ChangeMusicianForm = form({ id: fields.id(), version: fields.optionalId(), ...musician })
export const MusicianIdForm = form({ id: fields.id() })

/** Two records of one person become one; `from` ends in `into`. */
export const MergeForm = form({ from: fields.id(), into: fields.id() })
export const MergeQuery = z.object({ other: fields.optionalId().catch(null), keep: fields.optionalId().catch(null) })

/** What the list of musicians can be asked, as it stands in its address. */
export const MusiciansQuery = form({
  q: fields.optionalText(100),
  role: fields.optionalText(60),
  archived: fields.choice('1').optional(),
  after: fields.optionalText(500),
  before: fields.optionalText(500)
})
export type MusiciansQuery = z.output<typeof MusiciansQuery>

export const SuggestionsQuery = z.object({ q: z.string().catch('') })
export const LanguageQuery = z.object({ language: z.enum(['fr', 'en']).optional().catch(undefined) })

const tracks = fields.ids().pipe(z.array(z.number()).min(1, 'credits.errors.no_track').max(500, 'fields.too_many'))

/**
 * One credit on one track or many. The musician by id, or by name: somebody new is entered. The role by its word, or by
 * what people call it.
 */
export const CreditForm = form({
  track_ids: tracks,
  musician_id: fields.optionalId(),
  musician_name: fields.optionalText(200),
  role: fields.optionalText(60),
  role_text: fields.optionalText(80),
  display: fields.optionalText(200)
})
export type CreditInput = z.output<typeof CreditForm>

export const ChangeCreditForm = form({
  track_id: fields.id(),
  id: fields.id(),
  role: fields.optionalText(60),
  role_text: fields.optionalText(80),
  display: fields.optionalText(200)
})
export const CreditIdForm = form({ track_id: fields.id(), id: fields.id() })
export const MoveCreditForm = form({ track_id: fields.id(), id: fields.id(), direction: fields.choice('up', 'down') })

/** Credits that those concerned have read; all of the track when no `id` is given. */
export const ConfirmForm = form({ track_id: fields.id(), id: fields.optionalId(), confirmed: fields.flag() })
export const CopyForm = form({ track_id: fields.id(), from_track_id: fields.id() })

/** Proposals taken over, by their keys. */
export const AcceptForm = form({
  project_id: fields.id(),
  keys: z
    .union([z.string().transform(key => [key]), z.array(z.string())])
    .optional()
    .transform(keys => keys ?? [])
    .pipe(z.array(z.string().max(200)).min(1, 'credits.errors.no_proposal').max(500, 'fields.too_many'))
})

const shareRow = z
  .strictObject({
    musician_id: fields.optionalId(),
    musician_name: fields.optionalText(200),
    role: fields.optionalText(60),
    share_bp: fields.optionalBasisPoints(),
    publisher: fields.optionalText(200)
  })
  .transform((row, context) => {
    const somebody = row.musician_id !== null || row.musician_name !== null
    if (!somebody && row.share_bp === null && row.publisher === null) return null
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', message, path: [field] })
    if (!somebody) wrong('musician_id', 'fields.required')
    if (!row.share_bp) wrong('share_bp', 'fields.required')
    if (!row.role) wrong('role', 'fields.required')
    return { ...row, role: row.role ?? '', share_bp: row.share_bp ?? 0 }
  })

/** The shares of one kind, whole: `shares.0.musician_id`, `shares.0.share_bp` typed as `33,33`. Empty rows are null. */
export const SharesForm = form({
  track_id: fields.id(),
  kind: fields.choice(...splitKinds),
  version: fields.optionalId(),
  shares: z
    .array(shareRow)
    .max(60, 'fields.too_many')
    .optional()
    .transform(rows => rows ?? [])
})
export const SplitForm = form({ track_id: fields.id(), kind: fields.choice(...splitKinds) })
export const UnlockForm = form({
  track_id: fields.id(),
  kind: fields.choice(...splitKinds),
  reason: fields.text(500)
})

/** A locked sheet, to be signed by all who share. */
export const SignatureForm = form({
  track_id: fields.id(),
  kind: fields.choice(...splitKinds),
  language: fields.choice('fr', 'en').default('fr')
})
