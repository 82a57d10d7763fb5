import { time } from '@patchbay/core'
import type { Asking, Hit, Plugin, Section } from '@patchbay/core'
import { listReviews, reviewsToday } from './list-queries.ts'

/** What rounds and approval say where others ask. */
export const reviewAnswers: NonNullable<Plugin['answers']> = {
  async 'core.today'({ db, can, studio }): Promise<Section | undefined> {
    if (!can('mixes.read')) return undefined
    const rows = await reviewsToday(db, time.today(studio.timezone), 8)
    return rows.length > 0 ? { view: 'mixes/_today', data: { rows } } : undefined
  },
  'core.search': hits,
  'projects.tabs': async ({ can, base, t }) =>
    can('mixes.read') ? { href: `${base}/mixes`, label: t('mixes.reviews.tab'), order: 10 } : undefined
}

async function hits({ db, can, base, t, studio }: Asking, { text }: { text: string }): Promise<Hit[]> {
  if (!can('mixes.read')) return []
  const reading = { today: time.today(studio.timezone), limit: 4 }
  const rows = await listReviews(db, { q: text, project_id: null }, reading)
  return rows.map(({ revision_id, track_id, title, version, number, to_name, outcome }) => ({
    href: `${base}/mixes/tracks/${track_id}?revision=${revision_id}`,
    label: `${title} · ${t(`mixes.comments.versions.${version}`, { n: number })}`,
    hint: `${t(`mixes.reviews.states.${outcome ?? 'waiting'}`)} · ${to_name}`,
    icon: 'headphones',
    group: t('mixes.title')
  }))
}
