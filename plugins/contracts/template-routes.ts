import { allow } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { newTemplatePage, templatePage } from './pages.ts'
import { presets } from './presets.ts'
import { listTemplates } from './template-queries.ts'
import { addTemplateAction, archiveTemplate, changeTemplateAction, restoreTemplate } from './templates.ts'

const read = allow('contracts.read')
const write = allow('contracts.write')

/** The texts contracts are written from. */
export function templateRoutes(app: FastifyInstance): void {
  app.get('/templates', read, async (request, reply) => {
    const title = request.words().t('contracts.templates.title')
    return reply.page('contracts/templates', { title, templates: await listTemplates(request.db), presets })
  })

  app.get('/templates/new', write, async (request, reply) => {
    return reply.page('contracts/template', newTemplatePage(request))
  })

  app.post('/templates', write, async (request, reply) => {
    const made = await request.act(addTemplateAction)
    const home = `${request.base}/contracts/templates`
    if (made.ok) return reply.flash('contracts.flash.template_saved').redirect(`${home}/${made.value.id}`, 303)
    return reply.code(422).page('contracts/template', { ...newTemplatePage(request), ...made })
  })

  app.get('/templates/:id', read, async (request, reply) => {
    return reply.page('contracts/template', await templatePage(request))
  })

  app.post('/templates/:id', write, async (request, reply) => {
    const done = await request.act(changeTemplateAction, { id: request.recordId() })
    const here = `${request.base}/contracts/templates/${request.recordId()}`
    if (done.ok) return reply.flash('contracts.flash.template_saved').redirect(here, 303)
    return reply.code(422).page('contracts/template', { ...(await templatePage(request)), ...done })
  })

  for (const [path, action, flash] of [
    ['archiving', archiveTemplate, 'contracts.flash.template_archived'],
    ['restoring', restoreTemplate, 'contracts.flash.template_restored']
  ] as const) {
    app.post(`/templates/:id/${path}`, write, async (request, reply) => {
      const done = await request.act(action, { id: request.recordId() })
      if (done.ok) return reply.flash(flash).redirect(`${request.base}/contracts/templates`, 303)
      return reply.code(422).page('contracts/template', { ...(await templatePage(request)), ...done })
    })
  }
}
