import type { Asking, Hit, RecordName } from '@patchbay/core'
import { namesOfBookings } from './queries.ts'
import { namesOfTemplates, searchTemplates } from './template-queries.ts'

type Naming = Pick<Asking, 'db' | 'base' | 't'>

/** Names and addresses of bookings and templates, for the trail. */
export async function seriesRecords(
  { db, base, t }: Naming,
  bookings: readonly number[],
  templates: readonly number[]
): Promise<[string, RecordName][]> {
  const named = bookings.length > 0 ? await namesOfBookings(db, bookings) : []
  const kept = templates.length > 0 ? await namesOfTemplates(db, templates) : []
  return [
    ...named.map(({ id, name, n }): [string, RecordName] => [
      `booking:${id}`,
      {
        label: `${name ?? t('sessions.untitled')}, ${t('sessions.series.dates.count', { n })}`,
        href: `${base}/sessions/bookings/${id}`
      }
    ]),
    ...kept.map(({ id, name }): [string, RecordName] => [
      `session_template:${id}`,
      { label: name, href: `${base}/sessions/templates/${id}` }
    ])
  ]
}

/** Templates of a name, each to book from. */
export async function templateHits({ db, base, t }: Naming, text: string): Promise<Hit[]> {
  const found = await searchTemplates(db, text)
  return found.map(({ id, name, title }) => ({
    href: `${base}/sessions/new?template=${id}`,
    label: name,
    ...(title && { hint: title }),
    icon: 'layout-template',
    group: t('sessions.series.templates.hit')
  }))
}
