import { action, conflict, notFound } from '@patchbay/core'
import type { Running } from '@patchbay/core'
import { FeeForm, WaiverForm } from './forms.ts'
import { changeSession, lockSession } from '../queries.ts'
import type { SessionRow } from '../queries.ts'
import { settingsOf } from '../settings.ts'
import { feeAt, nameOf, noShowFee, percentOf } from './policies.ts'
import type { FrozenPolicy } from './policies.ts'
import { defaultPolicy } from './queries.ts'
import type { Policy } from './queries.ts'

type Freezing = Pick<Running, 'db' | 't' | 'settings'>
type Frozen = Pick<SessionRow, 'state' | 'price_cents'>

/**
 * What a session's policy becomes as it is entered or its state changes: confirmed, that of the day stays with it, and the
 * deposit its price makes; an option again, it has none. Nothing where it stays as it is.
 */
export async function frozenPolicy(
  running: Freezing,
  before: Frozen | undefined,
  after: Frozen
): Promise<{ policy?: FrozenPolicy | null }> {
  if (after.state === 'option') return before ? { policy: null } : {}
  if (after.state !== 'confirmed' || (before && before.state !== 'option')) return {}
  const policy = await defaultPolicy(running.db)
  const { deposit_percent } = settingsOf(running.settings)
  return { policy: policy ? copyOf(policy, nameOf(policy, running.t), after.price_cents, deposit_percent) : null }
}

/** A policy as it stays on a session of this price. */
export const copyOf = (
  { id, steps, no_show_percent }: Policy,
  name: string,
  price_cents: number | null,
  deposit_percent: number
): FrozenPolicy => ({
  policy_id: id,
  name,
  steps,
  no_show_percent,
  deposit_cents: price_cents === null ? null : percentOf(price_cents, deposit_percent)
})

type FeeColumns = Pick<SessionRow, 'cancel_fee_cents' | 'cancel_fee_how'>

/** What calling a session off now costs, as it is written on it. Nothing for an option. */
export function cancelFee({ studio }: Pick<Running, 'studio'>, session: SessionRow, now = new Date()): FeeColumns {
  const fee = session.state === 'confirmed' ? feeAt(session, now, studio.timezone) : undefined
  return { cancel_fee_cents: fee?.cents ?? null, cancel_fee_how: fee?.how ?? null }
}

/** What is due when nobody came, as it is written on the session. */
export function missFee(session: SessionRow): FeeColumns {
  const fee = noShowFee(session)
  return { cancel_fee_cents: fee?.cents ?? null, cancel_fee_how: fee?.how ?? null }
}

/** A session that is on again owes nothing. */
export const noFee = {
  cancel_fee_cents: null,
  cancel_fee_how: null,
  fee_waived_at: null,
  fee_waived_by: null,
  fee_waived_reason: null
} as const

const about = ({ id, client_id }: SessionRow) => ({ session: id, client: client_id })

/** Lets a client off the fee of a session called off, for a reason that stays on it. */
export const waiveFee = action({
  name: 'sessions.waive_fee',
  permission: 'sessions.price',
  input: WaiverForm,
  about,
  run: (running, { id, reason }) =>
    change(running, id, session => {
      if (session.fee_waived_at) throw conflict('sessions.prices.errors.waived_already')
      return { fee_waived_at: new Date(), fee_waived_by: running.person.id, fee_waived_reason: reason }
    })
})

/** Takes that back: the fee is due. */
export const chargeFee = action({
  name: 'sessions.charge_fee',
  permission: 'sessions.price',
  input: FeeForm,
  about,
  run: (running, { id }) =>
    change(running, id, session => {
      if (!session.fee_waived_at) throw conflict('sessions.prices.errors.not_waived')
      return { fee_waived_at: null, fee_waived_by: null, fee_waived_reason: null }
    })
})

async function change(
  { db, tell, changed }: Running,
  id: number,
  fieldsOf: (session: SessionRow) => Partial<SessionRow>
): Promise<SessionRow> {
  const before = await lockSession(db, id)
  if (!before) throw notFound()
  if (!before.cancel_fee_cents) throw conflict('sessions.prices.errors.no_fee')
  const after = await changeSession(db, id, fieldsOf(before))
  if (!after) throw notFound()
  changed(before, after)
  tell('sessions.changed', { session_id: id })
  return after
}
