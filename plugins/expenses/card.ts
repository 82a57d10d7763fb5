import { activityOf, centsField, notFound, together } from '@patchbay/core'
import type { FastifyRequest } from 'fastify'
import { mineOf } from './answers.ts'
import { listCategories } from './category-queries.ts'
import { paymentMethods } from './contract.ts'
import { findExpense, listFiles, listLines, listPayments, recentSessions } from './queries.ts'
import type { Expense } from './queries.ts'
import { styles } from './styles.ts'

/** The expense of the address, if this person may see it. @throws notFound */
export async function expenseOf(request: FastifyRequest): Promise<Expense> {
  const mine = mineOf({ can: request.can, person: request.actor })
  const found = await findExpense(request.db, request.recordId(), mine)
  if (!found) throw notFound()
  return found
}

/** All that an expense's page shows. Six statements. */
export async function cardOf(request: FastifyRequest) {
  const expense = await expenseOf(request)
  const [lines, files, payments, categories, activity] = await together(request.db, db => [
    listLines(db, expense.id),
    listFiles(db, expense.id),
    listPayments(db, expense.id),
    listCategories(db),
    activityOf(db, 'expense', expense.id)
  ])
  const title = expense.supplier_name ?? request.words().t('expenses.untitled')
  const today = new Date().toISOString().slice(0, 10)
  const shown = { expense, lines, files, payments, categories, activity, methods: paymentMethods, today }
  return { styles, title, ...shown, what: '', values: {}, errors: {} }
}

/** The form with what was typed. */
export async function formOf(
  request: FastifyRequest,
  values: Record<string, unknown>,
  errors: Record<string, string> = {}
) {
  const chosen = Number(values['session_id']) || null
  const [categories, sessions] = await together(request.db, db => [listCategories(db), recentSessions(db, chosen)])
  const title = request.words().t(request.routeOptions.url?.endsWith('/:id') ? 'expenses.edit' : 'expenses.new')
  const given = values['lines']
  const rows = Array.isArray(given) && given.length > 0 ? given : [{ vat_rate: '2000' }]
  return { styles, title, values, errors, rows: [...rows, {}], categories, sessions, methods: paymentMethods }
}

/** What a new one begins with; the address may fill it in, `?session_id=12`. */
export function newValues(request: FastifyRequest): Record<string, unknown> {
  const { session_id, client_id, client_name, source } = request.query as Record<string, unknown>
  const today = request.words().fmt.field(new Date()).day
  return {
    kind: 'receipt',
    currency: 'EUR',
    with_vat: true,
    issue_date: plainDay(today),
    paid_on: plainDay(today),
    method: 'card',
    session_id,
    client_id,
    client_name,
    source
  }
}

/** An expense as its form shows it. */
export async function valuesOf(request: FastifyRequest, expense: Expense): Promise<Record<string, unknown>> {
  const { locale } = request.words()
  const lines = await listLines(request.db, expense.id)
  return {
    ...expense,
    exchange_rate: expense.exchange_rate === null ? '' : String(expense.exchange_rate).replace('.', ','),
    issue_date: plainDay(expense.issue_date),
    due_date: plainDay(expense.due_date),
    session_id: expense.session_id ?? '',
    lines: lines.map(({ base_cents, vat_cents, ...line }) => ({
      ...line,
      amount_cents: centsField(base_cents + (expense.with_vat ? vat_cents : 0), locale),
      vat_cents: centsField(vat_cents, locale)
    }))
  }
}

/** `2026-11-24` as people write it, `24/11/2026`. */
const plainDay = (day: string | null): string => (day ? day.split('-').toReversed().join('/') : '')
