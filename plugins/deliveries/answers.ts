import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import '../projects/contract.ts'
import { deliveriesOfProject, deliveriesToAttend, findNoticed, listDeliveries, namesOf } from './list-queries.ts'

/** What deliveries say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'projects.sections'({ db, can }, { project_id }): Promise<Section | undefined> {
    if (!can('deliveries.read')) return undefined
    return { view: 'deliveries/_project', data: { rows: await deliveriesOfProject(db, project_id), project_id } }
  },
  'projects.tabs': async ({ base, can, t }) =>
    can('deliveries.read') ? { href: `${base}/deliveries`, label: t('deliveries.title'), order: 40 } : undefined,
  async 'core.today'({ db, can }): Promise<Section | undefined> {
    if (!can('deliveries.read')) return undefined
    const rows = await deliveriesToAttend(db, 6)
    return rows.length > 0 ? { view: 'deliveries/_today', data: { rows } } : undefined
  },
  'core.search': hits,
  async 'core.records'({ db, can, base }, { about }) {
    const ids = about.filter(record => record.startsWith('delivery:')).map(record => Number(record.slice(9)))
    if (ids.length === 0 || !can('deliveries.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, title }) => [`delivery:${id}`, { label: title, href: `${base}/deliveries/${id}` }])
    )
  },
  async 'core.notice'({ db }, { fact, ids }) {
    if (fact !== 'deliveries.taken' && fact !== 'deliveries.opened') return undefined
    const id = Number(ids['delivery_id'])
    const found = await findNoticed(db, id)
    if (!found?.created_by) return undefined
    const text = `deliveries.notices.${fact === 'deliveries.taken' ? (found.recipient ? 'taken_by' : 'taken') : 'opened'}`
    const values = { title: found.title, name: found.recipient ?? '' }
    return { people: [found.created_by], kind: fact, text, values, path: `/deliveries/${id}` }
  },
  'core.notice-kinds': async ({ t }) => [
    { kind: 'deliveries.taken', label: t('deliveries.notices.kind_taken') },
    { kind: 'deliveries.opened', label: t('deliveries.notices.kind_opened') }
  ]
}

async function hits({ db, can, base, t }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('deliveries.read')) return []
  const rows = await listDeliveries(db, { q: text, state: null, project_id: null, below: undefined, limit: 4 })
  return rows.map(({ id, title, state, project_title, recipient }) => ({
    href: `${base}/deliveries/${id}`,
    label: title,
    hint: [project_title, recipient, t(`deliveries.states.${state}`)].filter(Boolean).join(' · '),
    icon: 'package-check',
    group: t('deliveries.title')
  }))
}
