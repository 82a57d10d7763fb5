import type { Db } from '@patchbay/core'
import { rowsOf } from '@patchbay/core/database/reading'
import type { exported } from './export.ts'
import { newCode } from './queries.ts'
import type { Fields } from './queries.ts'

/** A file that was read and waits for its yes: what its columns mean, null for those that are left out. */
export interface StoredImport {
  id: number
  person_id: number | null
  heads: ((typeof exported)[number] | null)[]
  rows: string[][]
  created_at: Date
}

export async function storeImport(
  db: Db,
  person_id: number | null,
  heads: StoredImport['heads'],
  rows: string[][]
): Promise<number> {
  const [row] = await db('equipment_imports')
    .insert({ person_id, heads: JSON.stringify(heads), rows: JSON.stringify(rows) })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** The file that this person sent; nobody else's. */
export function findImport(db: Db, id: number, person_id: number | null): Promise<StoredImport | undefined> {
  return db('equipment_imports').where({ id, person_id }).first<StoredImport | undefined>('*')
}

/** Takes the file out, so that two clicks import it once; undefined when it is gone already. */
export async function takeImport(db: Db, id: number, person_id: number | null): Promise<StoredImport | undefined> {
  const [row] = await db('equipment_imports').where({ id, person_id }).delete().returning<StoredImport[]>('*')
  return row
}

/** Forgets files that nobody said yes to within a day. */
export async function forgetOldImports(db: Db): Promise<void> {
  await db('equipment_imports').where('created_at', '<', db.raw(`now() - interval '1 day'`)).delete()
}

/** For each of these, in their order, the piece with that code or serial number. One statement. */
export async function findTwins(
  db: Db,
  wanted: readonly { code: string | null; serial: string | null }[]
): Promise<({ id: number; label: string } | undefined)[]> {
  const rows = await rowsOf<{ at: number; id: number; label: string }>(
    db,
    `select distinct on (w.at) w.at, e.id, e.label
     from jsonb_to_recordset(?::jsonb) as w (at integer, code text, serial text)
       join equipment e on e.code = upper(w.code) or lower(e.serial) = lower(w.serial)
     order by w.at, e.id`,
    [JSON.stringify(wanted.map((one, at) => ({ at, ...one })))]
  )
  const found = new Map(rows.map(({ at, id, label }) => [at, { id, label }]))
  return wanted.map((_, at) => found.get(at))
}

/** Enters pieces all at once, and gives their ids in the same order. */
export async function addImported(db: Db, pieces: readonly Fields[]): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < pieces.length; at += 500) {
    const rows = pieces.slice(at, at + 500).map(fields => ({ ...fields, code: newCode() }))
    const added = await db('equipment').insert(rows).returning<{ id: number }[]>('id')
    ids.push(...added.map(({ id }) => id))
  }
  return ids
}
