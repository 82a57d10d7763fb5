import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'
import { Connections } from '../../core/database/connections.ts'
import { unavailable } from '../../core/errors.ts'
import { migrateFleet, type FleetProgress } from '../../core/database/fleet.ts'
import {
  masterIsCurrent,
  migrateDatabase,
  migrateMaster,
  readMigrations,
  schemaVersion,
  studioMigrations,
  type Migration
} from '../../core/database/migrate.ts'
import { createStudio } from '../../core/database/provision.ts'
import { dropOldTemplates } from '../../core/database/template.ts'
import { Tenants } from '../../core/database/tenants.ts'
import { newMaster, run, type Server } from '../cluster.ts'
import { openTenants, newUser } from '../tenancy.ts'

/** A folder with these files, gone after the test. */
function folder(t: Test, files: Record<string, string>): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-migrations-'))
  t.teardown(() => fs.rmSync(dir, { recursive: true }))
  for (const [name, sql] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), sql)
  return dir
}

const later = (sql: string): Migration[] => [...studioMigrations([]), { name: 'later/0001_step', sql }]

t.test('migrations are read by folder, in order, and named without extension', async t => {
  const core = folder(t, { '0002_b.sql': 'select 2', '0001_a.sql': 'select 1' })
  const list = readMigrations([
    { name: 'core', dir: core },
    { name: 'none', dir: path.join(core, 'missing') }
  ])
  t.same(list, [
    { name: 'core/0001_a', sql: 'select 1' },
    { name: 'core/0002_b', sql: 'select 2' }
  ])
  t.throws(() => readMigrations([{ name: 'x', dir: folder(t, { 'oops.sql': '' }) }]), /oops.sql is not a migration/)
  const twice = folder(t, { '0001_a.sql': '', '0001_b.sql': '' })
  t.throws(() => readMigrations([{ name: 'x', dir: twice }]), /two migrations numbered 0001/)
  t.not(schemaVersion(list), schemaVersion(list.slice(1)))
  t.equal(schemaVersion(list), schemaVersion([...list]))
})

t.test('a database gets each migration once, all or nothing, and several at once do not collide', async t => {
  const address = await empty(t)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const db = connections.knex({ server: 's', database: address.database, connect: address, pace: 'work' })
  const first = {
    name: 'core/0001_a',
    sql: `create table a (j jsonb); insert into a values ('{"x": 1}'); select 'why?'`
  }
  const runs = await Promise.all([1, 2, 3].map(() => migrateDatabase(db, [first])))
  t.same(runs.flat(), ['core/0001_a'])

  const asking = { name: 'clients/0001_b', sql: `create table b as select j from a where j ? 'x'` }
  const broken = { name: 'clients/0002_c', sql: 'create table c (n int); select 1 / 0' }
  await t.rejects(migrateDatabase(db, [first, asking, broken]), { message: 'clients/0002_c: division by zero' })
  t.equal(
    (await db.raw(`select to_regclass('b') as b, to_regclass('c') as c`)).rows[0].b,
    null,
    'nothing of a failed run stays'
  )
  t.same(await migrateDatabase(db, [first, asking]), ['clients/0001_b'])
  t.equal((await db('b')).length, 1, 'a question mark in SQL is one')

  const before = { name: 'core/0002_d', sql: 'create table d (n int)' }
  t.same(await migrateDatabase(db, [first, before]), ['core/0002_d'], 'a plugin that was taken out is no hindrance')
})

t.test('the registry says whether it is current', async t => {
  const address = await empty(t)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const db = connections.knex({ server: 's', database: address.database, connect: address, pace: 'work' })
  t.equal(await masterIsCurrent(db), false)
  t.same(await migrateMaster(db), ['core/0001_registry', 'core/0002_mail_attachments'])
  t.equal(await masterIsCurrent(db), true)
  t.same(await migrateMaster(db), [])
})

t.test('the fleet is migrated but for a studio that fails, which can be mended and run again', async t => {
  const { tenants, master } = await openTenants(t)
  const user_id = await newUser(tenants)
  const studios = []
  for (const name of ['Un', 'Deux', 'Trois', 'Quatre'])
    studios.push(await createStudio(tenants, { name, owner: { user_id } }))
  const [, deux, trois] = studios
  await run({ ...master, database: trois!.database }, 'create table rooms (id int)')
  await tenants.db(deux!)('people').where({ id: user_id }).select('*') // a connection with a prepared statement

  const list = later('create table rooms (id int); alter table people add column nickname text')
  const next = open(t, tenants, master, list)
  const behind = await next.find('un')
  t.throws(() => next.db(behind!), unavailable('studio_behind'))
  const seen: FleetProgress[] = []
  const result = await migrateFleet({ tenants: next, onProgress: progress => seen.push(progress) })
  t.equal(result.done, 3)
  t.match(result.failed, [{ slug: 'trois', error: /later\/0001_step: relation "rooms" already exists/ }])
  t.equal(seen.length, 4)
  t.match(seen.at(-1), { done: 3, failed: 1, total: 4 })
  const errors = await next.master('tenant_databases').whereNotNull('last_error').pluck('organization_id')
  t.same(errors, [trois!.id])

  const un = await next.find('un')
  t.same(await next.db(un!)('rooms').select('*'), [], "new tables are the studio role's to use")
  t.match(
    await next
      .db((await next.find('deux'))!)('people')
      .where({ id: user_id })
      .select('*'),
    [{ nickname: null }]
  )
  t.throws(() => next.db({ ...trois!, schema_version: 'old' }), unavailable('studio_behind'))

  const born = await createStudio(next, { name: 'Cinq', owner: { user_id } })
  t.equal(born.schema_version, next.version, 'the template came first')
  const templates = await run(master, `select datname from pg_database where datname like '${next.name}\\_template%'`)
  t.same(templates, [{ datname: `${next.name}_template_${next.version}` }])

  await run({ ...master, database: trois!.database }, 'drop table rooms')
  t.same(await migrateFleet({ tenants: next, only: ['deux'] }), { done: 0, failed: [] }, 'only those asked for')
  t.same(await migrateFleet({ tenants: next }), { done: 1, failed: [] })
  t.same(await next.master('tenant_databases').whereNotNull('last_error'), [])

  const before = next.connections.stats().find(({ server }) => server !== 'master')?.opened
  t.same(await migrateFleet({ tenants: next }), { done: 0, failed: [] })
  t.equal(
    next.connections.stats().find(({ server }) => server !== 'master')?.opened,
    before,
    'no current studio is connected to'
  )

  const another = open(t, next, master, later('select 1; alter table people add column stage_name text'))
  await migrateFleet({ tenants: another })
  await dropOldTemplates(another)
  const left = await run(master, `select datname from pg_database where datname like '${next.name}\\_template%'`)
  t.same(left, [{ datname: `${next.name}_template_${another.version}` }], 'old templates are dropped')
})

t.test('studios of a server whose template cannot be made are reported without trying each', async t => {
  const { tenants, master } = await openTenants(t)
  const user_id = await newUser(tenants)
  await createStudio(tenants, { name: 'Seul', owner: { user_id } })
  const heard: string[] = []
  const next = open(t, tenants, master, later('select 1 / 0'), sentence => heard.push(sentence))
  t.match(await migrateFleet({ tenants: next }), {
    done: 0,
    failed: [{ slug: 'seul', error: 'later/0001_step: division by zero' }]
  })
  t.same(heard, ['The template on the server main could not be made.'])
  t.same(
    await run(master, `select datname from pg_database where datname like '${next.name}%draft'`),
    [],
    'nor is a half-made one left'
  )
})

/** The same installation as another version of the software sees it. */
function open(
  t: Test,
  { secrets }: Tenants,
  master: Server,
  migrations: Migration[],
  warn?: (sentence: string) => void
): Tenants {
  const connections = new Connections()
  t.teardown(() => connections.close())
  return new Tenants({ connections, master, secrets, migrations, ...(warn && { warn }) })
}

async function empty(t: Test): Promise<Server> {
  const master = await newMaster(t)
  const database = `${master.database}_empty`
  await run(master, `create database ${database} template template0 strategy file_copy`)
  return { ...master, database }
}
