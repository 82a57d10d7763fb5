import { allow, notFound, time } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { section } from './answers.ts'
import { addPackage, correctPackage, extendPackage, takeBackUse, usePackage } from './actions.ts'
import { packageStates } from './forms.ts'
import { packagesList } from './list.ts'
import { drawsOf } from './draw-queries.ts'
import { findBalance } from './queries.ts'
import type { Balance } from './queries.ts'

/** Packages, one of them, and the buttons on a session's page. */
export async function packageRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', allow('packages.read'), async (request, reply) => {
    const page = await request.list(packagesList)
    const tabs = (await request.ask('invoices.tabs', {})).flat()
    const title = request.words().t('packages.title')
    const today = time.today(request.studio.timezone)
    return reply.page('packages/list', { title, styles, ...page, tabs, today, states: packageStates })
  })

  app.get('/new', allow('packages.write'), async (request, reply) => {
    return reply.page('packages/new', newPage(request, { values: { unit: 'hour', ...(request.query as object) } }))
  })

  app.post('/', allow('packages.write'), async (request, reply) => {
    const added = await request.act(addPackage)
    if (!added.ok) return reply.code(422).page('packages/new', newPage(request, added))
    return reply.flash('packages.flash.added').redirect(`${request.base}/packages/${added.value.id}`, 303)
  })

  app.get('/:id', allow('packages.read'), async (request, reply) => {
    return reply.page('packages/card', await cardPage(request, {}))
  })

  app.post('/:id/expiry', allow('packages.write'), async (request, reply) => {
    const extended = await request.act(extendPackage, { id: request.recordId() })
    if (!extended.ok) return reply.code(422).page('packages/card', await cardPage(request, extended))
    return reply.flash('packages.flash.saved').redirect(`${request.base}/packages/${extended.value.id}`, 303)
  })

  app.post('/:id/corrections', allow('packages.write'), async (request, reply) => {
    const corrected = await request.act(correctPackage, { id: request.recordId() })
    if (!corrected.ok) return reply.code(422).page('packages/card', await cardPage(request, corrected))
    return reply.flash('packages.flash.saved').redirect(`${request.base}/packages/${corrected.value.id}`, 303)
  })

  app.post('/sessions/:id/use', allow('packages.write'), async (request, reply) => {
    const used = await request.act(usePackage, { session_id: request.recordId() })
    return toSession(request, reply, used, 'packages.flash.used')
  })

  app.post('/sessions/:id/covers/:balance/removal', allow('packages.write'), async (request, reply) => {
    const of = { session_id: request.recordId(), balance_id: request.recordId('balance') }
    return toSession(request, reply, await request.act(takeBackUse, of), 'packages.flash.returned')
  })
}

const styles = ['/static/packages/packages.css']

/** Back to the session; what was wrong is said above its packages. */
async function toSession(
  request: FastifyRequest,
  reply: FastifyReply,
  outcome: { ok: true } | { ok: false; errors: Record<string, string>; values: Record<string, unknown> },
  done: string
): Promise<FastifyReply> {
  const session_id = request.recordId()
  if (outcome.ok) return reply.flash(done).redirect(`${request.base}/sessions/${session_id}#packages`, 303)
  const { errors, values } = outcome
  const { db, can, studio } = request
  const part = await section({ db, can, studio }, { session_id })
  const title = request.words().t('packages.title')
  return reply.code(422).page('packages/use', { title, styles, session_id, part, errors, values })
}

const newPage = (request: FastifyRequest, formed: object) => ({
  title: request.words().t('packages.new'),
  styles,
  ...formed
})

async function cardPage(
  request: FastifyRequest,
  { values = {}, errors = {} }: { values?: Record<string, unknown>; errors?: Record<string, string> }
) {
  const balance = await balanceAsked(request)
  return {
    title: balance.label,
    styles,
    balance,
    draws: await drawsOf(request.db, balance.id),
    today: time.today(request.studio.timezone),
    values: { expires_on: balance.expires_on ?? '', ...values },
    errors
  }
}

async function balanceAsked(request: FastifyRequest): Promise<Balance> {
  const balance = await findBalance(request.db, request.recordId())
  if (!balance) throw notFound()
  return balance
}
