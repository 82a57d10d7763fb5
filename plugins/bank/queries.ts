import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { AsideCategory, LineState } from './contract.ts'
import type { Meaning } from './csv-statement.ts'
import type { StatementLine } from './statement.ts'

export interface Account {
  id: number
  name: string
  iban: string | null
  currency: string
  columns: Record<string, Meaning[]>
  balance_cents: number | null
  balance_on: string | null
  archived_at: Date | null
}

export const listAccounts = (db: Db): Promise<Account[]> =>
  rowsOf(
    db,
    `select id, name, iban, currency, columns, balance_cents, balance_on, archived_at from bank_accounts
     order by archived_at is not null, id`
  )

export async function addAccount(db: Db, fields: Partial<Account>): Promise<Account> {
  const [row] = await db('bank_accounts').insert(fields).returning<Account[]>('*')
  if (!row) throw new Error('insert gave no row')
  return row
}

/** False: there is none. */
export const changeAccount = async (db: Db, id: number, { columns, ...fields }: Partial<Account>): Promise<boolean> =>
  (await db('bank_accounts')
    .where({ id })
    .update({ ...fields, ...(columns && { columns: JSON.stringify(columns) }) })) > 0

/** The account, kept from taking in two files at once until the transaction ends. */
export async function lockAccount(db: Db, id: number): Promise<Account | undefined> {
  const [found] = await rowsOf<Account>(db, 'select * from bank_accounts where id = ? for update', [id])
  return found
}

export interface Import {
  id: number
  account_id: number
  format: 'csv' | 'camt'
  heads: string[]
  rows: string[][] | null
}

export async function addImport(
  db: Db,
  { account_id, format, heads = [], rows = null }: Omit<Import, 'id' | 'heads' | 'rows'> & Partial<Import>,
  person_id: number | null
): Promise<number> {
  const [row] = await db('bank_imports')
    .insert({
      account_id,
      format,
      heads: JSON.stringify(heads),
      rows: rows && JSON.stringify(rows),
      created_by: db('people')
        .where({ id: person_id ?? 0 })
        .select('id')
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** A file that waits for its columns to be named. */
export async function findWaiting(db: Db, id: number): Promise<Import | undefined> {
  const [found] = await rowsOf<Import>(
    db,
    `select id, account_id, format, heads, rows from bank_imports
     where id = ? and rows is not null and created_at > now() - interval '1 day'`,
    [id]
  )
  return found
}

export const finishImport = (db: Db, id: number, added: number, known: number): Promise<number> =>
  db('bank_imports').where({ id }).update({ added, known, rows: null })

/** What was uploaded and never said yes to. */
export const forgetImports = async (db: Db): Promise<void> => {
  await db('bank_imports').whereNotNull('rows').whereRaw("created_at < now() - interval '1 day'").update({ rows: null })
}

/** What of these days is there from files of another format: how many lines of each day and amount. */
export const otherFormat = (
  db: Db,
  account_id: number,
  format: string,
  from: string,
  until: string
): Promise<{ booked_on: string; cents: number; n: number }[]> =>
  rowsOf(
    db,
    `select booked_on, cents, count(*)::integer as n from bank_lines
     where account_id = ? and format <> ? and booked_on between ? and ? group by 1, 2`,
    [account_id, format, from, until]
  )

/** Adds what is not there yet; the answer is the ids of those. */
export async function addLines(
  db: Db,
  about: { account_id: number; import_id: number; format: string },
  lines: readonly (StatementLine & { identity: string })[]
): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < lines.length; at += 500) {
    const rows = lines.slice(at, at + 500).map(({ bank_reference: _reference, ...line }) => ({ ...about, ...line }))
    const added = await db('bank_lines')
      .insert(rows)
      .onConflict(['account_id', 'identity'])
      .ignore()
      .returning<{ id: number }[]>('id')
    ids.push(...added.map(({ id }) => id))
  }
  return ids
}

/** The likeliest thing a line paid. */
export interface Proposal {
  kind: 'invoice' | 'expense'
  id: number
  label: string
  cents: number
  reasons: string[]
}

export interface Line {
  id: number
  account_id: number
  account_name: string
  booked_on: string
  value_on: string | null
  cents: number
  currency: string
  label: string
  counterparty: string | null
  counterparty_iban: string | null
  reference: string | null
  state: LineState
  category: AsideCategory | null
  note: string | null
  attempt: number
  proposal: Proposal | null
  score: number | null
}

export const lineColumns = `l.id, l.account_id, a.name as account_name, l.booked_on, l.value_on, l.cents, l.currency, l.label,
  l.counterparty, l.counterparty_iban, l.reference, l.state, l.category, l.note, l.attempt, l.proposal, l.score`

export async function findLine(db: Db, id: number): Promise<Line | undefined> {
  const [found] = await rowsOf<Line>(
    db,
    `select ${lineColumns} from bank_lines l join bank_accounts a on a.id = l.account_id where l.id = ?`,
    [id]
  )
  return found
}

/** The same, kept from changing until the transaction ends. */
export async function lockLine(db: Db, id: number): Promise<Line | undefined> {
  await rowsOf(db, 'select id from bank_lines where id = ? for update', [id])
  return findLine(db, id)
}

/** Money that came in and that nobody has said yet what for, the newest first. */
export const openCredits = (db: Db, ids: readonly number[] | null, limit: number): Promise<Line[]> =>
  rowsOf(
    db,
    `select ${lineColumns} from bank_lines l join bank_accounts a on a.id = l.account_id
     where l.state = 'open' and l.cents > 0 and (?::bigint[] is null or l.id = any(?)) order by l.booked_on desc, l.id desc limit ?`,
    [ids, ids, limit]
  )

export async function changeLine(
  db: Db,
  id: number,
  { proposal, ...fields }: Partial<Pick<Line, 'state' | 'category' | 'note' | 'attempt' | 'proposal' | 'score'>>
): Promise<void> {
  await db('bank_lines')
    .where({ id })
    .update({ ...fields, ...(proposal !== undefined && { proposal: proposal && JSON.stringify(proposal) }) })
}

export interface Match {
  id: number
  line_id: number
  invoice_id: number | null
  expense_id: number | null
  label: string
  cents: number
  external: string
}

export const listMatches = (db: Db, line_ids: readonly number[]): Promise<Match[]> =>
  rowsOf(
    db,
    'select id, line_id, invoice_id, expense_id, label, cents, external from bank_matches where line_id = any(?) order by id',
    [line_ids]
  )

export async function addMatches(db: Db, rows: readonly Omit<Match, 'id'>[], person_id: number | null): Promise<void> {
  const created_by = db('people')
    .where({ id: person_id ?? 0 })
    .select('id')
  if (rows.length > 0) await db('bank_matches').insert(rows.map(row => ({ ...row, created_by })))
}

export const removeMatches = (db: Db, line_id: number): Promise<number> =>
  db('bank_matches').where({ line_id }).delete()

/** Issued invoices by id or number, with whose they are. */
export const findInvoices = (
  db: Db,
  ids: readonly number[],
  number: string | null
): Promise<{ id: number; number: string; client_id: number; open_cents: number; currency: string }[]> =>
  rowsOf(
    db,
    `select id, number, client_id, open_cents, currency from invoices
     where state = 'issued' and kind <> 'credit_note' and (id = any(?) or lower(number) = lower(?::text)) order by id for update`,
    [ids, number]
  )

/** How many lines there are of each state, and how many of the open ones are sure. */
export async function countLines(db: Db): Promise<{ open: number; matched: number; aside: number; sure: number }> {
  const [row] = await rowsOf<{ open: number; matched: number; aside: number; sure: number }>(
    db,
    `select count(*) filter (where state = 'open')::integer as open, count(*) filter (where state = 'matched')::integer as matched,
       count(*) filter (where state = 'aside')::integer as aside,
       count(*) filter (where state = 'open' and score >= 95)::integer as sure from bank_lines`
  )
  return row ?? { open: 0, matched: 0, aside: 0, sure: 0 }
}
