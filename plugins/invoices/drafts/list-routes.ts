import { allow, time } from '@patchbay/core'
import { csvLines, csvMark } from '@patchbay/core/csv'
import type { Format } from '@patchbay/core/format'
import type { Translate } from '@patchbay/core/i18n'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { lateDays } from './card.ts'
import { styles } from './editor.ts'
import { InvoicesQuery, MonthQuery } from './forms.ts'
import { fromMonth, monthSpan } from './from-sessions.ts'
import { invoicesList } from './list.ts'
import { countTabs, exportInvoices, mostOf, sortOf } from './list-queries.ts'
import { unbilledSessions } from './session-queries.ts'
import type { BilledSession } from './session-queries.ts'

/** The list, its file, and the month's invoices. */
export function listRoutes(app: FastifyInstance): void {
  app.get('/', allow('invoices.read'), async (request, reply) => {
    return reply.page('invoices/drafts/list', await listPage(request))
  })

  app.get('/export.csv', allow('invoices.read'), async (request, reply) => {
    const parsed = InvoicesQuery.safeParse(request.query)
    const query = parsed.success ? parsed.data : InvoicesQuery.parse({})
    const pages = exportInvoices(request.db, query, time.today(request.studio.timezone))
    const name = `attachment; filename="${request.words().t('invoices.drafts.csv.file')}.csv"`
    reply.type('text/csv; charset=utf-8').header('content-disposition', name)
    return reply.send(Readable.from(csvOf(pages, request.words())))
  })

  app.get('/month', allow('invoices.write'), async (request, reply) => {
    return reply.page('invoices/drafts/month', await monthPage(request))
  })

  app.post('/month', allow('invoices.write'), async (request, reply) => {
    const made = await request.act(fromMonth)
    if (!made.ok) return reply.code(422).page('invoices/drafts/month', { ...(await monthPage(request)), ...made })
    const first = made.value.ids[0] ?? 0
    return reply.flash('invoices.drafts.flash.month').redirect(`${request.base}/invoices/${first}`, 303)
  })
}

async function listPage(request: FastifyRequest) {
  const today = time.today(request.studio.timezone)
  const page = await request.list(invoicesList)
  const counts = await countTabs(request.db, today)
  return {
    styles,
    title: request.words().t('invoices.title'),
    ...page,
    rows: page.rows.map(row => ({ ...row, late: lateDays(row, today) })),
    counts,
    most: mostOf(page.query),
    sort: sortOf(page.query),
    tabs: await request.ask('invoices.tabs', {}),
    search: new URL(request.url, 'http://x').search
  }
}

/** A month's sessions that are not billed, client by client. Without a month, the last one that is over. */
async function monthPage(request: FastifyRequest) {
  const { studio, db } = request
  const today = time.today(studio.timezone)
  const query = MonthQuery.safeParse({ ...(request.query as object), ...onlyMonth(request.body) })
  const month =
    (query.success ? query.data.month : undefined) ?? time.addMonths(`${today.slice(0, 7)}-01`, -1).slice(0, 7)
  const sessions = await unbilledSessions(db, monthSpan(month, studio.timezone))
  const step = (by: number) => time.addMonths(`${month}-01`, by).slice(0, 7)
  return {
    styles,
    title: request.words().t('invoices.drafts.month.title'),
    month,
    clients: byClient(sessions),
    previous: step(-1),
    next: step(1) <= today.slice(0, 7) ? step(1) : '',
    tabs: await request.ask('invoices.tabs', {}),
    errors: {},
    values: {}
  }
}

const onlyMonth = (body: unknown) => {
  const month = (body as { month?: unknown } | null | undefined)?.month
  return typeof month === 'string' ? { month } : {}
}

function byClient(sessions: readonly BilledSession[]) {
  const clients = new Map<
    number,
    { id: number; name: string; sessions: BilledSession[]; cents: number; unpriced: number }
  >()
  for (const session of sessions) {
    const { client_id, client_name, price_cents } = session
    if (client_id === null) continue
    const client = clients.get(client_id) ?? {
      id: client_id,
      name: client_name ?? '',
      sessions: [],
      cents: 0,
      unpriced: 0
    }
    client.sessions.push(session)
    client.cents += price_cents ?? 0
    client.unpriced += price_cents === null ? 1 : 0
    clients.set(client_id, client)
  }
  return [...clients.values()]
}

const csvColumns = 'number kind state client title issue_date due_date order_number currency net vat total open'.split(
  ' '
)

/** For spreadsheets in France: `;`, decimal commas. Page by page. */
async function* csvOf(
  pages: ReturnType<typeof exportInvoices>,
  { t }: { t: Translate; fmt: Format }
): AsyncGenerator<string> {
  yield csvMark + csvLines([csvColumns.map(column => t(`invoices.drafts.csv.${column}`))])
  const money = (cents: number) => (cents / 100).toFixed(2).replace('.', ',')
  for await (const rows of pages)
    yield csvLines(
      rows.map(row => [
        row.number ?? '',
        t(`invoices.kinds.${row.kind}`),
        t(`invoices.states.${row.state}`),
        row.client_name,
        row.title ?? '',
        row.issue_date ?? '',
        row.due_date ?? '',
        row.order_number ?? '',
        row.currency,
        money(row.net_cents),
        money(row.vat_cents),
        money(row.total_cents),
        money(row.open_cents)
      ])
    )
}
