import type { Asking, Notice } from '@patchbay/core'
import { findCalled, whoAsked } from './place-queries.ts'

/** What people are told of being asked and of answers; of a fact that is not of the crew, nothing. */
export async function crewNotice(
  { db, t }: Asking,
  fact: string,
  ids: Record<string, unknown>
): Promise<Notice | undefined> {
  if (fact !== 'sessions.asked' && fact !== 'sessions.answered') return undefined
  const [session_id, person_id] = [Number(ids['session_id']), Number(ids['person_id'])]
  const called = await findCalled(db, session_id, person_id)
  if (!called || called.answer === null || !called.live) return undefined
  // taken back, or answered, while the news was on its way
  if ((fact === 'sessions.asked') !== (called.answer === 'asked')) return undefined
  return {
    people: fact === 'sessions.asked' ? [person_id] : await whoAsked(db, session_id, person_id),
    kind: fact,
    text: `sessions.crew.notices.${called.answer}`,
    values: {
      person: called.name,
      who: called.who ?? t('sessions.untitled'),
      room: called.room,
      when: { from: called.starts_at.toISOString(), to: called.ends_at.toISOString() }
    },
    path: `/sessions/${session_id}`
  }
}

/** The kinds of news, for people to choose which they want. */
export const crewNoticeKinds: readonly string[] = ['asked', 'answered']
