import { inEuros } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { linkHash } from '../chain.ts'
import { minus, negative, openOf, sharesInEuros, sumOf, take, takeAs } from './ledger.ts'
import type { Account } from './ledger.ts'
import { addJournalRows, findPayments, lockChain } from './queries.ts'
import type { JournalRow, Payment, PostingKind } from './queries.ts'

/** What is to be entered into the journal. Of `origin_id` and `credit_note_id` one says whose money it is. */
export interface Posting {
  kind: PostingKind
  client_id: number
  /** Null: the client's credit. */
  invoice_id: number | null
  payment_id: number | null
  origin_id: number | null
  credit_note_id: number | null
  /** In the favour of the invoice, or of the client's credit. */
  cents: number
  currency: string
  day: string
}

/**
 * Enters into the journal, in this order: VAT and euros of each row, its place and its hash. Every invoice and credit note
 * of it is in `accounts`, locked, and so is the credit of each client whose credit changes. Tells what follows: money
 * recorded, invoices settled or open again.
 */
export async function post(
  running: Pick<Running, 'db' | 'person' | 'tell'>,
  accounts: Map<number, Account>,
  postings: readonly Posting[]
): Promise<void> {
  const wanted = postings.filter(({ cents }) => cents !== 0)
  if (wanted.length === 0) return
  const { db, person, tell } = running
  const payments = await paymentsOf(running, wanted)
  const before = new Map([...accounts.values()].map(account => [account.id, openOf(account)]))
  const counted = wanted.map(posting => ({ ...posting, ...worth(posting, accounts, payments) }))
  const head = await lockChain(db)
  const rows: JournalRow[] = []
  for (const part of counted) {
    const previous = rows.at(-1) ?? head
    const row = {
      ...part,
      position: previous.position + 1,
      at: head.at,
      by_id: person.id,
      by_name: person.name,
      previous_hash: previous.hash
    }
    const payment = part.payment_id === null ? null : (payments.get(part.payment_id) ?? null)
    rows.push({ ...row, hash: linkHash(row.previous_hash, journalContent(row, payment)) })
  }
  await addJournalRows(db, rows)
  for (const id of new Set(wanted.map(({ payment_id, origin_id }) => payment_id ?? origin_id))) {
    if (id !== null) tell('invoices.payment-recorded', { payment_id: id })
  }
  for (const [id, open] of before) {
    const account = accounts.get(id)
    if (!account) continue
    const now = openOf(account)
    if (open > 0 && now === 0) tell('invoices.settled', { invoice_id: id })
    if (open === 0 && now > 0) tell('invoices.reopened', { invoice_id: id })
  }
}

/**
 * What a row's hash is of: all of it but its ids and whose client it is, which a merge of clients changes; with the payment
 * that was entered, as it was entered. `journal/verify.ts` and the archive's checker work it out from what is stored.
 */
export function journalContent(
  row: Omit<JournalRow, 'hash' | 'previous_hash' | 'client_id'>,
  payment: Omit<Payment, 'client_id' | 'created_by' | 'created_at'> | null
): Record<string, unknown> {
  return {
    position: row.position,
    kind: row.kind,
    payment_id: row.payment_id,
    origin_id: row.origin_id,
    invoice_id: row.invoice_id,
    credit_note_id: row.credit_note_id,
    cents: row.cents,
    currency: row.currency,
    eur_cents: row.eur_cents,
    exchange_cents: row.exchange_cents,
    vat: row.vat,
    eur_vat: row.eur_vat,
    day: row.day,
    at: row.at.toISOString(),
    by_id: row.by_id,
    by_name: row.by_name,
    payment: payment && {
      cents: payment.cents,
      currency: payment.currency,
      exchange_rate: payment.exchange_rate,
      eur_cents: payment.eur_cents,
      method: payment.method,
      paid_on: payment.paid_on,
      reference: payment.reference,
      payer: payment.payer,
      note: payment.note,
      external: payment.external,
      of_payment_id: payment.of_payment_id,
      kind: payment.kind
    }
  }
}

async function paymentsOf({ db }: Pick<Running, 'db'>, postings: readonly Posting[]): Promise<Map<number, Payment>> {
  const ids = postings.flatMap(({ payment_id, origin_id }) => [payment_id, origin_id]).filter(id => id !== null)
  const found = await findPayments(db, [...new Set(ids)])
  return new Map(found.map(payment => [payment.id, payment]))
}

type Worth = Pick<JournalRow, 'vat' | 'eur_cents' | 'eur_vat' | 'exchange_cents'>

/** What a row brings in VAT and euros, noted in its accounts. */
function worth(posting: Posting, accounts: Map<number, Account>, payments: Map<number, Payment>): Worth {
  const { kind, cents } = posting
  const invoice = posting.invoice_id === null ? undefined : accountOf(accounts, posting.invoice_id)
  const note = posting.credit_note_id === null ? undefined : accountOf(accounts, posting.credit_note_id)
  if (kind === 'credit_note' && note) return takenOff(note, invoice, cents)
  if (invoice) {
    const taken = take(invoice, cents)
    invoice.paid_cents += cents
    const origin = posting.origin_id === null ? undefined : payments.get(posting.origin_id)
    const exchange_cents = origin && invoice.exchange_rate ? euros(origin, cents) - taken.eur_cents : 0
    return { ...taken, exchange_cents }
  }
  if (note) {
    const { vat, eur_cents, eur_vat } = take(note, -cents)
    return { vat: negative(vat), eur_cents: -eur_cents, eur_vat: negative(eur_vat), exchange_cents: 0 }
  }
  const origin = posting.origin_id === null ? undefined : payments.get(posting.origin_id)
  return { vat: [], eur_cents: origin ? euros(origin, cents) : cents, eur_vat: [], exchange_cents: 0 }
}

const euros = (origin: Payment, cents: number) => inEuros(cents, origin.exchange_rate)

/** A credit note lessens an invoice, or becomes the client's credit. One that replaces an invoice clears what is left of it. */
function takenOff(note: Account, invoice: Account | undefined, cents: number): Worth {
  if (note.kind === 'credit_note') note.credited_cents += cents
  if (!invoice) return { vat: [], eur_cents: inEuros(cents, note.exchange_rate), eur_vat: [], exchange_cents: 0 }
  const rest = minus(invoice.payable, invoice.recorded)
  const settles = cents === openOf(invoice)
  invoice.credited_cents += cents
  if (note.kind !== 'credit_note') {
    invoice.payable = minus(invoice.payable, rest)
    const eur_cents = inEuros(sumOf(rest), invoice.exchange_rate)
    return { vat: rest, eur_cents, eur_vat: sharesInEuros(rest, eur_cents, invoice.exchange_rate), exchange_cents: 0 }
  }
  // the last cent of an invoice takes what is left of each rate, whichever the credit note had: its sums stay exact
  const taken = settles ? takeAs(note, cents, rest) : take(note, cents)
  invoice.payable = minus(invoice.payable, taken.vat)
  return { ...taken, exchange_cents: 0 }
}

function accountOf(accounts: Map<number, Account>, id: number): Account {
  const account = accounts.get(id)
  if (!account) throw new Error(`invoice ${id} was not locked before it was posted to`)
  return account
}
