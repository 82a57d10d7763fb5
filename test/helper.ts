import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { Knex } from 'knex'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConfig } from 'pg'
import type { Test } from 'tap'
import { Connections } from '../core/database/connections.ts'
import { readEnvironment } from '../core/env.ts'
import type { Environment } from '../core/env.ts'
import { buildHost } from '../core/host.ts'
import type { Host } from '../core/host.ts'
import { studioMigrations } from '../core/database/migrate.ts'
import type { Plugin, Role } from '../core/plugin.ts'
import { createStudio } from '../core/database/provision.ts'
import { secrets } from '../core/secrets.ts'
import { SignIns } from '../core/people/sign-ins.ts'
import { Tenants } from '../core/database/tenants.ts'
import type { Studio } from '../core/database/tenants.ts'
import { plugins as installed } from '../plugins/index.ts'
import { newMaster } from './cluster.ts'

export type Answer = LightMyRequestResponse & { location: string }

/** A person of a test, as a browser: what they ask for goes through the real host. */
export interface Visitor {
  id: number
  name: string
  email: string
  /** The sign-in cookie's value; empty for a visitor. */
  token: string
  /** A path below /s/<slug>, `/clients`; below the root with two slashes, `//sign-in`. */
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  /** Sends a form, as a browser does from our own page. */
  post: (path: string, fields?: Fields, headers?: Record<string, string>) => Promise<Answer>
  delete: (path: string, headers?: Record<string, string>) => Promise<Answer>
  /** Calls the JSON API below /s/<slug>/api with the sign-in cookie. */
  api: (method: 'GET' | 'POST', path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
}

export type Fields = Record<string, string | number | boolean | readonly (string | number)[] | undefined>

export interface House {
  studio: Studio
  /** The studio's database, as its own role. */
  db: Knex
  host: Host
  app: FastifyInstance
  owner: Visitor
  manager: Visitor
  engineer: Visitor
  assistant: Visitor
  /** Owner of another studio of the same installation. */
  stranger: Visitor
  /** That other studio. */
  elsewhere: Studio
  /** Somebody who is not signed in. */
  visitor: Visitor
  /** Resolves when no job waits: facts are delivered, mails handed over. */
  settle: () => Promise<void>
  /** The registry's address, for a second host on it. */
  connection: ClientConfig
  /** Listens on loopback and gives the address, for browsers and sockets. */
  listen: () => Promise<string>
}

export interface HouseOptions {
  plugins?: readonly Plugin[]
  env?: Record<string, string>
  /** False leaves jobs in the queue. */
  work?: boolean
}

export const origin = 'http://localhost:3000'

/** A host with its registry and two studios, each with its people; all of it undone at the end of `t`. */
export async function openStudio(t: Test, options: HouseOptions = {}): Promise<House> {
  const plugins = options.plugins ?? installed
  const { tenants, connection } = await openTenants(t, plugins)
  const dataDir = mkdtempSync(join(tmpdir(), 'patchbay-files-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const env = testEnvironment({ DATA_DIR: dataDir, ...options.env })
  const { app, host } = await buildHost({
    env,
    plugins,
    tenants,
    connection,
    work: options.work ?? true,
    logger: false
  })
  t.teardown(() => app.close())
  const master = tenants.master
  const owner = await addUser(master, 'Olivia Owner', 'olivia@example.test')
  const outsider = await addUser(master, 'Stéphane Stranger', 'stephane@elsewhere.test')
  const studio = await createStudio(tenants, { name: 'Studio Test', owner: { user_id: owner }, strategy: 'file_copy' })
  const elsewhere = await createStudio(tenants, {
    name: 'Elsewhere',
    owner: { user_id: outsider },
    strategy: 'file_copy'
  })
  const members = {
    manager: await addMember(tenants, studio, 'Manon Manager', 'manager'),
    engineer: await addMember(tenants, studio, 'Éric Engineer', 'engineer'),
    assistant: await addMember(tenants, studio, 'Ana Assistant', 'assistant')
  }
  await app.ready()
  const visit = (id: number) => visitorOf(app, master, studio, id)
  return {
    studio,
    elsewhere,
    db: tenants.db(studio),
    host,
    app,
    owner: await visit(owner),
    manager: await visit(members.manager),
    engineer: await visit(members.engineer),
    assistant: await visit(members.assistant),
    stranger: await visit(outsider),
    visitor: await visit(0),
    settle: () => settle(master),
    connection,
    listen: () => app.listen({ port: 0, host: '127.0.0.1' })
  }
}

/** The registry of a test with the migrations of `plugins`, closed at the end of `t`. */
export async function openTenants(t: Test, plugins: readonly Plugin[] = installed) {
  const migrations = studioMigrations([...plugins])
  const connection = await newMaster(t, migrations)
  // patient: what fifty at once come to must not hang on how busy the machine is
  const connections = new Connections({ perServer: 40, waitMs: 20_000, connectMs: 10_000 })
  t.teardown(() => connections.close())
  const tenants = new Tenants({
    connections,
    master: connection,
    secrets: secrets('a secret of the tests, long enough'),
    migrations
  })
  return { tenants, connection }
}

export function testEnvironment(over: Record<string, string> = {}): Environment {
  return readEnvironment({ LOG_LEVEL: 'silent', RATE_PER_MINUTE: '100000', DEMO: 'off', PUBLIC_URL: origin, ...over })
}

export async function addUser(master: Knex, name: string, email: string): Promise<number> {
  const [user] = await master('users')
    .insert({ name, email, email_confirmed_at: master.fn.now() })
    .returning<{ id: number }[]>('id')
  return user?.id ?? 0
}

export async function addMember(tenants: Tenants, studio: Studio, name: string, role: Role): Promise<number> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.test`
  const id = await addUser(tenants.master, name, email)
  await tenants.master('organization_members').insert({ organization_id: studio.id, user_id: id, role })
  await tenants.db(studio)('people').insert({ id, name, email, role }).onConflict('id').ignore() // a mirroring job may be quicker
  return id
}

/** A browser signed in as `id`; as nobody with 0. Paths are below `studio`. */
export async function visitorOf(app: FastifyInstance, master: Knex, studio: Studio, id: number): Promise<Visitor> {
  const user =
    id === 0 ? { name: '', email: '' } : await master('users').where({ id }).first<{ name: string; email: string }>()
  const sign = { user_id: id, device: 'test', ip: '127.0.0.1' }
  const token = id === 0 ? '' : (await new SignIns(master).add(master, sign)).token
  const ask = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    headers: Record<string, string>,
    payload?: string
  ) => {
    const url = path.startsWith('//') ? path.slice(1) : `/s/${studio.slug}${path}`
    const cookie: Record<string, string> = token ? { cookie: `sign-in=${token}` } : {}
    const all = { origin, host: new URL(origin).host, 'accept-language': 'fr', ...cookie, ...headers }
    const answer = await app.inject({ method, url, headers: all, ...(payload === undefined ? {} : { payload }) })
    return Object.assign(answer, { location: answer.headers.location ?? '' })
  }
  return {
    id,
    ...user,
    token,
    get: (path, headers = {}) => ask('GET', path, headers),
    delete: (path, headers = {}) => ask('DELETE', path, headers),
    post: (path, fields = {}, headers = {}) =>
      ask('POST', path, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, encode(fields)),
    api: (method, path, body, headers = {}) =>
      ask(
        method,
        `/api${path}`,
        body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body === undefined ? undefined : JSON.stringify(body)
      )
  }
}

const counting = new AsyncLocalStorage<object>()

/**
 * How many statements `work` itself runs on studios and the registry: not those of jobs that facts before it set off, and not
 * who signed in, which plugins are on, or where the studio is: the host keeps those for seconds, so that they are in one
 * count and not in the next.
 */
export async function countQueries(house: House, work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const builders = [house.db, house.host.tenants.master]
  const mine = {}
  const note = ({ sql }: { sql: string }) => {
    if (
      counting.getStore() === mine &&
      !/^(begin|commit|rollback|savepoint|release)/i.test(sql) &&
      !/from sign_ins s join|"enabled", "settings" from "plugins"|tenant_databases|database_servers/.test(sql)
    )
      count++
  }
  for (const builder of builders) builder.on('query', note)
  try {
    await counting.run(mine, work)
  } finally {
    for (const builder of builders) builder.removeListener('query', note)
  }
  return count
}

function encode(fields: Fields): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) form.append(name, String(one))
  }
  return form.toString()
}

async function settle(master: Knex): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    const { rows } = await master.raw<{ rows: { n: number }[] }>(
      `select count(*) as n from graphile_worker.jobs where task_identifier <> 'clock' and run_at <= now() and attempts < max_attempts`
    )
    if (rows[0]?.n === 0) return
    if (Date.now() > until) throw new Error(`${rows[0]?.n} jobs are still waiting after 20 seconds`)
    await sleep(20)
  }
}
