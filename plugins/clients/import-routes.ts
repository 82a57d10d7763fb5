import { allow, fields, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { confirmImport, preview, readImport } from './import.ts'
import { columnMeanings } from './import-columns.ts'
import type { ColumnMeaning } from './import-columns.ts'
import { ColumnsQuery } from './forms.ts'
import { findImport } from './import-queries.ts'
import type { StoredImport } from './import-queries.ts'

/** A file of clients: sent once, looked at with its columns and errors, then imported whole. */
export function importRoutes(app: FastifyInstance): void {
  app.get('/imports/new', allow('clients.import'), async (request, reply) => {
    return reply.page('clients/import', { title: request.words().t('clients.imports.title'), errors: {}, values: {} })
  })

  app.post('/imports', allow('clients.import'), async (request, reply) => {
    const { content } = (request.body ?? {}) as { content?: unknown }
    const { decode } = await import('./import-files.ts')
    const stored = await request.act(readImport, { content: Buffer.isBuffer(content) ? decode(content) : content })
    if (stored.ok) return reply.redirect(`${request.base}/clients/imports/${stored.value}`, 303)
    const title = request.words().t('clients.imports.title')
    return reply.code(422).page('clients/import', { title, errors: stored.errors, values: {} })
  })

  app.get('/imports/:id', allow('clients.import'), async (request, reply) => {
    return reply.page('clients/preview', { ...(await previewPage(request, request.query)), errors: {} })
  })

  app.post('/imports/:id', allow('clients.import'), async (request, reply) => {
    const imported = await request.act(confirmImport, { id: request.recordId() })
    if (imported.ok)
      return reply.flash('clients.flash.imported').redirect(`${request.base}/clients?sort=-created_at`, 303)
    return reply
      .code(422)
      .page('clients/preview', { ...(await previewPage(request, request.body)), errors: imported.errors })
  })
}

/** The stored file with the columns as they are chosen so far: the first 50 lines, and every line that is wrong up to 200. */
async function previewPage(request: FastifyRequest, chosen: unknown) {
  const { columns: asked } = ColumnsQuery.parse(chosen ?? {})
  const stored = await findImport(request.db, request.recordId(), request.actor.id)
  if (!stored) throw notFound('clients.imports.errors.gone')
  const columns = columnsChosen(stored, asked)
  const lines = await preview(request, { ...stored, columns: { ...stored.columns, meanings: columns } })
  const wrong = lines.filter(({ errors }) => errors !== undefined)
  const twins = lines.filter(({ twin, twinLine }) => twin !== undefined || twinLine !== undefined)
  return {
    title: request.words().t('clients.imports.title'),
    stored,
    columns,
    meanings: columnMeanings,
    lines: lines.slice(0, 50),
    wrong: wrong.slice(0, 200),
    counts: { all: lines.length, wrong: wrong.length, twins: twins.length },
    readablePhone: fields.readablePhone,
    values: chosen ?? {}
  }
}

/** One meaning for each column: what was chosen, or what was guessed when nothing valid was. */
function columnsChosen(stored: StoredImport, chosen: string | string[]): ColumnMeaning[] {
  const list = [chosen].flat()
  const valid = list.length === stored.columns.heads.length && list.every(isMeaning)
  return valid ? list.filter(isMeaning) : stored.columns.meanings
}

const isMeaning = (value: string): value is ColumnMeaning => columnMeanings.some(meaning => meaning === value)
