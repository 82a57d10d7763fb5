import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { perform } from './actions.ts'
import type { ActionDefinition, Desk, Via } from './actions.ts'
import { forbidden, notFound } from './errors.ts'
import { announce, asker, contextOf } from './events.ts'
import { explain, read } from './forms.ts'
import type { Host } from './host.ts'
import type { ListDefinition, Page } from './lists.ts'
import type { Actor, Ask, Db, Plugin } from './plugin.ts'
import type { Person } from './people/sign-ins.ts'
import type { Switched } from './switches.ts'
import type { Studio } from './database/tenants.ts'

/**
 * Who may use a route: `public` anybody, `person` whoever is signed in, `member` whoever is of the studio, else the
 * permission it takes. Every route has one, or the host refuses to start.
 */
export type Access = 'public' | 'person' | 'member' | `${string}.${string}`

/** `app.get('/', allow('clients.read'), …)` */
export const allow = (access: Access): { config: { access: Access } } => ({ config: { access } })

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** The plugin whose route it is. */
    plugin?: string
    /** Comes from elsewhere with a signature or a token of its own: no origin is checked. */
    foreign?: boolean
  }
  interface FastifyRequest {
    /** Who is signed in; undefined for a visitor. */
    person: Person | undefined
    /** The studio of the address. Only behind a studio's door. */
    studio: Studio
    /** That studio's database. */
    db: Db
    switched: Switched
    actor: Actor
    via: Via
    /** `/s/<slug>` */
    base: string
    can: (permission: string) => boolean
    /** A number in the address, `/clients/:id`. Throws notFound for anything else. */
    recordId: (name?: string) => number
    /** Runs an action on the body of this request; `extra` (from the address) wins over it. */
    act: <Input extends z.ZodType, Result>(
      action: ActionDefinition<Input, Result>,
      extra?: Record<string, unknown>
    ) => Promise<Acted<Result>>
    /** Reads a list with the query of this address; a filter that is wrong is as if it were not there. */
    list: <Query extends z.ZodType, Row>(
      list: ListDefinition<Query, Row>
    ) => Promise<Page<Row> & { query: z.output<Query> }>
    ask: Ask
  }
}

/** What came of an action: its value, or the sentences and what was typed, as form views take them. */
export type Acted<Result> =
  | { ok: true; value: Result }
  | { ok: false; errors: Record<string, string>; values: Record<string, unknown> }

/**
 * The staff door, `/s/:studio`. It finds the studio from the address, lets its members in, checks the plugin and the
 * permission, and gives the request its studio, database, person and layout. There is no other way in.
 */
export async function staffDoor(app: FastifyInstance, host: Host): Promise<void> {
  await app.register(
    async door => {
      door.addHook('onRequest', async (request, reply) => enter(host, request, reply))
      for (const plugin of host.plugins) {
        if (!plugin.staff) continue
        await door.register(async inner => mount(inner, plugin), {
          prefix: plugin.id === 'studio' ? '' : `/${plugin.id}`
        })
      }
    },
    { prefix: '/s/:studio' }
  )
}

async function mount(app: FastifyInstance, plugin: Plugin): Promise<void> {
  app.addHook('onRoute', route => {
    // core's API mounts the routes of other plugins, and says so
    route.config = { plugin: plugin.id, ...route.config }
  })
  await plugin.staff?.(app)
}

async function enter(host: Host, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { studio: slug } = request.params as { studio: string }
  const { access = 'member', plugin } = request.routeOptions.config
  request.layout = 'staff'
  const credentials = request.via === 'api' ? await host.people.bearer(request) : undefined
  const person = credentials?.person ?? request.person
  if (!person) return void host.people.turnAway(request, reply)
  const membership = person.memberships.find(membership => membership.slug === slug)
  const studio = membership && (await host.tenants.find(slug))
  if (!studio || (credentials && credentials.organization_id !== studio.id)) throw notFound()
  if (studio.status === 'suspended') throw forbidden('studio_suspended')
  const db = host.tenants.db(studio)
  const switched = await host.switches.of(studio, db)
  if (plugin && !switched.on(plugin)) throw notFound()
  host.tenants.touch(studio)

  request.person = person
  request.studio = studio
  request.db = db
  request.switched = switched
  request.base = host.base(studio)
  request.actor = { id: person.id, name: person.name, role: membership.role }
  const permissions = host.permissionsOf(membership.role)
  request.can = permission =>
    permissions.has(permission) && (!credentials || credentials.permissions.includes(permission))
  if (access !== 'member' && !request.can(access)) throw forbidden()
}

/** Decorates requests with what doors give. `request.act` and its like work behind a studio's door only. */
export function decorateRequests(app: FastifyInstance, host: Host): void {
  app.decorateRequest('person', undefined)
  for (const name of ['studio', 'db', 'switched', 'actor'] as const) app.decorateRequest(name, null as never)
  app.decorateRequest('via', 'form')
  app.decorateRequest('base', '')
  app.decorateRequest('can', () => false)
  app.decorateRequest('recordId', function recordId(this: FastifyRequest, name = 'id') {
    const text = (this.params as Record<string, string>)[name] ?? ''
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
    if (number === 0) throw notFound()
    return number
  })
  app.decorateRequest('act', async function act(this: FastifyRequest, action, extra = {}) {
    const body = (this.body ?? {}) as Record<string, unknown>
    const outcome = await perform(deskOf(host, this), action, { ...body, ...extra })
    if (outcome.ok) return outcome
    return { ok: false, errors: explain(outcome.errors, this.words().t), values: body }
  } as FastifyRequest['act'])
  app.decorateRequest('list', async function list(this: FastifyRequest, list) {
    const query = lenient(list.query, this.query as Record<string, unknown>, this.studio.timezone)
    const page = await list.run(this.db, query, { timezone: this.studio.timezone, person: this.actor })
    return { ...page, query }
  } as FastifyRequest['list'])
  app.decorateRequest('ask', function ask(this: FastifyRequest, question, input) {
    return askerOf(host, this, this.db)(question, input)
  } as Ask)
}

export function deskOf(host: Host, request: FastifyRequest): Desk {
  const { studio, switched } = request
  const { t, fmt } = request.words()
  return {
    studio,
    person: request.actor,
    via: request.via,
    ip: request.ip,
    can: request.can,
    transaction: (scope, work) => (scope === 'studio' ? request.db : host.tenants.master).transaction(trx => work(trx)),
    context: (db, plugin) => contextOf(db, studio, switched, plugin, { t, fmt }),
    ask: db => askerOf(host, request, db),
    told: facts => announce(host, studio, facts),
    hinted: hints => host.bus.say(host.tenants.master, ...hints)
  }
}

function askerOf(host: Host, request: FastifyRequest, db: Db): Ask {
  const { studio, switched, actor, can } = request
  return asker(host, { db, studio, switched, person: actor, can, voice: request.words() })
}

/** Parses a query, leaving out the fields that are wrong or unknown: an old link still shows the list. */
function lenient<Query extends z.ZodType>(
  schema: Query,
  query: Record<string, unknown>,
  timezone: string
): z.output<Query> {
  const first = read(schema, query, timezone)
  if (first.ok) return first.value
  const wrong = new Set(Object.keys(first.errors).map(field => field.split('.')[0]))
  const rest = Object.fromEntries(Object.entries(query).filter(([key]) => !wrong.has(key)))
  const second = read(schema, rest, timezone)
  if (!second.ok) throw new Error(`a list cannot require a filter: ${Object.keys(second.errors).join(', ')}`)
  return second.value
}
