import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import knex, { type Knex } from 'knex'
import { Client, types, type ClientConfig, type CustomTypesConfig, type QueryConfig, type QueryResult } from 'pg'
import { codeOf, isConnectionLost, unavailableOf } from './pg-errors.ts'

/**
 * A session with a database, which knows when it must not be used again: after `patience` milliseconds without an answer
 * too, when that is given.
 */
export class Connection extends Client {
  /** Why it is of no more use, once it is. */
  lost: unknown
  readonly #patience: number

  constructor({ patience = 0, ...config }: ClientConfig & { patience?: number }) {
    // pipeline: a statement is sent when it is asked, and does not wait for the answer to the one before
    super({ keepAlive: true, pipeline: true, application_name: 'patchbay', types: typeParsers, ...config })
    this.#patience = patience
    this.on('error', error => (this.lost ??= error))
    this.on('end', () => (this.lost ??= new Error('Connection terminated')))
  }

  /** Whether it was lost, was left inside a transaction, or was given up by knex. */
  isWorn(): boolean {
    const status = this.getTransactionStatus()
    return this.lost !== undefined || '__knex__disposed' in this || (status !== null && status !== 'I')
  }

  /** One statement's answer. Not by the client's own limit and promises, which keep every answer until a full collection. */
  ask(statement: QueryConfig): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      const limit = this.#patience > 0 ? setTimeout(giveUp, this.#patience, this) : undefined
      this.query(statement, (error: Error | null, result) => {
        clearTimeout(limit)
        if (error) reject(error)
        else resolve(result)
      })
    })
  }

  /** Runs statements without parameters, for at most `ms`. */
  async run(sql: string, ms: number): Promise<void> {
    await this.query({ text: sql, query_timeout: ms } as { text: string })
  }

  /** Resolves when the socket is closed: by the server, or by force when it does not answer within 2 seconds. */
  async close(): Promise<void> {
    const force = setTimeout(() => this.connection.stream.destroy(), 2_000)
    await this.end()
    clearTimeout(force)
  }
}

/** Whoever waits on it hears why. */
function giveUp(connection: Connection): void {
  connection.lost ??= new Error('Query read timeout')
  connection.connection.stream.destroy(connection.lost as Error)
}

interface Statement {
  sql: string
  bindings?: unknown[]
  options?: Record<string, unknown>
  output?: unknown
  /** Once it was answered. */
  response?: QueryResult
}

// knex has no public way to a dialect of one's own; a test guards that this one is where it was.
const KnexPg = createRequire(import.meta.url)('knex/lib/dialects/postgres/index.js') as new (
  config: Knex.Config
) => Knex.Client & {
  acquireConnection(): Promise<Connection>
  releaseConnection(connection: Connection): Promise<void>
  query(connection: Connection, statement: Statement): Promise<Statement>
  _query(connection: Connection, statement: Statement): Promise<unknown>
  processResponse(answered: unknown, runner: unknown): unknown
  positionBindings(sql: string): string
  runner(builder: Runnable): { run(): Promise<unknown> }
}

/** What knex runs: a query or raw SQL being one statement, a change of the schema several. */
interface Runnable {
  toSQL(): Statement | Statement[]
  _connection?: Connection
  _timeout?: number
}

/**
 * knex's PostgreSQL dialect, with every statement prepared under a name (planning a join costs PostgreSQL more than
 * running it), and with a lost connection answered as 503.
 */
export class PreparedPgClient extends KnexPg {
  /** Runs one statement with nothing around it: knex's own runner takes as long as PostgreSQL does for a small one. */
  override runner(builder: Runnable): { run(): Promise<unknown> } {
    const runner = super.runner(builder)
    // oxlint-disable-next-line no-underscore-dangle -- knex's name
    if (builder._connection || builder._timeout) return runner
    const whole = runner.run.bind(runner)
    const run = async () => {
      const statement = builder.toSQL()
      if (Array.isArray(statement) || statement.output) return whole()
      const connection = await this.acquireConnection()
      try {
        return this.processResponse(await this.query(connection, statement), runner)
      } finally {
        await this.releaseConnection(connection)
      }
    }
    // by its name: a function written where a property is set, V8 makes in the old generation, with all it refers to
    runner.run = run
    return runner
  }

  /** The rows of a statement as it is written, with `?` for its bindings: knex has nothing to put together. */
  async rows(sql: string, bindings: readonly unknown[], options: Record<string, unknown> = {}): Promise<unknown[]> {
    if (bindings.includes(undefined)) throw new Error(`a binding is undefined in: ${sql}`)
    const connection = await this.acquireConnection()
    try {
      const { response } = await this.query(connection, { sql, bindings: [...bindings], options })
      return response?.rows ?? []
    } finally {
      await this.releaseConnection(connection)
    }
  }

  override positionBindings(sql: string): string {
    const known = texts.get(sql)
    if (known !== undefined) return known
    const positioned = super.positionBindings(sql)
    if (texts.size < 1000) texts.set(sql, positioned)
    return positioned
  }

  // oxlint-disable-next-line no-underscore-dangle -- knex's name
  override async _query(connection: Connection, statement: Statement): Promise<unknown> {
    // With an answer outstanding, a ROLLBACK would wait behind it for as long again.
    if (connection.lost !== undefined) throw unavailableOf(connection.lost) ?? connection.lost
    const name = statement.options?.['name'] === undefined ? nameOf(statement) : undefined
    if (name) statement.options = { ...statement.options, name }
    try {
      const { sql: text, bindings: values = [], options } = statement
      statement.response = await connection.ask({ text, values, ...options })
      return statement
    } catch (error) {
      if (isConnectionLost(error) || isOutdated(error)) connection.lost = error
      throw unavailableOf(error) ?? error
    }
  }
}

/** Where a builder takes connections from. */
export interface Source {
  acquire(): Promise<Connection>
  release(connection: Connection): void
}

/** A query builder that takes a connection for each statement or transaction. It is 2 kB and owns nothing. */
export function builderOver(source: Source): Knex {
  const client = new PreparedPgClient(configOver(source))
  const context = Object.assign(Object.create(common.context) as Builder['context'], { client, userParams: {} })
  const builder = (table: Knex.TableDescriptor) => context.queryBuilder().table(table)
  return Object.assign(Object.setPrototypeOf(builder, common) as Builder, { context })
}

const configOver = (source: Source): Knex.Config => ({
  client: PreparedPgClient as unknown as typeof Knex.Client,
  version: '16',
  connectionPool: {
    acquire: () => ({ promise: source.acquire() }),
    release: (connection: Connection) => {
      source.release(connection)
      return true
    },
    destroy: async () => {}, // the connections are not one builder's to close
    // By these three knex recognises a pool that it can use as it is.
    numFree: () => 0,
    numUsed: () => 0,
    numPendingAcquires: () => 0
  },
  compileSqlOnError: false, // what people typed stays out of messages and logs
  log: { warn() {} } // knex warns of what it also throws
})

/** As knex makes it: what is called on it, it calls on its context, and that on its client. */
type Builder = Knex & { context: { client: Knex.Client; userParams: object; queryBuilder(): Knex.QueryBuilder } }

/**
 * What all builders have in common, and are made upon. knex makes each its own 130 functions, which take 22 kB, and of which
 * every one only looks at what it is called on. Who listens to a builder listens to its client, which tells knex nothing else.
 */
const common = commonBuilder()

function commonBuilder(): Builder {
  const nowhere = () => Promise.reject(new Error('a builder on no database'))
  const builder = knex(configOver({ acquire: nowhere, release() {} })) as Builder
  for (const [name, listen] of Object.entries(EventEmitter.prototype)) {
    if (typeof listen !== 'function') continue
    const told = function (this: Knex, ...given: unknown[]): unknown {
      const answer: unknown = Reflect.apply(listen, this.client, given)
      return answer === this.client ? this : answer
    }
    Object.assign(builder, { [name]: told })
  }
  return builder
}

/** With `?`, and with `$1`. */
const texts = new Map<string, string>()
const names = new Map<string, string>()

/**
 * Drawn from the text, so that it means the same in every process behind one PgBouncer. Long lists make a new text for
 * every length: they are left unnamed, as is everything beyond 1,000 texts, since each name costs the server memory.
 */
function nameOf({ sql, bindings }: Statement): string | undefined {
  if (bindings && bindings.length > 50) return undefined
  const known = names.get(sql)
  if (known || names.size >= 1000) return known
  // without parameters a text may be several statements, which cannot be prepared, or begin and end a transaction
  if (!bindings?.length && !/^\s*(select|with)\b[^;]*$/i.test(sql)) return undefined
  const name = `p${createHash('sha256').update(sql).digest('base64url').slice(0, 22)}`
  names.set(sql, name)
  return name
}

/** A statement prepared before a migration, or one that a PgBouncer has forgotten. */
function isOutdated(error: unknown): boolean {
  return codeOf(error) === '26000' || (codeOf(error) === '0A000' && /cached plan/.test(String(error)))
}

type GetParser = typeof types.getTypeParser
const parseTexts = types.getTypeParser(1009 as Parameters<GetParser>[0]) as (value: string) => (string | null)[]

const parsers: Record<number, (value: string) => unknown> = {
  20: Number, // int8: cents and ids, far below 2^53
  1016: value => parseTexts(value).map(item => (item === null ? null : Number(item))),
  1082: value => value, // a date is a day of the studio's calendar, not an instant
  1182: parseTexts
}

/** How values come out of the database: int8 as number, date as `YYYY-MM-DD`, timestamptz as Date, numeric as text. */
export const typeParsers: CustomTypesConfig = {
  getTypeParser: ((oid, format) =>
    (format !== 'binary' && parsers[oid]) || types.getTypeParser(oid, format)) as GetParser
}
