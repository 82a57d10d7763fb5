import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { perform } from '../actions.ts'
import type { Action, ActionDefinition } from '../actions.ts'
import { allow, deskOf } from '../doors.ts'
import { Failure } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import { explain, read } from '../forms.ts'
import type { Host } from '../host.ts'
import type { List } from '../lists.ts'
import { openApi, operationsOf } from './openapi.ts'

/**
 * The JSON API, made from what plugins declare: `GET /api/<plugin>/<list>` and `POST /api/<plugin>/<verb>`. Who asks is
 * the sign-in of a browser on our own origin, or a personal token; what they may is the list's or action's permission.
 */
export async function apiPages(app: FastifyInstance, host: Host): Promise<void> {
  app.get('/api', allow('member'), async (request, reply) => {
    const title = request.words().t('api.title')
    const { plugin: shown } = request.query as { plugin?: unknown }
    return reply.page('studio/api', { title, origin: host.origin, operations: operationsOf(request), shown })
  })

  await app.register(async api => {
    api.addHook('preParsing', async request => {
      const type = request.headers['content-type']
      if (request.method === 'POST' && type !== undefined && !/^application\/json\b/i.test(type)) {
        throw new Failure(415, 'content_type')
      }
    })
    api.get('/api/openapi.json', allow('member'), async request => openApi(request, host.origin))
    for (const plugin of host.plugins) {
      for (const list of plugin.lists ?? []) api.get(pathOf(list), accessOf(list, plugin.id), readList(list))
      for (const action of plugin.actions ?? [])
        api.post(pathOf(action), { ...accessOf(action, plugin.id), ...limitOf(action) }, runAction(host, action))
    }
  })
}

/** `sessions.book` → `/api/sessions/book` */
const pathOf = ({ name }: { name: string }) => `/api/${name.replace('.', '/')}`

/** The route belongs to the plugin that declared it: off there, it is not found. */
const accessOf = ({ permission }: { permission: string }, plugin: string) => ({
  config: { ...allow(permission as `${string}.${string}`).config, plugin }
})

/** What takes files takes longer bodies. */
const limitOf = ({ most_bytes }: Action) => (most_bytes === undefined ? {} : { bodyLimit: most_bytes })

function readList(list: List) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { timezone } = request.studio
    const query = read(list.query, request.query, timezone)
    if (!query.ok) return refused(request, reply, query.errors)
    const reading = { timezone, person: request.actor, ask: request.ask.bind(request) }
    return reply.send(await list.run(request.db, query.value, reading))
  }
}

function runAction(host: Host, action: Action) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (action.confirm && request.headers['confirm'] !== 'true') throw new Failure(428, 'api.confirm')
    const outcome = await perform(
      deskOf(host, request),
      action as unknown as ActionDefinition<Action['input'], unknown>,
      request.body ?? {}
    )
    if (!outcome.ok) return refused(request, reply, outcome.errors)
    return reply.send({ value: outcome.value ?? null })
  }
}

/** 422 as `problem+json` (RFC 9457), with a sentence for each field in the asker's language. */
function refused(request: FastifyRequest, reply: FastifyReply, errors: Record<string, FieldError>): FastifyReply {
  const { t } = request.words()
  const problem = {
    type: 'about:blank',
    title: t('errors.invalid'),
    status: 422,
    code: 'invalid',
    errors: explain(errors, t)
  }
  return reply.code(422).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem))
}
