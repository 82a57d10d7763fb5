import type { Asking, Notice, NoticeKind } from '@patchbay/core'
import { findConcerned } from './notice-queries.ts'

/** The facts that people hear of; each is a kind they may refuse. */
const kinds: readonly string[] = ['booked', 'moved', 'confirmed', 'cancelled', 'released', 'reopened']

/** Whom a session's fact concerns: those who work on it and who booked it. */
export async function noticeOf(
  { db, t }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const [plugin, verb = ''] = fact.split('.')
  if (plugin !== 'sessions' || !kinds.includes(verb)) return undefined
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

export async function noticeKinds({ t }: Asking): Promise<NoticeKind[]> {
  return kinds.map(verb => ({ kind: `sessions.${verb}`, label: t(`sessions.notice_kinds.${verb}`) }))
}
