import { share } from '@patchbay/core'
import { chartOf } from './chart.ts'
import { monthsOf } from './period.ts'
import { owedOn, sessionsComing } from './queries.ts'
import type { Making, Report } from './report.ts'

/** What may come in from a day on: what is invoiced and open, booked and not invoiced, offered and not answered. */
export async function forecast({ db, ask, base, studio, t }: Making, today: string): Promise<Report> {
  const owed = await owedOn(db, today)
  const sessions = await sessionsComing(db, today, studio.timezone)
  const quotes = (await ask('legal.forecast', { after: today })).flat()
  const coming = [
    ...owed.map(row => ({
      day: row.due_date < today ? today : row.due_date,
      label: `${row.number} · ${row.client_name}`,
      kind: 'invoice' as const,
      cents: row.cents,
      probability_bp: 10_000,
      path: `/invoices/${row.id}`
    })),
    ...sessions.map(row => ({
      day: row.day < today ? today : row.day,
      label: [row.client_name, row.title].filter(Boolean).join(' · '),
      kind: 'session' as const,
      cents: row.cents,
      probability_bp: 10_000,
      path: `/sessions/${row.id}`
    })),
    ...quotes.map(row => ({ ...row, day: row.day < today ? today : row.day }))
  ].toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  const year = Number(today.slice(0, 4)) + 1
  const months = monthsOf({ from: today, to: `${year}${today.slice(4)}` })
  const kinds = ['invoice', 'session', 'quote'] as const
  const weighed = (month: string, kind?: string) =>
    coming
      .filter(one => one.day.startsWith(month) && (!kind || one.kind === kind))
      .reduce((sum, { cents, probability_bp }) => sum + share(cents, probability_bp), 0)
  const money = (key: string, hide?: 'phone') => ({
    key,
    label: t(`reports.forecast.${key}`),
    type: 'money' as const,
    ...(hide && { hide })
  })
  return {
    note: t('reports.forecast.note'),
    chart: chartOf(
      months,
      kinds.map(key => ({ key, values: months.map(month => weighed(month, key)) }))
    ),
    tables: [
      {
        id: 'months',
        title: t('reports.forecast.by_month'),
        empty: t('reports.nothing'),
        columns: [
          { key: 'month', label: t('reports.fields.month'), type: 'month' },
          money('invoice', 'phone'),
          money('session', 'phone'),
          money('quote', 'phone'),
          money('total')
        ],
        rows: months.map(month => ({ cells: [month, ...kinds.map(kind => weighed(month, kind)), weighed(month)] }))
      },
      {
        id: 'coming',
        title: t('reports.forecast.coming'),
        empty: t('reports.nothing'),
        columns: [
          { key: 'label', label: t('reports.fields.what'), type: 'text' },
          { key: 'day', label: t('reports.fields.day'), type: 'day' },
          { key: 'cents', label: t('reports.fields.amount'), type: 'money' },
          { key: 'sure', label: t('reports.fields.sure'), type: 'share', hide: 'phone' }
        ],
        rows: coming
          .slice(0, 1000)
          .map(one => ({ cells: [one.label, one.day, one.cents, one.probability_bp], href: `${base}${one.path}` }))
      }
    ]
  }
}
