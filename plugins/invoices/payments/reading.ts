import { rowsOf } from '@patchbay/core'
import type { Db, VatShare } from '@patchbay/core'
import type { InvoiceKind } from '../contract.ts'
import type { Payment, PostingKind } from './queries.ts'

/** A payment with who it is of, for its page. */
export interface ShownPayment extends Payment {
  client_name: string
  by_name: string | null
}

export async function shownPayment(db: Db, id: number): Promise<ShownPayment | undefined> {
  const [row] = await rowsOf<ShownPayment>(
    db,
    `select p.*, coalesce(c.artist_name, c.name) as client_name, b.name as by_name
     from payments p join clients c on c.id = p.client_id left join people b on b.id = p.created_by where p.id = ?`,
    [id]
  )
  return row
}

/** A row of the journal as pages show it. */
export interface ShownPosting {
  id: number
  position: number
  kind: PostingKind
  payment_id: number | null
  origin_id: number | null
  invoice_id: number | null
  number: string | null
  credit_note_id: number | null
  credit_note_number: string | null
  cents: number
  currency: string
  eur_cents: number
  exchange_cents: number
  vat: VatShare[]
  day: string
  at: Date
  by_name: string
  method: Payment['method'] | null
  reference: string | null
  payer: string | null
}

const posting = `select t.id, t.position, t.kind, t.payment_id, t.origin_id, t.invoice_id, i.number, t.credit_note_id,
    n.number as credit_note_number, t.cents, t.currency, t.eur_cents, t.exchange_cents, t.vat, t.day, t.at, t.by_name,
    p.method, p.reference, p.payer
  from payment_transactions t left join invoices i on i.id = t.invoice_id left join invoices n on n.id = t.credit_note_id
    left join payments p on p.id = coalesce(t.payment_id, t.origin_id)`

/** What became of a payment's money, from the first entry on. */
export const storyOf = (db: Db, id: number): Promise<ShownPosting[]> =>
  rowsOf(db, `${posting} where t.origin_id = ? or t.payment_id = ? order by t.id`, [id, id])

/** What an invoice was paid with; of a credit note, what it was used for. */
export const postingsFor = (db: Db, invoice_id: number): Promise<ShownPosting[]> =>
  rowsOf(db, `${posting} where t.invoice_id = ? or t.credit_note_id = ? order by t.id`, [invoice_id, invoice_id])

/** An invoice as far as payments need it. */
export interface PaidInvoice {
  id: number
  number: string
  kind: InvoiceKind
  state: 'draft' | 'issued'
  client_id: number
  client_name: string
  currency: string
  exchange_rate: string | null
  issue_date: string
  due_date: string
  due_cents: number
  paid_cents: number
  credited_cents: number
  open_cents: number
  settled_on: string | null
  title: string | null
}

const invoice = `select i.id, i.number, i.kind, i.state, i.client_id, coalesce(c.artist_name, c.name) as client_name,
    i.currency, i.exchange_rate, i.issue_date, i.due_date, i.due_cents, i.paid_cents, i.credited_cents, i.open_cents,
    i.settled_on, i.title
  from invoices i join clients c on c.id = i.client_id`

export async function paidInvoice(db: Db, id: number): Promise<PaidInvoice | undefined> {
  const [row] = await rowsOf<PaidInvoice>(db, `${invoice} where i.id = ? and i.state = 'issued'`, [id])
  return row
}

/** A client's invoices that wait for money, the oldest due first; at most 100. */
export const openInvoicesOf = (db: Db, client_id: number): Promise<PaidInvoice[]> =>
  rowsOf(
    db,
    `${invoice} where i.client_id = ? and i.state = 'issued' and i.kind <> 'credit_note' and i.open_cents > 0
     order by i.due_date, i.id limit 100`,
    [client_id]
  )

/** Credit notes of a client of which something is left to use. */
export const openCreditNotesOf = (db: Db, client_id: number): Promise<PaidInvoice[]> =>
  rowsOf(
    db,
    `${invoice} where i.client_id = ? and i.state = 'issued' and i.kind = 'credit_note' and i.open_cents > 0
     order by i.issue_date, i.id limit 20`,
    [client_id]
  )

/** What clients have with the studio, by currency; those who have nothing are left out. */
export const creditsOf = (db: Db, client_id: number): Promise<{ currency: string; cents: number }[]> =>
  rowsOf(db, 'select currency, cents from client_credits where client_id = ? and cents > 0 order by currency', [
    client_id
  ])

export interface NamedClient {
  id: number
  name: string
  /** As invoices call them: the company, or the name that is not the artist's. */
  legal_name: string
  email: string | null
  language: 'fr' | 'en'
  address: string | null
  postal_code: string | null
  city: string | null
}

/** A client by id, or by the one name that was typed; undefined when there is none, or several are called so. */
export async function clientNamed(db: Db, id: number | null, name: string | null): Promise<NamedClient | undefined> {
  const found = await rowsOf<NamedClient>(
    db,
    `select c.id, coalesce(c.artist_name, c.name) as name, coalesce(c.legal_name, c.name) as legal_name,
       coalesce(b.recipients[1], c.email) as email,
       c.language, c.address, c.postal_code, c.city
     from clients c left join client_billing b on b.client_id = c.id where c.merged_into is null and (c.id = ? or
       (?::bigint is null and c.archived_at is null and words_of(?) in (words_of(c.name), words_of(c.artist_name)))) limit 2`,
    [id, id, name ?? '']
  )
  return found.length === 1 ? found[0] : undefined
}

/** Payments by their ids, for the trail and other records. */
export const namesOfPayments = (
  db: Db,
  ids: readonly number[]
): Promise<{ id: number; cents: number; currency: string; paid_on: string; kind: Payment['kind'] }[]> =>
  rowsOf(db, 'select id, cents, currency, paid_on, kind from payments where id = any(?)', [ids])

/** Money of one client becomes another's, inside the transaction that merges them. @returns how many rows moved */
export async function giveMoney(db: Db, from: number, into: number): Promise<number> {
  const payments = await db('payments').where({ client_id: from }).update({ client_id: into })
  const postings = await db('payment_transactions').where({ client_id: from }).update({ client_id: into })
  const statements = await db('client_statements').where({ client_id: from }).update({ client_id: into })
  await db.raw(
    `insert into client_credits (client_id, currency, cents)
     select ?, currency, cents from client_credits where client_id = ? and cents > 0
     on conflict (client_id, currency) do update set cents = client_credits.cents + excluded.cents`,
    [into, from]
  )
  await db('client_credits').where({ client_id: from }).delete()
  return payments + postings + statements
}
