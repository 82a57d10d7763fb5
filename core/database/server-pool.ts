import { unavailable } from '../errors.ts'
import type { Connection } from './knex-client.ts'
import { becauseOf } from './pg-errors.ts'

export interface PoolLimits {
  /** Connections to the server, over all of its databases. */
  perServer: number
  /** Who waits longer than this for a connection gets a 503. */
  waitMs: number
  /** A connection that nobody used for so long is closed. */
  idleMs: number
}

/** One database's part of the pool. */
export interface Place {
  key: string
  max: number
  open(): Promise<Connection>
}

/**
 * The connections to one server, shared by all of its databases.
 *
 * None is open until somebody asks. At the cap, the one unused for longest makes room, and a database that has a
 * connection waits for its own instead of closing another's: without this rule many busy databases close each other's
 * all the time. Who waits is served in order. A slot is free only when the server has closed the socket, so that the
 * cap holds on its side too.
 */
export class ServerPool {
  readonly counts = { opened: 0, evicted: 0, timed_out: 0 }
  readonly #limits: PoolLimits
  readonly #databases = new Map<string, Database>()
  readonly #leases = new Map<Connection, Lease>()
  /** Unused for longest first. */
  readonly #idle = new Set<Lease>()
  /** In order of arrival. */
  readonly #waiting = new Set<Waiter>()
  #open = 0
  #closing = 0
  #shut = false
  #alarm: NodeJS.Timeout | undefined

  constructor(limits: PoolLimits) {
    this.#limits = limits
  }

  acquire(place: Place): Promise<Connection> {
    if (this.#shut) return Promise.reject(unavailable())
    const database = this.#database(place)
    const lease = database.idle.pop() // the one used last: the others may become old enough to be closed
    if (lease) {
      this.#idle.delete(lease)
      return Promise.resolve(lease.connection)
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.counts.timed_out++
        this.#leave(waiter).fail(unavailable())
      }, this.#limits.waitMs)
      const waiter: Waiter = { database, since: performance.now(), timer, take: resolve, fail: reject }
      this.#waiting.add(waiter)
      database.waiting.add(waiter)
      if (database.size < place.max) this.#advance()
    })
  }

  release(connection: Connection): void {
    const lease = this.#leases.get(connection)
    if (lease) this.#settle(lease)
  }

  /** Closes what is unused of the databases that `chosen` picks, and what is used as soon as it comes back. */
  async recycle(chosen: (key: string) => boolean): Promise<void> {
    const databases = [...this.#databases.values()].filter(database => chosen(database.place.key))
    for (const database of databases) database.generation++
    await Promise.all(databases.flatMap(database => [...database.idle]).map(lease => this.#close(lease)))
  }

  /** Closes what nobody has used for the idle time. */
  reap(): void {
    const limit = performance.now() - this.#limits.idleMs
    for (const lease of this.#idle) {
      if (lease.idleSince > limit) break
      void this.#close(lease)
    }
  }

  /** Turns everybody away from now on; resolves when all connections have come back, or after `ms` by force. */
  async shut(ms: number): Promise<void> {
    this.#shut = true
    clearTimeout(this.#alarm)
    for (const waiter of this.#waiting) this.#leave(waiter).fail(unavailable())
    for (const lease of this.#idle) void this.#close(lease)
    const force = setTimeout(() => {
      for (const connection of this.#leases.keys()) connection.connection.stream.destroy()
    }, ms)
    while (this.#open > 0) await new Promise<void>(resolve => void setTimeout(resolve, 5))
    clearTimeout(force)
  }

  get state() {
    const { size: idle } = this.#idle
    return { open: this.#open, idle, waiting: this.#waiting.size, databases: this.#databases.size, ...this.counts }
  }

  /** A connection is free: it goes to who waits for its database, or aside, or is closed. */
  #settle(lease: Lease): void {
    const { connection, database } = lease
    const own = first(database.waiting)
    const worn = connection.isWorn() || lease.generation !== database.generation
    if (worn || this.#shut || (own && this.#isOwedToAnother(own))) {
      void this.#close(lease)
    } else if (own) {
      this.#leave(own).take(connection)
    } else {
      lease.idleSince = performance.now()
      database.idle.push(lease)
      this.#idle.add(lease)
      if (this.#waiting.size > 0) this.#advance()
    }
  }

  /** At the cap, a database without any connection whose turn it is before `own` gets this slot. */
  #isOwedToAnother(own: Waiter): boolean {
    if (this.#open < this.#limits.perServer || this.#closing > 0) return false
    for (const waiter of this.#waiting) {
      if (waiter === own) return false
      if (waiter.database.size === 0) return true
    }
    return false
  }

  /** Opens connections for those who wait, in order, and closes unused ones to make room for them. */
  #advance(): void {
    let homeless = 0
    for (const { database, since } of this.#waiting) {
      if (database.size >= database.place.max || database.opening >= database.waiting.size) continue
      if (this.#open < this.#limits.perServer) {
        void this.#add(database)
        continue
      }
      if (database.size > 0 || ++homeless <= this.#closing) continue
      const eldest = first(this.#idle)
      if (!eldest) return
      const now = performance.now()
      // Between two statements of one request a connection is unused for a moment: that is no reason to close it.
      const patience = now - since > 100 ? 0 : 5 - (now - eldest.idleSince)
      if (patience > 0) return this.#later(patience)
      this.counts.evicted++
      void this.#close(eldest)
    }
  }

  #later(ms: number): void {
    if (this.#alarm) return
    this.#alarm = setTimeout(() => {
      this.#alarm = undefined
      this.#advance()
    }, ms)
  }

  async #add(database: Database): Promise<void> {
    this.#open++
    this.counts.opened++
    database.size++
    database.opening++
    const { generation } = database
    let connection: Connection
    try {
      connection = await database.place.open()
    } catch (error) {
      database.opening--
      database.size--
      this.#open--
      const waiter = first(database.waiting)
      if (waiter) this.#leave(waiter).fail(becauseOf(error))
      this.#forget(database)
      return this.#advance()
    }
    database.opening--
    const lease: Lease = { connection, database, generation, idleSince: 0 }
    this.#leases.set(connection, lease)
    connection.once('end', () => {
      if (this.#idle.has(lease)) void this.#close(lease)
    })
    this.#settle(lease)
  }

  async #close(lease: Lease): Promise<void> {
    const { connection, database } = lease
    this.#idle.delete(lease)
    this.#leases.delete(connection)
    const at = database.idle.indexOf(lease)
    if (at >= 0) database.idle.splice(at, 1)
    database.size--
    this.#closing++
    await connection.close()
    this.#closing--
    this.#open--
    this.#forget(database)
    this.#advance()
  }

  #leave(waiter: Waiter): Waiter {
    clearTimeout(waiter.timer)
    this.#waiting.delete(waiter)
    waiter.database.waiting.delete(waiter)
    this.#forget(waiter.database)
    return waiter
  }

  #database(place: Place): Database {
    const known = this.#databases.get(place.key)
    if (known) {
      known.place = place
      return known
    }
    const database: Database = { place, size: 0, opening: 0, idle: [], waiting: new Set(), generation: 0 }
    this.#databases.set(place.key, database)
    return database
  }

  #forget(database: Database): void {
    const { key } = database.place
    if (database.size === 0 && database.waiting.size === 0 && this.#databases.get(key) === database)
      this.#databases.delete(key)
  }
}

interface Lease {
  connection: Connection
  database: Database
  generation: number
  idleSince: number
}

interface Waiter {
  database: Database
  since: number
  timer: NodeJS.Timeout
  take(connection: Connection): void
  fail(error: Error): void
}

interface Database {
  place: Place
  /** Connections open and being opened, without those being closed. */
  size: number
  opening: number
  /** The one used last is at the end. */
  idle: Lease[]
  waiting: Set<Waiter>
  /** Connections of an older generation are not used again. */
  generation: number
}

const first = <T>(items: Set<T>): T | undefined => items.values().next().value
