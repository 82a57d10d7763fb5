import { randomBytes } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import type { Knex } from 'knex'
import { Client, escapeIdentifier as quote, type ClientConfig } from 'pg'
import type { Test } from 'tap'
import { Connections } from '../core/database/connections.ts'
import { Jobs } from '../core/jobs.ts'
import {
  masterMigrations,
  migrateMaster,
  schemaVersion,
  studioMigrations,
  type Migration
} from '../core/database/migrate.ts'
import { startPostgres, TEST_SETTINGS, type Postgres } from '../core/database/postgres.ts'
import { buildTemplate, fillStudio } from '../core/database/template.ts'

/** Where the server of this run is, for the processes that `test/run.ts` starts. */
const variable = 'PATCHBAY_TEST_SERVER'

/** The administrator's address of the throw-away server. */
export type Server = ClientConfig & { database: string }

/** Starts the run's server and makes the templates; what `test/run.ts` does before the first test. */
export async function startCluster(dataDir: string): Promise<{ server: Postgres; env: Record<string, string> }> {
  const server = await startPostgres({ dataDir, settings: TEST_SETTINGS })
  const { host, port, user, database } = server.connection
  await prepare(server.connection as Server, studioMigrations([]))
  return { server, env: { [variable]: JSON.stringify({ host, port, user, database }) } }
}

/**
 * A registry of its own for a test, migrated, with a template for studios that have had `migrations` (core's, when not
 * given). At the end of `t` it goes, with the databases and roles of every studio that was made in it.
 */
export async function newMaster(t: Test, migrations: Migration[] = studioMigrations([])): Promise<Server> {
  const server = await joinServer(t)
  const { master, studio } = await prepare(server, migrations)
  const name = `t_${randomBytes(5).toString('hex')}`
  await run(server, `create database ${quote(name)} template ${quote(master)} strategy file_copy`)
  t.teardown(() => dropAll(server, name))
  const address = { ...server, database: name }
  await run(address, `update database_servers set template = '${studio}'`)
  return address
}

/** Runs one statement and gives its rows. */
export async function run(address: ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(address)
  client.on('error', () => {}) // comes out of the calls below
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}

let joined: { server: Promise<Postgres>; users: number } | undefined

/** The run's server; for a file that is run by itself, one that stays in the temporary folder for the next time. */
async function joinServer(t: Test): Promise<Server> {
  const given = process.env[variable]
  if (given) return JSON.parse(given) as Server
  const dataDir = path.join(os.tmpdir(), `patchbay-tests-${process.getuid?.() ?? 0}`)
  joined ??= { server: startAfresh(dataDir), users: 0 }
  const mine = joined
  mine.users++
  t.teardown(async () => {
    if (--mine.users > 0) return
    joined = undefined
    await (await mine.server).stop()
  })
  return (await mine.server).connection as Server
}

/** Starts it, and drops what killed test runs left in it. */
async function startAfresh(dataDir: string): Promise<Postgres> {
  const server = await startPostgres({ dataDir, settings: TEST_SETTINGS })
  if (server.started) await dropAll(server.connection as Server, 't')
  return server
}

/** Templates are named by their content: whoever comes first makes them, for every file and run on this server. */
async function prepare(server: Server, migrations: Migration[]): Promise<{ master: string; studio: string }> {
  const master = `tests_master_${schemaVersion(masterMigrations())}`
  const studio = `tests_template_${schemaVersion(migrations)}`
  const connections = new Connections()
  const open = (database: string) => connections.knex({ server: 'tests', database, connect: server, pace: 'work' })
  const close = (database: string) => connections.recycle({ server: 'tests', database })
  const admin = open(server.database)
  try {
    await buildTemplate({ admin, open, close, name: master, fill: db => fillMaster(db, server) })
    await buildTemplate({ admin, open, close, name: studio, fill: db => fillStudio(db, migrations) })
  } finally {
    await connections.close()
  }
  return { master, studio }
}

/** The registry's tables and those of the job queue, which is the packages' own business. */
async function fillMaster(db: Knex, server: Server): Promise<void> {
  await migrateMaster(db)
  const { rows } = await db.raw<{ rows: { name: string }[] }>('select current_database() as name')
  await Jobs.migrate({ ...server, database: rows[0]?.name ?? server.database })
}

async function dropAll(server: Server, name: string): Promise<void> {
  const owned = await run(
    server,
    `select datname as name from pg_database where datname = '${name}' or starts_with(datname, '${name}_')`
  )
  for (const { name } of owned) {
    await run(server, `alter database ${quote(String(name))} is_template false`)
    await run(server, `drop database ${quote(String(name))} with (force)`)
  }
  const roles = await run(server, `select rolname as name from pg_roles where starts_with(rolname, '${name}_')`)
  for (const { name } of roles) await run(server, `drop role ${quote(String(name))}`)
}
