import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import type { ClientConfig } from 'pg'
import { Connections, addressOf } from './database/connections.ts'
import type { Environment } from './env.ts'
import { WrongSetting } from './env.ts'
import { Jobs } from './jobs.ts'
import { masterIsCurrent, migrateMaster, studioMigrations } from './database/migrate.ts'
import type { Plugin } from './plugin.ts'
import { codeOf } from './database/pg-errors.ts'
import { requireVersion, startPostgres } from './database/postgres.ts'
import { secrets } from './secrets.ts'
import { Tenants } from './database/tenants.ts'

/** The installation's databases, open: what the server, the command line and tests stand on. */
export interface Registry {
  tenants: Tenants
  /** The administrator's address of the master database. */
  connection: ClientConfig
  /** The embedded server is ours to stop; a DATABASE_URL is not. */
  embedded: boolean
  /** Closes every connection; the last process to leave an embedded server stops it. */
  close: () => Promise<void>
}

/**
 * Opens the master database: of the embedded server, which is started when nobody runs it, or of DATABASE_URL.
 * @throws WrongSetting with what to do when the server cannot be reached, is too old, or SECRET cannot be kept.
 */
export async function openRegistry(
  env: Environment,
  plugins: readonly Plugin[],
  warn: (sentence: string, error?: unknown) => void
): Promise<Registry> {
  const server = env.DATABASE_URL
    ? await reachServer(env.DATABASE_URL)
    : await startPostgres({ dataDir: env.DATA_DIR, onTrouble: sentence => warn(sentence) })
  const connections = new Connections({
    perServer: env.CONNECTIONS_PER_SERVER,
    perDatabase: env.CONNECTIONS_PER_STUDIO,
    waitMs: env.CONNECTION_WAIT_MS
  })
  const tenants = new Tenants({
    connections,
    master: server.connection,
    secrets: secrets(env.SECRET ?? keptSecret(env.DATA_DIR)),
    migrations: studioMigrations([...plugins]),
    files: env,
    warn
  })
  return {
    tenants,
    connection: server.connection,
    embedded: !env.DATABASE_URL,
    async close() {
      await connections.close()
      await server.stop()
    }
  }
}

/**
 * Brings the master database and its job queue up to date, or with MIGRATE=refuse only checks.
 * @throws WrongSetting when it is behind and may not be migrated here.
 */
export async function prepareMaster(registry: Registry, env: Environment): Promise<void> {
  if (env.MIGRATE === 'refuse' && !(await masterIsCurrent(registry.tenants.master))) {
    throw new WrongSetting(
      'MIGRATE is refuse and the master database is behind: run `npx patchbay migrate --all` first'
    )
  }
  if (env.MIGRATE === 'refuse') return
  await migrateRegistry(registry)
}

/** Brings the master database and its job queue up to date. */
export async function migrateRegistry({ tenants, connection }: Registry): Promise<string[]> {
  const run = await migrateMaster(tenants.work)
  await Jobs.migrate(connection)
  return run
}

async function reachServer(url: string): Promise<{ connection: ClientConfig; stop: () => Promise<boolean> }> {
  const connection = addressOf(url)
  try {
    await requireVersion(connection)
  } catch (error) {
    if (codeOf(error) !== '3D000') throw new WrongSetting(`DATABASE_URL: ${(error as Error).message}`, { cause: error })
    await createMaster(connection)
    await requireVersion(connection)
  }
  return { connection, stop: async () => false }
}

/** The server is there but the database of DATABASE_URL is not: it is made. */
async function createMaster(connection: ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 5000 })
  await client.connect()
  try {
    await client.query(`create database ${client.escapeIdentifier(connection.database ?? 'patchbay')}`)
  } finally {
    await client.end()
  }
}

/** The secret of an embedded installation: made once, readable by its owner only. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, `${randomBytes(33).toString('base64url')}\n`, { mode: 0o600 })
    try {
      linkSync(draft, file) // of two first starts at once, one makes it and both read the same
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
  }
  return readFileSync(file, 'utf8').trim()
}
