import { time } from '@patchbay/core'
import type { Hearing, Working } from '@patchbay/core'
import { draw } from './draw-queries.ts'
import { holdBalances, listEnded, markEnded, openBalance, soldOn } from './queries.ts'
import { coversOf, lockSession } from './session-queries.ts'
import type { Cover } from './session-queries.ts'

/** An invoice is paid: the packages on it open, or may be used again. Heard twice, they are there once. */
export async function openSold(hearing: Hearing, { invoice_id }: { invoice_id: number }): Promise<void> {
  const { db, tell, did } = hearing
  for (const { each, pieces, days, settled_on, ...sold } of await soldOn(db, invoice_id)) {
    const quantity = Math.round(each * pieces * (sold.unit === 'hour' ? 60 : 1))
    const expires_on = days === null ? null : time.addDays(settled_on, days)
    const opened = { ...sold, invoice_id, quantity, expires_on, opened_on: settled_on, note: null }
    const id = quantity > 0 ? await openBalance(db, opened) : undefined
    if (id === undefined) continue
    await did('packages.add', { package: id, client: sold.client_id })
    tell('packages.opened', { balance_id: id })
  }
  for (const balance_id of await holdBalances(db, invoice_id, false)) tell('packages.changed', { balance_id })
}

/** Something is to be paid again: its packages wait. What was drawn stays drawn. */
export async function holdUnpaid({ db, tell }: Hearing, { invoice_id }: { invoice_id: number }): Promise<void> {
  for (const balance_id of await holdBalances(db, invoice_id, true)) tell('packages.changed', { balance_id })
}

/**
 * A session was called off or is another client's: its package has its hours back. One with a fee keeps them, for they pay
 * the fee, until somebody gives them back.
 */
export async function giveBack(hearing: Hearing, { session_id }: { session_id: number }): Promise<void> {
  const { db, tell, did } = hearing
  if ((await coversOf(db, session_id)).length === 0) return
  const session = await lockSession(db, session_id)
  if (!session || session.billed) return
  const off = session.state === 'cancelled' && (!session.cancel_fee_cents || session.fee_waived_at !== null)
  const wrong = ({ client_id }: Cover) => off || client_id !== session.client_id
  for (const { balance_id, amount } of (await coversOf(db, session_id)).filter(wrong)) {
    const by = { by_id: null, by_name: 'Patchbay' }
    await draw(db, { balance_id, session_id, kind: 'back', amount: -amount, note: null, ...by })
    await did('packages.take_back', { session: session_id, package: balance_id })
    tell('packages.used', { balance_id, session_id })
  }
}

/** Every night: what is left of packages whose last day is over is lost. */
export async function endPackages({ db, tell, did, studio }: Working): Promise<void> {
  for (const { id, remaining } of await listEnded(db, time.today(studio.timezone))) {
    const by = { by_id: null, by_name: 'Patchbay' }
    await draw(db, { balance_id: id, session_id: null, kind: 'expiry', amount: remaining, note: null, ...by })
    await markEnded(db, id)
    await did('packages.expire', { package: id })
    tell('packages.changed', { balance_id: id })
  }
}
