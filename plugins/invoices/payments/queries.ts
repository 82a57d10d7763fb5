import { rowsOf } from '@patchbay/core'
import type { Db, VatShare, VatTotal } from '@patchbay/core'
import type { PaymentMethod } from '../contract.ts'
import { minus, negative, plus, sharesOf, sumOf } from './ledger.ts'
import type { Account } from './ledger.ts'

/** A row of payments. */
export interface Payment {
  id: number
  client_id: number
  cents: number
  currency: string
  exchange_rate: string | null
  eur_cents: number
  method: PaymentMethod
  paid_on: string
  reference: string | null
  payer: string | null
  note: string | null
  external: string | null
  of_payment_id: number | null
  kind: 'payment' | 'refund' | 'correction'
  created_by: number | null
  created_at: Date
}

export type NewPayment = Omit<Payment, 'id' | 'created_at'>

export const postingKinds = ['payment', 'refund', 'correction', 'credit_used', 'credit_note', 'moved'] as const
export type PostingKind = (typeof postingKinds)[number]

/** A row of the journal as it is inserted. */
export interface JournalRow {
  position: number
  kind: PostingKind
  client_id: number
  payment_id: number | null
  origin_id: number | null
  invoice_id: number | null
  credit_note_id: number | null
  cents: number
  currency: string
  eur_cents: number
  exchange_cents: number
  vat: VatShare[]
  eur_vat: VatShare[]
  day: string
  at: Date
  by_id: number | null
  by_name: string
  previous_hash: Buffer
  hash: Buffer
}

/** Where money of a payment or a credit note is: for an invoice, or with the client (null). The latest first. */
export interface Holding {
  client_id: number
  origin_id: number | null
  credit_note_id: number | null
  invoice_id: number | null
  cents: number
  last_id: number
}

/** Notes a payment; undefined when its `external` is known already: then it was noted by somebody else a moment ago. */
export async function addPayment(db: Db, payment: NewPayment): Promise<Payment | undefined> {
  const [added] = await db('payments').insert(payment).onConflict('external').ignore().returning<Payment[]>('*')
  return added
}

export const findPayment = (db: Db, by: { id: number } | { external: string }): Promise<Payment | undefined> =>
  db('payments').where(by).first<Payment | undefined>()

/** The same, for as long as the transaction lasts nobody else's: whoever moves its money waits here first. */
export const lockPayment = (db: Db, by: { id: number } | { external: string }): Promise<Payment | undefined> =>
  db('payments').where(by).forUpdate().first<Payment | undefined>()

export const findPayments = (db: Db, ids: readonly number[]): Promise<Payment[]> =>
  rowsOf(db, 'select * from payments where id = any(?) order by id', [ids])

/** Invoices and credit notes by their ids, locked in the order of these, with what the journal says of each so far. */
export async function lockAccounts(db: Db, ids: readonly number[]): Promise<Map<number, Account>> {
  const sorted = [...new Set(ids)].toSorted((a, b) => a - b)
  if (sorted.length === 0) return new Map()
  const rows = await rowsOf<AccountRow>(
    db,
    `select id, number, kind, state, client_id, currency, exchange_rate, due_cents, paid_cents, credited_cents, vat
     from invoices where id = any(?) order by id for update`,
    [sorted]
  )
  const deductions = await rowsOf<{ invoice_id: number; vat: VatShare[] }>(
    db,
    'select invoice_id, vat from invoice_deductions where invoice_id = any(?)',
    [sorted]
  )
  const posted = await rowsOf<PostedRow>(
    db,
    `select invoice_id, credit_note_id, kind, cents, eur_cents, vat from payment_transactions
     where invoice_id = any(?) or credit_note_id = any(?) order by id`,
    [sorted, sorted]
  )
  return new Map(
    rows
      .filter(({ state }) => state === 'issued')
      .map(row => {
        const mine = deductions.filter(({ invoice_id }) => invoice_id === row.id)
        const payable = mine.reduce((left, { vat }) => minus(left, vat), sharesOf(row.vat))
        return [row.id, posted.reduce(counted, emptyAccount(row, payable))]
      })
  )
}

interface AccountRow extends Omit<Account, 'payable' | 'recorded' | 'recorded_cents' | 'recorded_eur_cents'> {
  state: 'draft' | 'issued'
  vat: VatTotal[]
}

interface PostedRow {
  invoice_id: number | null
  credit_note_id: number | null
  kind: PostingKind
  cents: number
  eur_cents: number
  vat: VatShare[]
}

function emptyAccount({ state: _state, vat: _vat, ...row }: AccountRow, payable: VatShare[]): Account {
  return { ...row, payable, recorded: [], recorded_cents: 0, recorded_eur_cents: 0 }
}

/** One row more: money for an invoice, what a credit note takes off it, or what was given out of a credit note. */
function counted(account: Account, row: PostedRow): Account {
  if (row.invoice_id === account.id) {
    if (row.kind === 'credit_note') return { ...account, payable: minus(account.payable, row.vat) }
    return heard(account, row.vat, row.eur_cents)
  }
  if (row.credit_note_id !== account.id || account.kind !== 'credit_note') return account
  if (row.kind === 'credit_note' && row.invoice_id !== null) return heard(account, row.vat, row.eur_cents)
  if (row.kind !== 'credit_note' && row.invoice_id === null) return heard(account, negative(row.vat), -row.eur_cents)
  return account
}

const heard = (account: Account, vat: VatShare[], eur_cents: number): Account => ({
  ...account,
  recorded: plus(account.recorded, vat),
  recorded_cents: account.recorded_cents + sumOf(vat),
  recorded_eur_cents: account.recorded_eur_cents + eur_cents
})

/** Locks what a client has in a currency, and gives it in cents. Rows are made when there are none. */
export async function lockCredit(db: Db, client_id: number, currency: string): Promise<number> {
  await db('client_credits').insert({ client_id, currency }).onConflict().ignore()
  const row = await db('client_credits')
    .where({ client_id, currency })
    .forUpdate()
    .first<{ cents: number } | undefined>('cents')
  return row?.cents ?? 0
}

/** Where the money of a payment is now. */
export const holdingsOf = (db: Db, origin_id: number): Promise<Holding[]> =>
  rowsOf(db, `${holdings} where origin_id = ? group by 1, 2, 3, 4 having sum(cents) <> 0 order by last_id desc`, [
    origin_id
  ])

/** What a client's credit is made of, the oldest first. */
export const creditSources = (db: Db, client_id: number, currency: string): Promise<Holding[]> =>
  rowsOf(
    db,
    `${holdings} where client_id = ? and currency = ? and invoice_id is null
     group by 1, 2, 3, 4 having sum(cents) > 0 order by min(id)`,
    [client_id, currency]
  )

/** The credit that was used for an invoice, the latest first: money whose own payment was not for it. */
export const creditUsedFor = (db: Db, invoice_id: number): Promise<Holding[]> =>
  rowsOf(
    db,
    `${holdings} where invoice_id = ? and kind = 'credit_used'
     group by 1, 2, 3, 4 having sum(cents) > 0 order by last_id desc`,
    [invoice_id]
  )

/** All money that is for an invoice, the latest first. */
export const moneyFor = (db: Db, invoice_id: number): Promise<Holding[]> =>
  rowsOf(
    db,
    `${holdings} where invoice_id = ? and kind <> 'credit_note'
     group by 1, 2, 3, 4 having sum(cents) > 0 order by last_id desc`,
    [invoice_id]
  )

const holdings = `select client_id, origin_id, credit_note_id, invoice_id, sum(cents)::bigint as cents, max(id) as last_id
  from payment_transactions`

/** What a payment itself was entered for: its own rows. */
export const postingsOf = (db: Db, payment_id: number): Promise<Pick<JournalRow, keyof Posted>[]> =>
  rowsOf(
    db,
    `select client_id, origin_id, credit_note_id, invoice_id, cents, currency from payment_transactions
     where payment_id = ? order by id`,
    [payment_id]
  )

interface Posted {
  client_id: number
  origin_id: number | null
  credit_note_id: number | null
  invoice_id: number | null
  cents: number
  currency: string
}

/** The head of the journal, locked: what is entered next goes behind it. Take every other lock before this one. */
export async function lockChain(db: Db): Promise<{ position: number; hash: Buffer; at: Date }> {
  const [head] = await rowsOf<{ position: number; hash: Buffer }>(
    db,
    'select position, hash from payment_chain for update',
    []
  )
  if (!head) throw new Error('the journal has no head')
  // asked after the lock is held: so times are in the order of the positions
  const [clock] = await rowsOf<{ at: Date }>(
    db,
    `select date_trunc('milliseconds', greatest(clock_timestamp(), (select at from payment_chain))) as at`,
    []
  )
  return { ...head, at: clock?.at ?? new Date() }
}

/** Adds to the journal and moves its head on. @returns the ids, in order. */
export async function addJournalRows(db: Db, rows: readonly JournalRow[]): Promise<number[]> {
  const added = await db('payment_transactions')
    .insert(rows.map(row => ({ ...row, vat: JSON.stringify(row.vat), eur_vat: JSON.stringify(row.eur_vat) })))
    .returning<{ id: number }[]>('id')
  const last = rows.at(-1)
  if (last) await db('payment_chain').update({ position: last.position, hash: last.hash, at: last.at })
  return added.map(({ id }) => id)
}

/** Which of these a credit note refers to. */
export async function referredBy(db: Db, credit_note_id: number): Promise<number[]> {
  return db('invoice_references').where({ invoice_id: credit_note_id }).orderBy('refers_to').pluck('refers_to')
}

/** Whose an invoice is, and in which currency. */
export const clientOf = (db: Db, invoice_id: number): Promise<{ client_id: number; currency: string } | undefined> =>
  db('invoices')
    .where({ id: invoice_id })
    .first<{ client_id: number; currency: string } | undefined>('client_id', 'currency')
