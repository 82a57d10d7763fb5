import type { Translate } from '@patchbay/core/i18n'
import type { Musician, MusicianFields } from './musician-queries.ts'

const single = [
  'stage_name',
  'email',
  'phone',
  'society',
  'performer_society',
  'performer_number',
  'ipi',
  'ipn',
  'isni',
  'person_id',
  'client_id'
] as const

/** What the kept record becomes: lists joined, empty fields filled; what differs of the other one is kept in the note. */
export function merged(into: Musician, from: Musician, t: Translate): Partial<MusicianFields> {
  const fields: Record<string, unknown> = {}
  const lost: string[] = []
  if (from.name !== into.name) lost.push(from.name)
  for (const field of single) {
    const [kept, other] = [into[field], from[field]]
    if (other === null || other === kept) continue
    if (kept === null) fields[field] = other
    else lost.push(`${t(`credits.fields.${field}`)} : ${other}`)
  }
  if (into.rate_cents === null && from.rate_cents !== null) {
    Object.assign(fields, { rate_cents: from.rate_cents, rate_unit: from.rate_unit })
  }
  for (const field of ['instruments', 'roles'] as const) {
    const joined = [...new Set([...into[field], ...from[field]])]
    if (joined.length > into[field].length) fields[field] = joined
  }
  const note = [into.note, from.note, ...(lost.length > 0 ? [t('credits.merging.lost'), ...lost] : [])]
  const text = note.filter(Boolean).join('\n').slice(0, 4000)
  if (text && text !== into.note) fields['note'] = text
  return fields
}
