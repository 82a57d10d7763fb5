import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import t, { type Test } from 'tap'
import { conflict, Refusal, unavailable } from '../../core/errors.ts'
import { listOrphans } from '../../core/database/leftovers.ts'
import { slugOf } from '../../core/database/organizations.ts'
import { startPostgres, TEST_SETTINGS } from '../../core/database/postgres.ts'
import { createStudio, deleteStudio } from '../../core/database/provision.ts'
import { Tenants } from '../../core/database/tenants.ts'
import { run, type Server } from '../cluster.ts'
import { newUser, openTenants } from '../tenancy.ts'

/** Everything on the server and in the registry that belongs to a studio of this installation. */
async function traces({ name }: Tenants, master: Server): Promise<unknown> {
  const [databases] = await run(
    master,
    `select count(*)::int as n from pg_database where datname like '${name}\\_%' and not datistemplate`
  )
  const [roles] = await run(master, `select count(*)::int as n from pg_roles where rolname like '${name}\\_%'`)
  const [rows] = await run(master, 'select count(*)::int as n from organizations')
  return { databases: databases?.['n'], roles: roles?.['n'], rows: rows?.['n'] }
}

t.test('a studio is a row, a role and a database that its owner is in', async t => {
  const { tenants, master } = await openTenants(t)
  const user_id = await newUser(tenants)
  const studio = await createStudio(tenants, {
    name: 'Studio Côté Cœur',
    owner: { user_id },
    locale: 'en',
    timezone: 'Europe/London',
    currency: 'GBP'
  })
  const { id, database } = studio
  t.match(studio, {
    slug: 'studio-cote-coeur',
    name: 'Studio Côté Cœur',
    status: 'active',
    locale: 'en',
    timezone: 'Europe/London',
    currency: 'GBP'
  })
  t.equal(studio.schema_version, tenants.version)
  t.equal(JSON.stringify(studio).includes('password'), false)
  t.same(await tenants.db(studio)('people').select('*'), [
    { id: user_id, name: 'Claire', email: 'claire@example.com', role: 'owner', locale: 'fr', active: true }
  ])
  t.match(await tenants.master('organization_members').select('*'), [{ organization_id: id, user_id, role: 'owner' }])
  t.match(await tenants.master('audit').select('*'), [
    { organization_id: id, person_id: user_id, action: 'studio.created', about: [`studio:${id}`] }
  ])
  const [{ password_sealed } = { password_sealed: '' }] = await tenants
    .master('tenant_databases')
    .select<{ password_sealed: string }[]>('password_sealed')
  t.match(tenants.secrets.open(password_sealed, `studio:${id}`), /^[\w-]{43}$/)
  t.match(await run(master, `select rolpassword from pg_authid where rolname = '${database}'`), [
    { rolpassword: /^SCRAM-SHA-256\$1:/ }
  ])
  t.same(await tenants.find('studio-cote-coeur'), studio)
  t.same(await tenants.byId(id), studio)
  t.equal(await tenants.find('nobody'), undefined)

  await deleteStudio(tenants, id)
  t.same(await traces(tenants, master), { databases: 0, roles: 0, rows: 0 })
  t.equal(await tenants.byId(id), undefined)
  await t.rejects(deleteStudio(tenants, id), { message: 'not_found' })
})

t.test('slugs are drawn from names, and are taken once', async t => {
  t.same(['Œuvre & Fils', '  L’Été — n°2 ', '録音', 'x'.repeat(99)].map(slugOf), [
    'oeuvre-fils',
    'l-ete-n-2',
    'studio',
    'x'.repeat(40)
  ])
  const { tenants } = await openTenants(t)
  const owner = { user_id: await newUser(tenants) }
  const slugs = []
  for (const name of ['Écho', 'Echo', 'ECHO!', 'Écho']) slugs.push((await createStudio(tenants, { name, owner })).slug)
  t.same(slugs, ['echo', 'echo-2', 'echo-3', 'echo-4'])
  const taken = await createStudio(tenants, { name: 'Autre', slug: 'echo', owner }).catch((error: unknown) => error)
  t.ok(taken instanceof Refusal)
  t.same(await listOrphans(tenants), [])
})

t.test('thirty studios of one name at once are thirty studios', async t => {
  const { tenants, master } = await openTenants(t)
  const owner = { user_id: await newUser(tenants) }
  const many = Array.from({ length: 30 }, () => createStudio(tenants, { name: 'Rush', owner, strategy: 'file_copy' }))
  const studios = await Promise.all(many)
  t.equal(new Set(studios.map(({ slug }) => slug)).size, 30)
  t.same(await traces(tenants, master), { databases: 30, roles: 30, rows: 30 })
  const counts = await Promise.all(studios.map(studio => tenants.db(studio)('people').count().first()))
  t.same(new Set(counts.map(row => row?.['count'])), new Set([1]))
  t.same(await listOrphans(tenants), [])
})

t.test('fifty sign-ups at once with one mail are one person with one studio', async t => {
  const { tenants, master } = await openTenants(t)
  const signUp = (): Promise<unknown> =>
    createStudio(tenants, {
      name: 'Neuf',
      strategy: 'file_copy',
      async inRegistry(trx) {
        const made = await trx('users')
          .insert({ email: 'NEW@example.com', name: 'Nina' })
          .onConflict('email')
          .ignore()
          .returning<{ id: number }[]>('id')
        if (!made[0]) throw conflict()
        return { user_id: made[0].id }
      }
    })
  const results = await Promise.allSettled(Array.from({ length: 50 }, signUp))
  t.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const result of results) if (result.status === 'rejected') t.match(result.reason, { status: 409 })
  t.same(await traces(tenants, master), { databases: 1, roles: 1, rows: 1 })
  t.equal((await tenants.master('users').select('id')).length, 1)
})

t.test('a step that fails leaves nothing, and the same name works at once', async t => {
  const { tenants, master } = await openTenants(t)
  const user_id = await newUser(tenants)
  const none = { databases: 0, roles: 0, rows: 0 }
  const make = (): Promise<unknown> => createStudio(tenants, { name: 'Encore', owner: { user_id } })

  await t.rejects(createStudio(tenants, { name: 'Encore', owner: { user_id: 999 } }), { message: 'not_found' })
  t.same(await traces(tenants, master), none, 'no such owner')
  // A name that PostgreSQL will not have: the registry's own row fails.
  await t.rejects(createStudio(tenants, { name: 'x'.repeat(200), owner: { user_id } }))
  t.same(await traces(tenants, master), none, 'the row')

  const next = await nextId(master)
  await run(master, `create database ${tenants.name}_${next + 1} template template0 strategy file_copy`)
  await t.rejects(make(), /already exists/)
  t.same(await traces(tenants, master), none, 'the database')

  await run(
    master,
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'the commit fails'; end $$`
  )
  await run(
    master,
    `create constraint trigger late after insert on organization_members deferrable initially deferred for each row execute function refuse()`
  )
  await t.rejects(make(), /the commit fails/)
  t.same(await traces(tenants, master), none, 'the commit')
  await run(master, `drop trigger late on organization_members`)

  t.match(await make(), { slug: 'encore' })
  t.same(await listOrphans(tenants), [])
})

t.test('a template that is missing is built again', async t => {
  const { tenants, master } = await openTenants(t)
  await run(master, `update database_servers set template = 'no_such_template_${tenants.version}'`)
  const studio = await createStudio(tenants, { name: 'Encore', owner: { user_id: await newUser(tenants) } })
  t.same(await tenants.db(studio)('people').pluck('name'), ['Claire'])
  t.match(await run(master, 'select template from database_servers'), [
    { template: `${tenants.name}_template_${tenants.version}` }
  ])
})

t.test('a template over which somebody was killed is built anew, whoever is still inside', async t => {
  const { tenants, master } = await openTenants(t)
  const template = `${tenants.name}_template_${tenants.version}`
  await run(master, `update database_servers set template = null`)
  await run(master, `create database "${template}"`)
  const inside = new Client({ ...master, database: template })
  inside.on('error', () => {}) // it is thrown out
  await inside.connect()
  const studio = await createStudio(tenants, { name: 'Encore', owner: { user_id: await newUser(tenants) } })
  t.same(await tenants.db(studio)('people').pluck('name'), ['Claire'])
})

t.test('what a killed process left is removed by the next one that makes a studio', async t => {
  const { tenants, master } = await openTenants(t)
  const user_id = await newUser(tenants)
  const script = `
    const at = path => import(new URL(path, ${JSON.stringify(import.meta.url)}))
    const [{ Connections }, { Tenants }, { secrets }, { createStudio }, { studioMigrations }] = await Promise.all(
      ['database/connections', 'database/tenants', 'secrets', 'database/provision', 'database/migrate'].map(name => at('../../core/' + name + '.ts')))
    const tenants = new Tenants({ connections: new Connections(), master: ${JSON.stringify(master)},
      secrets: secrets('a secret for tests that is long enough'), migrations: studioMigrations([]) })
    for (;;) await Promise.all([1, 2, 3, 4].map(() => createStudio(tenants, { name: 'Crash', owner: { user_id: ${user_id} } }).then(() => console.log('one'))))`
  let left = 0
  for (const pause of [1, 23, 41, 67]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    await once(child.stdout, 'data')
    await sleep(pause)
    child.kill('SIGKILL')
    await once(child, 'exit')
    left += (await listOrphans(tenants)).filter(({ unfinished }) => unfinished).length
  }
  t.not(left, 0, 'there was something to remove')
  await waitUntilQuiet(master)
  await createStudio(tenants, { name: 'After', owner: { user_id } })
  t.same(await listOrphans(tenants), [])
  const rows = await tenants.master('tenant_databases').pluck<string[]>('database')
  t.same(await traces(tenants, master), { databases: rows.length, roles: rows.length, rows: rows.length })
})

t.test('a studio that was in use is never removed for lack of a row', async t => {
  const { tenants, master } = await openTenants(t)
  const owner = { user_id: await newUser(tenants) }
  const { id, database } = await createStudio(tenants, { name: 'Perdu', owner })
  await tenants.master('organizations').where({ id }).delete() // as after restoring an older registry
  await createStudio(tenants, { name: 'Autre', owner })
  t.same(await listOrphans(tenants), [{ server: 'main', database, organization_id: id, unfinished: false }])
  t.match(await traces(tenants, master), { databases: 2 })
})

t.test('a studio role gets nowhere but into its own tables', async t => {
  const { tenants, master } = await openTenants(t)
  const owner = { user_id: await newUser(tenants) }
  const [mine, other] = [
    await createStudio(tenants, { name: 'Mine', owner }),
    await createStudio(tenants, { name: 'Other', owner })
  ]
  const as = (database: string, sql: string): Promise<unknown> => run({ ...master, user: mine.role, database }, sql)
  await as(mine.database, 'select * from people')
  await run({ ...master, database: other.database }, 'select 1')
  const denied = { code: '42501' }
  await t.rejects(as(other.database, 'select 1'), denied)
  await t.rejects(as(mine.database, 'create table mine (n int)'), denied)
  await t.rejects(as(mine.database, 'create temporary table mine (n int)'), denied)
  await t.rejects(as(mine.database, 'drop table people'), denied)
  await t.rejects(as(mine.database, 'alter table people add column x int'), denied)
  await t.rejects(as(mine.database, 'truncate people'), denied)
  await t.rejects(as(mine.database, 'create schema mine'), denied)
  await t.rejects(as(mine.database, 'select * from knex_migrations'), denied)
  await t.rejects(as(mine.database, 'create role another'), denied)
  await t.rejects(as(mine.database, `set role ${other.role}`), denied)
  await t.rejects(as(mine.database, `copy people to program 'id'`), denied)
  await t.rejects(as('postgres', `create database another`), denied)
})

t.test('an administrator who is not a superuser is enough', async t => {
  const { tenants: given, master } = await openTenants(t)
  const admin = `${given.name}_admin`
  await run(
    master,
    `create role ${admin} login createdb createrole; grant patchbay_studio to ${admin} with admin option`
  )
  for (const { name } of await run(
    master,
    `select format('%I', tablename) as name from pg_tables where schemaname = 'public'`
  )) {
    await run(master, `alter table ${String(name)} owner to ${admin}`)
  }
  const { connections, secrets, migrations } = given
  await connections.close()
  const { tenants } = await reopen(t, { secrets, migrations, master: { ...master, user: admin } })
  await tenants.master('database_servers').update({ template: null }) // so that it builds its own
  tenants.forgetServers()
  const studio = await createStudio(tenants, { name: 'Modeste', owner: { user_id: await newUser(tenants) } })
  t.match(await tenants.db(studio)('people').select('name'), [{ name: 'Claire' }])
  const visitor = new Client({ ...master, user: studio.role, database: studio.database })
  visitor.on('error', () => {}) // it is about to be thrown out
  await visitor.connect()
  await deleteStudio(tenants, studio.id)
  t.same(await run(master, `select 1 from pg_database where datname = '${studio.database}'`), [])
})

t.test('studios live on several servers, and a lost one takes no other with it', async t => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-second-'))
  fs.chmodSync(dataDir, 0o755)
  const second = await startPostgres({ dataDir, settings: TEST_SETTINGS, onTrouble() {} })
  t.teardown(async () => {
    await second.stop()
    fs.rmSync(dataDir, { recursive: true })
  })
  const { tenants } = await openTenants(t, { warn() {} })
  const { host, user, database } = second.connection
  const server = await tenants.addServer({
    name: 'second',
    url: `postgres://${user}@${encodeURIComponent(String(host))}/${database}`
  })
  const owner = { user_id: await newUser(tenants) }
  const first = await createStudio(tenants, { name: 'Premier', owner, server: 1 })
  const far = await createStudio(tenants, { name: 'Second', owner })
  t.equal(far.server_id, server.id, 'the server with the fewest takes the next')
  t.equal(first.server_id, 1)
  t.match(await run({ ...second.connection, database: far.database }, 'select name from people'), [{ name: 'Claire' }])
  t.same(await tenants.db(far)('people').pluck('name'), ['Claire'])

  await second.stop()
  await t.rejects(tenants.db(far)('people').pluck('name'), unavailable())
  await t.rejects(createStudio(tenants, { name: 'Perdu', owner, server: server.id }), unavailable())
  t.same(await tenants.db(first)('people').pluck('name'), ['Claire'])
  t.match(await createStudio(tenants, { name: 'Troisième', owner, server: 1 }), { slug: 'troisieme' })

  const again = await startPostgres({ dataDir, settings: TEST_SETTINGS })
  t.teardown(() => again.stop())
  t.same(await tenants.db(far)('people').pluck('name'), ['Claire'], 'it comes back without a restart of ours')
  await deleteStudio(tenants, far.id)
})

t.test('a registry entry is remembered, forgotten, and touched once a minute', async t => {
  const { tenants } = await openTenants(t)
  const studio = await createStudio(tenants, { name: 'Avant', owner: { user_id: await newUser(tenants) } })
  let asked = 0
  tenants.master.on('query', ({ sql }: { sql: string }) => (asked += /"organizations"/.test(sql) ? 1 : 0))
  await Promise.all(Array.from({ length: 20 }, () => tenants.find('avant')))
  t.equal(asked, 1)
  await tenants.master('organizations').where({ id: studio.id }).update({ name: 'Après' })
  t.match(await tenants.find('avant'), { name: 'Avant' })
  tenants.forget(studio.id)
  t.match(await tenants.find('avant'), { name: 'Après' })
  t.same(
    await tenants
      .db({ ...studio })('people')
      .pluck('name'),
    ['Claire'],
    'a copy of the studio will do'
  )

  await tenants.master('tenant_databases').update({ last_active_at: '2020-01-01' })
  const lastUse = (): Promise<Date[]> => tenants.master('tenant_databases').pluck<Date[]>('last_active_at')
  tenants.touch(studio)
  for (let tries = 0; tries < 100 && (await lastUse())[0]?.getUTCFullYear() === 2020; tries++) await sleep(10)
  t.not((await lastUse())[0]?.getUTCFullYear(), 2020)
  await tenants.master('tenant_databases').update({ last_active_at: '2020-01-01' })
  tenants.touch(studio)
  await sleep(50)
  t.equal((await lastUse())[0]?.getUTCFullYear(), 2020)
})

async function reopen(
  t: Test,
  given: { secrets: Tenants['secrets']; migrations: Tenants['migrations']; master: Server }
) {
  const { Connections } = await import('../../core/database/connections.ts')
  const connections = new Connections()
  t.teardown(() => connections.close())
  return { tenants: new Tenants({ connections, ...given }) }
}

async function nextId(master: Server): Promise<number> {
  const [row] = await run(
    master,
    `select coalesce(last_value, 0)::int as n from pg_sequences where sequencename = 'organizations_id_seq'`
  )
  return Number(row?.['n'])
}

/** Sessions of a killed process go on until their statement ends. */
async function waitUntilQuiet(master: Server): Promise<void> {
  const busy = `select 1 from pg_stat_activity where datname = '${master.database}' and application_name = 'patchbay' and state <> 'idle'`
  for (let tries = 0; tries < 200 && (await run(master, busy)).length > 0; tries++) await sleep(10)
}
