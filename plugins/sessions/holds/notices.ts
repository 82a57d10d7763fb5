import type { Asking, Notice, NoticeKind } from '@patchbay/core'
import { findConcerned } from '../notice-queries.ts'
import { challengeNews, offerNews } from './hearing-queries.ts'

/** The kinds of news of options, challenges and the waiting list. Where somebody must decide, they are mailed too. */
export const holdKinds = ({ t }: Pick<Asking, 't'>): NoticeKind[] =>
  ['promoted', 'challenged', 'challenge-closed', 'waiting-told', 'waiting-answered'].map(verb => ({
    kind: `sessions.${verb}`,
    label: t(`sessions.holds.notice_kinds.${verb}`),
    by_mail: true
  }))

/** Whom a fact of options, challenges and the waiting list concerns, and what it says; undefined for other facts. */
export async function holdNotice(
  { db, t }: Pick<Asking, 'db' | 't'>,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const of = (name: string) => Number(ids[name])
  const common = { kind: fact, by_mail: true }
  if (fact === 'sessions.promoted') {
    const news = await findConcerned(db, of('session_id'))
    if (!news) return undefined
    const { people, client, title, room } = news
    const values = { who: client ?? title ?? t('sessions.untitled'), room, rank: of('to_rank'), when: range(news) }
    return { ...common, people, text: 'sessions.holds.notices.promoted', values, path: `/sessions/${of('session_id')}` }
  }
  if (fact === 'sessions.challenged' || fact === 'sessions.challenge-closed') {
    const news = await challengeNews(db, of('challenge_id'))
    if (!news) return undefined
    const { people, room, session_id, deadline_at } = news
    const [who, rival] = [news.who ?? t('sessions.untitled'), news.rival ?? t('sessions.untitled')]
    const values = { who, rival, room, when: range(news), until: { at: deadline_at.toISOString() } }
    const text = fact === 'sessions.challenged' ? 'challenged' : `challenge_${String(ids['outcome'])}`
    return { ...common, people, text: `sessions.holds.notices.${text}`, values, path: `/sessions/${session_id}` }
  }
  if (fact === 'sessions.waiting-told' || fact === 'sessions.waiting-answered') {
    const news = await offerNews(db, of('offer_id'))
    if (!news) return undefined
    const { people, who, room, until } = news
    const values = { who, room, when: range(news), until: { at: until.toISOString() } }
    const taken = typeof ids['session_id'] === 'number'
    const text = fact === 'sessions.waiting-told' ? 'waiting_told' : taken ? 'waiting_taken' : 'waiting_declined'
    const path = taken ? `/sessions/${of('session_id')}` : '/sessions/waiting'
    return { ...common, people, text: `sessions.holds.notices.${text}`, values, path }
  }
  return undefined
}

const range = ({ starts_at, ends_at }: { starts_at: Date; ends_at: Date }) => ({
  from: starts_at.toISOString(),
  to: ends_at.toISOString()
})
