import type { PastFact, Seeding } from '@patchbay/core'
import { addPast, listReaders } from './queries.ts'

/** Days of news that a demo has behind it, and how much of it each person has not read yet. */
const days = 14
const unread = 3

/** What each person was told these last two weeks, read but for the newest. */
export async function seed(seeding: Seeding): Promise<void> {
  const { db, past } = seeding
  const [from, now] = [Date.now() - days * 864e5, Date.now()]
  const lately = past.filter(({ at }) => +at > from && +at <= now).toSorted((a, b) => +b.at - +a.at)
  const told = new Map<number, number>()
  const rows = []
  for (const heard of lately) {
    for (const row of await newsOf(seeding, heard)) {
      const before = told.get(row.person_id) ?? 0
      told.set(row.person_id, before + 1)
      // read that day, but for what came last
      const read_at = before < unread ? null : new Date(Math.min(+heard.at + 3 * 36e5, now))
      rows.push({ ...row, created_at: heard.at, read_at })
    }
  }
  await addPast(db, rows.toReversed())
}

/** As `notify` would have told it, on the page. */
async function newsOf({ db, ask }: Seeding, { fact, ids, person_id }: PastFact) {
  const news = []
  for (const notice of await ask('core.notice', { fact, ids })) {
    const readers = await listReaders(db, notice, person_id, false)
    for (const { id } of readers) news.push({ person_id: id, notice })
  }
  return news
}
