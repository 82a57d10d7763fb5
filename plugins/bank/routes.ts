import { activityOf, allow, centsField, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { asideCategories } from './contract.ts'
import { linesList } from './list.ts'
import type { LineRow } from './list.ts'
import { matchLine, matchSure, setAside, undoMatch } from './matching.ts'
import { expensesFor, sure, wantedOf } from './proposing.ts'
import type { Proposed } from './proposing.ts'
import { countLines, findLine, listAccounts, listMatches } from './queries.ts'
import type { Line } from './queries.ts'

export const styles = ['/static/bank/bank.css']

/** The lines of the statements, and what they paid. */
export function lineRoutes(app: FastifyInstance): void {
  app.get('/', allow('bank.read'), async (request, reply) => {
    return reply.page('bank/lines', await linesPage(request))
  })

  app.post('/sure', allow('bank.write'), async (request, reply) => {
    const matched = await request.act(matchSure)
    const key = matched.ok ? 'matched_several' : 'none_sure'
    return reply.flash(`bank.flash.${key}`, matched.ok ? 'good' : 'bad').redirect(`${request.base}/bank`, 303)
  })

  app.get('/:id', allow('bank.read'), async (request, reply) => {
    return reply.page('bank/line', await linePage(request))
  })

  deed(app, 'match', matchLine, 'matched')
  deed(app, 'category', setAside, 'aside')
  deed(app, 'undoing', undoMatch, 'undone')
}

type Deed = typeof matchLine | typeof setAside | typeof undoMatch

/** `POST /:id/match`: what a line is said to be; then the list again, for the next one. */
function deed(app: FastifyInstance, noun: string, action: Deed, done: string): void {
  app.post(`/:id/${noun}`, allow('bank.write'), async (request, reply) => {
    const acted = await request.act(action, { id: request.recordId() })
    const to = noun === 'undoing' ? `/bank/${request.recordId()}` : '/bank'
    if (acted.ok) return reply.flash(`bank.flash.${done}`).redirect(`${request.base}${to}`, 303)
    return refused(request, reply, acted)
  })
}

const refused = async (
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { errors: Record<string, string>; values: Record<string, unknown> }
) => reply.code(422).page('bank/line', { ...(await linePage(request)), ...outcome })

async function linesPage(request: FastifyRequest) {
  const page = await request.list(linesList)
  const [counts, accounts, tabs] = [
    await countLines(request.db),
    await listAccounts(request.db),
    await request.ask('invoices.tabs', {})
  ]
  const rows = await withProposals(request, page.rows)
  return { styles, title: request.words().t('bank.title'), ...page, rows, counts, accounts, tabs, sure }
}

/** Lines of money that left with the expense they likely paid: one question for all of them. */
async function withProposals(request: FastifyRequest, rows: readonly LineRow[]): Promise<LineRow[]> {
  const out = rows.filter(row => row.state === 'open' && row.cents < 0)
  const payable = out.length > 0 ? await payableFor(request, out) : []
  return rows.map(row => {
    const [best] = out.includes(row) ? expensesFor(row, payable) : []
    return best ? { ...row, proposal: best, score: best.score } : row
  })
}

async function payableFor(request: FastifyRequest, lines: readonly Line[]) {
  const days = lines.map(line => line.booked_on).toSorted()
  const asked = { from: days[0] ?? '', until: days.at(-1) ?? '' }
  return (await request.ask('bank.payable-expenses', asked)).flat()
}

async function linePage(request: FastifyRequest) {
  const line = await findLine(request.db, request.recordId())
  if (!line) throw notFound()
  const matches = await listMatches(request.db, [line.id])
  const activity = await activityOf(request.db, 'bank_line', line.id)
  const proposals = line.state === 'open' ? await proposalsFor(request, line) : []
  const money = (cents: number) => centsField(cents, request.words().locale)
  const shown = { line, matches, activity, proposals, categories: asideCategories, money }
  return { styles, title: request.words().t('bank.line.title'), ...shown, sure, values: {}, errors: {} }
}

/** What one line may have paid, looked for now. */
async function proposalsFor(request: FastifyRequest, line: Line): Promise<Proposed[]> {
  const expenses = expensesFor(line, await payableFor(request, [line]))
  if (line.cents < 0) return expenses
  const invoices = (await request.ask('invoices.payable-by', wantedOf(line))).flat()
  const proposed = invoices.map(one => ({
    kind: 'invoice' as const,
    id: one.invoice_id,
    label: `${one.number} · ${one.client_name}`,
    cents: one.open_cents,
    reasons: one.reasons,
    score: one.score,
    href: `${request.base}/invoices/${one.invoice_id}`,
    detail: one.due_date
  }))
  return [...proposed, ...expenses].toSorted((a, b) => b.score - a.score)
}
