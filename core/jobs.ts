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
  /** Run one job of one plugin in one studio. */
  plugin: Turn
  /** Run what the clock has for one studio, one after another. */
  round: Turn[]
  /** Spread one clock job over all active studios. */
  clock: { plugin: string; job: string; _cron: Cron }
  /** Mail a link to whoever has an account with this address and forgot the password. */
  reset: { email: string }
  /** Bring the people of one studio's database in line with its members. */
  mirror: { studio: number }
  /** Find facts whose delivery a crash forgot; drop what has expired. */
  sweep: { _cron: Cron }
}

/** A job of a plugin, or of the platform itself where there is none, in a studio. */
export interface Turn {
  studio: number
  plugin: string | null
  job: string
}

/** What the clock adds: the minute that a job is for, also when it comes late. */
export interface Cron {
  ts: string
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
 * The same `key` waiting already is not added again; with `replace` it begins anew, now or `at` a time.
 */
export async function addJob<Name extends keyof Tasks>(
  db: Knex,
  name: Name,
  payload: Tasks[Name],
  key: string,
  { mode = 'preserve_run_at', at = null }: { mode?: 'preserve_run_at' | 'replace'; at?: Date | null } = {}
): Promise<void> {
  await db.raw(`select graphile_worker.add_job(?, payload := ?::json, job_key := ?, job_key_mode := ?, run_at := ?)`, [
    name,
    JSON.stringify(payload),
    key,
    mode,
    at
  ])
}

const keyOf = ({ studio, plugin, job }: Turn) => `${plugin ?? 'core'}:${job}:${studio}`

/** Runs a job as soon as a worker is free, however long it was to wait. */
export const startJob = (db: Knex, turn: Turn): Promise<void> =>
  addJob(db, 'plugin', turn, keyOf(turn), { mode: 'replace' })

/** Runs a job once more at a time that it named itself, whatever else starts it; a time named before is forgotten. */
export const continueJob = (db: Knex, turn: Turn, at: Date): Promise<void> =>
  addJob(db, 'plugin', turn, `${keyOf(turn)}:next`, { mode: 'replace', at })

/** Studios take turns so many seconds apart, within so many: the clock's own time is a good part longer. */
export interface Pace {
  seconds: number
  within: number
}

/**
 * Adds a job to what the clock has for each of these studios. They take turns: hundreds at once would be a second in which
 * every page waits. What comes to a studio while it waits is one row of the queue (its payloads are arrays, which
 * graphile-worker joins) and one visit to its database. One statement for all.
 */
export async function startRounds(
  db: Knex,
  studios: readonly { id: number }[],
  { plugin, job }: Omit<Turn, 'studio'>,
  pace: Pace
): Promise<void> {
  const seconds = Math.min(pace.seconds, pace.within / studios.length)
  await db.raw(
    `select graphile_worker.add_job('round',
       payload := json_build_array(json_build_object('studio', studio, 'plugin', ?::text, 'job', ?::text)),
       run_at := now() + make_interval(secs => ?::float8 * (n - 1)), job_key := 'round:' || studio,
       job_key_mode := 'preserve_run_at')
     from unnest(?::bigint[]) with ordinality as each (studio, n)`,
    [plugin, job, seconds, studios.map(({ id }) => id)]
  )
}
