import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Rate } from './amounts.ts'
import type { Tone } from './contract.ts'

/** An open invoice, as reminders see it. */
export interface LateInvoice {
  id: number
  number: string
  client_id: number
  client_name: string
  language: 'fr' | 'en'
  currency: string
  issue_date: string
  due_date: string
  total_cents: number
  open_cents: number
  /** Since the due date; less than nothing before it. */
  days_late: number
  is_business: boolean
  recipients: string[]
  pdf_file_id: number
  /** Why nobody is reminded: the invoice's own reason, or the client's. */
  stopped_for: string | null
  stopped_whose: 'invoice' | 'client' | null
  last_letter_at: Date | null
  last_tone: Tone | null
  /** Steps that were written or passed over. */
  done_steps: number[]
}

/** Recipients: the invoice's own, else the client's for papers, else the client's address. */
const columns = `i.id, i.number, i.client_id, c.name as client_name, i.language, i.currency, i.issue_date::text as issue_date,
  i.due_date::text as due_date, i.total_cents, i.open_cents, ?::date - i.due_date as days_late,
  coalesce((i.buyer->>'is_business')::boolean, false) as is_business,
  case when i.recipients <> '{}' then i.recipients when b.recipients <> '{}' then b.recipients
    when c.email is not null then array[c.email] else '{}' end as recipients,
  i.pdf_file_id, coalesce(s.reason, b.reminders_stopped_for, case when b.reminders_stopped_at is not null then '' end) as stopped_for,
  case when s.invoice_id is not null then 'invoice' when b.reminders_stopped_at is not null then 'client' end as stopped_whose,
  last.at as last_letter_at, last.tone as last_tone,
  coalesce((select array_agg(step_id) from dunning_letters d where d.invoice_id = i.id and step_id is not null), '{}') as done_steps`

const tables = `invoices i join clients c on c.id = i.client_id left join client_billing b on b.client_id = i.client_id
  left join dunning_stops s on s.invoice_id = i.id
  left join lateral (select at, tone from dunning_letters d where d.invoice_id = i.id and d.state = 'written'
    order by d.id desc limit 1) last on true`

const isOpen = `i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents > 0`

/** Open invoices past their due date, the oldest first, from a cursor on; stopped ones or the others. */
export function listLate(
  db: Db,
  today: string,
  { stopped, after, limit }: { stopped: boolean; after: [string, number] | undefined; limit: number }
): Promise<LateInvoice[]> {
  const off = `(s.invoice_id is not null or b.reminders_stopped_at is not null)`
  return rowsOf<LateInvoice>(
    db,
    `select ${columns} from ${tables}
     where ${isOpen} and i.due_date < ?::date and ${stopped ? off : `not ${off}`}
       ${after ? 'and (i.due_date, i.id) > (?::date, ?::bigint)' : ''}
     order by i.due_date, i.id limit ?`,
    [today, today, ...(after ?? []), limit]
  )
}

/**
 * Open invoices for which a step is due that day, nobody stopped them, nothing came in that day, and the last letter is
 * `gap` days old: at most `limit`, the oldest first, locked for whoever writes the letters.
 */
export function listDue(db: Db, today: string, { gap, limit }: { gap: number; limit: number }): Promise<LateInvoice[]> {
  return rowsOf<LateInvoice>(
    db,
    `select ${columns} from ${tables}
     where ${isOpen} and s.invoice_id is null and b.reminders_stopped_at is null
       and exists (select from dunning_steps p where p.active and p.archived_at is null
         and i.due_date + p.days <= ?::date
         and not exists (select from dunning_letters d where d.invoice_id = i.id and d.step_id = p.id))
       and not exists (select from payment_transactions x where x.invoice_id = i.id and x.day = ?::date)
       and (last.at is null or last.at < now() - make_interval(days => ?))
     order by i.due_date, i.id limit ?
     for update of i skip locked`,
    [today, today, today, gap, limit]
  )
}

/** One open invoice; nothing when it is not open, or there is none. */
export async function findLate(db: Db, today: string, id: number): Promise<LateInvoice | undefined> {
  const [row] = await rowsOf<LateInvoice>(db, `select ${columns} from ${tables} where i.id = ? and ${isOpen}`, [
    today,
    id
  ])
  return row
}

export interface Letter {
  id: number
  invoice_id: number
  step_id: number | null
  state: 'written' | 'skipped' | 'failed'
  reason: 'later_step' | 'no_address' | null
  tone: Tone
  language: 'fr' | 'en'
  recipients: string[]
  subject: string
  body: string
  days_late: number
  open_cents: number
  penalty_cents: number
  fee_cents: number
  currency: string
  mail_key: string | null
  by_id: number | null
  at: Date
}

/** Undefined when that invoice already has one of that step. */
export async function addLetter(db: Db, letter: Omit<Letter, 'id' | 'at'>): Promise<number | undefined> {
  const [row] = await db('dunning_letters')
    .insert(letter)
    .onConflict(['invoice_id', 'step_id'])
    .ignore()
    .returning<{ id: number }[]>('id')
  return row?.id
}

export const findLetter = (db: Db, id: number): Promise<Letter | undefined> =>
  db('dunning_letters').where({ id }).first<Letter | undefined>()

/** Of one invoice, the latest first. */
export const lettersOf = (db: Db, invoice_id: number): Promise<(Letter & { by_name: string | null })[]> =>
  rowsOf(
    db,
    `select d.*, p.name as by_name from dunning_letters d left join people p on p.id = d.by_id
     where d.invoice_id = ? order by d.id desc limit 50`,
    [invoice_id]
  )

export const listRates = (db: Db): Promise<Rate[]> =>
  rowsOf<Rate>(db, 'select valid_from::text as valid_from, rate_bp from dunning_rates order by valid_from desc')

export async function writeRate(db: Db, rate: Rate): Promise<void> {
  await db('dunning_rates').insert(rate).onConflict('valid_from').merge()
}

/** How many letters of open invoices could not be written in the last 30 days. */
export async function countFailed(db: Db): Promise<number> {
  const [row] = await rowsOf<{ failed: number }>(
    db,
    `select count(*)::integer as failed from dunning_letters d join invoices i on i.id = d.invoice_id
     where d.state = 'failed' and d.at > now() - interval '30 days' and i.open_cents > 0`
  )
  return row?.failed ?? 0
}

/** Whether it is now stopped by us; nothing when the invoice is not open. */
export async function writeStop(
  db: Db,
  stop: { invoice_id: number; reason: string; by_id: number | null }
): Promise<void> {
  await db('dunning_stops').insert(stop).onConflict('invoice_id').merge(['reason', 'by_id'])
}

export const removeStop = (db: Db, invoice_id: number): Promise<number> =>
  db('dunning_stops').where({ invoice_id }).delete()

export const findStop = (db: Db, invoice_id: number): Promise<{ reason: string; at: Date } | undefined> =>
  db('dunning_stops').where({ invoice_id }).first<{ reason: string; at: Date } | undefined>('reason', 'at')

/** An issued invoice as it was archived. */
export interface Paper {
  number: string
  client_id: number
  pdf_file_id: number
}

export async function findPaper(db: Db, id: number): Promise<Paper> {
  const paper = await db('invoices')
    .where({ id, state: 'issued' })
    .first<Paper | undefined>('number', 'client_id', 'pdf_file_id')
  if (!paper) throw new Error(`no issued invoice ${id}`)
  return paper
}

export const isIssued = async (db: Db, id: number): Promise<boolean> =>
  (await db('invoices').where({ id, state: 'issued' }).first<{ id: number } | undefined>('id')) !== undefined

/** Names of invoices that letters are about, for a step's page: how often it was used. */
export async function countOfStep(db: Db, step_id: number): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    db,
    `select count(*)::integer as count from dunning_letters where step_id = ? and state = 'written'`,
    [step_id]
  )
  return row?.count ?? 0
}
