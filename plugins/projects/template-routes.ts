import { allow, notFound } from '@patchbay/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { styles } from './card.ts'
import { projectKinds } from './contract.ts'
import { listPage } from './routes.ts'
import { addTemplateAction, archiveTemplate, changeTemplateAction, restoreTemplate } from './template-actions.ts'
import { findTemplate, listTemplates } from './template-queries.ts'
import type { Template } from './template-queries.ts'

const write = allow('projects.write')

/** What projects begin from. */
export function templateRoutes(app: FastifyInstance): void {
  app.get('/templates', allow('projects.read'), async (request, reply) => {
    const templates = await listTemplates(request.db)
    return reply.page('projects/templates', { ...(await listPage(request, 'projects.templates.title')), templates })
  })

  app.get('/templates/new', write, async (request, reply) => {
    return reply.page('projects/template', pageOf(request, { values: { kind: 'album', rounds_included: '2' } }))
  })

  app.post('/templates', write, async (request, reply) => {
    const added = await request.act(addTemplateAction)
    if (!added.ok) return reply.code(422).page('projects/template', pageOf(request, added))
    return reply.flash('projects.flash.template').redirect(`${request.base}/projects/templates`, 303)
  })

  app.get('/templates/:id', write, async (request, reply) => {
    const template = await templateOf(request)
    return reply.page('projects/template', pageOf(request, { values: valuesOf(template) }, template))
  })

  app.post('/templates/:id', write, async (request, reply) => {
    const changed = await request.act(changeTemplateAction, { id: request.recordId() })
    if (!changed.ok) return refused(request, reply, changed)
    return reply.flash('projects.flash.template').redirect(`${request.base}/projects/templates`, 303)
  })

  app.post('/templates/:id/archiving', write, async (request, reply) => {
    const archived = await request.act(archiveTemplate, { id: request.recordId() })
    if (!archived.ok) return refused(request, reply, archived)
    return reply.flash('projects.flash.template_archived').redirect(`${request.base}/projects/templates`, 303)
  })

  app.post('/templates/:id/restoring', write, async (request, reply) => {
    const restored = await request.act(restoreTemplate, { id: request.recordId() })
    if (!restored.ok) return refused(request, reply, restored)
    return reply.flash('projects.flash.template').redirect(`${request.base}/projects/templates`, 303)
  })
}

interface Outcome {
  values: Record<string, unknown>
  errors?: Record<string, string>
}

async function refused(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): Promise<FastifyReply> {
  const template = await templateOf(request)
  const values = { ...valuesOf(template), ...outcome.values }
  return reply.code(422).page('projects/template', pageOf(request, { ...outcome, values }, template))
}

async function templateOf(request: FastifyRequest): Promise<Template> {
  const template = await findTemplate(request.db, request.recordId())
  if (!template) throw notFound()
  return template
}

function valuesOf({ name, kind, rounds_included, tasks, track_titles }: Template): Record<string, unknown> {
  return { name, kind, rounds_included, tasks, track_titles: track_titles.join('\n') }
}

function pageOf(request: FastifyRequest, { values, errors = {} }: Outcome, template?: Template) {
  const title = request.words().t(template ? 'projects.templates.edit' : 'projects.templates.new')
  return { styles, title, template, kinds: projectKinds, values, errors }
}
