import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findProject } from '../queries.ts'
import { changeSheetAction } from './actions.ts'
import { sheetChoices } from './card.ts'
import { trackStyles } from './section.ts'
import { presets, projectSheet, noSheet, sheetWords, toFields } from './sheet.ts'

/** What the masters of a project have to be. */
export function sheetRoutes(app: FastifyInstance): void {
  app.get('/:id/sheet', allow('projects.write'), async (request, reply) => {
    return reply.page('projects/tracks/sheet', await sheetPage(request))
  })

  app.post('/:id/sheet', allow('projects.write'), async (request, reply) => {
    const changed = await request.act(changeSheetAction, { id: request.recordId() })
    const address = `${request.base}/projects/${request.recordId()}`
    if (changed.ok) return reply.flash('projects.tracks.flash.sheet').redirect(address, 303)
    const status = changed.errors['version'] ? 409 : 422
    return reply.code(status).page('projects/tracks/sheet', await sheetPage(request, changed))
  })
}

/** The form: filled with what the project says, what was typed, or one of the usual sheets, `?preset=hd`. */
async function sheetPage(
  request: FastifyRequest,
  typed?: { values: Record<string, unknown>; errors: Record<string, string> }
) {
  const project = await findProject(request.db, request.recordId())
  if (!project) throw notFound()
  const { t, locale } = request.words()
  const wanted = (request.query as { preset?: unknown }).preset
  const preset = typeof wanted === 'string' && Object.hasOwn(presets, wanted) ? presets[wanted] : undefined
  const sheet = preset ?? (await projectSheet(request.db, project.id)) ?? noSheet
  return {
    styles: trackStyles,
    title: t('projects.tracks.sheet.title'),
    project,
    values: typed?.values ?? { ...toFields(sheet, locale), version: project.version },
    errors: typed?.errors ?? {},
    ...sheetChoices,
    presets: Object.entries(presets).map(([key, one]) => ({
      key,
      current: key === wanted,
      words: sheetWords(one, locale, t('projects.tracks.bits')).join(' · ')
    }))
  }
}
