import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { fileKinds, versions } from '../contract.ts'
import { cleanName, largest } from './cleaning.ts'

/** One of a few words; nothing chosen is null. */
const optionalWord = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z
    .union([z.enum(words, 'fields.choice'), z.literal('').transform(() => null)], 'fields.choice')
    .nullish()
    .transform(value => value ?? null)

export const UploadForm = form({
  project_id: fields.id(),
  name: z.string('fields.required').max(4000, 'fields.too_long').transform(cleanName),
  /** Its length in bytes. */
  bytes: z
    .union([z.string().transform(Number), z.number()], 'fields.number')
    .pipe(z.int('fields.number').min(1, 'mixes.uploads.errors.empty').max(largest, 'mixes.uploads.errors.too_large')),
  track_id: fields.optionalId(),
  /** The title of a track that is made for it, when there is none of that title. */
  new_track: fields.optionalText(),
  version: optionalWord(versions),
  kind: optionalWord(fileKinds),
  label: fields.optionalText(),
  note: fields.optionalText(2000)
})

export const UploadKeyForm = form({ key: z.string().regex(/^[0-9a-f]{32}$/) })

export const ProposalsForm = form({
  project_id: fields.id(),
  track_id: fields.optionalId(),
  names: z
    .union([z.string().transform(name => [name]), z.array(z.string())], 'fields.required')
    .pipe(z.array(z.string().max(4000, 'fields.too_long')).min(1, 'fields.required').max(1000, 'fields.too_many'))
})
