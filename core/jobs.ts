import { Logger, run, runMigrations } from 'graphile-worker'
import type { Runner, Task } from 'graphile-worker'
import type { FastifyBaseLogger } from 'fastify'
import type { Knex } from 'knex'
import type pg from 'pg'
import { JobPool } from './job-pool.ts'

/** What the platform works on outside requests, by name and with what it is given. */
export interface Tasks {
  /** Tell a studio's plugins one fact from its outbox. */
  deliver: { studio: number; outbox_id: number }
  /** Hand one mail to the SMTP server. */
  mail: { mail_id: number }
  /** Run one clock job of one plugin in one studio. */
  plugin: { studio: number; plugin: string; job: string }
  /** Spread one clock job over all active studios. */
  clock: { plugin: string; job: string }
  /** Mail a link to whoever has an account with this address and forgot the password. */
  reset: { email: string }
  /** Bring the people of one studio's database in line with its members. */
  mirror: { studio: number }
  /** Find facts whose delivery a crash forgot; drop what has expired. */
  sweep: Record<string, never>
}

export type Workers = { [Name in keyof Tasks]: (payload: Tasks[Name]) => Promise<void> }

/**
 * Jobs are rows in the master database (graphile-worker): they survive a crash, are tried again with a growing pause,
 * and run in whichever app process is free.
 */
export class Jobs {
  readonly #pool: JobPool
  readonly #log: FastifyBaseLogger
  #runner: Runner | undefined

  constructor(connection: pg.PoolConfig, log: FastifyBaseLogger) {
    this.#pool = new JobPool({ ...connection, max: 8 }, error => log.warn({ err: error }, 'a job connection was lost'))
    this.#log = log
  }

  /** Brings the tables of the job queue up to date. Part of migrating the master. */
  static async migrate(connection: pg.PoolConfig): Promise<void> {
    // what goes wrong comes out of the call below
    const pgPool = new JobPool({ ...connection, max: 1 }, () => undefined)
    try {
      await runMigrations({ pgPool, logger: new Logger(() => () => undefined) })
    } finally {
      await pgPool.end()
    }
  }

  /** Starts working, `concurrency` jobs at once. `crontab` lines are `minute hour day month weekday task ?options payload`. */
  async start(workers: Workers, crontab: string, concurrency: number): Promise<void> {
    const taskList = Object.fromEntries(
      Object.entries(workers).map(([name, work]) => [name, (payload => work(payload as never)) satisfies Task])
    )
    this.#runner = await run({
      pgPool: this.#pool,
      taskList,
      crontab,
      concurrency,
      noHandleSignals: true,
      logger: this.#logger()
    })
    this.#runner.promise.catch(error => this.#log.error({ err: error }, 'the job runner stopped'))
  }

  /** Stops taking jobs and waits for those under way, and for the word that they are done. */
  async close(): Promise<void> {
    await this.#runner?.stop()
    await this.#pool.drain(5000)
  }

  #logger(): Logger {
    return new Logger(() => (level, message, meta) => {
      if (level === 'error') this.#log.error({ meta }, message)
      else if (level === 'warning') this.#log.warn({ meta }, message)
      else this.#log.debug(message)
    })
  }
}

/**
 * Puts a job in the queue. `db` is the master or a transaction on it: then the job exists only if it commits.
 * The same `key` waiting already is not added again; with `replace` it begins anew, now.
 */
export async function addJob<Name extends keyof Tasks>(
  db: Knex,
  name: Name,
  payload: Tasks[Name],
  key: string,
  mode: 'preserve_run_at' | 'replace' = 'preserve_run_at'
): Promise<void> {
  await db.raw(`select graphile_worker.add_job(?, payload := ?::json, job_key := ?, job_key_mode := ?)`, [
    name,
    JSON.stringify(payload),
    key,
    mode
  ])
}

/**
 * Runs a job of a plugin in each of these studios as soon as a worker is free; one that waits for that already is enough.
 * One statement: hundreds of studios are told each minute.
 */
export async function startJob(
  db: Knex,
  studios: readonly { id: number }[],
  plugin: string,
  job: string
): Promise<void> {
  await db.raw(
    `select graphile_worker.add_job('plugin', payload := json_build_object('studio', studio, 'plugin', ?::text, 'job', ?::text),
       job_key := concat_ws(':', ?::text, ?::text, studio), job_key_mode := 'preserve_run_at')
     from unnest(?::bigint[]) studio`,
    [plugin, job, plugin, job, studios.map(({ id }) => id)]
  )
}
