import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** A discount code: a part or an amount, from when to when, for whom, how often. */
export interface Code {
  id: number
  code: string
  label: string | null
  discount_bp: number
  discount_cents: number
  valid_from: string | null
  valid_to: string | null
  client_id: number | null
  minimum_cents: number
  max_uses: number | null
  max_per_client: number | null
  used: number
  archived_at: Date | null
  version: number
}

/** A code with the name of whom it is for. */
export interface ShownCode extends Code {
  client_name: string | null
}

/** What its form gives. */
export type CodeFields = Omit<Code, 'id' | 'used' | 'archived_at' | 'version'>

/** The code that is called so; with `lock`, nobody else counts a use of it until the transaction ends. */
export async function findCode(db: Db, code: string, lock: boolean): Promise<Code | undefined> {
  const [row] = await rowsOf<Code>(
    db,
    `select * from discount_codes where code = ? and archived_at is null ${lock ? 'for update' : ''}`,
    [code]
  )
  return row
}

/** How often a client used it; and whether this use is counted already. */
export async function usesOf(
  db: Db,
  code_id: number,
  client_id: number,
  use: string | null
): Promise<{ by_client: number; counted: boolean }> {
  const [row] = await rowsOf<{ by_client: number; counted: boolean }>(
    db,
    `select count(*) filter (where client_id = ? and use is distinct from ?)::integer as by_client,
       coalesce(bool_or(use = ?), false) as counted
     from discount_uses where code_id = ? and (client_id = ? or use = ?)`,
    [client_id, use, use, code_id, client_id, use]
  )
  return row ?? { by_client: 0, counted: false }
}

/** Counts a use once. The code is locked. */
export async function countUse(db: Db, code_id: number, client_id: number, use: string): Promise<void> {
  await db.raw(
    `with counted as (insert into discount_uses (code_id, use, client_id) values (?, ?, ?)
       on conflict do nothing returning code_id)
     update discount_codes set used = used + 1 where id in (select code_id from counted)`,
    [code_id, use, client_id]
  )
}

const shown = `select d.*, coalesce(c.artist_name, c.name) as client_name
  from discount_codes d left join clients c on c.id = d.client_id`

/** The codes, those in force first; at most 500. */
export function listCodes(db: Db): Promise<ShownCode[]> {
  return rowsOf<ShownCode>(db, `${shown} order by d.archived_at is not null, d.id desc limit 500`)
}

export async function findShownCode(db: Db, id: number): Promise<ShownCode | undefined> {
  const [row] = await rowsOf<ShownCode>(db, `${shown} where d.id = ?`, [id])
  return row
}

/** Where a code was used: the document's mark, whose, when; the latest first, at most 100. */
export function listUses(db: Db, code_id: number): Promise<{ use: string; client_name: string; at: Date }[]> {
  return rowsOf(
    db,
    `select u.use, coalesce(c.artist_name, c.name) as client_name, u.at
     from discount_uses u join clients c on c.id = u.client_id where u.code_id = ? order by u.at desc, u.use limit 100`,
    [code_id]
  )
}

export async function addCode(db: Db, fields: CodeFields): Promise<number> {
  const [row] = await db('discount_codes').insert(fields).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** False when it is no longer `version`. */
export async function changeCode(
  db: Db,
  id: number,
  version: number,
  fields: CodeFields | { archived_at: Date | null }
): Promise<boolean> {
  const changed = await db('discount_codes')
    .where({ id, version })
    .update({ ...fields, version: version + 1 })
  return changed === 1
}

/** The client a form means: by its id, or the one whose name it is. Merged ones are none. */
export async function clientMeant(db: Db, id: number | null, name: string | null): Promise<number | undefined> {
  const rows = await rowsOf<{ id: number }>(
    db,
    id === null
      ? 'select id from clients where words_of(name) = words_of(?) and merged_into is null limit 2'
      : 'select id from clients where id = ? and merged_into is null',
    [id ?? name ?? '']
  )
  return rows.length === 1 ? rows[0]?.id : undefined
}

/** What hung on a merged client hangs on the other: uses of codes, codes of its own, its price list. How many rows. */
export async function giveToClient(db: Db, from: number, into: number): Promise<number> {
  const codes = await db('discount_codes').where({ client_id: from }).update({ client_id: into })
  const uses = await db('discount_uses').where({ client_id: from }).update({ client_id: into })
  await db.raw(
    `insert into client_price_lists (client_id, list_id) select ?, list_id from client_price_lists where client_id = ?
     on conflict do nothing`,
    [into, from]
  )
  return codes + uses + (await db('client_price_lists').where({ client_id: from }).delete())
}
