import { allow } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import { read } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { looks } from '../routes.ts'
import { chartOf } from './chart.ts'
import { perHour, shareOf } from './counting.ts'
import type { Usage } from './counting.ts'
import { UsageQuery } from './forms.ts'
import { usage } from './using.ts'

/** How the time of rooms and people is spent: a chart, a table, a file. */
export function usageRoutes(app: FastifyInstance): void {
  app.get('/usage', allow('sessions.usage'), async (request, reply) => {
    const query = asked(request)
    const report = await usage(request.db, query, request.studio.timezone)
    const { t } = request.words()
    const sums = { shareOf, perHour }
    return reply.page('sessions/usage/usage', {
      ...looks,
      styles: [...looks.styles, '/static/sessions/finding.css'],
      title: t('sessions.usage.title'),
      query,
      report,
      chart: chartOf(report.all),
      ...sums
    })
  })

  app.get('/usage.csv', allow('sessions.usage'), async (request, reply) => {
    const { t } = request.words()
    reply.type('text/csv; charset=utf-8')
    reply.header('content-disposition', `attachment; filename="${t('sessions.usage.file')}.csv"`)
    return csvMark + csvLines(await lines(request))
  })
}

/** The query of the address; what is wrong in it is as if it were not there. */
function asked(request: FastifyRequest): UsageQuery {
  const given = request.query as Record<string, unknown>
  const first = read(UsageQuery, given, request.studio.timezone)
  if (first.ok) return first.value
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !(name in first.errors)))
  const second = read(UsageQuery, right, request.studio.timezone)
  return second.ok ? second.value : UsageQuery.parse({})
}

/** A line for each room or person in each week or month. */
async function lines(request: FastifyRequest): Promise<string[][]> {
  const { t } = request.words()
  const query = asked(request)
  const report = await usage(request.db, query, request.studio.timezone)
  const head = ['name', 'from', 'booked', 'optional', 'blocked', 'idle', 'share', 'revenue', 'per_hour']
  const rows = report.lines.flatMap(({ name, steps }) =>
    steps.map((step, at) => [name, report.steps[at]?.day ?? '', ...cells(step)])
  )
  return [head.map(column => t(`sessions.usage.csv.${column}`)), ...rows]
}

function cells(used: Usage): string[] {
  const [share, rate] = [shareOf(used), perHour(used)]
  return [
    ...[used.booked, used.optional, used.blocked, used.idle].map(minutes =>
      minutes === null ? '' : decimal(minutes / 60)
    ),
    share === null ? '' : decimal(share * 100),
    decimal(used.revenue / 100),
    rate === null ? '' : decimal(rate / 100)
  ]
}

/** As spreadsheets in France read numbers. */
const decimal = (value: number) => value.toFixed(2).replace('.', ',')
