import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isConnectionLost } from './database/pg-errors.ts'

/**
 * Connections for graphile-worker. It does not wait for its own word that a job is done or failed, so that an error there
 * is heard by nobody and ends the process; but it says it again, for minutes, when the network was too slow. What only the
 * network or a restart of the server can mend is therefore called that.
 */
export class JobPool extends pg.Pool {
  /** `onLost` hears of every lost connection: without it, one that nobody uses at the time ends the process. */
  constructor(config: pg.PoolConfig, onLost: (error: Error) => void) {
    super({ ...config, application_name: 'patchbay jobs', connectionTimeoutMillis: 30_000 })
    this.on('error', onLost)
    this.on('connect', client => {
      client.on('error', onLost)
      const query = client.query.bind(client) as (...given: unknown[]) => unknown
      const asked = (...given: unknown[]): unknown => {
        const answer = query(...given)
        return answer instanceof Promise ? answer.catch(sayAgain) : answer
      }
      Object.assign(client, { query: asked })
    })
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: Connected): void
  override connect(callback?: Connected): Promise<pg.PoolClient> | void {
    return callback ? super.connect(callback) : super.connect().catch(sayAgain)
  }

  /** Closes it once nobody waits for a connection or has one, and after `ms` in any case: what still waits then is lost. */
  async drain(ms: number): Promise<void> {
    const until = performance.now() + ms
    while (this.waitingCount + this.totalCount - this.idleCount > 0 && performance.now() < until) await sleep(10)
    await this.end()
  }
}

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void
) => void

function sayAgain(error: unknown): never {
  const late = error instanceof Error && error.message.startsWith('timeout exceeded')
  throw late || isConnectionLost(error) ? Object.assign(error as Error, { code: 'ETIMEDOUT' }) : error
}
