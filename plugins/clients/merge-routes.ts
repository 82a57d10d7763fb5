import { allow, fields } from '@patchbay/core'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { livingClient } from './card-page.ts'
import { MergeQuery } from './forms.ts'
import { mergeClients, mergedFields } from './merging.ts'
import { findDuplicates } from './finding.ts'
import { findClient } from './queries.ts'

/** Two records of one client become one: choose the other, see what will be kept, do it. */
export function mergeRoutes(app: FastifyInstance): void {
  app.get('/:id/merging', allow('clients.merge'), async (request, reply) => {
    return reply.page('clients/merging', { ...(await mergePage(request)), errors: {}, values: {} })
  })

  app.post('/:id/merging', allow('clients.merge'), async (request, reply) => {
    await livingClient(request)
    const merged = await request.act(mergeClients)
    if (!merged.ok) return reply.code(422).page('clients/merging', { ...(await mergePage(request)), ...merged })
    return reply.flash('clients.flash.merged').redirect(`${request.base}/clients/${merged.value.id}`, 303)
  })
}

/** The client, the other one when it is chosen (`?other=7`), and what the merged record would be, kept either way. */
async function mergePage(request: FastifyRequest) {
  const client = await livingClient(request)
  const { other: otherId, keep } = MergeQuery.parse(request.query)
  const found = otherId ? await findClient(request.db, otherId) : undefined
  const other = found && found.id !== client.id && !found.merged_into ? found : undefined
  const [into, from] = other && keep === other.id ? [other, client] : [client, other]
  const merged = from && mergedFields(into, from)
  const likely = other ? [] : await findDuplicates(request.db, client, client.id)
  return {
    title: request.words().t('clients.merging.title'),
    client,
    other,
    into,
    from,
    merged,
    likely,
    readablePhone: fields.readablePhone
  }
}
