import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { Balance } from '../contract.ts'
import type { VatTreatment } from './vat.ts'

/** How a client stands on papers, beside what clients know of them. */
export interface Billing {
  client_id: number
  siret: string | null
  electronic_address: string | null
  payment_days: number | null
  vat_treatment: VatTreatment
  currency: string | null
  recipients: string[]
  order_number: string | null
  reminders_stopped_at: Date | null
  reminders_stopped_for: string | null
}

export const findBilling = (db: Db, client_id: number): Promise<Billing | undefined> =>
  db('client_billing').where({ client_id }).first<Billing | undefined>()

export async function writeBilling(
  db: Db,
  { client_id, ...fields }: Partial<Billing> & { client_id: number }
): Promise<void> {
  const changes = { ...fields, updated_at: db.fn.now() }
  await db('client_billing')
    .insert({ client_id, ...changes })
    .onConflict('client_id')
    .merge(changes)
}

export type Party = Omit<Billing, 'client_id' | 'reminders_stopped_at' | 'reminders_stopped_for'> & {
  kind: string
  name: string
  legal_name: string | null
  email: string | null
  address: string | null
  postal_code: string | null
  city: string | null
  country: string
  siren: string | null
  vat_number: string | null
  language: 'fr' | 'en'
  contact: string | null
  contact_email: string | null
}

/** A client and its billing terms in one. */
export async function findParty(db: Db, client_id: number): Promise<Party | undefined> {
  const [row] = await rowsOf<Party>(
    db,
    `select c.kind, c.name, c.legal_name, c.email, c.address, c.postal_code, c.city, c.country, c.siren, c.vat_number,
       c.language, b.siret, b.electronic_address, b.payment_days, coalesce(b.vat_treatment, 'standard') as vat_treatment,
       b.currency, coalesce(b.recipients, '{}') as recipients, b.order_number,
       coalesce(k.name, m.name) as contact, coalesce(k.email, m.email) as contact_email
     from clients c left join client_billing b on b.client_id = c.id
       left join client_contacts k on k.client_id = c.id and k.is_main left join clients m on m.id = k.member_client_id
     where c.id = ? and c.merged_into is null`,
    [client_id]
  )
  return row
}

/** What a client owes in EUR-like cents of its invoices' currency, since when, and what it has. One statement. */
export async function balanceOf(db: Db, client_id: number, today: string): Promise<Balance> {
  const [row] = await rowsOf<Balance>(
    db,
    `select coalesce(sum(open_cents), 0)::bigint as open_cents,
       coalesce(sum(open_cents) filter (where due_date < ?::date), 0)::bigint as overdue_cents,
       greatest(0, ?::date - min(due_date))::integer as overdue_days,
       coalesce((select sum(cents) from client_credits where client_id = ?), 0)::bigint as credit_cents
     from invoices where client_id = ? and state = 'issued' and kind <> 'credit_note' and open_cents > 0`,
    [today, today, client_id, client_id]
  )
  const none = { open_cents: 0, overdue_cents: 0, overdue_days: 0, credit_cents: 0 }
  return row ? { ...row, overdue_days: row.overdue_cents > 0 ? row.overdue_days : 0 } : none
}

/** Rows that say a client's id, of this plugin, when two become one. */
export async function giveToClient(db: Db, from: number, into: number): Promise<number> {
  const invoices = await db('invoices').where({ client_id: from }).update({ client_id: into })
  // what is said of both stays as it is of the one that remains
  await db.raw(
    `insert into client_billing (client_id, siret, electronic_address, payment_days, vat_treatment, currency, recipients,
       order_number, reminders_stopped_at, reminders_stopped_for)
     select ?, siret, electronic_address, payment_days, vat_treatment, currency, recipients, order_number,
       reminders_stopped_at, reminders_stopped_for
     from client_billing where client_id = ? on conflict do nothing`,
    [into, from]
  )
  await db('client_billing').where({ client_id: from }).delete()
  return invoices
}

export async function countOfClient(db: Db, client_id: number): Promise<number> {
  const sql = 'select count(*)::integer as n from invoices where client_id = ?'
  const [row] = await rowsOf<{ n: number }>(db, sql, [client_id])
  return row?.n ?? 0
}
