import type { Db } from '@patchbay/core'
import type { ColumnMeaning } from './import-columns.ts'
import type { ClientInput } from './forms.ts'
import type { Sheet } from './import-files.ts'

/** A file that was read and waits for its yes. */
export interface StoredImport {
  id: number
  person_id: number | null
  format: Sheet['format']
  columns: { heads: string[]; meanings: ColumnMeaning[] }
  rows: string[][]
  created_at: Date
}

export async function storeImport(db: Db, personId: number | null, sheet: Sheet): Promise<number> {
  const columns = JSON.stringify({ heads: sheet.heads, meanings: sheet.columns })
  const [row] = await db('client_imports')
    .insert({ person_id: personId, format: sheet.format, columns, rows: JSON.stringify(sheet.rows) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** The file that this person sent; nobody else's. */
export function findImport(db: Db, id: number, personId: number | null): Promise<StoredImport | undefined> {
  return db('client_imports').where({ id, person_id: personId }).first<StoredImport | undefined>('*')
}

/** Takes the file out, so that two clicks import it once; undefined when it is gone already. */
export async function takeImport(db: Db, id: number, personId: number | null): Promise<StoredImport | undefined> {
  const [row] = await db('client_imports').where({ id, person_id: personId }).delete().returning<StoredImport[]>('*')
  return row
}

/** Forgets files that nobody said yes to within a day. */
export async function forgetOldImports(db: Db): Promise<void> {
  await db('client_imports').where('created_at', '<', db.raw(`now() - interval '1 day'`)).delete()
}

/** A client that is there already. */
export interface Twin {
  id: number
  name: string
}

/**
 * For each of the inputs, in their order, a client with the same mail, phone or name; undefined where there is none.
 * Statements: 1, whatever their number.
 */
export async function findTwins(db: Db, inputs: readonly ClientInput[]): Promise<(Twin | undefined)[]> {
  const wanted = JSON.stringify(
    inputs.map(({ name, email, phone }, at) => ({ at, name, email: email ?? null, phone: phone ?? null }))
  )
  const { rows } = await db.raw<{ rows: (Twin & { at: number })[] }>(
    `with wanted as materialized (
       select at, words_of(name) as words, email, phone
       from jsonb_to_recordset(?::jsonb) as wanted (at integer, name text, email text, phone text)
     )
     select at, min(id) as id, min(name) as name from (
       select at, clients.id, clients.name from wanted join clients
         on lower(clients.email) = wanted.email and merged_into is null
       union all select at, clients.id, clients.name from wanted join clients
         on clients.phone = wanted.phone and merged_into is null
       union all select at, clients.id, clients.name from wanted join clients
         on words_of(clients.name) = wanted.words and merged_into is null
     ) as twins group by at`,
    [wanted]
  )
  const found = new Map(rows.map(({ at, id, name }) => [at, { id, name }]))
  return inputs.map((_, at) => found.get(at))
}

/** Notes of imported clients, all at once. */
export async function addNotes(
  db: Db,
  notes: readonly { client_id: number; author_id: number | null; noted_on: string; body: string }[]
): Promise<void> {
  if (notes.length > 0) await db.batchInsert('client_notes', [...notes], 500)
}
