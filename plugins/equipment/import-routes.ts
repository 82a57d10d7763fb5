import { allow, notFound } from '@patchbay/core'
import { decodeText } from '@patchbay/core/csv'
import { explain } from '@patchbay/core/forms'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { styles } from './card.ts'
import { exported } from './export.ts'
import { confirmImport, preview, readImport } from './import.ts'
import { findImport } from './import-queries.ts'

/** A file of gear: sent once, looked at line by line, then imported whole. */
export function importRoutes(app: FastifyInstance): void {
  app.get('/imports/new', allow('equipment.import'), async (request, reply) => {
    return reply.page('equipment/import', {
      styles,
      title: titleOf(request),
      errors: {},
      values: {},
      columns: exported
    })
  })

  app.post('/imports', allow('equipment.import'), async (request, reply) => {
    const { content } = (request.body ?? {}) as { content?: unknown }
    const read = await request.act(readImport, { content: Buffer.isBuffer(content) ? decodeText(content) : content })
    if (read.ok) return reply.redirect(`${request.base}/equipment/imports/${read.value}`, 303)
    const { errors } = read
    return reply
      .code(422)
      .page('equipment/import', { styles, title: titleOf(request), errors, values: {}, columns: exported })
  })

  app.get('/imports/:id', allow('equipment.import'), async (request, reply) => {
    return reply.page('equipment/preview', await page(request))
  })

  app.post('/imports/:id', allow('equipment.import'), async (request, reply) => {
    const imported = await request.act(confirmImport, { id: request.recordId() })
    if (!imported.ok) return reply.code(422).page('equipment/preview', { ...(await page(request)), ...imported })
    return reply.flash('equipment.flash.imported').redirect(`${request.base}/equipment?sort=-created_at`, 303)
  })
}

const titleOf = (request: FastifyRequest) => request.words().t('equipment.imports.title')

/** The stored file: its first 50 lines, and those that are wrong, up to 200. */
async function page(request: FastifyRequest) {
  const stored = await findImport(request.db, request.recordId(), request.actor.id)
  if (!stored) throw notFound('equipment.errors.import_gone')
  const { t } = request.words()
  const lines = (await preview(request, stored)).map(({ errors, ...line }) => ({
    ...line,
    errors: errors && explain(errors, t)
  }))
  const wrong = lines.filter(({ errors }) => errors)
  const twins = lines.filter(({ twin, twin_line }) => twin || twin_line)
  return {
    styles,
    title: titleOf(request),
    stored,
    columns: exported.filter(column => stored.heads.includes(column)),
    lines: lines.slice(0, 50),
    wrong: wrong.slice(0, 200),
    counts: { all: lines.length, wrong: wrong.length, twins: twins.length },
    values: {},
    errors: {}
  }
}
