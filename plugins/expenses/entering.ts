import { action, conflict, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { removeFile, savePhoto } from '@patchbay/core/storage'
import { listCategories } from './category-queries.ts'
import { ChangeExpenseForm, ExpenseForm, ExpenseIdForm } from './forms.ts'
import type { ExpenseInput } from './forms.ts'
import { payNow } from './paying.ts'
import { priceLines, sumsOf } from './pricing.ts'
import type { Regime } from './pricing.ts'
import {
  addExpense,
  addFile,
  changeExpense,
  listFiles,
  listPayments,
  lockExpense,
  markRecorded,
  removeExpense,
  replaceLines
} from './queries.ts'
import type { Expense, ExpenseFields } from './queries.ts'
import { findSupplier, matchOrAddSupplier, matchSupplier } from './supplier-queries.ts'

/** What the database says of an expense whose number is there already. */
export const constraints = { expenses_number: ['number', 'expenses.errors.duplicate'] } as const

/** Enters a receipt: as a draft, or recorded (and paid) at once by those who may. */
export const addExpenseAction = action({
  name: 'expenses.add',
  permission: 'expenses.write',
  input: ExpenseForm,
  constraints,
  async run(running, { photo, record, paid_on, method, ...input }) {
    const { db, folder, person, tell, can } = running
    const file = photo && (await savePhoto({ db, folder, person }, photo, photoName(input), { most: 2000 }))
    const { fields, lines, sums } = await prepared(running, input)
    const id = await addExpense(
      db,
      { ...fields, ...(file && { received_as: 'image' as const }) },
      lines,
      sums,
      person.id
    )
    if (file) await addFile(db, id, file.id)
    tell('expenses.added', { expense_id: id })
    if (record && can('expenses.record')) await recordNow(running, id)
    if (paid_on)
      await payNow(running, await theirs(running, id), {
        paid_on,
        method,
        cents: null,
        reference: null,
        external: null
      })
    return id
  },
  about: id => ({ expense: id })
})

/** Changes an expense: one's own drafts; those who record may change what is recorded, too. */
export const changeExpenseAction = action({
  name: 'expenses.change',
  permission: 'expenses.write',
  input: ChangeExpenseForm,
  constraints: { ...constraints, expenses_paid: ['', 'expenses.errors.paid_more'] },
  async run(running, { id, version, record, ...input }) {
    const { db, tell, changed, can } = running
    const before = await theirs(running, id)
    if (before.state === 'recorded' && !can('expenses.record')) throw refuse({ '': 'expenses.errors.recorded' })
    if (version !== null && version !== before.version) throw conflict()
    const { fields, lines, sums } = await prepared(running, input, before)
    const after = { ...fields, ...sums, warnings: [] }
    await changeExpense(db, id, after)
    await replaceLines(db, id, lines)
    changed(before, { ...fields, ...sums })
    if (before.state === 'recorded') await checkComplete(running, id)
    else if (record && can('expenses.record')) await recordNow(running, id)
    tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/** Makes a draft count. */
export const recordExpense = action({
  name: 'expenses.record',
  permission: 'expenses.record',
  input: ExpenseIdForm,
  constraints,
  async run(running, { id }) {
    const expense = await theirs(running, id)
    if (expense.state === 'draft') await recordNow(running, id)
    return id
  },
  about: id => ({ expense: id })
})

/** What was recorded is a draft again. What is paid of it stays paid. */
export const reopenExpense = action({
  name: 'expenses.reopen',
  permission: 'expenses.record',
  input: ExpenseIdForm,
  async run(running, { id }) {
    await theirs(running, id)
    await changeExpense(running.db, id, { state: 'draft' })
    running.tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/** Throws a draft away, with its files. */
export const removeExpenseAction = action({
  name: 'expenses.remove',
  permission: 'expenses.write',
  confirm: true,
  input: ExpenseIdForm,
  async run(running, { id }) {
    const { db, folder, tell } = running
    const expense = await theirs(running, id)
    if (expense.state !== 'draft') throw refuse({ '': 'expenses.errors.recorded' })
    if (expense.model_of) throw refuse({ '': 'expenses.errors.is_model' })
    if ((await listPayments(db, id)).length > 0) throw refuse({ '': 'expenses.errors.has_payments' })
    const files = await listFiles(db, id)
    await removeExpense(db, id)
    for (const { file_id } of files) await removeFile({ db, folder }, file_id)
    tell('expenses.changed', { expense_id: id })
    return id
  },
  about: id => ({ expense: id })
})

/** The expense, locked, if this person may see it. @throws notFound */
export async function theirs({ db, can, person }: Running, id: number): Promise<Expense> {
  const found = await lockExpense(db, id, can('expenses.read') ? null : (person.id ?? 0))
  if (!found) throw notFound()
  return found
}

/** A draft counts from now on. Refuses what is not complete. */
async function recordNow(running: Running, id: number): Promise<void> {
  await checkComplete(running, id)
  await markRecorded(running.db, id, running.person.id)
  running.tell('expenses.recorded', { expense_id: id })
}

/** A recorded expense has a supplier, a date, an amount, and a rate when it is in another currency. */
async function checkComplete(running: Running, id: number): Promise<void> {
  const { db } = running
  const expense = await theirs(running, id)
  const missing: Record<string, string> = {}
  if (!expense.supplier_name) missing['supplier_name'] = 'fields.required'
  if (!expense.issue_date) missing['issue_date'] = 'fields.required'
  if (expense.total_cents === 0 && expense.net_cents === 0) missing['lines.0.amount_cents'] = 'fields.required'
  if (expense.currency !== 'EUR' && !expense.exchange_rate) missing['exchange_rate'] = 'fields.required'
  if (Object.keys(missing).length > 0) throw refuse(missing)
  if (expense.supplier_id) return
  const { id: supplier_id } = await matchOrAddSupplier(db, {
    name: expense.supplier_name ?? '',
    siren: expense.supplier_siren,
    vat_number: expense.supplier_vat_number,
    iban: expense.iban,
    ...(expense.supplier_country && { country: expense.supplier_country })
  })
  await changeExpense(db, id, { supplier_id })
}

/** What was typed, with its supplier found and its lines priced. */
async function prepared(
  running: Running,
  {
    lines: typed,
    client_name: _named,
    duplicate_ok,
    supplier_id,
    ...input
  }: Omit<ExpenseInput, 'photo' | 'record' | 'paid_on' | 'method'>,
  before?: Expense
) {
  const supplier = await supplierOf(running, supplier_id, input.supplier_name, before)
  if (input.due_date && input.issue_date && input.due_date < input.issue_date)
    throw refuse({ due_date: 'expenses.errors.due_before' })
  const exchange_rate = input.currency === 'EUR' ? null : input.exchange_rate
  const lines = priceLines(typed, input.with_vat, await regimeOf(running))
  if (input.kind === 'credit_note' && lines.reduce((sum, line) => sum + line.base_cents, 0) > 0)
    throw refuse({ 'lines.0.amount_cents': 'expenses.errors.credit_positive' })
  const fields: Partial<ExpenseFields> = {
    ...input,
    ...supplier,
    exchange_rate,
    exchange_source: exchange_rate === null ? null : input.exchange_source,
    duplicate_ok
  }
  return { fields, lines, sums: sumsOf(lines, exchange_rate) }
}

/** The one that was picked, else the one that is called so; a new one is entered when the expense is recorded. */
async function supplierOf({ db }: Running, id: number | null, name: string | null, before: Expense | undefined) {
  const picked = id === null ? undefined : await findSupplier(db, id)
  if (id !== null && !picked) throw refuse({ supplier_name: 'fields.choice' })
  if (picked && (!name || picked.name === name)) return { supplier_id: picked.id, supplier_name: picked.name }
  if (!name) return { supplier_id: null, supplier_name: null }
  const same = before && before.supplier_name === name
  const named = {
    name,
    siren: same ? before.supplier_siren : null,
    vat_number: same ? before.supplier_vat_number : null
  }
  const found = await matchSupplier(db, named)
  const known = same ? {} : { supplier_siren: null, supplier_vat_number: null }
  return { supplier_id: found?.id ?? null, supplier_name: name, ...known }
}

/** How VAT comes back to this studio: its regime, and what its categories say. */
export async function regimeOf({ db, ask }: Pick<Running, 'db' | 'ask'>): Promise<Regime> {
  const [seller] = await ask('legal.seller', { on: new Date().toISOString().slice(0, 10), language: 'fr' })
  const categories = new Map((await listCategories(db)).map(category => [category.id, category]))
  return { franchise: seller?.vat_regime === 'franchise', categories }
}

const photoName = ({ supplier_name, issue_date }: Pick<ExpenseInput, 'supplier_name' | 'issue_date'>): string =>
  [supplier_name, issue_date].filter(Boolean).join(' ') || 'photo'
