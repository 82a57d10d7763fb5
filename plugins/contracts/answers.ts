import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import {
  contractsOfClient,
  contractsOfSession,
  contractsToAttend,
  countOfClient,
  giveContracts,
  listContracts,
  namesOf
} from './list-queries.ts'
import { findSessionClient } from './queries.ts'
import { conclude, decline, readingPart } from './sending.ts'

/** What contracts say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'signatures.choices': readingPart,
  'signatures.concluded': conclude,
  'signatures.refused': decline,
  async 'clients.sections'({ db, can }, { client_id }): Promise<Section | undefined> {
    if (!can('contracts.read')) return undefined
    const rows = await contractsOfClient(db, client_id)
    return { view: 'contracts/_part', data: { rows, make: `client_id=${client_id}`, of: 'client' } }
  },
  async 'sessions.sections'({ db, can }, { session_id }): Promise<Section | undefined> {
    if (!can('contracts.read')) return undefined
    const rows = await contractsOfSession(db, session_id)
    const session = await findSessionClient(db, session_id)
    // the studio's own time has nobody to sign for it
    if (!session?.client_id && rows.length === 0) return undefined
    const make = session?.client_id ? `client_id=${session.client_id}&session_id=${session_id}` : ''
    return { view: 'contracts/_part', data: { rows, make, of: 'session' } }
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('contracts.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveContracts(db, from, into),
  async 'core.today'({ db, can }): Promise<Section | undefined> {
    if (!can('contracts.read')) return undefined
    const rows = await contractsToAttend(db, 8)
    return rows.length > 0 ? { view: 'contracts/_today', data: { rows } } : undefined
  },
  'core.search': hits,
  async 'core.records'({ db, can, base }, { about }) {
    const ids = about.filter(record => record.startsWith('contract:')).map(record => Number(record.slice(9)))
    if (ids.length === 0 || !can('contracts.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, number, title }) => [
        `contract:${id}`,
        { label: [number, title].filter(Boolean).join(' · '), href: `${base}/contracts/${id}` }
      ])
    )
  }
}

async function hits({ db, can, base, t }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('contracts.read')) return []
  const rows = await listContracts(db, { q: text, state: null, after: undefined, limit: 4 })
  return rows.map(({ id, number, title, state, client_name }) => ({
    href: `${base}/contracts/${id}`,
    label: title,
    hint: [number, t(`contracts.states.${state}`), client_name].filter(Boolean).join(' · '),
    icon: 'file-signature',
    group: t('contracts.title')
  }))
}
