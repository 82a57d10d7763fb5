import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { InvoiceKind } from '../contract.ts'
import type { IssuedDocument } from '../issuing/document.ts'

/** An issued document as it is given out. */
export interface Sendable {
  id: number
  number: string
  kind: InvoiceKind
  client_id: number
  language: 'fr' | 'en'
  currency: string
  due_date: string
  total_cents: number
  open_cents: number
  pdf_file_id: number
  token_sealed: string | null
  recipients: string[]
  document: IssuedDocument
}

const sendable = [
  ...(['id', 'number', 'kind', 'client_id', 'language', 'currency', 'due_date', 'total_cents'] as const),
  ...(['open_cents', 'pdf_file_id', 'token_sealed', 'recipients', 'document'] as const)
]

export const findSendable = (db: Db, id: number): Promise<Sendable | undefined> =>
  db('invoices')
    .where({ id, state: 'issued' })
    .first<Sendable | undefined>(...sendable)

export const findByToken = (db: Db, token_hash: Buffer): Promise<Sendable | undefined> =>
  db('invoices')
    .where({ token_hash, state: 'issued' })
    .first<Sendable | undefined>(...sendable)

export const pdfsOf = (db: Db, ids: readonly number[]): Promise<{ number: string; key: string }[]> =>
  rowsOf(
    db,
    `select i.number, f.key from invoices i join files f on f.id = i.pdf_file_id
      where i.id = any(?::bigint[]) and i.state = 'issued' order by i.chain_position`,
    [ids]
  )

export type Channel = 'file' | 'mail' | 'platform'

/** Once an invoice was given out, or is to be. */
export interface DeliveryRow {
  id: number
  invoice_id: number
  channel: Channel
  recipient: string | null
  mail_key: string | null
  external_id: string | null
  state: 'waiting' | 'done' | 'failed'
  error: string | null
  attempts: number
  next_try_at: Date | null
  subject: string | null
  message: string | null
  created_at: Date
  done_at: Date | null
}

export async function addDelivery(db: Db, row: Partial<DeliveryRow> & { created_by: unknown }): Promise<number> {
  const [made] = await db('invoice_deliveries').insert(row).returning<{ id: number }[]>('id')
  if (!made) throw new Error('insert gave no row')
  return made.id
}

/** One delivery, locked; of `invoice_id` when that is said. */
export const lockDelivery = (db: Db, where: { id: number; invoice_id?: number }): Promise<DeliveryRow | undefined> =>
  db('invoice_deliveries').where(where).forUpdate().first<DeliveryRow | undefined>()

export const changeDelivery = (db: Db, id: number, row: Record<string, unknown>): Promise<number> =>
  db('invoice_deliveries').where({ id }).update(row)

/** Those for the platform whose time has come, the oldest first. */
export const dueDeliveries = (db: Db): Promise<DeliveryRow[]> =>
  rowsOf(
    db,
    `select * from invoice_deliveries where channel = 'platform' and state = 'waiting'
        and coalesce(next_try_at, now()) <= now() order by id limit 50`
  )

/** When the next of them is due; undefined when none waits. */
export async function nextDelivery(db: Db): Promise<Date | undefined> {
  const [row] = await rowsOf<{ at: Date | null }>(
    db,
    `select min(coalesce(next_try_at, now())) as at from invoice_deliveries where channel = 'platform' and state = 'waiting'`
  )
  return row?.at ?? undefined
}

/** It was given out now; the first time is kept. */
export const noteSent = (db: Db, invoice_id: number): Promise<number> =>
  db('invoices').where({ id: invoice_id }).whereNull('sent_at').update({ sent_at: db.fn.now() })

/** The client opened it: the first time is kept. */
export const noteSeen = (db: Db, invoice_id: number): Promise<number> =>
  db('invoices').where({ id: invoice_id }).whereNull('seen_at').update({ seen_at: db.fn.now() })

/** A new private link; what was sent before leads nowhere from now on. */
export const changeLink = (db: Db, id: number, row: { token_hash: Buffer; token_sealed: string }): Promise<number> =>
  db('invoices').where({ id, state: 'issued' }).update(row)

/** What became of it in the reform's words. */
export interface StatusRow {
  code: number
  cents: number | null
  message: string | null
  at: Date
  told_at: Date | null
}

/** All that is shown of an invoice's deliveries, in one statement. */
export async function deliveriesOf(db: Db, invoice_id: number) {
  const [row] = await rowsOf<{
    number: string | null
    currency: string
    token: boolean
    platform: boolean
    deliveries: DeliveryRow[]
    statuses: StatusRow[]
  }>(
    db,
    `select i.number, i.currency, i.token_sealed is not null as token,
            exists (select from invoice_platform) and (i.buyer ->> 'is_business')::boolean as platform,
            (select coalesce(jsonb_agg(to_jsonb(d) order by d.id desc), '[]') from invoice_deliveries d
              where d.invoice_id = i.id) as deliveries,
            (select coalesce(jsonb_agg(to_jsonb(s) order by s.id desc), '[]') from invoice_statuses s
              where s.invoice_id = i.id) as statuses
       from invoices i where i.id = ? and i.state = 'issued'`,
    [invoice_id]
  )
  if (!row) return undefined
  const at = <Row extends object>(one: Row, ...names: (keyof Row)[]): Row =>
    Object.assign(one, Object.fromEntries(names.map(name => [name, one[name] && new Date(String(one[name]))])))
  return {
    ...row,
    deliveries: row.deliveries.map(one => at(one, 'created_at', 'done_at')),
    statuses: row.statuses.map(one => at(one, 'at', 'told_at'))
  }
}
