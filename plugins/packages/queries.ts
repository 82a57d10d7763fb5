import { cursor, pageSize, rowsAfresh, rowsOf, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { PackageUnit } from './contract.ts'
import type { PackagesQuery } from './forms.ts'

/** What a client has left of a package. Amounts are minutes of an `hour`, else sessions. */
export interface Balance {
  id: number
  client_id: number
  client_name: string
  invoice_id: number | null
  invoice_number: string | null
  label: string
  unit: PackageUnit
  quantity: number
  remaining: number
  opened_on: string
  expires_on: string | null
  expired_at: Date | null
  held_at: Date | null
  note: string | null
}

const columns = `b.id, b.client_id, coalesce(c.artist_name, c.name) as client_name, b.invoice_id, i.number as invoice_number,
  b.label, b.unit, b.quantity, b.remaining, b.opened_on, b.expires_on, b.expired_at, b.held_at, b.note`
const from = `from package_balances b join clients c on c.id = b.client_id left join invoices i on i.id = b.invoice_id`

export async function findBalance(db: Db, id: number): Promise<Balance | undefined> {
  const [row] = await rowsOf<Balance>(db, `select ${columns} ${from} where b.id = ?`, [id])
  return row
}

/** The same, kept from others until the transaction ends. */
export async function lockBalance(db: Db, id: number): Promise<Balance | undefined> {
  await db.raw('select 1 from package_balances where id = ? for update', [id])
  return findBalance(db, id)
}

/** A client's balances: those with something left first, those that end soonest before others. At most 50. */
export function balancesOfClient(db: Db, client_id: number): Promise<Balance[]> {
  return rowsOf<Balance>(
    db,
    `select ${columns} ${from} where b.client_id = ?
     order by b.remaining > 0 and b.expired_at is null desc, b.expires_on nulls last, b.id desc limit 50`,
    [client_id]
  )
}

/** Packages as the list's filters want them, the latest first, a page at once. Two statements. */
export async function listBalances(db: Db, query: PackagesQuery, today: string): Promise<Page<Balance>> {
  const { sql, bindings } = filtersOf(query, today)
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 1)
  const order = backwards ? 'asc' : 'desc'
  const keyset = edge ? ` and b.id ${backwards ? '>' : '<'} ?` : ''
  const [found, [total]] = await together(db, db => [
    rowsAfresh<Balance>(
      db,
      `select ${columns} ${from} where ${sql}${keyset} order by b.id ${order} limit ${pageSize + 1}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<{ n: number }>(db, `select count(*)::integer as n ${from} where ${sql}`, bindings)
  ])
  const more = found.length > pageSize
  const rows = found.slice(0, pageSize)
  if (backwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    count: total?.n ?? 0,
    next: last && (backwards || more) ? cursor.write(last.id) : undefined,
    previous: first && (backwards ? more : edge) ? cursor.write(first.id) : undefined
  }
}

function filtersOf({ q, state }: PackagesQuery, today: string): { sql: string; bindings: unknown[] } {
  const words = (q ?? '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 6)
  const like = words.map(
    () => `(c.search like '%' || words_of(?) || '%' or words_of(b.label) like '%' || words_of(?) || '%')`
  )
  const states: Record<string, [string, unknown[]]> = {
    active: ['b.remaining > 0 and b.expired_at is null and (b.expires_on is null or b.expires_on >= ?::date)', [today]],
    soon: [
      'b.remaining > 0 and b.expired_at is null and b.expires_on between ?::date and ?::date + 30',
      [today, today]
    ],
    used: ['b.remaining = 0 and b.expired_at is null', []],
    expired: ['(b.expired_at is not null or (b.remaining > 0 and b.expires_on < ?::date))', [today]]
  }
  const [sql, bindings] = states[state ?? 'active'] ?? ['true', []]
  return { sql: [sql, ...like].join(' and '), bindings: [...bindings, ...words.flatMap(word => [word, word])] }
}

/** What ends within 30 days with something left, the soonest first; at most 20. */
export function endingSoon(db: Db, today: string): Promise<Balance[]> {
  return rowsOf<Balance>(
    db,
    `select ${columns} ${from} where b.expired_at is null and b.remaining > 0 and b.held_at is null
       and b.expires_on between ?::date and ?::date + 30 order by b.expires_on, b.id limit 20`,
    [today, today]
  )
}

/** A balance as it is opened. */
export interface Opened {
  client_id: number
  invoice_id: number | null
  invoice_item_id: number | null
  label: string
  unit: PackageUnit
  quantity: number
  opened_on: string
  expires_on: string | null
  note: string | null
}

/** Its id; nothing when that line has one. */
export async function openBalance(db: Db, opened: Opened): Promise<number | undefined> {
  const [row] = await db('package_balances')
    .insert({ ...opened, remaining: opened.quantity })
    .onConflict('invoice_item_id')
    .ignore()
    .returning<{ id: number }[]>('id')
  return row?.id
}

/** A package that an invoice sold, as it opens when that is settled. */
export interface Sold {
  invoice_item_id: number
  client_id: number
  label: string
  unit: PackageUnit
  /** Hours or sessions of one. */
  each: number
  /** How many were sold. */
  pieces: number
  days: number | null
  settled_on: string
}

/**
 * The packages on an issued invoice for which money came in. What a credit note alone settled was not paid; what a
 * corrected invoice repeats is open since the one it corrects.
 */
export function soldOn(db: Db, invoice_id: number): Promise<Sold[]> {
  return rowsOf<Sold>(
    db,
    `select it.id as invoice_item_id, i.client_id, it.label, item.package_unit as unit,
       item.package_quantity::float8 as each, it.quantity::float8 as pieces, item.package_days as days,
       coalesce(i.settled_on, i.issue_date) as settled_on
     from invoices i join invoice_items it on it.invoice_id = i.id join catalogue_items item on item.id = it.item_id
     where i.id = ? and i.state = 'issued' and i.kind in ('invoice', 'corrected') and item.package_unit is not null
       and it.kind = 'line' and it.quantity > 0 and i.open_cents <= 0
       and (i.credited_cents < i.due_cents or i.due_cents = 0)
       and not exists (select from invoice_references r join package_balances b on b.invoice_id = r.refers_to
         where r.invoice_id = i.id)
     order by it.position`,
    [invoice_id]
  )
}

/** Balances of an invoice may be used, or not while it is open again. Those that changed. */
export async function holdBalances(db: Db, invoice_id: number, held: boolean): Promise<number[]> {
  const rows = await db('package_balances')
    .where({ invoice_id })
    .whereRaw(held ? 'held_at is null' : 'held_at is not null')
    .update({ held_at: held ? db.fn.now() : null })
    .returning<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

/** Days a balance may be used until; what was drawn when it ended is open again. */
export async function changeEnd(db: Db, id: number, expires_on: string | null): Promise<void> {
  await db('package_balances').where({ id }).update({ expires_on, expired_at: null })
}

/** Those whose last day is over with something left, kept from others who do the same. */
export function listEnded(db: Db, today: string): Promise<Pick<Balance, 'id' | 'remaining'>[]> {
  return rowsOf(
    db,
    `select id, remaining from package_balances where expired_at is null and remaining > 0 and expires_on < ?
     order by id limit 500 for update skip locked`,
    [today]
  )
}

export async function markEnded(db: Db, id: number): Promise<void> {
  await db('package_balances').where({ id }).update({ expired_at: db.fn.now() })
}

/** One that was not merged into another. */
export async function isClient(db: Db, id: number): Promise<boolean> {
  return (await db('clients').where({ id, merged_into: null }).first('id')) !== undefined
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

/** A merged client's balances are the other's. How many. */
export async function giveToClient(db: Db, from: number, into: number): Promise<number> {
  return db('package_balances').where({ client_id: from }).update({ client_id: into })
}

export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const [row] = await rowsOf<{ n: number }>(
    db,
    'select count(*)::integer as n from package_balances where client_id = ?',
    [client_id]
  )
  return row?.n ?? 0
}

/** What packages are called, for the trail. */
export function namesOf(db: Db, ids: readonly number[]): Promise<{ id: number; label: string }[]> {
  return rowsOf(db, 'select id, label from package_balances where id = any(?)', [ids])
}
