import type { Cost, Period } from '../legal/contract.ts'
import { earnedByClient } from './queries.ts'
import type { Making, Report } from './report.ts'
import { documentsHref } from './report.ts'
import type { Row } from './tables.ts'

/** What was earned with each client, what it cost, and what is left; costs that are nobody's stand by themselves. */
export async function profit({ db, ask, base, t }: Making, period: Period): Promise<Report> {
  const earned = await earnedByClient(db, period, 2000)
  const costs = (await ask('legal.costs', period)).flat()
  const of = (test: (cost: Cost) => boolean) => costs.filter(test).reduce((sum, { cents }) => sum + cents, 0)
  const known = new Set(earned.map(({ client_id }) => client_id))
  const row = (name: string, income: number, cost: number, more: Omit<Row, 'cells'> = {}): Row => ({
    cells: [name, income, cost, income - cost, income > 0 ? Math.round(((income - cost) * 10_000) / income) : null],
    ...more
  })
  const rows = earned.map(({ client_id, client_name, cents }) =>
    row(
      client_name,
      cents,
      of(cost => cost.client_id === client_id),
      {
        href: `${base}/clients/${client_id}`,
        links: { earned: documentsHref(base, { ...period, what: 'revenue', client: client_id }) }
      }
    )
  )
  const others = of(cost => cost.client_id === null || !known.has(cost.client_id))
  if (others !== 0) rows.push(row(t('reports.profit.general'), 0, others))
  const [income, spent] = [earned.reduce((sum, { cents }) => sum + cents, 0), of(() => true)]
  const projects = Map.groupBy(
    costs.filter(({ project }) => project !== null),
    ({ project }) => project ?? ''
  )
  return {
    note: t('reports.profit.note'),
    tables: [
      {
        id: 'clients',
        title: t('reports.profit.by_client'),
        empty: t('reports.nothing'),
        columns: [
          { key: 'client', label: t('reports.fields.client'), type: 'text' },
          { key: 'earned', label: t('reports.fields.earned'), type: 'money' },
          { key: 'costs', label: t('reports.fields.costs'), type: 'money', hide: 'phone' },
          { key: 'profit', label: t('reports.fields.profit'), type: 'money' },
          { key: 'share', label: t('reports.fields.margin'), type: 'share', hide: 'phone' }
        ],
        rows,
        foot: [
          t('reports.total'),
          income,
          spent,
          income - spent,
          income > 0 ? Math.round(((income - spent) * 10_000) / income) : null
        ]
      },
      ...(projects.size > 0
        ? [
            {
              id: 'projects',
              title: t('reports.profit.by_project'),
              empty: t('reports.nothing'),
              columns: [
                { key: 'project', label: t('reports.fields.project'), type: 'text' as const },
                { key: 'costs', label: t('reports.fields.costs'), type: 'money' as const }
              ],
              rows: [...projects].map(([name, list]) => ({
                cells: [name, list.reduce((sum, { cents }) => sum + cents, 0)]
              }))
            }
          ]
        : []),
      {
        id: 'costs',
        title: t('reports.profit.costs'),
        empty: t('reports.profit.no_costs'),
        columns: [
          { key: 'day', label: t('reports.fields.day'), type: 'day' },
          { key: 'label', label: t('reports.fields.what'), type: 'text' },
          { key: 'cents', label: t('reports.fields.costs'), type: 'money' }
        ],
        rows: costs
          .toSorted((a, b) => (a.day < b.day ? -1 : 1))
          .map(({ day, label, cents, path }) => ({ cells: [day, label, cents], href: `${base}${path}` })),
        foot: [t('reports.total'), null, spent]
      }
    ]
  }
}
