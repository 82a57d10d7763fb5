import type { Asking, Hit, Notice, Plugin, Section } from '@patchbay/core'
import {
  countOfClient,
  findRequest,
  giveRequests,
  listDeciders,
  listRequests,
  namesOf,
  requestOfSession,
  requestsOfClient
} from './queries.ts'

/** The facts that the studio hears of; each is a kind people may refuse. */
const kinds = ['received', 'accepted', 'cancelled'] as const

/** What requests say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  async 'core.notice'({ db }, { fact, ids }): Promise<Notice | undefined> {
    const verb = kinds.find(kind => fact === `requests.${kind}`)
    const request = verb && (await findRequest(db, Number(ids['request_id'])))
    if (!verb || !request) return undefined
    const { id, name, artist_name, room_name, starts_at, ends_at } = request
    const when = { from: starts_at.toISOString(), to: ends_at.toISOString() }
    return {
      people: await listDeciders(db),
      kind: fact,
      text: `requests.notices.${verb}`,
      values: { who: artist_name ?? name, room: room_name, when },
      path: `/requests/${id}`,
      by_mail: true
    }
  },
  async 'core.notice-kinds'({ t }) {
    return kinds.map(verb => ({ kind: `requests.${verb}`, label: t(`requests.notice_kinds.${verb}`), by_mail: true }))
  },
  async 'core.today'({ db, can }): Promise<Section | undefined> {
    if (!can('requests.read')) return undefined
    const rows = await listRequests(db, { q: null, state: 'new', after: undefined, limit: 8 })
    return rows.length > 0 ? { view: 'requests/_today', data: { rows } } : undefined
  },
  'core.search': hits,
  async 'core.records'({ db, can, base, t, fmt }, { about }) {
    const ids = about.filter(record => record.startsWith('request:')).map(record => Number(record.slice(8)))
    if (ids.length === 0 || !can('requests.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, name, created_at }) => [
        `request:${id}`,
        { label: t('requests.record', { name, day: fmt.day(created_at) }), href: `${base}/requests/${id}` }
      ])
    )
  },
  async 'clients.sections'({ db, can }, { client_id }) {
    if (!can('requests.read')) return undefined
    const rows = await requestsOfClient(db, client_id)
    return rows.length > 0 ? { view: 'requests/_client', data: { rows } } : undefined
  },
  async 'clients.hangs'({ db, t }, { client_id }) {
    const count = await countOfClient(db, client_id)
    return { count, label: t('requests.hanging', { n: count }) }
  },
  'clients.merge': ({ db }, { from, into }) => giveRequests(db, from, into),
  async 'sessions.sections'({ db, can }, { session_id }) {
    if (!can('requests.read')) return undefined
    const request = await requestOfSession(db, session_id)
    return request && { view: 'requests/_session', data: { request } }
  }
}

async function hits({ db, can, base, fmt, t }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('requests.read')) return []
  const rows = await listRequests(db, { q: text, state: 'all', after: undefined, limit: 4 })
  return rows.map(({ id, name, artist_name, room_name, starts_at, state }) => ({
    href: `${base}/requests/${id}`,
    label: artist_name ?? name,
    hint: `${t(`requests.states.${state}`)} · ${room_name} · ${fmt.datetime(starts_at)}`,
    icon: 'inbox',
    group: t('requests.title')
  }))
}
