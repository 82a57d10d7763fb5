import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { parseEnv } from 'node:util'
import { openRegistry, migrateRegistry } from '../boot.ts'
import type { Registry } from '../boot.ts'
import { readEnvironment } from '../env.ts'
import type { Environment } from '../env.ts'
import type { Host } from '../host.ts'
import { Texts } from '../i18n.ts'
import type { Translate } from '../i18n.ts'
import { masterIsCurrent } from '../database/migrate.ts'
import type { Plugin } from '../plugin.ts'
import { cluster } from '../database/postgres-files.ts'
import type { Studio } from '../database/tenants.ts'
import { CannotDo } from './command.ts'
import { reasonOf } from './reason.ts'

/**
 * How an installation is opened. `existing`: it is there and its master database is current, or the command says what to
 * do. `make`: one that is not there yet is made. `as it is`: it is there, in whatever state.
 */
export type Opening = 'existing' | 'make' | 'as it is'

/** Where a command is typed and answers; for the process, its own. */
export interface Terminal {
  input: Readable & { isTTY?: boolean }
  /** For the answer alone. */
  output: Writable & { isTTY?: boolean }
  /** For all else: progress, questions, what went wrong. */
  errors: Writable & { isTTY?: boolean }
  env: Record<string, string | undefined>
}

/** What commands work with. Nothing is read or opened before it is asked for; `close` leaves it all. */
export class Desk {
  readonly plugins: readonly Plugin[]
  readonly terminal: Terminal
  readonly #built: { close: () => Promise<unknown> }[] = []
  #settings: Record<string, string | undefined>
  #env: Environment | undefined
  #registry: Registry | undefined

  constructor(plugins: readonly Plugin[], terminal: Terminal) {
    this.plugins = plugins
    this.terminal = terminal
    this.#settings = terminal.env
  }

  /** Settings of a file, for those that the environment does not have. */
  readSettings(file: string): void {
    try {
      this.#settings = { ...parseEnv(readFileSync(file, 'utf8')), ...this.terminal.env }
    } catch (error) {
      throw new CannotDo(`--settings: ${reasonOf(error)}`, { cause: error })
    }
  }

  /** @throws WrongSetting */
  get env(): Environment {
    return (this.#env ??= readEnvironment(this.#settings))
  }

  /** Our own address as people reach it. */
  get origin(): string {
    return this.env.PUBLIC_URL ?? `http://localhost:${this.env.PORT}`
  }

  /** Core's sentences in English, which is what the command line speaks. */
  get t(): Translate {
    const texts = new Texts()
    texts.add(join(import.meta.dirname, '../locales'))
    return texts.translator('en')
  }

  /** Says how it goes. */
  tell(sentence: string): void {
    this.terminal.errors.write(`${sentence}\n`)
  }

  /** @throws CannotDo when there is no installation, or it is behind. */
  async open(how: Opening = 'existing'): Promise<Registry> {
    if (how !== 'make') this.#requireFolder()
    const registry = await openRegistry(this.env, this.plugins, (sentence, error) =>
      this.tell(error === undefined ? sentence : `${sentence} ${reasonOf(error)}`)
    )
    this.#registry = registry
    if (how !== 'as it is') await this.#requireSchema(registry, how)
    return registry
  }

  /** The application, listening to nobody and working on no job: for what needs its plugins. */
  async host(registry: Registry): Promise<Host> {
    const { tenants, connection } = registry
    const { buildHost } = await import('../host.ts') // half the time a command takes to start, for the few that need it
    const { app, host } = await buildHost({ env: this.env, plugins: this.plugins, tenants, connection, logger: false })
    this.#built.push(app)
    return host
  }

  /** @throws CannotDo when there is none of this slug. */
  async studio({ tenants }: Registry, slug: string): Promise<Studio> {
    const studio = await tenants.find(slug)
    if (!studio) throw new CannotDo(`There is no studio "${slug}": \`patchbay studio list\` shows them.`)
    return studio
  }

  async close(): Promise<void> {
    for (const built of this.#built.splice(0)) await built.close()
    const registry = this.#registry
    this.#registry = undefined
    await registry?.close()
  }

  /** A command must not start a new server only because it was run in another folder, or without its settings. */
  #requireFolder(): void {
    const { DATABASE_URL, DATA_DIR } = this.env
    if (DATABASE_URL || existsSync(join(cluster(DATA_DIR).data, 'PG_VERSION'))) return
    throw new CannotDo(
      `There is no installation in ${DATA_DIR}. Set DATA_DIR or DATABASE_URL, or name the file of its settings with ` +
        '--settings; `npm start` makes a new one.'
    )
  }

  async #requireSchema(registry: Registry, how: Opening): Promise<void> {
    const { master } = registry.tenants
    if (await masterIsCurrent(master)) return
    const { rows } = await master.raw<{ rows: { there: boolean }[] }>(
      `select to_regclass('knex_migrations') is not null as there`
    )
    if (rows[0]?.there) throw new CannotDo('The master database is behind: run `patchbay migrate --all` first.')
    if (how !== 'make') throw new CannotDo('The master database is empty: `patchbay migrate` or `npm start` fills it.')
    await migrateRegistry(registry)
  }
}
