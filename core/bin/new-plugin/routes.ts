import { allow } from '@patchbay/core'
import type { FastifyInstance } from 'fastify'
import { addItem, removeItem } from './actions.ts'
import { itemList } from './queries.ts'

export function staff(app: FastifyInstance): void {
  app.get('/', allow('example.read'), async (request, reply) => {
    const page = await request.list(itemList)
    return reply.page('example/list', { ...page, title: request.words().t('example.title'), values: {}, errors: {} })
  })

  app.post('/', allow('example.write'), async (request, reply) => {
    const outcome = await request.act(addItem)
    if (outcome.ok) return reply.flash('example.flash.added').redirect(`${request.base}/example`, 303)
    const page = await request.list(itemList)
    return reply.code(422).page('example/list', { ...page, title: request.words().t('example.title'), ...outcome })
  })

  app.post('/:id/removal', allow('example.write'), async (request, reply) => {
    await request.act(removeItem, { id: request.recordId() })
    return reply.flash('example.flash.removed').redirect(`${request.base}/example`, 303)
  })
}
