import { rowsAfresh, rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { everyWord } from './queries.ts'

export interface Supplier {
  id: number
  name: string
  siren: string | null
  vat_number: string | null
  country: string
  iban: string | null
  bic: string | null
  email: string | null
  category_id: number | null
  note: string | null
  archived_at: Date | null
  version: number
}

/** What a paper says of who sent it. */
export type Named = Pick<Supplier, 'name' | 'siren' | 'vat_number'> &
  Partial<Pick<Supplier, 'country' | 'iban' | 'bic' | 'email' | 'category_id'>>

const columns = 'id, name, siren, vat_number, country, iban, bic, email, category_id, note, archived_at, version'

/**
 * Which supplier it is: by VAT number, else by SIREN, else the one of that name who has no other SIREN. Undefined when it is
 * none of them.
 */
export async function matchSupplier(db: Db, { name, siren, vat_number }: Named): Promise<Supplier | undefined> {
  const [found] = await rowsOf<Supplier>(
    db,
    `select ${columns} from suppliers
     where (vat_number = ?::text) or (siren = ?::text)
       or (folded = fold(?) and (siren is null or ?::text is null or siren = ?))
     order by (vat_number = ?::text) desc nulls last, (siren = ?::text) desc nulls last, id limit 1`,
    [vat_number, siren, name, siren, siren, vat_number, siren]
  )
  return found
}

/** The same; entered when it is none. What is not known yet of one that is there is filled in. */
export async function matchOrAddSupplier(db: Db, named: Named): Promise<Supplier> {
  // two papers of one new supplier at once: the second finds what the first entered
  await db.raw('select pg_advisory_xact_lock(hashtextextended(fold(?), 11))', [named.name])
  const found = await matchSupplier(db, named)
  if (found) {
    const missing = Object.entries(named).filter(
      ([key, value]) => value && found[key as keyof Supplier] === null && key !== 'name'
    )
    if (missing.length > 0) await db('suppliers').where({ id: found.id }).update(Object.fromEntries(missing))
    return { ...found, ...Object.fromEntries(missing) }
  }
  const [row] = await db('suppliers').insert(named).returning<Supplier[]>(columns.split(', '))
  if (!row) throw new Error('insert gave no row')
  return row
}

export async function findSupplier(db: Db, id: number): Promise<Supplier | undefined> {
  const [found] = await rowsOf<Supplier>(db, `select ${columns} from suppliers where id = ?`, [id])
  return found
}

export async function changeSupplier(db: Db, id: number, fields: Partial<Supplier>): Promise<void> {
  await db('suppliers')
    .where({ id })
    .update({ ...fields, version: db.raw('version + 1'), updated_at: db.fn.now() })
}

/** Suppliers whose names or numbers have every word of `text`. */
export function searchSuppliers(
  db: Db,
  text: string,
  limit: number
): Promise<{ id: number; name: string; siren: string | null }[]> {
  const { sql, bindings } = everyWord('search', text)
  return rowsOf(
    db,
    `select id, name, siren from suppliers where archived_at is null and ${sql}
     order by name collate "fr-x-icu", id limit ?`,
    [...bindings, limit]
  )
}

/** A line of the list of suppliers. */
export interface SupplierRow {
  id: number
  name: string
  siren: string | null
  vat_number: string | null
  count: number
  last_on: string | null
  /** EUR of the last twelve months, without VAT. */
  year_cents: number
}

export function listSupplierRows(
  db: Db,
  {
    q,
    edge,
    backwards,
    limit
  }: { q: string | null; edge: (string | number)[] | undefined; backwards: boolean; limit: number }
): Promise<SupplierRow[]> {
  const { sql, bindings } = everyWord('s.search', q ?? '')
  const order = backwards ? 'desc' : 'asc'
  return rowsAfresh(
    db,
    `select s.id, s.name, s.siren, s.vat_number, e.count, e.last_on, e.year_cents from (
       select * from suppliers s where ${sql}
         ${edge ? `and (s.name collate "fr-x-icu", s.id) ${backwards ? '<' : '>'} (?, ?)` : ''}
       order by s.name collate "fr-x-icu" ${order}, s.id ${order} limit ?) s
     cross join lateral (select count(*)::integer as count, max(day) as last_on,
       coalesce(sum(eur_net_cents) filter (where day > current_date - 365), 0)::bigint as year_cents
       from expenses where supplier_id = s.id and state = 'recorded') e
     order by s.name collate "fr-x-icu" ${order}, s.id ${order}`,
    [...bindings, ...(edge ?? []), limit]
  )
}

export async function countSuppliers(db: Db, q: string | null): Promise<number> {
  const { sql, bindings } = everyWord('search', q ?? '')
  const [row] = await rowsAfresh<{ n: number }>(
    db,
    `select count(*)::integer as n from suppliers where ${sql}`,
    bindings
  )
  return row?.n ?? 0
}
