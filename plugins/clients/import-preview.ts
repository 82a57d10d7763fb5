import { fields } from '@patchbay/core'
import type { z } from 'zod'
import type { ColumnMeaning } from './import-columns.ts'
import { ClientForm } from './forms.ts'
import type { ClientInput } from './forms.ts'
import { fold } from './words.ts'

/** One line of a file as the client it would become, or what is wrong with it, by field. */
export interface ImportLine {
  /** As the file's own program counts: heads are line 1 of a CSV. */
  line: number
  client?: ClientInput
  note?: string
  errors?: Record<string, { key: string; values?: Record<string, string | number> }>
  /** What was written, for the preview of a line with errors. */
  typed: Record<string, string>
}

/** Reads every line with the meanings chosen for its columns. */
export function readLines(
  rows: readonly (readonly string[])[],
  columns: readonly ColumnMeaning[],
  first: number,
  timezone: string
): ImportLine[] {
  return rows.map((row, index) => readLine(row, columns, index + first, timezone))
}

function readLine(
  row: readonly string[],
  columns: readonly ColumnMeaning[],
  line: number,
  timezone: string
): ImportLine {
  const typed: Record<string, string> = {}
  columns.forEach((meaning, at) => {
    if (meaning !== '' && row[at]) typed[meaning] = row[at]
  })
  const { first_name = '', last_name = '', note, ...rest } = typed
  const name = rest['name'] ?? `${first_name} ${last_name}`.trim()
  const { artist_name: artist } = rest
  const input: Record<string, string> = { ...rest, name: name || (artist ?? ''), kind: kindOf(rest['kind']) }
  if (rest['language']) input['language'] = /^(en|ang|eng)/i.test(rest['language']) ? 'en' : 'fr'
  if (rest['country']) input['country'] = countryOf(rest['country'])
  if (rest['siren']) input['siren'] = rest['siren'].replace(/\D/g, '').slice(0, 9)
  const read = fields.read<typeof ClientForm>(ClientForm, input, timezone)
  if (!read.ok) return { line, typed: { ...typed, name }, errors: sentences(read.errors) }
  return { line, typed: { ...typed, name }, client: read.value, ...(note ? { note: note.slice(0, 10_000) } : {}) }
}

type Wrong = Extract<ReturnType<typeof fields.read<z.ZodType>>, { ok: false }>['errors']

function sentences(errors: Wrong): NonNullable<ImportLine['errors']> {
  return Object.fromEntries(
    Object.entries(errors).map(([field, error]) => [field, typeof error === 'string' ? { key: error } : error])
  )
}

/** `Groupe`, `Band`, `Label`, `Société`…: a person when it says nothing; a word that is not known is refused with its line. */
function kindOf(text = ''): string {
  const word = fold(text).trim()
  return word === '' ? 'person' : (kinds.find(([, words]) => words.test(word))?.[0] ?? text)
}

const kinds: [string, RegExp][] = [
  ['person', /^(person|particulier|individu|artiste|artist|solo|musicien|musician|indiv|contact|client)/],
  ['band', /^(groupe|band|ensemble|orchestre|choeur|collectif|group)/],
  ['label', /^(label|maison de disques|record)/],
  ['company', /^(societe|entreprise|company|organisation|organization|association|studio|production|org|agence)/]
]

/** Two letters of a country by its name in French or English; what is not known stays, and is refused with its line. */
function countryOf(text: string): string {
  const wanted = fold(text).trim()
  if (/^[a-z]{2}$/.test(wanted)) return wanted
  return countries().get(wanted) ?? text
}

let known: Map<string, string> | undefined
function countries(): Map<string, string> {
  if (known) return known
  known = new Map()
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
  for (const locale of ['fr', 'en']) {
    const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' })
    for (const code of letters.flatMap(a => letters.map(b => a + b))) {
      const name = names.of(code)
      if (name && !known.has(fold(name))) known.set(fold(name), code)
    }
  }
  return known
}
