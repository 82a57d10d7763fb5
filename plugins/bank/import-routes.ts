import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { csvLinesOf, meanings } from './csv-statement.ts'
import type { Meaning } from './csv-statement.ts'
import { addAccountAction, changeAccountAction, columnsOf, nameColumns, readStatement } from './importing.ts'
import type { Imported } from './importing.ts'
import { findWaiting, listAccounts } from './queries.ts'
import { styles } from './routes.ts'

/** Statements come in; accounts are named. */
export function importRoutes(app: FastifyInstance): void {
  app.get('/imports/new', allow('bank.write'), async (request, reply) => {
    return reply.page('bank/import', await importPage(request))
  })

  app.post('/imports', allow('bank.write'), async (request, reply) => {
    const read = await request.act(readStatement)
    if (read.ok) return taken(request, reply, read.value)
    return reply.code(422).page('bank/import', { ...(await importPage(request)), ...read })
  })

  app.get('/imports/:id', allow('bank.write'), async (request, reply) => {
    return reply.page('bank/columns', await columnsPage(request))
  })

  app.post('/imports/:id', allow('bank.write'), async (request, reply) => {
    const named = await request.act(nameColumns, { id: request.recordId() })
    if (named.ok) return taken(request, reply, named.value)
    return reply.code(422).page('bank/columns', { ...(await columnsPage(request, named.values)), ...named })
  })

  app.get('/accounts', allow('bank.read'), async (request, reply) => {
    return reply.page('bank/accounts', await accountsPage(request))
  })

  app.post('/accounts', allow('bank.write'), async (request, reply) => {
    const added = await request.act(addAccountAction)
    if (added.ok) return reply.flash('bank.flash.saved').redirect(`${request.base}/bank/accounts`, 303)
    return reply.code(422).page('bank/accounts', { ...(await accountsPage(request)), ...added, form: 'new' })
  })

  app.post('/accounts/:id', allow('bank.write'), async (request, reply) => {
    const id = request.recordId()
    const changed = await request.act(changeAccountAction, { id })
    if (changed.ok) return reply.flash('bank.flash.saved').redirect(`${request.base}/bank/accounts`, 303)
    return reply.code(422).page('bank/accounts', { ...(await accountsPage(request)), ...changed, form: `a${id}` })
  })
}

function taken(request: FastifyRequest, reply: FastifyReply, { waiting, added }: Imported): FastifyReply {
  if (waiting !== null) return reply.redirect(`${request.base}/bank/imports/${waiting}`, 303)
  return reply.flash(added > 0 ? 'bank.flash.imported' : 'bank.flash.all_known').redirect(`${request.base}/bank`, 303)
}

async function importPage(request: FastifyRequest) {
  const accounts = (await listAccounts(request.db)).filter(one => !one.archived_at)
  return { styles, title: request.words().t('bank.import.title'), accounts, values: {}, errors: {} }
}

/** The file that waits, with the first of its lines as the columns chosen so far read them. */
async function columnsPage(
  request: FastifyRequest,
  chosen: Record<string, unknown> = request.query as Record<string, unknown>
) {
  const waiting = await findWaiting(request.db, request.recordId())
  if (!waiting?.rows) throw notFound('bank.errors.gone')
  const account = (await listAccounts(request.db)).find(one => one.id === waiting.account_id)
  const asked = [chosen['columns'] ?? []].flat() as Meaning[]
  const fits = asked.length === waiting.heads.length && asked.every(one => meanings.includes(one))
  const columns = fits ? asked : columnsOf(waiting.heads, account)
  const lines = csvLinesOf(waiting.rows, columns, account?.currency ?? 'EUR')
  return {
    styles,
    title: request.words().t('bank.columns.title'),
    waiting,
    columns,
    meanings,
    lines: lines.slice(0, 20),
    rows: waiting.rows.slice(0, 20),
    counts: { all: lines.length, wrong: lines.filter(line => line === null).length },
    values: {},
    errors: {}
  }
}

async function accountsPage(request: FastifyRequest) {
  const accounts = await listAccounts(request.db)
  return { styles, title: request.words().t('bank.accounts.title'), accounts, form: '', values: {}, errors: {} }
}
