import { action, notFound, refuse } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { decodeText } from '@patchbay/core/csv'
import type { Statement } from './camt.ts'
import { csvLinesOf, guess, lacking, readCsvFile, signatureOf } from './csv-statement.ts'
import type { Meaning } from './csv-statement.ts'
import { AccountForm, ChangeAccountForm, ColumnsForm, StatementForm } from './forms.ts'
import { proposeFor } from './proposing.ts'
import {
  addAccount,
  addImport,
  addLines,
  changeAccount,
  findWaiting,
  finishImport,
  listAccounts,
  lockAccount,
  otherFormat
} from './queries.ts'
import type { Account } from './queries.ts'
import { identitiesOf } from './statement.ts'
import type { StatementLine } from './statement.ts'

/** What came of a file: how many of its lines are new; `waiting` is a file whose columns must be named first. */
export interface Imported {
  waiting: number | null
  added: number
  known: number
}

/** Takes in a statement, CAMT.053 or CSV. A line that is there already, by this file or another, is left as it is. */
export const readStatement = action({
  name: 'bank.read_statement',
  permission: 'bank.write',
  input: StatementForm,
  secret: ['file'],
  most_bytes: 14_000_000,
  async run(running, { account_id, file }): Promise<Imported> {
    if (/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</.test(file.toString('latin1', 0, 200)))
      return readXmlStatement(running, file, account_id)
    const csv = readCsvFile(decodeText(file))
    if ('wrong' in csv) throw refuse({ file: csv.wrong })
    const account = await accountOf(running, account_id)
    const columns = account.columns[signatureOf(csv.heads)]
    const import_id = await addImport(running.db, { account_id: account.id, format: 'csv', ...csv }, running.person.id)
    const lines = columns && csvLinesOf(csv.rows, columns, account.currency)
    if (!lines || lines.includes(null)) return { waiting: import_id, added: 0, known: 0 }
    return takeIn(
      running,
      account,
      import_id,
      'csv',
      lines.filter(line => line !== null)
    )
  },
  about: ({ waiting }) => ({ bank_import: waiting })
})

/** Says what the columns of a file mean, for this one and those to come. */
export const nameColumns = action({
  name: 'bank.name_columns',
  permission: 'bank.write',
  input: ColumnsForm,
  async run(running, { id, columns, leave_errors }): Promise<Imported> {
    const { db } = running
    const waiting = await findWaiting(db, id)
    if (!waiting?.rows) throw notFound('bank.errors.gone')
    if (columns.length !== waiting.heads.length) throw refuse({ columns: 'fields.invalid' })
    const missing = lacking(columns)
    if (missing) throw refuse({ columns: missing })
    const account = await accountOf(running, waiting.account_id)
    const lines = csvLinesOf(waiting.rows, columns, account.currency)
    const n = lines.filter(line => line === null).length
    if (n === lines.length) throw refuse({ columns: 'bank.errors.no_lines' })
    if (n > 0 && !leave_errors) throw refuse({ leave_errors: { key: 'bank.errors.lines', values: { n } } })
    await changeAccount(db, account.id, { columns: { ...account.columns, [signatureOf(waiting.heads)]: columns } })
    return takeIn(
      running,
      account,
      id,
      'csv',
      lines.filter(line => line !== null)
    )
  },
  about: (_result, { id }) => ({ bank_import: id })
})

export const addAccountAction = action({
  name: 'bank.add_account',
  permission: 'bank.write',
  input: AccountForm,
  constraints: { bank_accounts_iban_key: ['iban', 'bank.errors.iban_taken'] },
  run: async ({ db }, fields) => (await addAccount(db, fields)).id,
  about: id => ({ bank_account: id })
})

export const changeAccountAction = action({
  name: 'bank.change_account',
  permission: 'bank.write',
  input: ChangeAccountForm,
  constraints: { bank_accounts_iban_key: ['iban', 'bank.errors.iban_taken'] },
  async run({ db, changed }, { id, archived, ...fields }) {
    const before = await lockAccount(db, id)
    if (!before) throw notFound()
    await changeAccount(db, id, { ...fields, archived_at: archived ? (before.archived_at ?? new Date()) : null })
    changed(before, fields)
    return id
  },
  about: id => ({ bank_account: id })
})

/** What the columns of a file that waits look like they mean: as they were named before, or by their heads. */
export const columnsOf = (heads: readonly string[], account: Account | undefined): Meaning[] =>
  account?.columns[signatureOf(heads)] ?? guess(heads)

async function readXmlStatement(running: Running, file: Buffer, account_id: number | null): Promise<Imported> {
  // a parser that most processes never need
  const { readCamt } = await import('./camt.ts')
  const statements = readCamt(file)
  if ('wrong' in statements) throw refuse({ file: statements.wrong })
  const sum: Imported = { waiting: null, added: 0, known: 0 }
  for (const statement of statements) {
    const account = await accountOfIban(running, statement, account_id)
    const import_id = await addImport(running.db, { account_id: account.id, format: 'camt' }, running.person.id)
    const { added, known } = await takeIn(running, account, import_id, 'camt', statement.lines)
    sum.added += added
    sum.known += known
    const { balance } = statement
    if (balance && (!account.balance_on || balance.on >= account.balance_on))
      await changeAccount(running.db, account.id, { balance_cents: balance.cents, balance_on: balance.on })
  }
  return sum
}

/** The account picked, or the only one there is; the first file makes the first account. */
async function accountOf({ db, t, studio }: Running, id: number | null): Promise<Account> {
  const accounts = (await listAccounts(db)).filter(one => !one.archived_at)
  const only = id === null && accounts.length === 1 ? accounts[0] : accounts.find(one => one.id === id)
  if (only) return (await lockAccount(db, only.id)) ?? only
  if (id !== null || accounts.length > 0) throw refuse({ account_id: 'bank.errors.which_account' })
  return addAccount(db, { name: t('bank.first_account'), iban: null, currency: studio.currency })
}

/** A statement in CAMT says whose it is: an account that is not known yet is added. */
async function accountOfIban(running: Running, { iban, currency }: Statement, id: number | null): Promise<Account> {
  if (!iban) return accountOf(running, id)
  const found = (await listAccounts(running.db)).find(one => one.iban === iban)
  if (found) return (await lockAccount(running.db, found.id)) ?? found
  return addAccount(running.db, { name: `${iban.slice(0, 4)} … ${iban.slice(-4)}`, iban, currency })
}

/** Adds the lines that are not there yet, and looks what they may have paid. */
async function takeIn(
  running: Running,
  account: Account,
  import_id: number,
  format: 'csv' | 'camt',
  lines: readonly StatementLine[]
): Promise<Imported> {
  const { db, tell } = running
  if (lines.length === 0) throw refuse({ file: 'bank.errors.empty' })
  const named = identitiesOf(lines).map((identity, at) => ({ identity, line: lines[at] as StatementLine }))
  const fresh = await withoutTwins(db, account.id, format, named)
  const ids = await addLines(db, { account_id: account.id, import_id, format }, fresh)
  const known = lines.length - ids.length
  await finishImport(db, import_id, ids.length, known)
  await proposeFor(running, ids)
  tell('bank.changed', { line_id: null })
  return { waiting: null, added: ids.length, known }
}

/**
 * Files of another format name lines otherwise: where as many of a day and an amount are there from one, those are the
 * same lines.
 */
async function withoutTwins(
  db: Running['db'],
  account_id: number,
  format: 'csv' | 'camt',
  named: readonly { identity: string; line: StatementLine }[]
) {
  const days = named.map(({ line }) => line.booked_on).toSorted()
  const there = await otherFormat(db, account_id, format, days[0] ?? '', days.at(-1) ?? '')
  const left = new Map(there.map(({ booked_on, cents, n }) => [`${booked_on} ${cents}`, n]))
  return named.flatMap(({ identity, line }) => {
    const key = `${line.booked_on} ${line.cents}`
    const n = left.get(key) ?? 0
    if (n === 0) return [{ ...line, identity }]
    left.set(key, n - 1)
    return []
  })
}
