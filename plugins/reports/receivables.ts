import type { Making, Report } from './report.ts'
import { owedOn } from './queries.ts'
import type { OwedRow } from './queries.ts'

const ages = ['due', 'd30', 'd60', 'd90', 'older'] as const
const ageOf = ({ late }: OwedRow): (typeof ages)[number] =>
  late === 0 ? 'due' : late <= 30 ? 'd30' : late <= 60 ? 'd60' : late <= 90 ? 'd90' : 'older'

/** What clients owed on a day, by how late it was: client by client, then invoice by invoice. */
export async function receivables({ db, base, t }: Making, on: string): Promise<Report> {
  const rows = await owedOn(db, on)
  const sums = (of: readonly OwedRow[]) => [
    of.reduce((sum, { cents }) => sum + cents, 0),
    ...ages.map(age => of.filter(row => ageOf(row) === age).reduce((sum, { cents }) => sum + cents, 0))
  ]
  const clients = Map.groupBy(rows, ({ client_id }) => client_id)
  const money = (key: string, hide?: 'phone' | 'tablet') => ({
    key,
    label: t(`reports.ages.${key}`),
    type: 'money' as const,
    ...(hide && { hide })
  })
  return {
    note: t('reports.receivables.note'),
    tables: [
      {
        id: 'clients',
        title: t('reports.receivables.by_client'),
        empty: t('reports.receivables.nothing'),
        columns: [
          { key: 'client', label: t('reports.fields.client'), type: 'text' },
          money('total'),
          money('due', 'tablet'),
          money('d30', 'phone'),
          money('d60', 'phone'),
          money('d90', 'phone'),
          money('older', 'phone')
        ],
        rows: [...clients.values()]
          .map(of => ({ of, sum: sums(of) }))
          .toSorted((a, b) => (b.sum[0] ?? 0) - (a.sum[0] ?? 0))
          .map(({ of, sum }) => ({
            cells: [of[0]?.client_name ?? '', ...sum],
            href: `${base}/invoices/statement/${of[0]?.client_id}`
          })),
        foot: [t('reports.total'), ...sums(rows)]
      },
      {
        id: 'invoices',
        title: t('reports.receivables.by_invoice'),
        empty: t('reports.receivables.nothing'),
        columns: [
          { key: 'number', label: t('reports.fields.number'), type: 'text' },
          { key: 'client', label: t('reports.fields.client'), type: 'text' },
          { key: 'due_date', label: t('reports.fields.due_date'), type: 'day', hide: 'phone' },
          { key: 'late', label: t('reports.fields.late'), type: 'count' },
          { key: 'cents', label: t('reports.ages.total'), type: 'money' }
        ],
        rows: rows.map(row => ({
          cells: [row.number, row.client_name, row.due_date, row.late, row.cents],
          href: `${base}/invoices/${row.id}`
        })),
        foot: [t('reports.total'), null, null, null, rows.reduce((sum, { cents }) => sum + cents, 0)]
      }
    ]
  }
}
