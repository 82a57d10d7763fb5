import { time, together } from '@patchbay/core'
import type { Asking, Plugin, Section } from '@patchbay/core'
import { coverLines, minutesOf, uncoveredMinutes } from './covering.ts'
import { balancesOfClient, countOfClient, endingSoon, giveToClient, namesOf } from './queries.ts'
import { coversOf, findSession, pricesIncludeVat, usableFor } from './session-queries.ts'

/** What packages say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'sessions.billable': billable,
  'sessions.sections': section,
  async 'clients.sections'({ db, can, studio }, { client_id }) {
    if (!can('packages.read')) return undefined
    const balances = await balancesOfClient(db, client_id)
    if (balances.length === 0) return undefined
    return { view: 'packages/_client', data: { client_id, balances, today: time.today(studio.timezone) } }
  },
  'clients.merge': ({ db }, { from, into }) => giveToClient(db, from, into),
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('packages.hanging', { n: count }) }
  },
  async 'core.today'({ db, can }, { day }) {
    if (!can('packages.read')) return undefined
    const balances = await endingSoon(db, day)
    return balances.length > 0 ? { view: 'packages/_today', data: { balances, day } } : undefined
  },
  async 'core.records'({ db, can, base }, { about }) {
    const ids = about.filter(record => record.startsWith('package:')).map(record => Number(record.slice(8)))
    if (ids.length === 0 || !can('packages.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, label }) => [`package:${id}`, { label, href: `${base}/packages/${id}` }])
    )
  },
  async 'invoices.tabs'({ can, base, t }) {
    return can('packages.read') ? { href: `${base}/packages`, label: t('packages.title'), order: 50 } : undefined
  }
}

/** What packages take off a session's bill. */
async function billable({ db, t, fmt }: Asking, { session_id }: { session_id: number }) {
  const [session, covers, vat_included] = await together(db, db => [
    findSession(db, session_id),
    coversOf(db, session_id),
    pricesIncludeVat(db)
  ])
  if (!session || covers.length === 0) return undefined
  return coverLines(session, covers, {
    vat_included,
    label: ({ label, unit }, minutes) =>
      unit === 'hour'
        ? t('packages.billable.hours', { label, time: fmt.duration(minutes) })
        : t('packages.billable.session', { label })
  })
}

/** What covers a session, and what may. */
export async function section(
  { db, can, studio }: Pick<Asking, 'db' | 'can' | 'studio'>,
  { session_id }: { session_id: number }
): Promise<Section | undefined> {
  if (!can('packages.read')) return undefined
  const [session, covers, usable] = await together(db, db => [
    findSession(db, session_id),
    coversOf(db, session_id),
    usableFor(db, session_id, studio.timezone)
  ])
  if (!session || covers.length + usable.length === 0) return undefined
  const open = uncoveredMinutes(session, covers)
  const firm = session.state !== 'option' && session.state !== 'cancelled'
  const data = { session_id, covers, usable: firm && !session.billed ? usable : [], open, minutes: minutesOf(session) }
  return { view: 'packages/_session', data: { ...data, billed: session.billed } }
}
