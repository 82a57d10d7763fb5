import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import { openRegistry } from '../../core/boot.ts'
import type { Registry } from '../../core/boot.ts'
import { readEnvironment } from '../../core/env.ts'
import { buildHost } from '../../core/host.ts'
import type { Host } from '../../core/host.ts'
import { plugins } from '../../plugins/index.ts'
import { answer } from './calls.ts'

/**
 * The other arm: nothing but Fastify, Eta and pg. It learns from the application what each page asks of the database and
 * prints, then does just that: the same statements, prepared under names, and the same templates with the same data.
 */

export interface PageToLearn {
  name: string
  path: string
  cookie: string
  slug: string
}

/** What one page does once everything that is kept is warm: its statements, and its template with its data or its JSON. */
interface Learnt {
  statements: { database: 'studio' | 'master'; text: string; values: unknown[] }[]
  view: { name: string; data: object } | undefined
  json: unknown
}

type Pools = Record<'studio' | 'master', pg.Pool>

const env = readEnvironment()
const registry = await openRegistry(env, plugins, (sentence, error) => console.error(sentence, error ?? ''))
const pools: pg.Pool[] = []
let opened: Pools | undefined
const bare = Fastify({ logger: { level: 'error' } })

answer({ learn }, async () => {
  await bare.close()
  await Promise.all(pools.map(pool => pool.end()))
  await registry.close()
})

/** Learns the pages and serves them at `/<name>`. Gives the address and how many statements each page takes. */
async function learn(pages: PageToLearn[]): Promise<{ url: string; statements: Record<string, number> }> {
  const { app, host } = await buildHost({
    env,
    plugins,
    tenants: registry.tenants,
    connection: registry.connection,
    logger: false
  })
  const statements: Record<string, number> = {}
  for (const page of pages) {
    const learnt = await learnPage({ app, host, registry }, page)
    statements[page.name] = learnt.statements.length
    await serve(host, page, learnt)
  }
  await app.close()
  return { url: await bare.listen({ port: 0, host: '127.0.0.1' }), statements }
}

async function learnPage(
  { app, host, registry }: { app: FastifyInstance; host: Host; registry: Registry },
  { path, cookie, slug }: PageToLearn
): Promise<Learnt> {
  const ask = async () => {
    const answer = await app.inject({ url: path, headers: { cookie } })
    if (answer.statusCode !== 200) throw new Error(`${path} answers ${answer.statusCode}: ${answer.body.slice(0, 400)}`)
    return answer
  }
  await ask()
  const studio = await host.tenants.find(slug)
  if (!studio) throw new Error(`there is no studio ${slug}`)
  const learnt: Learnt = { statements: [], view: undefined, json: undefined }
  const databases = { studio: host.tenants.db(studio), master: registry.tenants.master }
  const listeners = Object.entries(databases).map(([database, db]) => {
    const note = ({ sql, bindings }: { sql: string; bindings?: unknown[] }) =>
      void learnt.statements.push({ database: database as 'studio' | 'master', text: sql, values: bindings ?? [] })
    db.on('query', note)
    return () => db.removeListener('query', note)
  })
  const { views } = host
  const render = views.render.bind(views)
  views.render = (name, data, meta) => {
    learnt.view ??= { name: String(name), data }
    return render(name, data, meta)
  }
  const answer = await ask()
  views.render = render
  for (const stop of listeners) stop()
  if (!learnt.view) learnt.json = answer.json()
  return learnt
}

async function serve(host: Host, { name, slug }: PageToLearn, { statements, view, json }: Learnt): Promise<void> {
  const pool = await poolsOf(host, slug)
  const prepared = statements.map(({ database, text, values }, at) => ({
    database,
    query: { name: `${name}_${at}`, text, values }
  }))
  bare.get(`/${name}`, async (_request, reply) => {
    for (const { database, query } of prepared) await pool[database].query(query)
    if (!view) return json
    return reply.type('text/html; charset=utf-8').send(host.views.render(view.name, view.data))
  })
}

/** One pool for all pages. */
async function poolsOf(host: Host, slug: string): Promise<Pools> {
  if (opened) return opened
  const studio = await host.tenants.find(slug)
  if (!studio) throw new Error(`there is no studio ${slug}`)
  const { database, connect } = host.tenants.target(studio)
  const address = typeof connect === 'function' ? await connect() : connect
  const open = (config: pg.PoolConfig) => {
    const pool = new pg.Pool({ max: 10, ...config })
    pools.push(pool)
    return pool
  }
  opened = { studio: open({ ...address, database }), master: open(registry.connection) }
  return opened
}
