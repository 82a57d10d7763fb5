import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { binaries, cluster, initialise, launcher, removeStaleLocks, type Launcher } from './postgres-files.ts'
import { codeOf } from './pg-errors.ts'

/** What the embedded server runs with when the data matters: PostgreSQL's own defaults for durability. */
export const DATA_SETTINGS: Settings = {
  recovery_init_sync_method: 'syncfs', // after a crash: one call for the file system instead of one a file, half a minute less
  max_connections: 400, // one process at its cap, and beside it the command line
  superuser_reserved_connections: 5,
  autovacuum_naptime: '5min',
  random_page_cost: 1.1, // of disks without arms and of what is in memory: else searches read whole tables
  idle_in_transaction_session_timeout: '60s',
  client_connection_check_interval: '10s',
  log_min_messages: 'warning',
  log_min_error_statement: 'fatal' // a failed statement may carry what a person typed: it stays out of the log
}

/** What a throw-away server of the tests runs with: quick, and lost in a crash. */
export const TEST_SETTINGS: Settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  max_connections: 300,
  log_min_messages: 'fatal'
}

export type Settings = Record<string, string | number>

export interface PostgresOptions {
  /** The server's files go into its folder `pg18`. */
  dataDir: string
  settings?: Settings
  /** Where the server writes its log; `<dataDir>/postgres.log` when not given. */
  logFile?: string
  /** The database that is made when missing and that `connection` names. */
  database?: string
  /** Told when the server was lost and came back, or does not come back yet. */
  onTrouble?: (sentence: string) => void
}

export interface Postgres {
  /** The administrator's address: a unix socket, no password. */
  connection: ClientConfig
  /** False when another process had already started the server. */
  started: boolean
  /** Leaves the server; the last process to leave stops it and gets true. */
  stop(): Promise<boolean>
}

/**
 * Starts the PostgreSQL that comes with the package, or joins it when another process on the same folder runs it.
 *
 * `postmaster.pid` decides who runs; a shared advisory lock counts the users, so it outlives a kill -9 of any of them. A
 * server that dies is started again by whichever user notices first.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, settings = DATA_SETTINGS, database = 'patchbay' } = options
  const files = cluster(dataDir)
  const programs = await binaries()
  fs.mkdirSync(path.dirname(files.data), { recursive: true })
  const launch = launcher([path.dirname(programs.postgres), path.dirname(files.data)])
  if (!fs.existsSync(path.join(files.data, 'PG_VERSION'))) {
    initialise({ initdb: programs.initdb, data: files.data, launch, durable: settings['fsync'] !== 'off' })
  }
  files.prepareSocket(launch)
  const connection = { host: files.socket, port: 5432, user: 'patchbay', database: 'postgres' }
  const logFile = options.logFile ?? path.join(path.dirname(files.data), 'postgres.log')
  const run = (): Promise<Anchor> =>
    join({ connection, data: files.data, program: programs.postgres, launch, settings, logFile })

  const first = await run()
  const held = hold(first, run, options.onTrouble ?? (sentence => process.emitWarning(sentence)))
  await createDatabase(connection, database)
  return { connection: { ...connection, database }, started: first.started, stop: () => held.leave(files.data) }
}

/** Refuses a server older than PostgreSQL 16 with a sentence for whoever runs the installation. */
export async function requireVersion(connection: ClientConfig): Promise<void> {
  const client = new Client({ connectionTimeoutMillis: 5_000, ...connection })
  client.on('error', () => {}) // whatever happens to it comes out of the calls below
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
    const number = Number(rows[0]?.server_version_num)
    if (!(number >= 160_000)) {
      const version = `${Math.floor(number / 10_000)}.${number % 10_000}`
      throw new Error(
        `PostgreSQL 16 or newer is needed, but the server at ${client.host} is ${version}: ` +
          'upgrade it, or leave DATABASE_URL empty to use the PostgreSQL that comes with Patchbay.'
      )
    }
  } finally {
    await client.end()
  }
}

/** One connection that holds the shared lock for as long as this process uses the server. */
interface Anchor {
  client: Client
  started: boolean
}

interface Server {
  connection: ClientConfig
  data: string
  program: string
  launch: Launcher
  settings: Settings
  logFile: string
}

const USERS_LOCK = 0x70617463

async function join(server: Server): Promise<Anchor> {
  const deadline = Date.now() + 120_000
  let started = false
  for (;;) {
    const client = await anchor(server)
    if (client) return { client, started }
    if (Date.now() > deadline) throw new Error(`PostgreSQL did not answer within two minutes; see ${server.logFile}`)
    const attempt = start(server)
    while (!attempt.ended() && Date.now() < deadline) {
      const client = await anchor(server)
      if (client) return { client, started: attempt.runs() }
      await sleep(10)
    }
    // It ended at once: either another process was quicker and runs the server, or it cannot run at all.
    for (let tries = 0; tries < 40; tries++) {
      const client = await anchor(server)
      if (client) return { client, started: false }
      await sleep(25)
    }
    if (attempt.ended() && (attempt.cannotRun() || !attempt.lostRace())) {
      throw new Error(`PostgreSQL could not be started (${attempt.ended()}); its log says why: ${server.logFile}`)
    }
    started = false
  }
}

async function anchor(server: Server): Promise<Client | undefined> {
  const client = new Client({
    ...server.connection,
    application_name: `patchbay ${process.pid}`,
    connectionTimeoutMillis: 5_000
  })
  client.on('error', () => {}) // the holder listens to 'end', which always follows
  try {
    await client.connect()
    const { rows } = await client.query<{ joined: boolean; data: string }>(
      `select pg_try_advisory_lock_shared($1) as joined, current_setting('data_directory') as data`,
      [USERS_LOCK]
    )
    // Not joined: its last user is stopping it right now. Another folder: a socket that was left behind.
    if (rows[0]?.joined && fs.realpathSync(rows[0].data) === fs.realpathSync(server.data)) return client
  } catch (error) {
    if (!notReady(error)) throw error
  }
  await client.end()
  return undefined
}

/** No socket yet, or a server that is starting, stopping or recovering: worth another try. */
function notReady(error: unknown): boolean {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  return (
    ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(code) ||
    code.startsWith('57P') ||
    /terminated|timeout/.test(message)
  )
}

function start(server: Server) {
  removeStaleLocks(server.data, String(server.connection.host))
  const lockFile = path.join(server.data, 'postmaster.pid')
  const log = fs.openSync(server.logFile, 'a')
  const settings = Object.entries(server.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', server.data, '-k', String(server.connection.host), '-h', '', '-p', '5432', ...settings]
  const { command, prefix, identity } = server.launch
  const child = spawn(command ?? server.program, command ? [...prefix, server.program, ...args] : args, {
    ...identity,
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    detached: true, // Ctrl-C and the end of this process must not reach it
    stdio: ['ignore', log, log]
  })
  fs.closeSync(log)
  child.unref()
  let ended: string | undefined
  let cannotRun = false
  child.on('error', error => {
    ended = error.message
    cannotRun = true
  })
  child.on('exit', (code, signal) => (ended ??= `it ended with ${signal ?? code}`))
  return {
    ended: () => ended,
    cannotRun: () => cannotRun,
    // another process's server may answer before this attempt is seen to have lost
    runs: () => parseInt(fs.readFileSync(lockFile, 'utf8'), 10) === child.pid,
    lostRace: () => fs.existsSync(lockFile) // somebody else's, or one that is being taken down
  }
}

/** Keeps the shared lock held: when the server goes away under us, brings it back. */
function hold(first: Anchor, run: () => Promise<Anchor>, tell: (sentence: string) => void) {
  let current = first.client
  let leaving = false
  const watch = (): void => void current.once('end', () => void comeBack())
  const comeBack = async (): Promise<void> => {
    for (let pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
      if (leaving) return
      try {
        current = (await run()).client
        if (leaving) return await current.end()
        tell('PostgreSQL had stopped and runs again.')
        return watch()
      } catch (error) {
        tell(`PostgreSQL has stopped and does not start: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(pause, undefined, { ref: false })
      }
    }
  }
  watch()
  return {
    async leave(data: string): Promise<boolean> {
      if (leaving) return false
      leaving = true
      try {
        await current.query('select pg_advisory_unlock_shared($1)', [USERS_LOCK])
        if (!(await isLastOut(current))) return false
        await shutDown(data)
        return true
      } catch (error) {
        if (notReady(error) || /not queryable/.test(String(error))) return false // it is gone already
        throw error
      } finally {
        await current.end()
      }
    }
  }
}

/** A user that was killed is only gone once the server has noticed: for a third of a second, one that is left may be it. */
async function isLastOut(client: Client): Promise<boolean> {
  for (let tries = 0; tries < 10; tries++) {
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [USERS_LOCK])
    if (rows[0]?.last) return true
    await sleep(30)
  }
  return false
}

/** Fast shutdown: sessions are ended, everything committed is on disk. */
async function shutDown(data: string): Promise<void> {
  const lockFile = path.join(data, 'postmaster.pid')
  const pid = Number(fs.readFileSync(lockFile, 'utf8').split('\n')[0])
  const deadline = Date.now() + 30_000
  process.kill(pid, 'SIGINT')
  while (fs.existsSync(lockFile)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) has not stopped within 30 seconds`)
    await sleep(5)
  }
}

async function createDatabase(connection: ClientConfig, name: string): Promise<void> {
  const client = new Client(connection)
  client.on('error', () => {}) // comes out of the calls below
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)} template template0`)
  } catch (error) {
    const quicker = ['42P04', '23505'].includes(codeOf(error)) // another process made it
    if (!quicker) throw error
  } finally {
    await client.end()
  }
}
