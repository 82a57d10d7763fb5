import type { WebSocket } from '@fastify/websocket'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'

/**
 * What app processes say to one another, over NOTIFY on the master database: hints with ids, never contents.
 * `fact` reaches open pages; the others drop what a process has cached.
 */
export type Hint =
  | { kind: 'fact'; studio: number; fact: string; ids: Record<string, unknown> }
  | { kind: 'studio'; studio: number }
  | { kind: 'person'; user: number }

const channel = 'patchbay'

/** Tells every running process; for the command line, which keeps nothing itself. `db` is the master or a transaction on it. */
export async function sayHint(
  db: { raw: (sql: string, bindings: string[]) => PromiseLike<unknown> },
  hint: Hint
): Promise<void> {
  await db.raw('select pg_notify(?, ?)', [channel, JSON.stringify(hint)])
}

/**
 * The bus between processes. One connection listens; when it is lost, one pending reconnect tries again with a growing
 * pause, and `onGap` is called once it is back, because hints may have been missed.
 */
export class Bus {
  readonly #connection: pg.ClientConfig
  readonly #log: FastifyBaseLogger
  readonly #hearers = new Set<(hint: Hint) => void>()
  readonly #gaps = new Set<() => void>()
  #client: pg.Client | undefined
  #retry: NodeJS.Timeout | undefined
  #pause = 200
  #closed = false

  constructor(connection: pg.ClientConfig, log: FastifyBaseLogger) {
    this.#connection = connection
    this.#log = log
  }

  hear(hearer: (hint: Hint) => void): void {
    this.#hearers.add(hearer)
  }

  onGap(hearer: () => void): void {
    this.#gaps.add(hearer)
  }

  /** Starts listening. Rejects when the first connection fails; later losses are mended here. */
  async start(): Promise<void> {
    const client = new pg.Client({
      ...this.#connection,
      application_name: 'patchbay bus',
      connectionTimeoutMillis: 2000
    })
    client.on('error', error => this.#lost(client, error))
    client.on('end', () => this.#lost(client))
    client.on('notification', ({ payload }) => {
      const hint = JSON.parse(payload ?? '') as Hint
      for (const hearer of this.#hearers) hearer(hint)
    })
    try {
      await client.connect()
      await client.query(`listen ${channel}`)
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
    this.#client = client
    this.#pause = 200
  }

  /**
   * Tells every process, this one too. `db` may be a transaction on the master: then it is told at its commit.
   * What this process keeps goes at once as well, so that the answer under way does not show it again.
   */
  async say(db: { raw: (sql: string, bindings: string[]) => PromiseLike<unknown> }, ...hints: Hint[]): Promise<void> {
    for (const hint of hints) {
      await sayHint(db, hint)
      if (hint.kind !== 'fact') for (const hearer of this.#hearers) hearer(hint)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#retry)
    await this.#client?.end()
  }

  #lost(client: pg.Client, error?: Error): void {
    if (this.#closed || this.#retry || (this.#client !== client && this.#client)) return
    if (error) this.#log.warn({ err: error }, 'lost the connection that listens for hints')
    this.#client = undefined
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.start().then(
        () => {
          for (const gap of this.#gaps) gap()
        },
        (again: Error) => {
          this.#pause = Math.min(this.#pause * 2, 5000)
          this.#lost(client, again)
        }
      )
    }, this.#pause)
  }
}

interface Listener {
  socket: WebSocket
  studio: number
  user: number
  sign_in: number
  may: (fact: string) => boolean
}

/** The open pages of this process: who hears which facts. */
export class Sockets {
  readonly #byStudio = new Map<number, Set<Listener>>()
  #beat: NodeJS.Timeout

  constructor() {
    this.#beat = setInterval(() => this.#ping(), 30_000).unref()
  }

  get size(): number {
    let size = 0
    for (const set of this.#byStudio.values()) size += set.size
    return size
  }

  add(listener: Listener): void {
    const set = this.#byStudio.get(listener.studio) ?? new Set()
    this.#byStudio.set(listener.studio, set)
    set.add(listener)
    listener.socket.on('close', () => {
      set.delete(listener)
      if (set.size === 0) this.#byStudio.delete(listener.studio)
    })
    listener.socket.on('error', () => listener.socket.terminate())
  }

  /** Sends a fact to those of its studio who may hear of it. A fact with `person_id` is for that person alone. */
  fact({ studio, fact, ids }: Extract<Hint, { kind: 'fact' }>): void {
    const message = JSON.stringify({ fact, ...ids })
    for (const listener of this.#byStudio.get(studio) ?? []) {
      if (ids['person_id'] !== undefined && ids['person_id'] !== listener.user) continue
      if (listener.may(fact)) listener.socket.send(message)
    }
  }

  /** Closes the pages of a person, or of a studio, so that they come back through the door. */
  close(which: { user?: number; studio?: number }): void {
    for (const set of this.#byStudio.values()) {
      for (const listener of set) {
        if (listener.user === which.user || listener.studio === which.studio) listener.socket.close(4001, 'come back')
      }
    }
  }

  closeAll(): void {
    clearInterval(this.#beat)
    for (const set of this.#byStudio.values()) for (const { socket } of set) socket.close(1001, 'restarting')
  }

  /** Keeps proxies from closing quiet sockets, and drops those that no longer answer. */
  #ping(): void {
    for (const set of this.#byStudio.values()) {
      for (const { socket } of set) {
        if (waiting.has(socket)) socket.terminate()
        else {
          waiting.add(socket)
          socket.once('pong', () => waiting.delete(socket))
          socket.ping()
        }
      }
    }
  }
}

const waiting = new WeakSet<WebSocket>()
