import type { Asking, Notice } from '@patchbay/core'
import { findTogether, isTogether } from './notice-queries.ts'

/** Facts of a whole booking, by the kind of news that one session of it would be. */
const kinds: Record<string, { kind: string; text: string }> = {
  'sessions.planned': { kind: 'sessions.booked', text: 'sessions.series.notices.planned' },
  'sessions.replanned': { kind: 'sessions.moved', text: 'sessions.series.notices.replanned' },
  'sessions.called-off': { kind: 'sessions.cancelled', text: 'sessions.series.notices.called_off' }
}

/** The news of several sessions at once: told once, not as many times as there are sessions. */
export async function seriesNotice(
  { db, t }: Asking,
  { fact, ids }: { fact: string; ids: Record<string, unknown> }
): Promise<Notice | undefined> {
  const news = kinds[fact]
  if (!news) return undefined
  const found = await findTogether(db, Number(ids['booking_id']))
  if (!found || found.n === 0) return undefined
  const { people, n, client, title, starts_at } = found
  const values = { n, who: client ?? title ?? t('sessions.untitled'), when: { at: starts_at.toISOString() } }
  return { people, ...news, values, path: `/sessions/bookings/${String(ids['booking_id'])}` }
}

/** Was this session's own news told with all of its booking? */
export const isToldTogether = ({ db }: Asking, ids: Record<string, unknown>): Promise<boolean> =>
  isTogether(db, Number(ids['session_id']))
