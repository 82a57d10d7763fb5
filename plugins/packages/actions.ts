import { action, conflict, notFound, refuse, time } from '@patchbay/core'
import type { PackageUnit } from './contract.ts'
import { uncoveredMinutes } from './covering.ts'
import { CorrectForm, ExtendForm, PackageForm, TakeBackForm, UseForm } from './forms.ts'
import { draw, drawnAtEnd } from './draw-queries.ts'
import { changeEnd, clientMeant, findBalance, lockBalance, openBalance } from './queries.ts'
import type { Balance } from './queries.ts'
import { coversOf, lockSession } from './session-queries.ts'
import type { Cover, CoveredSession } from './session-queries.ts'

const permission = 'packages.write'

/** Enters a package that was sold elsewhere, or given. */
export const addPackage = action({
  name: 'packages.add',
  permission,
  input: PackageForm,
  about: ({ id, client_id }: { id: number; client_id: number }) => ({ package: id, client: client_id }),
  async run({ db, tell, studio }, { client_id, client_name, quantity, ...fields }) {
    const meant = await clientMeant(db, client_id, client_name)
    if (meant === undefined) throw refuse({ client_id: 'packages.errors.client' })
    const opened_on = time.today(studio.timezone)
    if (fields.expires_on !== null && fields.expires_on < opened_on)
      throw refuse({ expires_on: 'packages.errors.past' })
    const opened = { ...fields, client_id: meant, opened_on, quantity: storedAmount(fields.unit, quantity) }
    const id = (await openBalance(db, { ...opened, invoice_id: null, invoice_item_id: null })) ?? 0
    tell('packages.opened', { balance_id: id })
    return { id, client_id: meant }
  }
})

/** Draws what a session takes: all of it that nothing covers yet, or as much as is left, or the minutes given. */
export const usePackage = action({
  name: 'packages.use',
  permission,
  input: UseForm,
  about: ({ session_id, balance_id }: { session_id: number; balance_id: number }) => ({
    session: session_id,
    package: balance_id
  }),
  async run({ db, tell, person, studio }, { session_id, balance_id, minutes }) {
    const session = await lockSession(db, session_id)
    const balance = await lockBalance(db, balance_id)
    if (!session || !balance) throw notFound()
    refuseUnusable(session, balance, time.localOf(session.starts_at, studio.timezone).day)
    const covers = await coversOf(db, session_id)
    const amount = amountFor(session, balance, covers, minutes)
    const by = { by_id: person.id, by_name: person.name }
    await draw(db, { balance_id, session_id, kind: 'use', amount, note: null, ...by })
    tell('packages.used', { balance_id, session_id })
    return { session_id, balance_id, amount }
  }
})

/** Gives back to a package what it covers of a session. */
export const takeBackUse = action({
  name: 'packages.take_back',
  permission,
  input: TakeBackForm,
  about: ({ session_id, balance_id }: { session_id: number; balance_id: number }) => ({
    session: session_id,
    package: balance_id
  }),
  async run({ db, tell, person }, { session_id, balance_id }) {
    const session = await lockSession(db, session_id)
    const cover = (await coversOf(db, session_id)).find(one => one.balance_id === balance_id)
    if (!session || !cover) throw notFound()
    if (session.billed) throw conflict('packages.errors.billed_back')
    const by = { by_id: person.id, by_name: person.name }
    await draw(db, { balance_id, session_id, kind: 'back', amount: -cover.amount, note: null, ...by })
    tell('packages.used', { balance_id, session_id })
    return { session_id, balance_id }
  }
})

/** Other last day; what was lost when it ended is there again. */
export const extendPackage = action({
  name: 'packages.extend',
  permission,
  input: ExtendForm,
  about: ({ id }: { id: number }) => ({ package: id }),
  async run({ db, tell, changed, person, studio }, { id, expires_on }) {
    const before = await lockBalance(db, id)
    if (!before) throw notFound()
    if (expires_on !== null && expires_on < time.today(studio.timezone))
      throw refuse({ expires_on: 'packages.errors.past' })
    const lost = before.expired_at === null ? 0 : await drawnAtEnd(db, id)
    await changeEnd(db, id, expires_on)
    const by = { by_id: person.id, by_name: person.name }
    if (lost > 0) await draw(db, { balance_id: id, session_id: null, kind: 'expiry', amount: -lost, note: null, ...by })
    changed({ expires_on: before.expires_on }, { expires_on })
    tell('packages.changed', { balance_id: id })
    return { id }
  }
})

/** Adds to a package, or takes off it, for a reason. */
export const correctPackage = action({
  name: 'packages.correct',
  permission,
  input: CorrectForm,
  confirm: true,
  about: ({ id }: { id: number }) => ({ package: id }),
  constraints: { package_balances_remaining: ['quantity', 'packages.errors.too_much'] },
  async run({ db, tell, changed, person }, { id, quantity, note }) {
    const before = await lockBalance(db, id)
    if (!before) throw notFound()
    const amount = -storedAmount(before.unit, quantity)
    if (amount === 0) throw refuse({ quantity: 'fields.required' })
    if (amount > before.remaining) throw refuse({ quantity: 'packages.errors.too_much' })
    const by = { by_id: person.id, by_name: person.name }
    await draw(db, { balance_id: id, session_id: null, kind: 'correction', amount, note, ...by })
    changed(before, { remaining: (await findBalance(db, id))?.remaining })
    tell('packages.changed', { balance_id: id })
    return { id }
  }
})

/** Hours as minutes; sessions are whole. */
function storedAmount(unit: PackageUnit, quantity: number): number {
  if (unit === 'session' && !Number.isInteger(quantity)) throw refuse({ quantity: 'packages.errors.whole' })
  return unit === 'hour' ? Math.round(quantity * 60) : quantity
}

/** Whose it is, whether it may be used on that day, and whether the session is still to be billed. */
function refuseUnusable(session: CoveredSession, balance: Balance, day: string): void {
  if (session.client_id !== balance.client_id) throw refuse({ balance_id: 'packages.errors.other_client' })
  if (session.state === 'option' || session.state === 'cancelled') throw conflict('packages.errors.not_firm')
  if (session.billed) throw conflict('packages.errors.billed')
  if (balance.held_at !== null) throw refuse({ balance_id: 'packages.errors.unpaid' })
  const over = balance.expired_at !== null || (balance.expires_on !== null && balance.expires_on < day)
  if (over) throw refuse({ balance_id: 'packages.errors.over' })
}

/** How much to draw. Refuses a session that is covered, and more than is left or than it lasts. */
function amountFor(
  session: CoveredSession,
  balance: Balance,
  covers: readonly Cover[],
  minutes: number | null
): number {
  const open = uncoveredMinutes(session, covers)
  if (open === 0) throw refuse({ balance_id: 'packages.errors.covered' })
  if (balance.remaining === 0) throw refuse({ balance_id: 'packages.errors.empty' })
  if (balance.unit === 'session') return 1
  if (minutes !== null && minutes > open) throw refuse({ minutes: 'packages.errors.longer' })
  if (minutes !== null && minutes > balance.remaining) throw refuse({ minutes: 'packages.errors.too_much' })
  return minutes ?? Math.min(open, balance.remaining)
}
