import type { Asking, Notice, NoticeKind } from '@patchbay/core'
import { crewNotice, crewNoticeKinds } from './crew/notices.ts'
import { holdKinds, holdNotice } from './holds/notices.ts'
import { findConcerned } from './notice-queries.ts'
import { isToldTogether, seriesNotice } from './series/notices.ts'

/** The facts that people hear of; each is a kind they may refuse. */
const kinds: readonly string[] = ['booked', 'moved', 'confirmed', 'cancelled', 'released', 'reopened']

/** Whom a session's fact concerns: those who work on it and who booked it. */
export async function noticeOf(
  asking: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const { db, t } = asking
  const [plugin, verb = ''] = fact.split('.')
  const held = plugin === 'sessions' ? await holdNotice(asking, { fact, ids }) : undefined
  if (held) return held
  if (plugin === 'sessions' && crewNoticeKinds.includes(verb)) return crewNotice(asking, fact, ids)
  if (plugin === 'sessions' && 'booking_id' in ids) return seriesNotice(asking, { fact, ids })
  if (plugin !== 'sessions' || !kinds.includes(verb) || (await isToldTogether(asking, ids))) return undefined
  const session = await findConcerned(db, Number(ids['session_id']))
  if (!session) return undefined
  const { title, client, room, starts_at, ends_at, people } = session
  return {
    people,
    kind: fact,
    text: `sessions.notices.${verb}`,
    values: {
      who: client ?? title ?? t('sessions.untitled'),
      room,
      when: { from: starts_at.toISOString(), to: ends_at.toISOString() }
    },
    path: `/sessions/${String(ids['session_id'])}`
  }
}

export async function noticeKinds(asking: Asking): Promise<NoticeKind[]> {
  const label = (verb: string) => asking.t(`sessions.notice_kinds.${verb}`)
  return [
    ...[...kinds, ...crewNoticeKinds].map(verb => ({ kind: `sessions.${verb}`, label: label(verb) })),
    ...holdKinds(asking)
  ]
}
