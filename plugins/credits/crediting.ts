import { refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { addMusicianRow, namedSo } from './musician-queries.ts'
import type { MusicianFields } from './musician-queries.ts'
import { roleOfText, roleWords } from './roles.ts'

/** Who is meant: by id; by name the one who is called so, or somebody new. @throws refuse when nobody or several are */
export async function musicianMeant(
  { db, tell }: Pick<Running, 'db' | 'tell'>,
  { musician_id, musician_name }: { musician_id: number | null; musician_name: string | null },
  field = 'musician_id',
  known: Partial<MusicianFields> = {}
): Promise<number> {
  if (musician_id !== null) return musician_id
  if (!musician_name) throw refuse({ [field]: 'fields.required' })
  const found = await namedSo(db, musician_name)
  if (found.length > 1) throw refuse({ [field]: { key: 'credits.errors.which', values: { name: musician_name } } })
  if (found[0]) return found[0].id
  const id = await addMusicianRow(db, { ...known, name: musician_name })
  tell('credits.musician-changed', { musician_id: id })
  return id
}

/** The word of a role, picked or typed. @throws refuse when it is of no list */
export function roleMeant(
  { wordsIn }: Pick<Running, 'wordsIn'>,
  { role, role_text }: { role: string | null; role_text: string | null }
): string {
  if (role && roleWords.includes(role)) return role
  const typed = role ?? role_text
  if (!typed) throw refuse({ role: 'fields.required' })
  const word = roleOfText(typed, [wordsIn('fr').t, wordsIn('en').t])
  if (!word) throw refuse({ role: { key: 'credits.errors.role_named', values: { role: typed } } })
  return word
}
