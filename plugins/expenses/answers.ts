import { time, together } from '@patchbay/core'
import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import {
  costOf,
  countOfClient,
  expensesOfClient,
  expensesOfSession,
  expensesOfSource,
  giveExpenses,
  payableExpenses,
  searchBriefs,
  waiting
} from './answer-queries.ts'
import type { Brief } from './answer-queries.ts'
import { costsOf, purchasesOf } from './books.ts'
import { payByBank, unpayByBank } from './paying.ts'
import { everyWord, namesOf } from './queries.ts'
import { searchSuppliers } from './supplier-queries.ts'

/** What expenses say where others ask. Whoever sees only their own sees only their own here. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'sessions.sections'(asking, { session_id }): Promise<Section | undefined> {
    if (!asking.can('expenses.write')) return undefined
    const rows = await expensesOfSession(asking.db, session_id, mineOf(asking))
    return { view: 'expenses/_session', data: { session_id, rows } }
  },
  async 'clients.sections'({ db, can }, { client_id }): Promise<Section | undefined> {
    if (!can('expenses.read')) return undefined
    const rows = await expensesOfClient(db, client_id)
    return rows.length > 0 ? { view: 'expenses/_client', data: { rows } } : undefined
  },
  async 'projects.sections'({ db, can }, { project_id }): Promise<Section | undefined> {
    if (!can('expenses.read')) return undefined
    const source = `project:${project_id}`
    return { view: 'expenses/_project', data: { source, rows: await expensesOfSource(db, source) } }
  },
  async 'projects.spent'({ db, can, t }, { sources, session_ids }) {
    if (!can('expenses.read')) return undefined
    const { cents, count } = await costOf(db, sources, session_ids)
    return count > 0 ? [{ kind: 'cost', label: t('expenses.spent'), cents }] : []
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('expenses.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveExpenses(db, from, into),
  async 'core.today'({ db, can }, { day }): Promise<Section | undefined> {
    if (!can('expenses.record')) return undefined
    const found = await waiting(db, time.addDays(day, 3), 6)
    if (found.drafts.length + found.due.length === 0) return undefined
    return { view: 'expenses/_today', data: { ...found, day } }
  },
  'core.search': hits,
  async 'core.records'(asking, { about }) {
    const ids = about.filter(record => record.startsWith('expense:')).map(record => Number(record.slice(8)))
    if (ids.length === 0 || !asking.can('expenses.write')) return undefined
    const { base, t } = asking
    const named = await namesOf(asking.db, ids, mineOf(asking))
    return Object.fromEntries(
      named.map(one => [`expense:${one.id}`, { label: titleOf(one, t), href: `${base}/expenses/${one.id}` }])
    )
  },
  async 'bank.payable-expenses'({ db, can, base, t }, { until }) {
    if (!can('expenses.read')) return undefined
    const rows = await payableExpenses(db, until)
    return rows.map(row => ({
      expense_id: row.id,
      label: titleOf({ ...row, number: null }, t),
      number: row.number,
      iban: row.iban,
      issue_date: row.issue_date,
      due_date: row.due_date,
      open_cents: row.open_cents,
      currency: row.currency,
      href: `${base}/expenses/${row.id}`
    }))
  },
  'legal.purchases': (asking, period) => purchasesOf(asking, period),
  'legal.costs': (asking, period) => costsOf(asking, period),
  'bank.pay-expense': (_asking, paid) => payByBank(paid),
  'bank.unpay-expense': (_asking, { running, external }) => unpayByBank(running, external)
}

/** Whose expenses are seen: null for all. */
export const mineOf = ({ can, person }: Pick<Asking, 'can' | 'person'>): number | null =>
  can('expenses.read') ? null : (person.id ?? 0)

/** What an expense is called. */
export const titleOf = (
  { supplier_name, number }: { supplier_name: string | null; number: string | null },
  t: Asking['t']
): string => [supplier_name ?? t('expenses.untitled'), number].filter(Boolean).join(' · ')

async function hits(asking: Asking, { text }: { text: string }): Promise<Hit[]> {
  const { db, can, base, t } = asking
  if (!can('expenses.write')) return []
  const mine = mineOf(asking)
  const [briefs, suppliers] = await together(db, db => [
    searchBriefs(db, everyWord('e.search', text), mine, 4),
    mine === null ? searchSuppliers(db, text, 2) : Promise.resolve([])
  ])
  return [
    ...briefs.map(brief => ({
      href: `${base}/expenses/${brief.id}`,
      label: titleOf(brief, t),
      hint: hintOf(asking, brief),
      icon: 'receipt'
    })),
    ...suppliers.map(({ id, name }) => ({
      href: `${base}/expenses/suppliers/${id}`,
      label: name,
      hint: t('expenses.suppliers.one'),
      icon: 'store'
    }))
  ]
}

const hintOf = ({ fmt, t }: Asking, { day, total_cents, currency, state }: Brief): string =>
  [fmt.day(day), fmt.money(total_cents, currency), state === 'draft' ? t('expenses.states.draft') : '']
    .filter(Boolean)
    .join(' · ')
