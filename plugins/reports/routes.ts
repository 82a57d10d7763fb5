import { allow, time } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { documents } from './documents.ts'
import { fecRoutes } from './fec/routes.ts'
import { forecast } from './forecast.ts'
import { DocumentsQuery, PeriodQuery } from './forms.ts'
import { periodOf, presets } from './period.ts'
import { profit } from './profit.ts'
import { receivables } from './receivables.ts'
import type { Making, Report } from './report.ts'
import { revenue } from './revenue.ts'
import { shown, tableCsv, tablesXlsx } from './tables.ts'
import { vat } from './vat.ts'

type Period = ReturnType<typeof periodOf>

/** What each page counts; `today` those that know no other period. */
const reports: Record<
  string,
  { make: (making: Making, period: Period) => Promise<Report>; dates: 'period' | 'day' | 'none' }
> = {
  revenue: { make: revenue, dates: 'period' },
  receivables: { make: (making, { to }) => receivables(making, to), dates: 'day' },
  vat: { make: vat, dates: 'period' },
  profit: { make: profit, dates: 'period' },
  forecast: { make: (making, { to }) => forecast(making, to), dates: 'none' }
}

/** The studio's figures: each a page, a CSV and a sheet made of the same tables. */
export async function reportRoutes(app: FastifyInstance): Promise<void> {
  fecRoutes(app)
  app.get('/exports', allow('reports.export'), async (request, reply) => {
    const year = Number(time.today(request.studio.timezone).slice(0, 4))
    return reply.page('reports/exports', {
      title: request.words().t('reports.exports.title'),
      names,
      years: [0, 1, 2, 3, 4].map(ago => year - ago)
    })
  })
  for (const [name, { make, dates }] of Object.entries(reports)) {
    const address = name === 'revenue' ? '/' : `/${name}`
    app.get(address, allow('reports.read'), async (request, reply) => {
      const period = asked(request, dates)
      return reply.page('reports/report', await pageOf(request, name, await make(makingOf(request), period), period))
    })
    app.get(`/${name}.csv`, allow('reports.export'), async (request, reply) => {
      return csv(request, reply, name, await make(makingOf(request), asked(request, dates)))
    })
    app.get(`/${name}.xlsx`, allow('reports.export'), async (request, reply) => {
      return xlsx(reply, name, await make(makingOf(request), asked(request, dates)))
    })
  }
  app.get('/documents', allow('reports.read'), async (request, reply) => {
    const [query, period] = [DocumentsQuery.parse(request.query), asked(request, 'period')]
    return reply.page(
      'reports/report',
      await pageOf(request, 'documents', await documents(makingOf(request), period, query), period)
    )
  })
  app.get('/documents.csv', allow('reports.export'), async (request, reply) => {
    const [query, period] = [DocumentsQuery.parse(request.query), asked(request, 'period')]
    return csv(request, reply, 'documents', await documents(makingOf(request), period, query))
  })
}

const names = Object.keys(reports)

/** The period of the address; of a report of one day, that day; else today. */
function asked(request: FastifyRequest, dates: 'period' | 'day' | 'none'): Period {
  const today = time.today(request.studio.timezone)
  const query = PeriodQuery.parse(request.query)
  if (dates === 'period') return periodOf(query, today)
  const day = dates === 'day' ? (query.to ?? today) : today
  return { from: day, to: day }
}

function makingOf(request: FastifyRequest): Making {
  const { db, base, studio } = request
  const { t, fmt } = request.words()
  return { db, base, studio, t, fmt, ask: request.ask.bind(request) }
}

async function pageOf(request: FastifyRequest, name: string, report: Report, period: Period) {
  const { t, fmt } = request.words()
  const today = time.today(request.studio.timezone)
  const dates = reports[name]?.dates ?? 'period'
  const query = request.query as Record<string, string>
  const kept = new URLSearchParams(
    Object.entries(query).filter(([key]) => ['from', 'to', 'what', 'client', 'rate'].includes(key))
  )
  const read = (cell: string | number | null, column: Report['tables'][number]['columns'][number]) =>
    shown(cell, column, fmt)
  const title = t(name === 'documents' ? 'reports.documents.title' : `reports.${name}.title`)
  return {
    title,
    wide: true,
    styles: ['/static/reports/reports.css'],
    name,
    names,
    report,
    period,
    dates,
    presets: presets(today),
    kept,
    read
  }
}

function csv(request: FastifyRequest, reply: FastifyReply, name: string, { tables: [table] }: Report) {
  const text = table ? tableCsv(table, request.words().locale) : ''
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(text)
}

async function xlsx(reply: FastifyReply, name: string, { tables }: Report) {
  return reply
    .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    .header('content-disposition', `attachment; filename="${name}.xlsx"`)
    .send(await tablesXlsx(tables))
}
