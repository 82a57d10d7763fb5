import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sessionRoles } from '../contract.ts'
import { formParts } from './form-data.ts'
import { addTemplateAction, changeTemplateAction, removeTemplateAction } from './template-actions.ts'
import { findTemplate, listTemplates } from './template-queries.ts'
import type { Template } from './template-queries.ts'
import { fromSession, valuesOf } from './template-values.ts'
import type { Values } from './template-values.ts'

/** Templates of sessions: their list, their form. */
export function templateRoutes(app: FastifyInstance): void {
  app.get('/templates', allow('sessions.read'), async (request, reply) => {
    const title = request.words().t('sessions.series.templates.title')
    return reply.page('sessions/series/templates', { title, templates: await listTemplates(request.db), errors: {} })
  })

  app.get('/templates/new', allow('sessions.write'), async (request, reply) =>
    reply.page('sessions/series/template', await formOf(request, await fromSession(request)))
  )

  app.post('/templates', allow('sessions.write'), async (request, reply) => {
    const added = await request.act(addTemplateAction)
    if (added.ok) return reply.flash('sessions.series.flash.template_saved').redirect(listAt(request), 303)
    return reply.code(422).page('sessions/series/template', await formOf(request, added.values, added.errors))
  })

  app.get('/templates/:id', allow('sessions.write'), async (request, reply) => {
    const template = await templateOf(request)
    return reply.page('sessions/series/template', { ...(await formOf(request, valuesOf(request, template))), template })
  })

  app.post('/templates/:id', allow('sessions.write'), async (request, reply) => {
    const changed = await request.act(changeTemplateAction, { id: request.recordId() })
    if (changed.ok) return reply.flash('sessions.series.flash.template_saved').redirect(listAt(request), 303)
    const template = await templateOf(request)
    const form = await formOf(request, changed.values, changed.errors)
    return reply.code(422).page('sessions/series/template', { ...form, template })
  })

  app.post('/templates/:id/removal', allow('sessions.write'), async (request, reply) => {
    const removed = await request.act(removeTemplateAction, { id: request.recordId() })
    if (removed.ok) return reply.flash('sessions.series.flash.template_removed').redirect(listAt(request), 303)
    const template = await templateOf(request)
    const form = await formOf(request, valuesOf(request, template), removed.errors)
    return reply.code(422).page('sessions/series/template', { ...form, template })
  })
}

const listAt = (request: FastifyRequest) => `${request.base}/sessions/templates`

async function templateOf(request: FastifyRequest): Promise<Template> {
  const template = await findTemplate(request.db, request.recordId())
  if (!template) throw notFound()
  return template
}

async function formOf(request: FastifyRequest, values: Values, errors: Record<string, string> = {}) {
  const title = request.words().t('sessions.series.template.title')
  return {
    ...(await formParts(request, { values, errors })),
    title,
    values,
    errors,
    roles: sessionRoles,
    template: undefined
  }
}
