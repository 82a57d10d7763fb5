import { together } from '@patchbay/core'
import type { Period } from '../legal/contract.ts'
import { chartOf } from './chart.ts'
import { daysOfMonth, monthsOf, yearBefore } from './period.ts'
import { cashByMonth, earnedByClient, earnedByMonth } from './queries.ts'
import type { Making, Report } from './report.ts'
import { documentsHref } from './report.ts'

/** What was earned and what came in, month by month beside the year before; and by whom. */
export async function revenue({ db, base, t }: Making, period: Period): Promise<Report> {
  const before = yearBefore(period)
  const [earned, cash, last, clients] = await together(db, db => [
    earnedByMonth(db, period),
    cashByMonth(db, period),
    earnedByMonth(db, before),
    earnedByClient(db, period, 200)
  ])
  const of = (rows: readonly { month: string; cents: number }[], month: string) =>
    rows.find(row => row.month === month)?.cents ?? 0
  const monthBefore = (month: string) => `${Number(month.slice(0, 4)) - 1}${month.slice(4)}`
  const months = monthsOf(period).map(month => ({
    month,
    earned: of(earned, month),
    cash: of(cash, month),
    before: of(last, monthBefore(month)),
    documents: earned.find(row => row.month === month)?.documents ?? 0
  }))
  const sum = (key: 'earned' | 'cash' | 'before' | 'documents') => months.reduce((all, row) => all + row[key], 0)
  const total = sum('earned')
  return {
    chart: chartOf(
      months.map(({ month }) => month),
      [
        { key: 'earned', values: months.map(row => row.earned) },
        { key: 'cash', values: months.map(row => row.cash) }
      ]
    ),
    tables: [
      {
        id: 'months',
        title: t('reports.revenue.by_month'),
        empty: t('reports.nothing'),
        columns: [
          { key: 'month', label: t('reports.fields.month'), type: 'month' },
          { key: 'earned', label: t('reports.fields.earned'), type: 'money' },
          { key: 'before', label: t('reports.fields.before'), type: 'money', hide: 'phone' },
          { key: 'cash', label: t('reports.fields.cash'), type: 'money' },
          { key: 'documents', label: t('reports.fields.documents'), type: 'count', hide: 'tablet' }
        ],
        rows: months.map(row => ({
          cells: [row.month, row.earned, row.before, row.cash, row.documents],
          links: {
            earned: documentsHref(base, { ...daysOfMonth(row.month, period), what: 'revenue' }),
            cash: documentsHref(base, { ...daysOfMonth(row.month, period), what: 'cash' })
          }
        })),
        foot: [t('reports.total'), total, sum('before'), sum('cash'), sum('documents')]
      },
      {
        id: 'clients',
        title: t('reports.revenue.by_client'),
        empty: t('reports.nothing'),
        columns: [
          { key: 'client', label: t('reports.fields.client'), type: 'text' },
          { key: 'earned', label: t('reports.fields.earned'), type: 'money' },
          { key: 'share', label: t('reports.fields.share'), type: 'share', hide: 'phone' },
          { key: 'documents', label: t('reports.fields.documents'), type: 'count', hide: 'phone' }
        ],
        rows: clients.map(row => ({
          cells: [
            row.client_name,
            row.cents,
            total > 0 ? Math.round((row.cents * 10_000) / total) : null,
            row.documents
          ],
          href: `${base}/clients/${row.client_id}`,
          links: { earned: documentsHref(base, { ...period, what: 'revenue', client: row.client_id }) }
        }))
      }
    ]
  }
}
