import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import { Client, type ClientConfig } from 'pg'
import { Connection, builderOver } from './knex-client.ts'
import { isPassing } from './pg-errors.ts'
import { ServerPool, type PoolLimits } from './server-pool.ts'

/** One database, and how to get into it. */
export interface Target {
  /** Databases that name the same server share its cap. */
  server: string
  database: string
  /** Asked each time a connection is opened, so that a changed password is used at once. */
  connect: ClientConfig | (() => Promise<ClientConfig>)
  /** `request` (as a rule) gives up after 5 seconds; `work` is for migrations and cloning, which may take longer. */
  pace?: 'request' | 'work'
  /** At most so many connections to this database, instead of `perDatabase`. */
  max?: number
}

export interface Limits extends PoolLimits {
  perDatabase: number
  connectMs: number
}

/** What one server's connections are doing; `opened`, `evicted` and `timed_out` count since the start. */
export type ServerStats = { server: string } & ServerPool['state']

/** Every connection to every database of this process, by server and database; see ServerPool for the rules. */
export class Connections {
  readonly #limits: Limits
  readonly #servers = new Map<string, ServerPool>()
  readonly #builders = new Map<string, Builder>()
  readonly #reaper: NodeJS.Timeout
  #shut = false

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { perServer: 250, perDatabase: 4, idleMs: 60_000, waitMs: 3_000, connectMs: 2_000, ...limits }
    this.#reaper = setInterval(() => {
      for (const server of this.#servers.values()) server.reap()
    }, 1_000).unref()
  }

  /**
   * A query builder on one database. It takes a connection for each statement or transaction, so it may be kept.
   * Where the database cannot be reached its promises fail with the Failure 503 `unavailable`.
   */
  knex(target: Target): Knex {
    const key = `${target.server}/${keyOf(target)}`
    const entry: Builder = this.#builders.get(key) ?? { target, knex: this.#builder(() => entry.target) }
    entry.target = target
    this.#builders.delete(key) // and back in at the young end
    this.#builders.set(key, entry)
    // A builder takes 2 kB and owns nothing: one that is dropped here goes on working for who still has it.
    const eldest = this.#builders.size > 500 ? this.#builders.keys().next().value : undefined
    if (eldest !== undefined) this.#builders.delete(eldest)
    return entry.knex
  }

  /** After a migration, or before a database is dropped: closes its connections, those in use when they come back. */
  async recycle({ server, database }: Pick<Target, 'server' | 'database'>): Promise<void> {
    const keys = [keyOf({ database, pace: 'request' }), keyOf({ database, pace: 'work' })]
    await this.#servers.get(server)?.recycle(key => keys.includes(key))
  }

  stats(): ServerStats[] {
    return [...this.#servers].map(([server, pool]) => ({ server, ...pool.state }))
  }

  /** Refuses new work, lets what is under way finish for at most 5 seconds, and closes everything. */
  async close(): Promise<void> {
    this.#shut = true
    clearInterval(this.#reaper)
    await Promise.all([...this.#servers.values()].map(server => server.shut(5_000)))
  }

  #builder(target: () => Target): Knex {
    return builderOver({
      acquire: () => this.#acquire(target()),
      release: connection => this.#server(target().server).release(connection)
    })
  }

  async #acquire(target: Target): Promise<Connection> {
    const max = target.max ?? this.#limits.perDatabase
    return this.#server(target.server).acquire({ key: keyOf(target), max, open: () => this.#open(target) })
  }

  async #open(target: Target): Promise<Connection> {
    const given = typeof target.connect === 'function' ? await target.connect() : target.connect
    const session = sessions[target.pace ?? 'request']
    const { connectMs } = this.#limits
    for (let pause = 50; ; pause *= 2) {
      const address = { ...given, database: target.database, connectionTimeoutMillis: connectMs }
      const connection = new Connection({ ...address, patience: session.patience })
      try {
        await connection.connect()
        // By a statement and not at the start of the session, where PgBouncer refuses settings it does not know.
        await connection.run(session.settings, connectMs)
        return connection
      } catch (error) {
        await connection.close()
        if (this.#shut || !isPassing(error) || pause > 800) throw error
        await sleep(pause)
      }
    }
  }

  #server(name: string): ServerPool {
    const server = this.#servers.get(name) ?? new ServerPool(this.#limits)
    this.#servers.set(name, server)
    return server
  }
}

interface Builder {
  knex: Knex
  target: Target
}

/** The parts of an address such as `postgres://user:password@host:5432/name`, so that they can be changed one by one. */
export function addressOf(url: string): ClientConfig {
  const { host, port, user, password, database, ssl } = new Client({ connectionString: url })
  return { host, port, user, password, database, ssl }
}

const keyOf = ({ database, pace = 'request' }: Pick<Target, 'database' | 'pace'>): string => `${database} ${pace}`

const settings = (statement: string, lock: string, idle: string): string =>
  `set statement_timeout = '${statement}'; set lock_timeout = '${lock}';
   set idle_in_transaction_session_timeout = '${idle}'; set timezone = 'UTC'`

// The client's own limit is for a server that does not answer at all any more.
const sessions = {
  request: { settings: settings('5s', '4s', '10s'), patience: 5_500 },
  work: { settings: settings('0', '10s', '10min'), patience: 0 }
}
