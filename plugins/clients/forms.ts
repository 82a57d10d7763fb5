import { fields, form } from '@patchbay/core'
import { z } from 'zod'
import { clientKinds } from './contract.ts'
import { columnMeanings } from './import-columns.ts'

/** French company numbers carry a check digit (Luhn). */
const siren = z
  .string()
  .transform(value => value.replace(/\D/g, ''))
  .refine(value => value === '' || (value.length === 9 && luhn(value)), 'clients.errors.siren')
  .transform(value => value || null)
  .nullish()
  .transform(value => value ?? null)

const vatNumber = z
  .string()
  .transform(value => value.replace(/[\s.-]/g, '').toUpperCase())
  .refine(value => value === '' || /^[A-Z]{2}[0-9A-Z]{2,13}$/.test(value), 'clients.errors.vat_number')
  .transform(value => value || null)
  .nullish()
  .transform(value => value ?? null)

/** Two letters of ISO 3166; France when nothing is said. */
const country = z
  .string()
  .transform(value => value.trim().toUpperCase() || 'FR')
  .pipe(z.string().regex(/^[A-Z]{2}$/, 'clients.errors.country'))
  .nullish()
  .transform(value => value ?? 'FR')

const link = fields.optionalUrl()

/** Addresses on the web, one a line. */
const links = z
  .union([z.string().transform(value => value.split(/\s+/)), z.array(z.string())])
  .nullish()
  .transform((value): unknown[] => (value ?? []).filter(link => link.trim() !== ''))
  .pipe(z.array(link).max(20, 'fields.too_many'))
  .transform(list => [...new Set(list.filter(link => link !== null))])

const clientFields = {
  kind: fields.choice(...clientKinds),
  name: fields.text(200),
  artist_name: fields.optionalText(200),
  email: fields.optionalEmail(),
  phone: fields.optionalPhone(),
  website: fields.optionalUrl(),
  language: fields.choice('fr', 'en').optional().default('fr'),
  legal_name: fields.optionalText(200),
  address: fields.optionalText(500),
  postal_code: fields.optionalText(20),
  city: fields.optionalText(120),
  country,
  siren,
  vat_number: vatNumber,
  genres: fields.tags(),
  instruments: fields.tags(),
  links,
  collecting_society: fields.optionalText(80),
  tags: fields.tags()
}

/** A client, whole: a field that is left out is emptied. Only kind and name are required. */
export const ClientForm = form(clientFields)
export type ClientInput = z.output<typeof ClientForm>

/** A client's new fields; `version` is the one they were read with, so that a change in another tab is not lost. */
export const ChangeClientForm = form({ id: fields.id(), version: fields.optionalId(), ...clientFields })

export const ClientIdForm = form({ id: fields.id() })

export const TagsForm = form({ id: fields.id(), tags: fields.tags() })

/** Several clients at once: archived, restored, or given a tag. */
export const ManyClientsForm = form({
  ids: fields.ids().pipe(z.array(z.number()).min(1, 'clients.errors.none_chosen').max(500, 'fields.too_many')),
  change: fields.choice('archive', 'restore', 'tag', 'untag'),
  tag: fields.optionalText(40)
})

const contactFields = {
  member_client_id: fields.optionalId(),
  name: fields.optionalText(200),
  role: fields.optionalText(80),
  email: fields.optionalEmail(),
  phone: fields.optionalPhone(),
  is_main: fields.flag()
}

/** Somebody who speaks for a client or belongs to it: a name, or another client. */
export const ContactForm = form({ client_id: fields.id(), ...contactFields })
export const ChangeContactForm = form({ client_id: fields.id(), id: fields.id(), ...contactFields })
export const ContactIdForm = form({ client_id: fields.id(), id: fields.id() })

const noteFields = { noted_on: fields.optionalPastDay(), body: fields.text(10_000) }

/** A dated note; today when no day is given. */
export const NoteForm = form({ client_id: fields.id(), ...noteFields })
export const ChangeNoteForm = form({ client_id: fields.id(), id: fields.id(), ...noteFields })
export const NoteIdForm = form({ client_id: fields.id(), id: fields.id() })

/** What is typed so far, to look for clients that may be the same: what is not right yet is as if it were not there. */
export const TypedQuery = z.object({
  name: fields.optionalText(200).catch(null),
  email: fields.optionalEmail().catch(null),
  phone: fields.optionalPhone().catch(null),
  except: fields.optionalId().catch(null)
})

/** The merge page's address: the other client, and which of the two is kept. */
export const MergeQuery = z.object({ other: fields.optionalId().catch(null), keep: fields.optionalId().catch(null) })

/** Two records of one client become one; `from` ends in `into`. */
export const MergeForm = form({ from: fields.id(), into: fields.id() })

/** The preview's address: what its columns are read as so far. */
export const ColumnsQuery = z.object({ columns: z.union([z.string(), z.array(z.string())]).catch([]) })

/** What a combobox asks. */
export const SuggestionsQuery = z.object({ q: z.string().catch('') })

/** A file of clients as text. A browser's upload is decoded before; the API sends it as it is. */
export const UploadForm = form({ content: fields.text(10_000_000) })

/** A stored file's yes: what each of its columns means, in their order, and what is left out. */
export const ConfirmImportForm = form({
  id: fields.id(),
  columns: z
    .union([z.string().transform(value => [value]), z.array(z.string())])
    .pipe(z.array(z.enum(columnMeanings, 'fields.choice')).max(60, 'fields.too_many')),
  leave_errors: fields.flag(),
  leave_twins: fields.flag()
})

function luhn(digits: string): boolean {
  const sum = Array.from(digits)
    .toReversed()
    .map(Number)
    .reduce((sum, digit, index) => sum + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0)
  return sum % 10 === 0
}
