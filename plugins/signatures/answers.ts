import type { Asking, Hit, Notice, NoticeKind, Plugin, Section } from '@patchbay/core'
import { askForSignature, stateOf, withdrawRequest } from './asking.ts'
import { findRequest, findSigner, listRequests, namesOf } from './queries.ts'
import { listDeciders, listWaiting } from './turn-queries.ts'

/** The facts that the studio hears of; each is a kind people may refuse. */
const kinds = ['signatures.completed', 'signatures.declined', 'signatures.ended'] as const

/** What signatures say where others ask. */
export const answers: NonNullable<Plugin['answers']> = {
  'signatures.ask': askForSignature,
  'signatures.withdraw': withdrawRequest,
  'signatures.state': stateOf,
  'core.today': today,
  'core.search': hits,
  'core.notice': notice,
  async 'core.notice-kinds'({ t }): Promise<NoticeKind[]> {
    return kinds.map(kind => ({ kind, label: t(`signatures.notice_kinds.${kind.slice(11)}`) }))
  },
  async 'core.records'({ db, can, base }, { about }) {
    const ids = about.filter(record => record.startsWith('signature:')).map(record => Number(record.slice(10)))
    if (ids.length === 0 || !can('signatures.read')) return undefined
    const named = await namesOf(db, ids)
    return Object.fromEntries(
      named.map(({ id, title }) => [`signature:${id}`, { label: title, href: `${base}/signatures/${id}` }])
    )
  }
}

async function today({ db, can }: Asking): Promise<Section | undefined> {
  if (!can('signatures.read')) return undefined
  const rows = await listWaiting(db, 8)
  return rows.length > 0 ? { view: 'signatures/_today', data: { rows } } : undefined
}

async function hits({ db, can, base, t }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('signatures.read')) return []
  const rows = await listRequests(db, { q: text, state: null, after: undefined, limit: 4 })
  return rows.map(({ id, title, state, waits_for }) => ({
    href: `${base}/signatures/${id}`,
    label: title,
    hint: [t(`signatures.states.${state}`), state === 'open' ? waits_for : null].filter(Boolean).join(' · '),
    icon: 'signature',
    group: t('signatures.title')
  }))
}

/** The studio hears that a paper is signed, declined, or ran out. What it took back itself it knows. */
async function notice(
  { db }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const kind = kinds.find(one => one === fact)
  const request = kind && (await findRequest(db, Number(ids['request_id'])))
  if (!kind || !request || (kind === 'signatures.ended' && request.state !== 'expired')) return undefined
  const signer = ids['signer_id'] === undefined ? undefined : await findSigner(db, Number(ids['signer_id']))
  return {
    people: await listDeciders(db),
    kind,
    text: `signatures.notices.${kind.slice(11)}`,
    values: { title: request.title, who: signer?.name ?? '' },
    path: `/signatures/${request.id}`,
    by_mail: true
  }
}
