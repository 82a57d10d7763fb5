import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Knex } from 'knex'

/** One step of a schema: plain SQL, run once in every database, in one transaction with its entry in the ledger. */
export interface Migration {
  /** As in the ledger `knex_migrations`: `core/0001_core`, `clients/0002_tags`. */
  name: string
  sql: string
}

const root = path.resolve(import.meta.dirname, '../../migrations')

/** Those of the registry. */
export const masterMigrations = (): Migration[] => readMigrations([{ name: 'core', dir: path.join(root, 'master') }])

/** Those of a studio's database: core's, then each plugin's from its folder `migrations`, in the order of the list. */
export const studioMigrations = (plugins: { id: string; dir: string }[]): Migration[] =>
  readMigrations([
    { name: 'core', dir: path.join(root, 'studio') },
    ...plugins.map(({ id, dir }) => ({ name: id, dir: path.join(dir, 'migrations') }))
  ])

/** The files `NNNN_words.sql` of each folder, in order. A folder that is not there has none. */
export function readMigrations(folders: { name: string; dir: string }[]): Migration[] {
  return folders.flatMap(({ name, dir }) => {
    const files = fs.existsSync(dir) ? fs.readdirSync(dir).toSorted() : []
    const misnamed = files.find(file => !/^\d{4}_[a-z0-9_]+\.sql$/.test(file))
    if (misnamed)
      throw new Error(`${path.join(dir, misnamed)} is not a migration: they are named 0001_what_it_does.sql.`)
    const twice = files.find((file, place) => file.slice(0, 4) === files[place - 1]?.slice(0, 4))
    if (twice)
      throw new Error(
        `${dir} has two migrations numbered ${twice.slice(0, 4)}: their order must not be a matter of chance.`
      )
    return files.map(file => ({
      name: `${name}/${file.slice(0, -4)}`,
      sql: fs.readFileSync(path.join(dir, file), 'utf8')
    }))
  })
}

/** What a database that has had all of `list` is stamped with. */
export function schemaVersion(list: Migration[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('hex').slice(0, 12)
}

/**
 * Brings one database up to date and says what it ran. All of it is one transaction: when one migration fails, none has
 * happened. Two at once wait for each other. Give it a builder of pace `work`.
 */
export async function migrateDatabase(db: Knex, list: Migration[]): Promise<string[]> {
  return db.transaction(async trx => {
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('patchbay migrations', 0))`)
    const [, run] = (await trx.migrate.latest({
      migrationSource: source(list),
      disableMigrationsListValidation: true // a plugin that was taken out leaves its entries behind
    })) as [number, string[]]
    return run
  })
}

/** Brings the registry up to date and says what it ran. */
export const migrateMaster = (db: Knex): Promise<string[]> => migrateDatabase(db, masterMigrations())

/** Whether the registry has had every migration this version knows. */
export async function masterIsCurrent(db: Knex): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { there: boolean }[] }>(
    `select to_regclass('knex_migrations') is not null as there`
  )
  if (!rows[0]?.there) return false
  const had = new Set(await db('knex_migrations').pluck<string[]>('name'))
  return masterMigrations().every(({ name }) => had.has(name))
}

function source(list: Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => list,
    getMigrationName: ({ name }) => name,
    getMigration: async ({ name, sql }) => ({
      async up(trx) {
        try {
          await trx.raw(sql.replaceAll('?', '\\?')) // to knex a bare ? is a gap to fill
        } catch (error) {
          const reason =
            error instanceof Error ? error.message.slice(error.message.lastIndexOf(' - ') + 3) : String(error)
          throw new Error(`${name}: ${reason}`, { cause: error })
        }
      },
      async down() {
        throw new Error(`${name} cannot be undone: restore a backup, or write another migration.`)
      }
    })
  }
}
