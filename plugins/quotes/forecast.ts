import { time } from '@patchbay/core'
import type { Asking } from '@patchbay/core'
import { acceptance, listWaiting } from './forecast-queries.ts'

/** Before so many answers, nobody knows: one in two. */
const enoughAnswers = 8

/** What quotes that wait may bring, each as sure as the last year's were: one statement more than one. */
export async function forecast({ db, can, studio, t }: Asking, { after }: { after: string }) {
  if (!can('quotes.read')) return undefined
  const today = time.today(studio.timezone)
  const waiting = await listWaiting(db, { today, after, zone: studio.timezone })
  const { accepted, answered } = await acceptance(db)
  const probability_bp = answered < enoughAnswers ? 5000 : Math.round((accepted / answered) * 10_000)
  return waiting.map(({ id, number, client_id, client_name, title, day, cents }) => ({
    day,
    label: [t('quotes.record', { number }), client_name, title].filter(Boolean).join(' · '),
    client_id,
    cents,
    probability_bp,
    kind: 'quote' as const,
    path: `/quotes/${id}`
  }))
}
