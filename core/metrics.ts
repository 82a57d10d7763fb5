import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { timingSafeEqual } from 'node:crypto'
import { allow } from './doors.ts'
import { notFound } from './errors.ts'
import { masterIsCurrent } from './database/migrate.ts'
import type { Host } from './host.ts'

/**
 * `/-/health`: this process is alive. `/-/ready`: the master database answers and its schema is current.
 * `/-/metrics`: Prometheus text, from this machine or with METRICS_TOKEN as a bearer token.
 */
export async function metrics(app: FastifyInstance, host: Host): Promise<void> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'patchbay_' })
  const duration = new Histogram({
    name: 'patchbay_request_seconds',
    help: 'How long answers took, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry]
  })
  new Gauge({
    name: 'patchbay_sockets',
    help: 'Open pages that are told of changes',
    registers: [registry],
    collect() {
      this.set(host.sockets.size)
    }
  })
  for (const name of ['open', 'idle', 'waiting', 'databases'] as const) {
    new Gauge({
      name: `patchbay_connections_${name}`,
      help: `Connections to PostgreSQL servers: ${name}`,
      labelNames: ['server'],
      registers: [registry],
      collect() {
        for (const stats of host.tenants.connections.stats()) this.set({ server: stats.server }, stats[name])
      }
    })
  }
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })

  app.get('/-/health', allow('public'), async () => ({ status: 'alive' }))
  app.get('/-/ready', allow('public'), async (_request, reply) => {
    const current = await masterIsCurrent(host.tenants.master).catch(() => undefined)
    const status = current
      ? 'ready'
      : current === false
        ? 'migrations are waiting: run `npx patchbay migrate`'
        : 'no database'
    return reply.code(current ? 200 : 503).send({ status })
  })
  app.get('/-/metrics', allow('public'), async (request, reply) => {
    if (!mayRead(request, host.env.METRICS_TOKEN)) throw notFound()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  // who came through a proxy on this machine only looks as if they were here
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded ?? request.headers.via
  if (!token) return forwarded === undefined && ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.ip)
  const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
