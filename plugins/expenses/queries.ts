import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ExpenseKind, ExpenseState, PaymentMethod, Recurrence } from './contract.ts'
import type { ExpenseLine, Sums } from './pricing.ts'
import type { Warning } from './reading/invoice.ts'

/** What an expense is, beside its sums. */
export interface ExpenseFields {
  kind: ExpenseKind
  supplier_id: number | null
  supplier_name: string | null
  supplier_siren: string | null
  supplier_vat_number: string | null
  supplier_country: string | null
  iban: string | null
  bic: string | null
  number: string | null
  duplicate_ok: boolean
  order_number: string | null
  refers_to: string | null
  issue_date: string | null
  due_date: string | null
  currency: string
  exchange_rate: number | null
  exchange_source: string | null
  with_vat: boolean
  session_id: number | null
  client_id: number | null
  source: string | null
  note: string | null
  warnings: Warning[]
  prepaid_cents: number
  received_as: 'cii' | 'ubl' | 'pdf' | 'xml' | 'image' | null
  received_sha256: Buffer | null
  recurrence_id: number | null
  recurrence_on: string | null
}

/** An expense as its page shows it. */
export interface Expense extends ExpenseFields, Sums {
  id: number
  state: ExpenseState
  paid_cents: number
  open_cents: number
  settled_on: string | null
  version: number
  created_by: number | null
  created_name: string | null
  created_at: Date
  client_name: string | null
  session_title: string | null
  session_at: Date | null
  /** What it recurs by, when it is the model of that. */
  model_of: number | null
}

const shown = `e.id, e.state, e.kind, e.supplier_id, e.supplier_name, e.supplier_siren, e.supplier_vat_number,
  e.supplier_country, e.iban, e.bic, e.number, e.duplicate_ok, e.order_number, e.refers_to, e.issue_date, e.due_date,
  e.currency, e.exchange_rate::float8 as exchange_rate, e.exchange_source, e.with_vat, e.session_id, e.client_id,
  e.source, e.note, e.warnings, e.prepaid_cents, e.received_as, e.received_sha256, e.recurrence_id, e.recurrence_on,
  e.net_cents, e.vat_cents, e.total_cents, e.recoverable_cents, e.eur_net_cents, e.eur_total_cents, e.paid_cents,
  e.open_cents, e.settled_on, e.version, e.created_by, p.name as created_name, e.created_at,
  coalesce(c.artist_name, c.name) as client_name, s.title as session_title, s.starts_at as session_at,
  (select r.id from expense_recurrences r where r.expense_id = e.id and r.stopped_at is null) as model_of`
const from = `from expenses e left join people p on p.id = e.created_by left join clients c on c.id = e.client_id
  left join sessions s on s.id = e.session_id`

/** One expense; `mine` narrows it to those of a person. */
export async function findExpense(db: Db, id: number, mine: number | null): Promise<Expense | undefined> {
  const [found] = await rowsOf<Expense>(
    db,
    `select ${shown} ${from} where e.id = ? and (?::bigint is null or e.created_by = ?)`,
    [id, mine, mine]
  )
  return found
}

/** The same, kept from changing until the transaction ends. */
export async function lockExpense(db: Db, id: number, mine: number | null): Promise<Expense | undefined> {
  await rowsOf(db, 'select id from expenses where id = ? for update', [id])
  return findExpense(db, id, mine)
}

/** The expense that a file became. */
export async function idOfFile(db: Db, sha256: Buffer): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(db, 'select id from expenses where received_sha256 = ?', [sha256])
  return row?.id
}

export async function addExpense(
  db: Db,
  fields: Partial<ExpenseFields>,
  lines: readonly ExpenseLine[],
  sums: Sums,
  person_id: number | null
): Promise<number> {
  const [row] = await db('expenses')
    .insert({
      ...fields,
      warnings: JSON.stringify(fields.warnings ?? []),
      ...sums,
      created_by: db('people')
        .where({ id: person_id ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  const id = row?.id ?? 0
  await addLines(db, id, lines)
  return id
}

export async function changeExpense(
  db: Db,
  id: number,
  { warnings, ...fields }: Partial<ExpenseFields & Sums & { state: ExpenseState }>
): Promise<void> {
  await db('expenses')
    .where({ id })
    .update({
      ...fields,
      ...(warnings && { warnings: JSON.stringify(warnings) }),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })
}

export async function replaceLines(db: Db, expense_id: number, lines: readonly ExpenseLine[]): Promise<void> {
  await db('expense_lines').where({ expense_id }).delete()
  await addLines(db, expense_id, lines)
}

async function addLines(db: Db, expense_id: number, lines: readonly ExpenseLine[]): Promise<void> {
  if (lines.length > 0)
    await db('expense_lines').insert(lines.map((line, position) => ({ ...line, expense_id, position })))
}

export const markRecorded = (db: Db, id: number, person_id: number | null): Promise<number> =>
  db('expenses')
    .where({ id })
    .update({
      state: 'recorded',
      recorded_at: db.fn.now(),
      recorded_by: db('people')
        .where({ id: person_id ?? 0 })
        .select('id'),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })

export const removeExpense = (db: Db, id: number): Promise<number> => db('expenses').where({ id }).delete()

export const listLines = (db: Db, expense_id: number): Promise<ExpenseLine[]> =>
  rowsOf(
    db,
    `select label, category_id, vat_category, vat_rate, base_cents, vat_cents, recoverable_bp, recoverable_cents
     from expense_lines where expense_id = ? order by position`,
    [expense_id]
  )

export interface ExpenseFile {
  file_id: number
  name: string
  media_type: string
  bytes: number
}

export const listFiles = (db: Db, expense_id: number): Promise<ExpenseFile[]> =>
  rowsOf(
    db,
    `select x.file_id, f.name, f.media_type, f.bytes from expense_files x join files f on f.id = x.file_id
     where x.expense_id = ? order by x.position`,
    [expense_id]
  )

export async function addFile(db: Db, expense_id: number, file_id: number): Promise<void> {
  const next = db('expense_files').where({ expense_id }).select(db.raw('coalesce(max(position), 0) + 1'))
  await db('expense_files').insert({ expense_id, file_id, position: next })
}

/** False: it is none of this expense. */
export const dropFile = async (db: Db, expense_id: number, file_id: number): Promise<boolean> =>
  (await db('expense_files').where({ expense_id, file_id }).delete()) > 0

export interface Payment {
  id: number
  cents: number
  eur_cents: number
  paid_on: string
  method: PaymentMethod
  reference: string | null
  external: string | null
  person_name: string | null
}

export const listPayments = (db: Db, expense_id: number): Promise<Payment[]> =>
  rowsOf(
    db,
    `select x.id, x.cents, x.eur_cents, x.paid_on, x.method, x.reference, x.external, p.name as person_name
     from expense_payments x left join people p on p.id = x.created_by where x.expense_id = ? order by x.paid_on, x.id`,
    [expense_id]
  )

export interface RecurrenceRow {
  id: number
  every: Recurrence
  day: number
  next_on: string
  until: string | null
  stopped_at: Date | null
  expense_id: number
}

/** Names of those of these expenses that this person may see. */
export function namesOf(
  db: Db,
  ids: readonly number[],
  mine: number | null
): Promise<{ id: number; supplier_name: string | null; number: string | null }[]> {
  return rowsOf(
    db,
    'select id, supplier_name, number from expenses where id = any(?) and (?::bigint is null or created_by = ?)',
    [ids, mine, mine]
  )
}

/** True where each word of `text` stands in `column`, which is folded. */
export function everyWord(column: string, text: string): { sql: string; bindings: string[] } {
  const words = text
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, 8)
  if (words.length === 0) return { sql: 'true', bindings: [] }
  return { sql: words.map(() => `${column} like '%' || fold(?) || '%'`).join(' and '), bindings: words }
}

/** Sessions that an expense may have been for: the last ones, and those of the week to come. */
export const recentSessions = (
  db: Db,
  chosen: number | null
): Promise<{ id: number; title: string | null; client_name: string | null; starts_at: Date }[]> =>
  rowsOf(
    db,
    `select s.id, s.title, coalesce(c.artist_name, c.name) as client_name, s.starts_at
     from sessions s left join clients c on c.id = s.client_id
     where s.id = ? or s.id in (select id from sessions where state in ('confirmed', 'in_progress', 'completed')
       and starts_at between now() - interval '60 days' and now() + interval '7 days' order by starts_at desc limit 60)
     order by s.starts_at desc`,
    [chosen]
  )
