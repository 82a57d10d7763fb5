import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

/** One entry of the API as its page and its document show it. */
export interface Operation {
  method: 'get' | 'post'
  /** Below `/s/:studio`. */
  path: string
  name: string
  plugin: string
  label: string
  permission: string
  confirm: boolean
  fields: { name: string; type: string; required: boolean }[]
  schema: JsonSchema
}

interface JsonSchema {
  $schema?: string
  type?: string | string[]
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  [key: string]: unknown
}

/** What this person may call in this studio: the lists and actions of the plugins that are on. */
export function operationsOf(request: FastifyRequest): Operation[] {
  const { t } = request.words()
  return request.switched.plugins.flatMap(plugin => {
    const lists = (plugin.lists ?? []).map(list => ({
      ...list,
      input: list.query,
      method: 'get' as const,
      kind: 'lists'
    }))
    const actions = (plugin.actions ?? []).map(action => ({ ...action, method: 'post' as const, kind: 'actions' }))
    return [...lists, ...actions]
      .filter(({ permission }) => request.can(permission))
      .map(({ name, method, kind, permission, input, ...rest }) => ({
        method,
        path: `/api/${name.replace('.', '/')}`,
        name,
        plugin: plugin.id,
        label: t(name.replace('.', `.${kind}.`)),
        permission,
        confirm: 'confirm' in rest && rest.confirm,
        fields: fieldsOf(schemaOf(input)),
        schema: schemaOf(input)
      }))
  })
}

/** The OpenAPI 3.1 document of what the asker may call. */
export function openApi(request: FastifyRequest, origin: string): object {
  const { t } = request.words()
  const operations = operationsOf(request)
  return {
    openapi: '3.1.0',
    info: { title: `${request.studio.name} · ${t('api.title')}`, version: '1', description: t('api.intro') },
    servers: [{ url: `${origin}${request.base}` }],
    security: [{ token: [] }],
    tags: [...new Set(operations.map(({ plugin }) => plugin))].map(name => ({ name, description: t(`${name}.title`) })),
    paths: Object.fromEntries(
      operations.map(operation => [operation.path, { [operation.method]: described(operation, t) }])
    ),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem, Page },
      responses: {
        Problem: {
          description: t('api.errors'),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
        }
      }
    }
  }
}

const Problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    request: { type: 'string' },
    errors: { type: 'object', additionalProperties: { type: 'string' } }
  }
}

const Page = {
  type: 'object',
  required: ['rows'],
  properties: {
    rows: { type: 'array', items: { type: 'object' } },
    next: { type: 'string' },
    previous: { type: 'string' },
    count: { type: 'integer' }
  }
}

function described(operation: Operation, t: (key: string) => string): object {
  const { method, name, plugin, label, permission, confirm, schema } = operation
  const about = { operationId: name, tags: [plugin], summary: label, 'x-permission': permission }
  const problem = { default: { $ref: '#/components/responses/Problem' } }
  if (method === 'get') {
    const parameters = Object.entries(schema.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', schema }))
    return {
      ...about,
      parameters,
      responses: { 200: answer(t('api.page'), { $ref: '#/components/schemas/Page' }), ...problem }
    }
  }
  const header = {
    name: 'Confirm',
    in: 'header',
    required: true,
    schema: { const: 'true' },
    description: t('api.confirm')
  }
  return {
    ...about,
    ...(confirm && { parameters: [header] }),
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: { 200: answer(label, { type: 'object', required: ['value'], properties: { value: {} } }), ...problem }
  }
}

const answer = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } })

const drawn = new WeakMap<z.ZodType, JsonSchema>()

/** The JSON schema of what may be sent; drawn once for each form. */
function schemaOf(input: z.ZodType): JsonSchema {
  let schema = drawn.get(input)
  if (!schema) {
    const { $schema: _, ...rest } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonSchema
    drawn.set(input, (schema = rest))
  }
  return schema
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema): Operation['fields'] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    type: typeOf(schema),
    required: required.includes(name)
  }))
}

/** A schema's type in a few words: `string | integer`, `option | confirmed`, `integer[]`. */
function typeOf(schema: JsonSchema): string {
  const either = schema.anyOf ?? schema.oneOf
  if (either) return [...new Set(either.map(typeOf))].join(' | ')
  if (schema.enum) return schema.enum.map(String).join(' | ')
  if ('const' in schema) return String(schema['const'])
  if (schema.type === 'array') return `${typeOf(schema.items ?? {})}[]`
  return [schema.type ?? 'any'].flat().join(' | ')
}
