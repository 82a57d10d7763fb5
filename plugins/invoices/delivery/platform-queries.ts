import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'

/** The platform of a studio. */
export interface PlatformRow {
  base_url: string
  token_sealed: string
  auto: boolean
  asked_at: Date | null
  problem: string | null
}

export const findPlatform = (db: Db): Promise<PlatformRow | undefined> =>
  db('invoice_platform').first<PlatformRow | undefined>()

export const keepPlatform = (db: Db, row: Partial<PlatformRow>): Promise<unknown> =>
  db('invoice_platform')
    .insert({ ...row, updated_at: db.fn.now() })
    .onConflict('one')
    .merge()

export const forgetPlatform = (db: Db): Promise<number> => db('invoice_platform').delete()

export const notePlatform = (db: Db, row: Partial<PlatformRow>): Promise<number> => db('invoice_platform').update(row)

/** A status as it is written: of an invoice, or of a row of the journal (212). */
export interface NewStatus {
  invoice_id: number
  code: number
  cents?: number | null
  message?: string | null
  external_id?: string | null
  told_at?: Date | null
}

/** Writes a status once; true when it is new. The invoice shows the latest that is not a cash-in. */
export async function addStatus(db: Db, status: NewStatus): Promise<boolean> {
  const added = await db('invoice_statuses').insert(status).onConflict().ignore().returning<{ id: number }[]>('id')
  if (added.length > 0 && status.code !== 212)
    await db('invoices').where({ id: status.invoice_id }).update({ platform_status: status.code })
  return added.length > 0
}

/**
 * A 212 for each row of the journal that is money for an invoice and has none yet: those of one payment, or of credit used
 * with it. Answers the invoices.
 */
export async function addCashIns(db: Db, payment_id: number): Promise<number[]> {
  const rows = await rowsOf<{ invoice_id: number }>(
    db,
    `insert into invoice_statuses (invoice_id, code, cents, transaction_id)
     select invoice_id, 212, cents, id from payment_transactions
      where (payment_id = ? or origin_id = ?) and invoice_id is not null and kind <> 'credit_note'
     order by position on conflict (transaction_id) do nothing returning invoice_id`,
    [payment_id, payment_id]
  )
  return [...new Set(rows.map(row => row.invoice_id))]
}

/** Cash-ins that the platform was not told of yet, of invoices it has. */
export const untoldCashIns = (
  db: Db
): Promise<{ id: number; external_id: string; cents: number; at: Date; currency: string }[]> =>
  rowsOf(
    db,
    `select s.id, d.external_id, s.cents, s.at, i.currency from invoice_statuses s
       join invoices i on i.id = s.invoice_id
       join invoice_deliveries d on d.invoice_id = s.invoice_id and d.channel = 'platform' and d.state = 'done'
      where s.code = 212 and s.told_at is null and d.external_id is not null order by s.id limit 200`
  )

/** One of them, locked; false when it was told meanwhile, or is just being told. */
export async function lockUntold(db: Db, id: number): Promise<boolean> {
  const sql = 'select 1 from invoice_statuses where id = ? and told_at is null for update skip locked'
  return (await rowsOf(db, sql, [id])).length > 0
}

export const noteTold = (db: Db, id: number): Promise<number> =>
  db('invoice_statuses').where({ id }).update({ told_at: db.fn.now() })

/** Deposited invoices whose fate is open: the platform is asked what became of them for 60 days. */
export const openDeposits = (db: Db): Promise<{ invoice_id: number; external_id: string }[]> =>
  rowsOf(
    db,
    `select d.invoice_id, d.external_id from invoice_deliveries d join invoices i on i.id = d.invoice_id
      where d.channel = 'platform' and d.state = 'done' and d.external_id is not null
        and d.done_at > now() - interval '60 days' and coalesce(i.platform_status, 0) not in (210, 213)
      order by d.id limit 500`
  )
