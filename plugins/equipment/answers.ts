import { time, together } from '@patchbay/core'
import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import { countOutOf, giveCheckouts, listOut } from './check-queries.ts'
import { busyTimes, conflictsOf, gearOf, holdFor } from './holding.ts'
import { listHeld, removeUnits } from './holding-queries.ts'
import { kitNames, searchKits } from './kit-queries.ts'
import { listDue } from './maintenance-queries.ts'
import { pickerOf } from './picker.ts'
import { highlightsOf, namesOf, searchEquipment } from './queries.ts'

/** What equipment says where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'sessions.hold-gear': holdFor,
  'sessions.release-gear': ({ db }, { session_id }) => removeUnits(db, session_id),
  'sessions.gear-conflicts': conflictsOf,
  'sessions.gear-busy': busyTimes,
  'sessions.gear-of': (asking, { session_ids }) => gearOf(asking, session_ids),
  async 'sessions.sections'({ db, can }, { session_id }) {
    if (!can('equipment.read')) return undefined
    const gear = await listHeld(db, [session_id])
    return { view: 'equipment/_session', data: { session_id, gear } }
  },
  async 'sessions.form-parts'(asking, asked) {
    if (!asking.can('equipment.read')) return undefined
    return { view: 'equipment/_picker', data: { ...(await pickerOf(asking, asked)) } }
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOutOf(db, client_id)
    return { count, label: t('equipment.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveCheckouts(db, from, into),
  'sessions.room-gear': ({ db }, { room_ids }) => highlightsOf(db, room_ids),
  'core.today': todaysLines,
  'core.search': hits,
  async 'core.records'({ db, can, base }, { about }) {
    const [pieces, kits] = ['equipment:', 'kit:'].map(start =>
      about.filter(record => record.startsWith(start)).map(record => Number(record.slice(start.length)))
    ) as [number[], number[]]
    if (pieces.length + kits.length === 0 || !can('equipment.read')) return undefined
    const [named, called] = await together(db, db => [namesOf(db, pieces), kitNames(db, kits)])
    return Object.fromEntries([
      ...named.map(({ id, label }) => [`equipment:${id}`, { label, href: `${base}/equipment/${id}` }] as const),
      ...called.map(({ id, name }) => [`kit:${id}`, { label: name, href: `${base}/equipment/kits/${id}` }] as const)
    ])
  }
}

/** Today: what should be back, and what is to be mended within a week. Two statements. */
async function todaysLines({ db, can }: Asking, { day }: { day: string }): Promise<Section | undefined> {
  if (!can('equipment.read')) return undefined
  const [late, due] = await together(db, db => [listOut(db, true), listDue(db, time.addDays(day, 7))])
  if (late.length + due.length === 0) return undefined
  return { view: 'equipment/_today', data: { late, due, day } }
}

async function hits({ db, can, base, t }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('equipment.read')) return []
  const [pieces, kits] = await together(db, db => [searchEquipment(db, text, 5), searchKits(db, text, 2)])
  return [
    ...kits.map(({ id, name }) => ({
      href: `${base}/equipment/kits/${id}`,
      label: name,
      icon: 'boxes',
      hint: t('equipment.kits.kit')
    })),
    ...pieces.map(({ id, label, category, room_name }) => ({
      href: `${base}/equipment/${id}`,
      label,
      hint: [t(`equipment.categories.${category}`), room_name].filter(Boolean).join(' · '),
      icon: 'package'
    }))
  ].slice(0, 6)
}
