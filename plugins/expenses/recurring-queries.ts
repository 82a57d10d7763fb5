import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { RecurrenceRow } from './queries.ts'

export async function addRecurrence(
  db: Db,
  fields: Omit<RecurrenceRow, 'id' | 'stopped_at'>,
  person_id: number | null
): Promise<void> {
  await db('expense_recurrences').insert({
    ...fields,
    created_by: db('people')
      .where({ id: person_id ?? 0 })
      .select('id')
  })
}

/** False: it does not recur. */
export const stopRecurrence = async (db: Db, expense_id: number): Promise<boolean> =>
  (await db('expense_recurrences').where({ expense_id, stopped_at: null }).update({ stopped_at: db.fn.now() })) > 0

/** What is due, locked: two clocks never make one draft twice. */
export const dueRecurrences = (db: Db, today: string): Promise<RecurrenceRow[]> =>
  rowsOf(
    db,
    `select id, every, day, next_on, until, stopped_at, expense_id from expense_recurrences
     where stopped_at is null and next_on <= ? order by id for update skip locked`,
    [today]
  )

/** The draft of a day, a copy of the model but for its number and payment; undefined when it is there already. */
export async function copyOf(db: Db, recurrence_id: number, model_id: number, on: string): Promise<number | undefined> {
  const [row] = await rowsOf<{ id: number }>(
    db,
    `insert into expenses (kind, supplier_id, supplier_name, supplier_siren, supplier_vat_number, supplier_country, iban,
       bic, issue_date, due_date, currency, exchange_rate, exchange_source, with_vat, net_cents, vat_cents, total_cents,
       recoverable_cents, eur_net_cents, eur_total_cents, session_id, client_id, source, note, created_by, recurrence_id,
       recurrence_on)
     select kind, supplier_id, supplier_name, supplier_siren, supplier_vat_number, supplier_country, iban, bic, ?::date,
       ?::date + (due_date - issue_date), currency, exchange_rate, exchange_source, with_vat, net_cents, vat_cents,
       total_cents, recoverable_cents, eur_net_cents, eur_total_cents, null, client_id, source, note, created_by, ?, ?::date
     from expenses where id = ?
     on conflict on constraint expenses_recurs_once do nothing returning id`,
    [on, on, recurrence_id, on, model_id]
  )
  if (!row) return undefined
  await rowsOf(
    db,
    `insert into expense_lines (expense_id, position, label, category_id, vat_category, vat_rate, base_cents, vat_cents,
       recoverable_bp, recoverable_cents)
     select ?, position, label, category_id, vat_category, vat_rate, base_cents, vat_cents, recoverable_bp, recoverable_cents
     from expense_lines where expense_id = ?`,
    [row.id, model_id]
  )
  return row.id
}

export async function moveOn(db: Db, id: number, next_on: string, over: boolean): Promise<void> {
  await db('expense_recurrences')
    .where({ id })
    .update({ next_on, ...(over && { stopped_at: db.fn.now() }) })
}

/** What recurs, and when it comes next. */
export interface Recurring extends RecurrenceRow {
  supplier_name: string | null
  total_cents: number
  currency: string
  made: number
}

export const listRecurring = (db: Db): Promise<Recurring[]> =>
  rowsOf(
    db,
    `select r.id, r.every, r.day, r.next_on, r.until, r.stopped_at, r.expense_id, e.supplier_name, e.total_cents, e.currency,
       (select count(*)::integer from expenses d where d.recurrence_id = r.id) as made
     from expense_recurrences r join expenses e on e.id = r.expense_id
     order by r.stopped_at is not null, r.next_on, r.id limit 200`
  )
