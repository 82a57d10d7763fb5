import type { Knex } from 'knex'
import type { ClientConfig } from 'pg'
import { addressOf, type Connections, type Target } from './connections.ts'
import { Failure, unavailable } from '../errors.ts'
import type { FileSettings } from '../folder.ts'
import { schemaVersion, type Migration } from './migrate.ts'
import type { Secrets } from '../secrets.ts'

/** A studio as the registry knows it. No secret is in it: it may be logged and handed to a page. */
export interface Studio {
  id: number
  slug: string
  name: string
  status: 'active' | 'suspended'
  locale: 'fr' | 'en'
  timezone: string
  currency: string
  server_id: number
  database: string
  role: string
  /** Hash of the migrations its database has had. */
  schema_version: string
}

/** A PostgreSQL server that holds studios. */
export interface DatabaseServer {
  id: number
  name: string
  /** What the connections to all of its databases are counted under. */
  key: string
  /** The administrator's address, with the database to make others from. */
  address: ClientConfig & { database: string }
  template: string | null
  accepts_new: boolean
}

export interface TenantsOptions {
  connections: Connections
  /** The administrator's address of the master database. */
  master: ClientConfig
  secrets: Secrets
  /** All migrations of a studio's database; see `studioMigrations`. */
  migrations: Migration[]
  /** Where all studios' files are; they go with their studio. */
  files?: FileSettings
  /** Told what went wrong where nobody waits for an answer. */
  warn?: (sentence: string, error: unknown) => void
}

/** The registry: which studios there are, and the way into each one's database. */
export class Tenants {
  /** The registry's own database. */
  readonly master: Knex
  /** The same, for what may take longer than a request. */
  readonly work: Knex
  /** The master database's name; those of studios and templates begin with it. */
  readonly name: string
  readonly connections: Connections
  readonly secrets: Secrets
  readonly migrations: Migration[]
  /** The schema a studio must have to be let in. */
  readonly version: string
  readonly files: FileSettings | undefined
  readonly warn: (sentence: string, error: unknown) => void
  readonly #address: ClientConfig
  readonly #studios = new Map<string | number, Remembered>()
  readonly #passwords = new WeakMap<Studio, string>()
  readonly #touched = new Map<number, number>()
  #servers: { found: Promise<DatabaseServer[]>; until: number } | undefined

  constructor({ connections, master, secrets, migrations, files, warn }: TenantsOptions) {
    this.files = files
    this.name = master.database ?? 'patchbay'
    this.connections = connections
    this.secrets = secrets
    this.migrations = migrations
    this.version = schemaVersion(migrations)
    this.warn = warn ?? ((sentence, error) => process.emitWarning(`${sentence} ${String(error)}`))
    this.#address = master
    // A count of its own: the sign-in must go on when studios use up their server's.
    const target: Target = { server: 'master', database: this.name, connect: master, max: 10 }
    this.master = connections.knex(target)
    this.work = connections.knex({ ...target, pace: 'work' })
  }

  /** The studio of a URL. What was found is kept for 10 seconds. */
  find(slug: string): Promise<Studio | undefined> {
    return this.#remembered(slug)
  }

  byId(id: number): Promise<Studio | undefined> {
    return this.#remembered(id)
  }

  /** After a change of the studio: the next to ask reads it anew. Other processes are told by whoever changes it. */
  forget(slugOrId?: string | number): void {
    if (slugOrId === undefined) return this.#studios.clear()
    this.#studios.delete(slugOrId)
    for (const [key, { studio }] of this.#studios) {
      if (studio && (studio.slug === slugOrId || studio.id === slugOrId)) this.#studios.delete(key)
    }
  }

  /**
   * The studio's database, as its own role.
   * @throws Failure 503 `studio_behind` while its database lacks migrations.
   */
  db(studio: Studio): Knex {
    if (studio.schema_version !== this.version) throw unavailable('studio_behind')
    return this.connections.knex(this.target(studio))
  }

  /** How the studio's role gets into its database, whatever its schema. */
  target(studio: Studio): Target {
    const { server_id, database, role } = studio
    const connect = async (): Promise<ClientConfig> => {
      const { address } = await this.server(server_id)
      const sealed = this.#passwords.get(studio) ?? (await this.#passwordOf(studio.id))
      return { ...address, database, user: role, password: this.secrets.open(sealed, `studio:${studio.id}`) }
    }
    return { server: keyOf(server_id), database, connect }
  }

  /** Notes, at most once a minute, that somebody uses the studio. */
  touch(studio: Studio): void {
    const now = Date.now()
    if ((this.#touched.get(studio.id) ?? 0) > now - 60_000) return
    if (this.#touched.size >= 10_000) this.#touched.clear()
    this.#touched.set(studio.id, now)
    this.master('tenant_databases')
      .where({ organization_id: studio.id })
      .update({ last_active_at: this.master.fn.now() })
      .catch((error: unknown) => this.warn(`The last use of ${studio.slug} could not be noted.`, error))
  }

  async server(id: number): Promise<DatabaseServer> {
    const found = (await this.servers()).find(server => server.id === id)
    if (!found) throw new Failure(503, 'unavailable')
    return found
  }

  /** All servers, as known for at most 10 seconds. */
  servers(): Promise<DatabaseServer[]> {
    if (!this.#servers || this.#servers.until < Date.now()) {
      const found = this.#readServers()
      this.#servers = { found, until: Date.now() + 10_000 }
      found.catch(() => this.forgetServers()) // who waits gets the error; the next one asks again
    }
    return this.#servers.found
  }

  forgetServers(): void {
    this.#servers = undefined
  }

  /** Lets studios live on another PostgreSQL server; `url` is its administrator's address. */
  async addServer({ name, url }: { name: string; url: string }): Promise<DatabaseServer> {
    const connection_sealed = this.secrets.seal(url, `server:${name}`)
    const [row] = await this.master('database_servers')
      .insert({ name, connection_sealed })
      .returning<{ id: number }[]>('id')
    this.forgetServers()
    return this.server(row?.id ?? 0)
  }

  /** A server's administrator, in one of its databases. */
  admin(server: DatabaseServer, database: string = server.address.database): Knex {
    return this.connections.knex({ server: server.key, database, connect: server.address, pace: 'work' })
  }

  #remembered(key: string | number): Promise<Studio | undefined> {
    const known = this.#studios.get(key)
    if (known && known.until > Date.now()) return known.found
    const entry: Remembered = { found: this.#read(key), studio: undefined, until: Date.now() + 10_000 }
    void this.#keep(key, entry)
    this.#studios.delete(key)
    this.#studios.set(key, entry)
    const eldest = this.#studios.size > 5_000 ? this.#studios.keys().next().value : undefined
    if (eldest !== undefined) this.#studios.delete(eldest)
    return entry.found
  }

  /** Decides, once it is read, how long an entry is kept. */
  async #keep(key: string | number, entry: Remembered): Promise<void> {
    const [read] = await Promise.allSettled([entry.found])
    entry.studio = read.status === 'fulfilled' ? read.value : undefined
    if (entry.studio && entry.studio.schema_version !== this.version) entry.until = Date.now() + 1_000 // it is being migrated
    // What is not there may be made the next moment, and what failed may work.
    if (!entry.studio && this.#studios.get(key) === entry) this.#studios.delete(key)
  }

  async #read(key: string | number): Promise<Studio | undefined> {
    const row = await this.master('organizations as o')
      .join('tenant_databases as d', 'd.organization_id', 'o.id')
      .where(typeof key === 'number' ? 'o.id' : 'o.slug', key)
      .first<(Studio & { password_sealed: string }) | undefined>(...columns, 'd.password_sealed')
    if (!row) return undefined
    const { password_sealed, ...studio } = row
    this.#passwords.set(studio, password_sealed)
    return studio
  }

  async #passwordOf(id: number): Promise<string> {
    const row = await this.master('tenant_databases')
      .where({ organization_id: id })
      .first<{ password_sealed: string } | undefined>('password_sealed')
    if (!row) throw unavailable()
    return row.password_sealed
  }

  async #readServers(): Promise<DatabaseServer[]> {
    type Row = Pick<DatabaseServer, 'id' | 'name' | 'template' | 'accepts_new'> & { connection_sealed: string | null }
    const rows = await this.master('database_servers')
      .select<Row[]>('id', 'name', 'template', 'accepts_new', 'connection_sealed')
      .orderBy('id')
    const master = this.#address
    const { secrets } = this
    return rows.map(({ connection_sealed: sealed, ...row }) => ({
      ...row,
      key: keyOf(row.id),
      // When asked only: a server whose address cannot be opened must not take the others with it.
      get address() {
        const address = sealed === null ? master : addressOf(secrets.open(sealed, `server:${row.name}`))
        return { ...address, database: address.database ?? 'postgres' }
      }
    }))
  }
}

interface Remembered {
  found: Promise<Studio | undefined>
  studio: Studio | undefined
  until: number
}

const keyOf = (serverId: number): string => `server ${serverId}`

const columns = [
  ...['id', 'slug', 'name', 'status', 'locale', 'timezone', 'currency'].map(name => `o.${name}`),
  ...['server_id', 'database', 'role', 'schema_version'].map(name => `d.${name}`)
]
