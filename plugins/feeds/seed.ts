import { time } from '@patchbay/core'
import { newToken } from '@patchbay/core/secrets'
import type { Seeding } from '@patchbay/core'

/**
 * The demo's first engineer fetches their sessions, and is taken now and then by a calendar elsewhere. That one is not
 * looked at again: nobody has a calendar under `.example`.
 */
export async function seed({ db, studio, people, did }: Seeding): Promise<void> {
  const person = people[1] ?? people[0]
  if (!person) return
  const used = new Date(Date.now() - 11 * 60_000)
  await db('feed_links').insert([
    { token_hash: newToken().hash, detail: 'full', created_by: people[0]?.id, last_used_at: used },
    { token_hash: newToken().hash, detail: 'full', person_id: person.id, created_by: person.id, last_used_at: used }
  ])
  const [feed] = await db('outside_feeds')
    .insert({
      person_id: person.id,
      name: 'Agenda personnel',
      url: 'https://agenda.example/personnel.ics',
      created_by: person.id,
      checked_at: used,
      fetched_at: used,
      next_at: new Date(Date.now() + 400 * 86_400_000)
    })
    .returning<{ id: number }[]>('id')
  const today = time.today(studio.timezone)
  const times = [8, 15, 22, 29].flatMap(days => {
    const day = time.addDays(today, days)
    const [starts_at, ends_at] = ['07:30', '08:30'].map(clock => time.instantOf(day, clock, studio.timezone))
    return starts_at && ends_at
      ? [{ feed_id: feed?.id ?? 0, uid: `cours-${days}@agenda.example`, starts_at, ends_at }]
      : []
  })
  await db('outside_times').insert(times.map(row => ({ ...row, summary: 'Cours de piano' })))
  did('feeds.add_outside', used, { person: person.id }, person.id)
}
