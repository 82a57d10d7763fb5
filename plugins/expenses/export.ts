import { rowsAfresh } from '@patchbay/core'
import { csvLines } from '@patchbay/core/csv'
import type { Translate } from '@patchbay/core/i18n'
import type { FastifyRequest } from 'fastify'
import { ExpensesQuery } from './forms.ts'
import { filtersOf } from './list.ts'

interface Exported {
  day: string
  supplier_name: string | null
  number: string | null
  state: string
  due_date: string | null
  currency: string
  code: string | null
  category_label: string | null
  account: string | null
  line_label: string
  vat_rate: number
  base_cents: number
  vat_cents: number
  recoverable_cents: number
  open_cents: number
  settled_on: string | null
}

const columns = [
  'day',
  'supplier',
  'number',
  'state',
  'due_date',
  'category',
  'account',
  'line',
  'currency',
  'net',
  'rate',
  'vat',
  'recoverable',
  'gross',
  'paid_on'
] as const

/** The lines of all expenses that a list with this address shows; at most 50,000. */
export function exportedExpenses(request: FastifyRequest): Promise<Exported[]> {
  const read = ExpensesQuery.safeParse(request.query)
  const { sql, bindings } = filtersOf(read.success ? read.data : ExpensesQuery.parse({}), null)
  return rowsAfresh(
    request.db,
    `select e.day, e.supplier_name, e.number, e.state, e.due_date, e.currency, c.code, c.label as category_label, c.account,
       l.label as line_label, l.vat_rate, l.base_cents, l.vat_cents, l.recoverable_cents, e.open_cents, e.settled_on
     from expenses e join expense_lines l on l.expense_id = e.id left join expense_categories c on c.id = l.category_id
     where ${sql} order by e.day, e.id, l.position limit 50000`,
    bindings
  )
}

/** As spreadsheets in France open it: a line for each line of each expense. */
export function expensesCsv(rows: readonly Exported[], { t }: { t: Translate }): string {
  const heads = columns.map(column => t(`expenses.export.${column}`))
  return csvLines([heads, ...rows.map(row => cells(row, t))])
}

function cells(row: Exported, t: Translate): string[] {
  const category = row.category_label ?? (row.code ? t(`expenses.categories.${row.code}`) : '')
  const { base_cents, vat_cents } = row
  return [
    row.day,
    row.supplier_name ?? '',
    row.number ?? '',
    t(`expenses.states.${row.state}`),
    row.due_date ?? '',
    category,
    row.account ?? '',
    row.line_label,
    row.currency,
    money(base_cents),
    money(row.vat_rate),
    money(vat_cents),
    money(row.recoverable_cents),
    money(base_cents + vat_cents),
    row.settled_on ?? ''
  ]
}

/** Without the apostrophe that a leading minus would get: a number is no formula. */
const money = (cents: number): string => (cents / 100).toFixed(2).replace('.', ',')
