import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { perform } from './actions.ts'
import type { ActionDefinition, Desk, Via } from './actions.ts'
import { forbidden, notFound } from './errors.ts'
import { addressIn, announce, asker, contextOf, lettersOf, sealedIn, studioVoice } from './events.ts'
import { unfold } from './folding.ts'
import { explain, read } from './forms.ts'
import type { Host } from './host.ts'
import type { ListDefinition, Page } from './lists.ts'
import type { Actor, Ask, Context, Db, Hearing, Plugin } from './plugin.ts'
import type { Person } from './people/sign-ins.ts'
import type { Switched } from './switches.ts'
import { filesOf } from './folder.ts'
import type { Folder } from './folder.ts'
import type { Studio } from './database/tenants.ts'

/**
 * Who may use a route: `public` anybody, `person` whoever is signed in, `member` whoever is of the studio, else the
 * permission it takes (behind the open door, one that names `visitor`). Every route has one, or the host refuses to start.
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
    /** `/s/<slug>`, behind the open door `/o/<slug>`. */
    base: string
    can: (permission: string) => boolean
    /** A number in the address, `/clients/:id`. Throws notFound for anything else. */
    recordId: (name?: string) => number
    /** Runs an action on the body of this request; `extra` (from the address) wins over it. */
    act: <Input extends z.ZodType, Result>(
      action: ActionDefinition<Input, Result>,
      extra?: Record<string, unknown>
    ) => Promise<Acted<Result>>
    /**
     * Reads a list with the query of this address; a filter that is wrong is as if it were not there. `db` is for one of
     * the reads of `together`.
     */
    list: <Query extends z.ZodType, Row>(
      list: ListDefinition<Query, Row>,
      db?: Db
    ) => Promise<Page<Row> & { query: z.output<Query> }>
    ask: Ask
    /** The whole address of a page of this studio. */
    address: Context['address']
    /** What became of the mails of the jobs of the plugin whose route this is. */
    letters: Context['letters']
    /** The studio's folder of files, for core/storage.ts. */
    folder: Folder
    /** Secrets of the plugin whose route this is. */
    sealed: Context['sealed']
    /** Words, dates and money in a language that is not the browser's: for what programs fetch. */
    wordsIn: Hearing['wordsIn']
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

/**
 * The open door, `/o/:studio`: anybody may come in, as a visitor of that studio, and may there what permissions that name
 * `visitor` say, whoever they are elsewhere. Its front leads to the first plugin that is one.
 */
export async function openDoor(app: FastifyInstance, host: Host): Promise<void> {
  app.get('/o/:studio', allow('public'), async (request, reply) => {
    const { studio, switched } = await openStudio(host, request)
    const front = switched.plugins.find(plugin => plugin.front)
    if (!front) throw notFound()
    return reply.redirect(`${host.openBase(studio)}/${front.id}`, 303)
  })
  await app.register(
    async door => {
      door.addHook('onRequest', async request => visit(host, request))
      for (const plugin of host.plugins) {
        const { open } = plugin
        if (open) await door.register(async inner => mount(inner, plugin, open), { prefix: `/${plugin.id}` })
      }
    },
    { prefix: '/o/:studio' }
  )
}

async function mount(app: FastifyInstance, plugin: Plugin, pages = plugin.staff): Promise<void> {
  app.addHook('onRoute', route => {
    // core's API mounts the routes of other plugins, and says so
    route.config = { plugin: plugin.id, ...route.config }
  })
  await pages?.(app)
}

async function openStudio(host: Host, request: FastifyRequest) {
  const studio = await host.tenants.find((request.params as { studio: string }).studio)
  // what a suspended studio shows nobody is not there
  if (!studio || studio.status !== 'active') throw notFound()
  const db = host.tenants.db(studio)
  return { studio, db, switched: await host.switches.of(studio, db) }
}

async function visit(host: Host, request: FastifyRequest): Promise<void> {
  const { access = 'member', plugin } = request.routeOptions.config
  request.layout = 'open'
  const { studio, db, switched } = await openStudio(host, request)
  if (plugin && !switched.on(plugin)) throw notFound()
  host.tenants.touch(studio)
  request.studio = studio
  request.db = db
  request.switched = switched
  request.base = host.openBase(studio)
  const permissions = host.permissionsOf('visitor')
  request.can = holding(permissions)
  request.actor = { id: null, name: host.voice(request).t('visitor'), role: 'visitor' }
  if (!request.can(access)) throw forbidden()
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
  request.can = holding(host.permissionsOf(membership.role), credentials?.permissions)
  if (access !== 'member' && !request.can(access)) throw forbidden()
}

/** Made here, where it closes over nothing else: what a request's own function refers to lives as long as it does. */
function holding(permissions: ReadonlySet<string>, given?: readonly string[]): FastifyRequest['can'] {
  return permission => permissions.has(permission) && (!given || given.includes(permission))
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
  app.decorateRequest('address', function address(this: FastifyRequest, path, door) {
    return addressIn(host, this.studio)(path, door)
  } as Context['address'])
  app.decorateRequest('wordsIn', function wordsIn(this: FastifyRequest, locale) {
    return studioVoice(host, { ...this.studio, locale })
  } as Hearing['wordsIn'])
  app.decorateRequest('letters', function letters(this: FastifyRequest, keys) {
    return lettersOf(host, this.studio, this.routeOptions.config.plugin ?? '', keys)
  } as Context['letters'])
  app.decorateRequest('folder', {
    getter(this: FastifyRequest) {
      return filesOf(host.env, this.studio)
    }
  })
  app.decorateRequest('sealed', {
    getter(this: FastifyRequest) {
      return sealedIn(host, this.studio, this.routeOptions.config.plugin ?? '')
    }
  })
  app.decorateRequest('act', async function act(this: FastifyRequest, action, extra = {}) {
    const body = unfold((this.body ?? {}) as Record<string, unknown>)
    const outcome = await perform(deskOf(host, this), action, { ...body, ...extra })
    if (outcome.ok) return outcome
    return { ok: false, errors: explain(outcome.errors, this.words().t), values: body }
  } as FastifyRequest['act'])
  app.decorateRequest('list', async function list(this: FastifyRequest, list, db = this.db) {
    const query = lenient(list.query, this.query as Record<string, unknown>, this.studio.timezone)
    const { timezone } = this.studio
    const page = await list.run(db, query, { timezone, person: this.actor, ask: askerOf(host, this, db) })
    return { ...page, query }
  } as FastifyRequest['list'])
  app.decorateRequest('ask', function ask(this: FastifyRequest, question, input, db = this.db) {
    return askerOf(host, this, db)(question, input)
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
    agent: request.headers['user-agent'] ?? null,
    can: request.can,
    transaction: (scope, work) => (scope === 'studio' ? request.db : host.tenants.master).transaction(trx => work(trx)),
    context: (db, plugin) => contextOf(host, db, studio, switched, plugin, { t, fmt }),
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
