import { allow, centsField, decimalField, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addCodeAction, archiveCode, changeCodeAction } from './code-actions.ts'
import { findShownCode, listCodes, listUses } from './code-queries.ts'
import type { ShownCode } from './code-queries.ts'
import { styles } from './routes.ts'

/** Discount codes. */
export function codeRoutes(app: FastifyInstance): void {
  app.get('/codes', allow('catalogue.read'), async (request, reply) => {
    const title = request.words().t('catalogue.codes.title')
    return reply.page('catalogue/codes', { title, styles, codes: await listCodes(request.db) })
  })

  app.get('/codes/new', allow('catalogue.write'), async (request, reply) => {
    return reply.page('catalogue/code', await codePage(request, undefined, {}))
  })

  app.post('/codes', allow('catalogue.write'), async (request, reply) => {
    const added = await request.act(addCodeAction)
    if (!added.ok) return reply.code(422).page('catalogue/code', await codePage(request, undefined, added))
    return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue/codes`, 303)
  })

  app.get('/codes/:id', allow('catalogue.read'), async (request, reply) => {
    return reply.page('catalogue/code', await codePage(request, await codeAsked(request), {}))
  })

  app.post('/codes/:id', allow('catalogue.write'), async (request, reply) => {
    const changed = await request.act(changeCodeAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('catalogue.flash.saved').redirect(`${request.base}/catalogue/codes`, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('catalogue/code', await codePage(request, await codeAsked(request), changed))
  })

  app.post('/codes/:id/archiving', allow('catalogue.write'), async (request, reply) => {
    const archived = await request.act(archiveCode, { id: request.recordId() })
    const back = `${request.base}/catalogue/codes`
    return (archived.ok ? reply.flash('catalogue.flash.archived') : reply).redirect(back, 303)
  })
}

async function codeAsked(request: FastifyRequest): Promise<ShownCode> {
  const code = await findShownCode(request.db, request.recordId())
  if (!code) throw notFound()
  return code
}

async function codePage(
  request: FastifyRequest,
  code: ShownCode | undefined,
  { values, errors = {} }: { values?: Record<string, unknown>; errors?: Record<string, string> }
) {
  return {
    title: code?.code ?? request.words().t('catalogue.codes.new'),
    styles,
    discount: code,
    uses: code ? await listUses(request.db, code.id) : [],
    values: { ...(code ? valuesOf(code, request.studio.locale) : { kind: 'part' }), ...values },
    errors
  }
}

const valuesOf = (code: ShownCode, locale: 'fr' | 'en') => ({
  ...code,
  kind: code.discount_bp > 0 ? 'part' : 'amount',
  discount_bp: code.discount_bp > 0 ? decimalField(code.discount_bp, 2, locale) : '',
  discount_cents: code.discount_cents > 0 ? centsField(code.discount_cents, locale) : '',
  minimum_cents: code.minimum_cents > 0 ? centsField(code.minimum_cents, locale) : ''
})
