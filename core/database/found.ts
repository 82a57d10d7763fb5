/** A piece of SQL with `?`, and what they stand for. */
export interface Sql {
  sql: string
  bindings: readonly unknown[]
}

/** Rows of a list that a search has found, by ids that it collected before. */
export interface Found {
  /** The tables, the first led by `at` and `id`. */
  from: string
  /** What it is sorted by and the row's id, as an index has them: `s.starts_at`, `s.id`. */
  at: string
  id: string
  /** The other filters. */
  where: Sql
  /** Rows with one of these ids in this column: `s.client_id`. A row may be on both sides. */
  sides: readonly { column: string; ids: readonly number[] }[]
}

/** So many rows are looked at, in their order, before what is wanted is collected by its indexes. */
const far = 5000

/**
 * `id` and `at` of the first `limit` in their order, from `keyset` on. Collected by the sides' indexes and put in order; with
 * `often`, rows in their order are asked first whether they are of the sides, which is a fifth of the work when one in fifty
 * is, and the sides' indexes only serve when that did not fill the page.
 */
export function pageOfFound(
  found: Found,
  { keyset, way, limit, often }: { keyset: Sql; way: 'asc' | 'desc'; limit: number; often: boolean }
): Sql {
  const { from, at, id, where, sides } = found
  const order = `order by at ${way}, id ${way} limit ${limit}`
  const collected = together(found, keyset)
  if (!often) return { sql: `select id, at from (${collected.sql}) hit ${order}`, bindings: collected.bindings }
  // a subquery that PostgreSQL may not turn into a join is hashed once
  const asked = sides.map((_side, at) => `side${at} in (select unnest(?::bigint[]))`).join(' or ')
  return {
    sql: `with met as materialized (
        select id, at from (
          select ${id} as id, ${at} as at, ${sides.map(({ column }, at) => `${column} as side${at}`).join(', ')}
          from ${from} where ${where.sql} ${keyset.sql} order by ${at} ${way}, ${id} ${way} limit ${far}) walked
        where (${asked}) is true limit ${limit})
      select id, at from met where (select count(*) from met) = ${limit}
      union all (select id, at from (${collected.sql}) hit where (select count(*) from met) < ${limit} ${order})`,
    bindings: [...where.bindings, ...keyset.bindings, ...sides.map(({ ids }) => ids), ...collected.bindings]
  }
}

/** How many there are, as `n`, no further than `most`. */
export function countOfFound(found: Found, most: number): Sql {
  const { sql, bindings } = together(found, { sql: '', bindings: [] }, `limit ${most}`)
  return { sql: `select count(*)::integer as n from (select 1 from (${sql}) hit limit ${most}) counted`, bindings }
}

/** The same as a condition, for a statement that reads all of them in an order of its own. */
export function whereFound({ where, sides }: Pick<Found, 'where' | 'sides'>): Sql {
  const either = sides.map(({ column }) => `${column} = any(?::bigint[])`).join(' or ')
  return { sql: `${where.sql} and (${either})`, bindings: [...where.bindings, ...sides.map(({ ids }) => ids)] }
}

/**
 * The rows of all sides, once each. A union tells doubles apart, which takes longer than finding them: it is left out where
 * only one side has ids. `offset 0` keeps PostgreSQL from walking the table in order until it meets them.
 */
function together({ from, at, id, where, sides }: Found, keyset: Sql, limit = ''): Sql {
  const filled = sides.filter(({ ids }) => ids.length > 0)
  const each = filled.map(
    ({ column }) =>
      `(select ${id} as id, ${at} as at from ${from} where ${where.sql} ${keyset.sql} and ${column} = any(?::bigint[])
        offset 0 ${limit})`
  )
  return {
    sql: each.join(' union ') || `select ${id} as id, ${at} as at from ${from} where false`,
    bindings: filled.flatMap(({ ids }) => [...where.bindings, ...keyset.bindings, ids])
  }
}
