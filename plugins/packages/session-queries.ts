import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { PriceLine } from '../sessions/contract.ts'
import type { PackageUnit } from './contract.ts'
import type { Balance } from './queries.ts'

/** A session as packages see it. */
export interface CoveredSession {
  id: number
  client_id: number | null
  state: string
  starts_at: Date
  ends_at: Date
  price_cents: number | null
  price_lines: PriceLine[]
  price_override: boolean
  cancel_fee_cents: number | null
  fee_waived_at: Date | null
  /** Some document bills it already. */
  billed: boolean
}

const columns = `s.id, s.client_id, s.state, s.starts_at, s.ends_at, s.price_cents, s.price_lines, s.price_override,
  s.cancel_fee_cents, s.fee_waived_at,
  exists (select from invoice_sources where source = 'session:' || s.id) as billed`

export async function findSession(db: Db, id: number): Promise<CoveredSession | undefined> {
  const [row] = await rowsOf<CoveredSession>(db, `select ${columns} from sessions s where s.id = ?`, [id])
  return row
}

/** The same, so that nobody else covers it before the transaction ends. */
export async function lockSession(db: Db, id: number): Promise<CoveredSession | undefined> {
  await db.raw('select 1 from sessions where id = ? for no key update', [id])
  return findSession(db, id)
}

/** What covers a session of a package: minutes or sessions. */
export interface Cover {
  balance_id: number
  client_id: number
  label: string
  unit: PackageUnit
  amount: number
}

/** What covers a session; what was given back is left out. */
export function coversOf(db: Db, session_id: number): Promise<Cover[]> {
  return rowsOf<Cover>(
    db,
    `select u.balance_id, b.client_id, b.label, b.unit, sum(u.amount)::integer as amount
     from package_uses u join package_balances b on b.id = u.balance_id
     where u.session_id = ? group by u.balance_id, b.client_id, b.label, b.unit having sum(u.amount) > 0
     order by u.balance_id`,
    [session_id]
  )
}

/** A balance its client may use for a session now. */
export type Usable = Pick<Balance, 'id' | 'label' | 'unit' | 'remaining' | 'expires_on'>

/** What a session's client may use for it, what ends soonest first; `zone` says which day the session is on. */
export function usableFor(db: Db, session_id: number, zone: string): Promise<Usable[]> {
  return rowsOf<Usable>(
    db,
    `select b.id, b.label, b.unit, b.remaining, b.expires_on
     from sessions s join package_balances b on b.client_id = s.client_id
     where s.id = ? and b.remaining > 0 and b.held_at is null and b.expired_at is null
       and (b.expires_on is null or b.expires_on >= (s.starts_at at time zone ?)::date)
     order by b.expires_on nulls last, b.id limit 20`,
    [session_id, zone]
  )
}

/** Whether prices of sessions are with VAT: a setting of theirs. */
export async function pricesIncludeVat(db: Db): Promise<boolean> {
  const [row] = await rowsOf<{ included: boolean }>(
    db,
    `select coalesce(bool_or((settings ->> 'prices_include_vat')::boolean), false) as included
     from plugins where id = 'sessions'`
  )
  return row?.included ?? false
}
