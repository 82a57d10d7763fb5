import cookie from '@fastify/cookie'
import compress from '@fastify/compress'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import websocket from '@fastify/websocket'
import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { decorateRequests, openDoor, staffDoor } from './doors.ts'
import { readOwn } from './env.ts'
import type { Environment } from './env.ts'
import { Failure } from './errors.ts'
import { failures } from './failures.ts'
import { formats } from './format.ts'
import { TooLargeFile, largestFile } from './forms.ts'
import type { Format } from './format.ts'
import { guards } from './guards.ts'
import { Texts, acceptedLocale } from './i18n.ts'
import type { Locale, Translate } from './i18n.ts'
import { Jobs } from './jobs.ts'
import { Mailer } from './mail.ts'
import { metrics } from './metrics.ts'
import { publicPages } from './pages/public.ts'
import { People } from './people/people.ts'
import { checkPlugins } from './plugin.ts'
import type { Plugin, Role, Visitor } from './plugin.ts'
import { Bus, Sockets } from './realtime.ts'
import { decorateReplies } from './replies.ts'
import { checkRoutes } from './routes.ts'
import type { RouteInfo } from './routes.ts'
import { SignIns } from './people/sign-ins.ts'
import { serveStatic } from './static.ts'
import { studioPlugin } from './studio/plugin.ts'
import { Switches } from './switches.ts'
import type { Studio, Tenants } from './database/tenants.ts'
import { Views, viewsPlugin } from './views.ts'
import { madeWords, wordsOf } from './words.ts'
import { workers } from './workers.ts'

const root = join(import.meta.dirname, '..')

/** What the parts of core share. One per process. */
export interface Host {
  env: Environment
  log: FastifyBaseLogger
  /** Core's own studio pages first, then the installed plugins in list order. */
  plugins: readonly Plugin[]
  texts: Texts
  views: Views
  tenants: Tenants
  bus: Bus
  sockets: Sockets
  people: People
  switches: Switches
  jobs: Jobs
  mailer: Mailer
  /** Facts that open pages are told, and the permission it takes to hear them. */
  liveFacts: ReadonlyMap<string, string>
  /** Permission → the roles that have it; the owner has all. */
  permissions: ReadonlyMap<string, readonly (Role | Visitor)[]>
  permissionsOf: (role: Role | Visitor) => ReadonlySet<string>
  /** Our own address as people reach it, without a slash at the end: links in mails begin with it. */
  origin: string
  /** `/s/<slug>` */
  base: (studio: { slug: string }) => string
  /** `/o/<slug>` */
  openBase: (studio: { slug: string }) => string
  asset: (path: string) => string
  /** The words of whoever reads this answer, before a door was entered too. */
  voice: (request: FastifyRequest) => { t: Translate; fmt: Format; locale: Locale }
  /** What a plugin reads of the environment, parsed. */
  environmentOf: (plugin: string) => unknown
  /** Every route there is, for the access tests and the API's document. */
  routes: readonly RouteInfo[]
}

export interface HostOptions {
  env: Environment
  plugins: readonly Plugin[]
  tenants: Tenants
  /** The master database, for what needs a connection of its own: hints and jobs. */
  connection: import('pg').ClientConfig
  /** True runs jobs in this process too. */
  work?: boolean
  logger?: object | boolean
}

/**
 * Builds the application: plugins checked, templates found, routes mounted and each known to have an access. Nothing
 * listens yet; `app.listen()` does, `app.close()` ends everything but the connections to studios, which are the caller's.
 */
export async function buildHost(options: HostOptions): Promise<{ app: FastifyInstance; host: Host }> {
  const { env, tenants } = options
  const plugins = [studioPlugin(() => host), ...options.plugins]
  checkPlugins(plugins)
  const own = new Map(plugins.map(plugin => [plugin.id, readOwn(plugin, env)]))
  const app = Fastify({
    logger: options.logger ?? loggerOf(env),
    // one line per answer, written below
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: env.TRUST_PROXY ? env.TRUST_PROXY.split(',') : false,
    bodyLimit: 256 * 1024,
    connectionTimeout: 0,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    http: { headersTimeout: 5000, maxHeaderSize: 16_384 }
  })
  const views = new Views()
  const { asset, dirs } = serveStatic(root, plugins)
  const routes: RouteInfo[] = []
  const host: Host = {
    env,
    log: app.log,
    plugins,
    texts: readTexts(plugins),
    views,
    tenants,
    bus: new Bus(options.connection, app.log),
    sockets: new Sockets(),
    people: new People(tenants.master, new SignIns(tenants.master), env.PUBLIC_URL?.startsWith('https:') ?? false),
    switches: new Switches(plugins),
    jobs: new Jobs(options.connection, app.log),
    mailer: new Mailer(views, env),
    liveFacts: new Map(plugins.flatMap(plugin => Object.entries(plugin.live ?? {}))),
    ...permissionTable(plugins),
    origin: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    base: studio => `/s/${studio.slug}`,
    openBase: studio => `/o/${studio.slug}`,
    asset,
    voice: request => voiceOf(host, request),
    environmentOf: plugin => own.get(plugin) ?? {},
    routes
  }
  mountViews(host)
  listenToHints(host)

  checkRoutes(app, plugins, routes)
  app.addHook('onRequest', async request => {
    request.via = /^\/s\/[^/]+\/api\//.test(request.url) ? 'api' : 'form'
  })
  await app.register(cookie)
  decorateRequests(app, host)
  decorateReplies(app)
  app.decorateRequest(madeWords, undefined)
  app.decorateRequest('words', function words(this: FastifyRequest) {
    return wordsOf(host, this)
  })
  await app.register(viewsPlugin, { views, root: join(root, 'views') })
  await metrics(app, host)
  // before the guards: a socket they turn away is closed by its onResponse, or it would keep the process from ending
  await app.register(websocket, { options: { maxPayload: 4096 } })
  await guards(app, { origin: host.origin, perMinute: env.RATE_PER_MINUTE })
  await app.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] })
  await app.register(formbody)
  app.removeContentTypeParser('text/plain')
  app.addHook('preValidation', async ({ body }) => {
    // a body is fields by name, or there is none
    if (body && (typeof body !== 'object' || Array.isArray(body))) throw new Failure(400, 'invalid')
  })
  await app.register(multipart, {
    attachFieldsToBody: 'keyValues',
    limits: { fileSize: largestFile, files: 1, fields: 100, fieldSize: 100_000 },
    // what is too large is said at its field, with everything else that was typed
    throwFileSizeLimit: false,
    async onFile(part) {
      await part.toBuffer()
      if (part.file.truncated) Object.assign(part, { value: new TooLargeFile() })
    }
  })
  await app.register(dirs)
  failures(app, host)
  app.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.access === undefined || request.routeOptions.config.file) return
    reply.header('cache-control', 'no-store')
    request.person = await host.people.of(request)
  })
  await publicPages(app, host)
  await staffDoor(app, host)
  await openDoor(app, host)

  app.addHook('onReady', async () => {
    await host.bus.start()
    if (options.work) await host.jobs.start(...workers(host), env.WORKERS)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { studio } = request as { studio: Studio | null }
    const who = { studio: studio?.slug, person: request.person?.id }
    request.log.info({ req: request, ...who, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })
  app.addHook('preClose', async () => host.sockets.closeAll())
  app.addHook('onClose', async () => {
    await host.jobs.close()
    await host.bus.close()
    host.mailer.close()
  })
  return { app, host }
}

function readTexts(plugins: readonly Plugin[]): Texts {
  const texts = new Texts()
  texts.add(join(root, 'core/locales'))
  for (const { id, dir } of plugins) if (id !== 'studio') texts.add(join(dir, 'locales'), id)
  return texts
}

function mountViews({ views, plugins }: Host): void {
  for (const name of ['layouts', 'parts', 'pages', 'mail']) views.mount(name, join(root, 'views', name))
  for (const { id, dir } of plugins) views.mount(id, join(dir, 'views'))
}

function permissionTable(plugins: readonly Plugin[]): Pick<Host, 'permissions' | 'permissionsOf'> {
  const permissions = new Map(plugins.flatMap(plugin => Object.entries(plugin.permissions ?? {})))
  const byRole = new Map<Role | Visitor, Set<string>>()
  const permissionsOf = (role: Role | Visitor) => {
    let known = byRole.get(role)
    if (!known) {
      const may = [...permissions].filter(([, allowed]) => role === 'owner' || allowed.includes(role))
      byRole.set(role, (known = new Set(may.map(([name]) => name))))
    }
    return known
  }
  return { permissions, permissionsOf }
}

/** What other processes say: drop what we keep, tell open pages. After a gap everything kept is dropped. */
function listenToHints(host: Host): void {
  const { bus, sockets, people, switches, tenants } = host
  bus.hear(hint => {
    if (hint.kind === 'fact') sockets.fact(hint)
    if (hint.kind === 'person') {
      people.signIns.forget(hint.user)
      sockets.close({ user: hint.user })
    }
    if (hint.kind === 'studio') {
      switches.forget(hint.studio)
      tenants.forget(hint.studio)
      sockets.close({ studio: hint.studio })
    }
  })
  bus.onGap(() => {
    people.signIns.forget()
    switches.forget()
    tenants.forget()
    sockets.closeAll()
  })
}

/** The words of the person who asks; of the studio, for a visitor of one; else those the browser accepts. */
function voiceOf(host: Host, request: FastifyRequest): { t: Translate; fmt: Format; locale: Locale } {
  const { studio } = request as { studio: Studio | null }
  const locale = request.person?.locale ?? acceptedLocale(request.headers['accept-language'])
  const { timezone, currency } = studio ?? { timezone: 'Europe/Paris', currency: 'EUR' }
  return { locale, t: host.texts.translator(locale), fmt: formats(locale, timezone, currency) }
}

function loggerOf(env: Environment): object {
  return {
    level: env.LOG_LEVEL,
    redact: ['req.headers.cookie', 'req.headers.authorization', '*.password', '*.token', '*.secret'],
    serializers: {
      // an address is logged without its query, and a mailed link without its token
      req: (request: FastifyRequest) => ({
        method: request.method,
        url: request.url
          .split('?')[0]
          ?.replace(/^\/(reset|confirm|invitations)\/[^/]+/, '/$1/…')
          .replace(/^(\/o\/.*\/)[\w-]{43}(?=[./]|$)/, '$1…'),
        ip: request.ip
      })
    }
  }
}
