import { cursor, list, pageSize, rowsAfresh, together } from '@patchbay/core'
import type { Db, Page } from '@patchbay/core'
import type { ExpenseKind, ExpenseState } from './contract.ts'
import { ExpensesQuery, SuppliersQuery } from './forms.ts'
import { everyWord } from './queries.ts'
import { countSuppliers, listSupplierRows } from './supplier-queries.ts'

/** A line of the list. */
export interface ExpenseRow {
  id: number
  state: ExpenseState
  kind: ExpenseKind
  day: string
  due_date: string | null
  supplier_name: string | null
  number: string | null
  currency: string
  total_cents: number
  eur_total_cents: number
  open_cents: number
  /** Its first line's, by code or label; and how many others there are. */
  category_code: string | null
  category_label: string | null
  categories: number
  files: number
  warned: boolean
}

/** A page with what all of the filter comes to, in cents of EUR. */
export interface ExpensesPage extends Page<ExpenseRow> {
  sums: { net_cents: number; recoverable_cents: number; total_cents: number; open_cents: number }
}

/** Every expense of the studio. */
export const expensesList = list({
  name: 'expenses.list',
  permission: 'expenses.read',
  query: ExpensesQuery,
  run: (db, query): Promise<ExpensesPage> => listExpenses(db, query, null)
})

/** One's own. */
export const ownExpensesList = list({
  name: 'expenses.own',
  permission: 'expenses.write',
  query: ExpensesQuery,
  run: (db, query, { person }): Promise<ExpensesPage> => listExpenses(db, query, person.id ?? 0)
})

/** Suppliers by name. */
export const suppliersList = list({
  name: 'expenses.suppliers',
  permission: 'expenses.read',
  query: SuppliersQuery,
  async run(db, { q, after, before }) {
    const backwards = !after && Boolean(before)
    const edge = cursor.read(after ?? before ?? undefined, 2)
    const [found, count] = await together(db, db => [
      listSupplierRows(db, { q, edge, backwards, limit: pageSize + 1 }),
      countSuppliers(db, q)
    ])
    return pageOf(found, count, backwards, Boolean(edge), row => cursor.write(row.name, row.id))
  }
})

const row = `e.id, e.state, e.kind, e.day, e.due_date, e.supplier_name, e.number, e.currency, e.total_cents,
  e.eur_total_cents, e.open_cents, k.code as category_code, k.label as category_label, k.categories,
  (select count(*)::integer from expense_files f where f.expense_id = e.id) as files, e.warnings <> '[]' as warned`
const kinds = `left join lateral (select c.code, c.label, count(*) over ()::integer as categories
  from (select distinct on (category_id) category_id, position from expense_lines where expense_id = e.id) l
  join expense_categories c on c.id = l.category_id order by l.position limit 1) k on true`
const columns = { date: 'e.day', due: 'e.due_day', total: 'e.eur_total_cents' } as const

async function listExpenses(db: Db, query: ExpensesQuery, mine: number | null): Promise<ExpensesPage> {
  const { sql, bindings } = filtersOf(query, mine)
  const sort = query.sort ?? '-date'
  const column = columns[sort.replace('-', '') as keyof typeof columns]
  const backwards = !query.after && Boolean(query.before)
  const edge = cursor.read(query.after ?? query.before ?? undefined, 2)
  const ascending = sort.startsWith('-') === backwards
  const typed = column === 'e.eur_total_cents' ? '?::bigint' : '?::date'
  const keyset = edge ? ` and (${column}, e.id) ${ascending ? '>' : '<'} (${typed}, ?)` : ''
  const order = ascending ? 'asc' : 'desc'
  const [found, [sums]] = await together(db, db => [
    rowsAfresh<ExpenseRow & { place: string }>(
      db,
      `select ${row}, ${column}::text as place from (
         select e.* from expenses e where ${sql}${keyset} order by ${column} ${order}, e.id ${order} limit ${pageSize + 1}
       ) e ${kinds} order by ${column} ${order}, e.id ${order}`,
      [...bindings, ...(edge ?? [])]
    ),
    rowsAfresh<ExpensesPage['sums'] & { n: number }>(
      db,
      `select count(*)::integer as n, coalesce(sum(eur_net_cents), 0)::bigint as net_cents,
         coalesce(sum(recoverable_cents), 0)::bigint as recoverable_cents,
         coalesce(sum(eur_total_cents), 0)::bigint as total_cents,
         coalesce(sum(case when total_cents = 0 then 0 else round(eur_total_cents::numeric * open_cents / total_cents) end)
           filter (where state = 'recorded'), 0)::bigint as open_cents
       from expenses e where ${sql}`,
      bindings
    )
  ])
  const { n = 0, ...rest } = sums ?? { net_cents: 0, recoverable_cents: 0, total_cents: 0, open_cents: 0 }
  const page = pageOf(found, n, backwards, Boolean(edge), one => cursor.write(one.place, one.id))
  return { ...page, rows: page.rows.map(({ place: _place, ...one }) => one), sums: rest }
}

/** Cuts the row too many, turns a page read backwards, and notes where its neighbours begin. */
function pageOf<Row>(
  found: readonly Row[],
  count: number,
  backwards: boolean,
  within: boolean,
  write: (row: Row) => string
): { rows: Row[]; count: number; next?: string | undefined; previous?: string | undefined } {
  const more = found.length > pageSize
  const cut = found.slice(0, pageSize)
  const rows = backwards ? cut.toReversed() : cut
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    rows,
    count,
    next: last && (backwards || more) ? write(last) : undefined,
    previous: first && (backwards ? more : within) ? write(first) : undefined
  }
}

/** What the filters of a list leave, as a condition on `expenses e`. */
export function filtersOf(query: ExpensesQuery, mine: number | null): { sql: string; bindings: unknown[] } {
  const words = everyWord('e.search', query.q ?? '')
  const wanted: [sql: string, ...values: unknown[]][] = [[words.sql, ...words.bindings]]
  if (mine !== null) wanted.push(['e.created_by = ?', mine])
  if (query.state) wanted.push(['e.state = ?', query.state])
  if (query.paid === 'yes') wanted.push(["e.state = 'recorded' and e.open_cents = 0"])
  if (query.paid === 'no') wanted.push(["e.state = 'recorded' and e.open_cents <> 0"])
  if (query.paid === 'late') wanted.push(["e.state = 'recorded' and e.open_cents > 0 and e.due_day < current_date"])
  if (query.supplier) wanted.push(['e.supplier_id = ?', query.supplier])
  if (query.session) wanted.push(['e.session_id = ?', query.session])
  if (query.category)
    wanted.push([
      'exists (select from expense_lines l where l.expense_id = e.id and l.category_id = ?)',
      query.category
    ])
  if (query.month)
    wanted.push(["e.day >= ?::date and e.day < ?::date + interval '1 month'", `${query.month}-01`, `${query.month}-01`])
  return {
    sql: wanted.map(([sql]) => sql).join(' and '),
    bindings: wanted.flatMap(([, ...values]) => values)
  }
}
