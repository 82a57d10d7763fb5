import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { ClientConfig } from 'pg'
import t, { type Test } from 'tap'
import { addressOf, Connections, type Limits, type ServerStats } from '../../core/database/connections.ts'
import { Failure, unavailable } from '../../core/errors.ts'
import { rowsOf, together } from '../../core/database/reading.ts'
import { startPostgres, TEST_SETTINGS, type Postgres } from '../../core/database/postgres.ts'
import { newMaster, run, type Server } from '../cluster.ts'

type Databases = {
  db: Knex[]
  connections: Connections
  address: Server
  names: string[]
  sessions: () => Promise<number>
}

/** `count` empty databases on the run's server, and a pool over them with these limits. */
async function open(t: Test, count: number, limits: Partial<Limits> = {}): Promise<Databases> {
  const address = await newMaster(t)
  const names = Array.from({ length: count }, (_, number) => `${address.database}_${number}`)
  for (const name of names) await run(address, `create database ${name} template template0 strategy file_copy`)
  const connections = new Connections(limits)
  t.teardown(() => connections.close())
  const db = names.map(database => connections.knex({ server: 's', database, connect: address }))
  const counting = `select count(*)::int as n from pg_stat_activity where datname like '${address.database}\\_%'`
  const sessions = async (): Promise<number> => Number((await run(address, counting))[0]?.['n'])
  return { db, connections, address, names, sessions }
}

const slowly = (db: Knex | undefined, seconds: number): Promise<unknown> =>
  Promise.resolve(db?.raw('select pg_sleep(?)', [seconds]))

async function rows(db: Knex | undefined, sql: string): Promise<Record<string, unknown>[]> {
  return (await db?.raw<{ rows: Record<string, unknown>[] }>(sql))?.rows ?? []
}

function stats(connections: Connections): ServerStats {
  const [first] = connections.stats()
  if (!first) throw new Error('no server was used')
  return first
}

t.test('connections are opened on demand, shared, and closed when nobody uses them', async t => {
  const { db, connections, sessions } = await open(t, 2, { idleMs: 200 })
  t.same(connections.stats(), [])
  t.equal(await sessions(), 0)
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => slowly(db[0], 0.02)))
  await slowly(db[1], 0)
  t.match(stats(connections), { open: 5, idle: 5, waiting: 0, databases: 2, opened: 5 })
  t.equal(await sessions(), 5, 'four to one database, one to the other')
  for (let tries = 0; tries < 300 && (await sessions()) > 0; tries++) await sleep(10)
  t.equal(await sessions(), 0)
  t.match(stats(connections), { open: 0, idle: 0, databases: 0 })
})

t.test('the cap of a server holds over all databases; the one unused for longest makes room', async t => {
  const { db, connections, sessions } = await open(t, 6, { perServer: 3 })
  let most = 0
  const watch = setInterval(() => void sessions().then(now => (most = Math.max(most, now))), 5)
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(
      db.map((one, number) => one.select(one.raw('?::int as n', [number])).then(rows => rows))
    )
    t.same(
      answers.flat(),
      [0, 1, 2, 3, 4, 5].map(n => ({ n }))
    )
  }
  clearInterval(watch)
  t.ok(most <= 3, `never more than three sessions: ${most}`)
  t.not(stats(connections).evicted, 0)

  await slowly(db[0], 0)
  await slowly(db[1], 0)
  await slowly(db[2], 0)
  await sleep(10)
  const { opened } = stats(connections)
  await slowly(db[5], 0)
  await slowly(db[1], 0)
  await slowly(db[2], 0)
  t.equal(stats(connections).opened, opened + 1, 'the youngest two were kept')
})

t.test('at the cap a database waits for its own connection, and nobody is passed over', async t => {
  const { db, connections } = await open(t, 3, { perServer: 2, perDatabase: 2 })
  const order: string[] = []
  await Promise.all([slowly(db[0], 0), slowly(db[1], 0)])
  const first = slowly(db[0], 0.15)
  const second = slowly(db[1], 0.15)
  const waiting = [
    slowly(db[2], 0.01).then(() => order.push('newcomer')),
    ...[1, 2, 3].map(() => slowly(db[0], 0.05).then(() => order.push('own')))
  ]
  await Promise.all([first, second, ...waiting])
  t.equal(order.length, 4)
  t.ok(order.indexOf('newcomer') <= 1, `the newcomer came first and did not starve: ${order.join(' ')}`)
  t.equal(stats(connections).timed_out, 0)
})

t.test('a noisy database does not hold up the others', async t => {
  const { db } = await open(t, 3, { perServer: 10, waitMs: 20_000 })
  let over = 0
  const noise = Array.from({ length: 200 }, () => slowly(db[0], 0.02).then(() => over++))
  await Promise.all([slowly(db[1], 0), slowly(db[2], 0)])
  t.ok(over < 150, `served when ${over} of two hundred statements of the noisy one were over`)
  await Promise.all(noise)
})

t.test('who waits too long gets a 503, in time', async t => {
  const { db, connections } = await open(t, 2, { perServer: 1, waitMs: 500 })
  await slowly(db[0], 0)
  const long = slowly(db[0], 2)
  const start = performance.now()
  await t.rejects(slowly(db[1], 0), unavailable())
  await t.rejects(slowly(db[0], 0), unavailable())
  t.ok(performance.now() - start < 1_900, 'before the long one was over')
  await long
  await slowly(db[1], 0)
  t.equal(stats(connections).timed_out, 2)
})

t.test('a transaction keeps its connection, and gives it back whatever happens', async t => {
  const { db, connections } = await open(t, 1)
  const [one] = db
  await one?.raw('create table kept (n int)')
  await one?.transaction(async trx => {
    await trx('kept').insert({ n: 1 })
    await t.rejects(
      trx.transaction(async inner => inner.raw('select 1 / 0')),
      { code: '22012' }
    )
    await trx('kept').insert({ n: 2 })
  })
  const changed = one?.transaction(async trx => {
    await trx('kept').insert({ n: 3 })
    throw new Error('changed my mind')
  })
  await t.rejects(Promise.resolve(changed), { message: 'changed my mind' })
  t.same(await one?.('kept').pluck('n'), [1, 2])
  const left = await one?.transaction() // and never finished
  await left?.raw('select 1')
  t.match(stats(connections), { open: 1, idle: 0 })
  await left?.rollback()
  t.match(stats(connections), { open: 1, idle: 1 })
  await one?.raw('begin')
  t.match(stats(connections), { idle: 0 }, 'one that comes back inside a transaction is closed')
})

t.test('values come out as the rest of the code expects them, in sessions with limits', async t => {
  const { db, connections, address, names } = await open(t, 1)
  const sql = `select 9007199254740991::int8 as big, '2026-03-29'::date as day, '2026-03-29T01:30:00+01:00'::timestamptz as at, 1.50 as amount,
    array[1::int8, null] as bigs, array['2026-03-29'::date] as days, null::int8 as nothing, '{"a": 1}'::jsonb as json`
  const expected = {
    big: 9007199254740991,
    day: '2026-03-29',
    at: new Date('2026-03-29T00:30:00Z'),
    amount: '1.50',
    bigs: [1, null],
    days: ['2026-03-29'],
    nothing: null,
    json: { a: 1 }
  }
  t.same(await rows(db[0], sql), [expected])
  const settings = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'timezone']
  const asking = `select ${settings.map(name => `current_setting('${name}') as ${name}`).join(', ')}`
  t.same(await rows(db[0], asking), [
    { statement_timeout: '5s', lock_timeout: '4s', idle_in_transaction_session_timeout: '10s', timezone: 'UTC' }
  ])
  const work = connections.knex({ server: 's', database: names[0] ?? '', connect: address, pace: 'work' })
  t.match(await rows(work, asking), [{ statement_timeout: '0', lock_timeout: '10s' }])
})

t.test('statements with parameters are prepared once, under a name', async t => {
  const { db } = await open(t, 1)
  const [one] = db
  await one?.raw('create table rooms (id int, name text)')
  for (const id of [1, 2, 3]) await one?.('rooms').where({ id }).first()
  await one?.transaction(async trx => trx('rooms').where({ id: 4 }).first())
  await one?.('rooms').whereIn(
    'id',
    Array.from({ length: 60 }, (_, number) => number)
  )
  const prepared = await one?.('pg_prepared_statements')
    .where('statement', 'like', '%rooms%')
    .select('name', 'statement', one.raw('generic_plans + custom_plans as plans'))
  t.match(prepared, [{ name: /^p[\w-]{22}$/, statement: 'select * from "rooms" where "id" = $1 limit $2', plans: 4 }])
  t.equal(prepared?.length, 1, 'not the long list')
})

t.test('builders are made upon one, and share neither database nor listeners', async t => {
  const { db } = await open(t, 2)
  const [one, other] = db
  if (!one || !other) throw new Error('no databases')
  const heard: string[] = []
  const note = ({ sql }: { sql: string }) => void heard.push(sql)
  t.equal(one.on('query', note), one, 'as knex answers')
  const nameOf = async (db: Knex) =>
    (await db.select(db.raw('current_database() as name')).first<{ name: string }>()).name
  t.not(await nameOf(one), await nameOf(other))
  t.equal(heard.length, 1, 'of its own alone')
  await one.transaction(async trx => {
    await other.raw('select 2')
    t.equal(await nameOf(trx as unknown as Knex), await nameOf(one))
  })
  t.same(heard.length, 5, 'and of its transactions')
  t.same([one.listenerCount('query'), other.listenerCount('query')], [1, 0])
  one.off('query', note)
  await nameOf(one)
  t.equal(heard.length, 5)
})

t.test('reads together take one connection and one trip, and each keeps to itself', async t => {
  const { db, connections } = await open(t, 1)
  const [one] = db
  if (!one) throw new Error('no database')
  const asked: string[] = []
  one.on('query', ({ sql }: { sql: string }) => void asked.push(sql))
  let kept: Knex | undefined
  const [rows, first, later] = await together(one, db => {
    kept = db
    const twice = async () => [await rowsOf(db, 'select ?::int as n', [1]), await rowsOf(db, 'select 2 as n')]
    return [
      rowsOf<{ pid: number }>(db, 'select pg_backend_pid() as pid'),
      db.select(db.raw('pg_backend_pid() as pid')),
      twice()
    ]
  })
  t.same(later, [[{ n: 1 }], [{ n: 2 }]], 'one read may ask twice')
  t.same(first, rows, 'all over the same connection')
  t.match(stats(connections), { open: 1, idle: 1 }, 'which was given back')
  t.equal(asked.length, 4, 'whoever listens to the database hears of them')
  await t.rejects(rowsOf(kept as Knex, 'select 1'), /when the others were over/, 'it is not theirs any more')

  const started = performance.now()
  const failing = together(one, db => [
    rowsOf(db, 'select 1 / 0'),
    rowsOf(db, 'select pg_sleep(0.2)'),
    together(db, db => [rowsOf(db, 'select 1')])
  ])
  await t.rejects(failing, { code: '22012' })
  t.ok(performance.now() - started > 190, 'only when all were answered is the connection free for others')
  t.match(stats(connections), { open: 1, idle: 1 })

  await one.raw('create table noted (n int)')
  await one.transaction(async trx => {
    await trx('noted').insert({ n: 7 })
    const [noted, within] = await together(trx, trx => [trx('noted').pluck('n'), rowsOf(trx, 'select n from noted')])
    t.same([noted, within], [[7], [{ n: 7 }]], 'within a transaction they are part of it')
  })
  await t.rejects(rowsOf(one, 'select ?::int', [undefined]), /binding is undefined/)
})

t.test('after a migration no connection with statements of the old schema is used', async t => {
  const { db, connections, names, address } = await open(t, 1)
  const [one] = db
  await one?.raw('create table rooms (id int)')
  const ask = (): Promise<unknown> => Promise.resolve(one?.('rooms').where({ id: 1 }).select('*'))
  await ask()
  await run({ ...address, database: names[0] }, 'alter table rooms add column name text')
  await t.rejects(ask(), /cached plan must not change result type/, 'this is what happens otherwise')
  t.same(await ask(), [], 'but only once')

  const busy = slowly(one, 0.1)
  await sleep(30)
  await ask()
  await run({ ...address, database: names[0] }, 'alter table rooms add column colour text')
  await connections.recycle({ server: 's', database: names[0] ?? '' })
  t.match(stats(connections), { open: 1, idle: 0 })
  await busy
  t.same(await ask(), [])
  t.match(stats(connections), { open: 1, idle: 1 }, 'the busy one was closed when it came back')
})

t.test('a database that is missing, closed or locked answers 503, and the others go on', async t => {
  const { db, connections, address, names } = await open(t, 3)
  const missing = connections.knex({ server: 's', database: 'no_such_database', connect: address })
  const why = await missing.raw('select 1').catch((error: unknown) => error)
  t.ok(why instanceof Failure)
  t.match(why, { status: 503, key: 'unavailable', cause: { code: '3D000' } })
  const stranger = connections.knex({
    server: 'other',
    database: names[0] ?? '',
    connect: { ...address, user: 'nobody_here' }
  })
  await t.rejects(stranger.raw('select 1'), unavailable())
  const nowhere = connections.knex({
    server: 'nowhere',
    database: 'x',
    connect: { host: '127.0.0.1', port: 1, user: 'x' }
  })
  await t.rejects(nowhere.raw('select 1'), unavailable())

  await slowly(db[0], 0)
  await connections.recycle({ server: 's', database: names[0] ?? '' })
  await run(address, `alter database ${names[0]} rename to ${names[0]}_away`)
  await t.rejects(slowly(db[0], 0), unavailable())
  await slowly(db[1], 0)
  await run(address, `alter database ${names[0]}_away rename to ${names[0]}`)
  await slowly(db[0], 0)

  await db[2]?.raw('create table t (n int)')
  const locked = await db[2]?.transaction()
  await locked?.raw('lock table t')
  const waiting = await db[2]?.raw(`set lock_timeout = '50ms'; select * from t`).catch((error: unknown) => error)
  t.match(waiting, { status: 503, key: 'unavailable', cause: { code: '55P03' } })
  await locked?.rollback()
})

t.test('a session that the server ends is not used again', async t => {
  const { db, connections, address, names } = await open(t, 1)
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${names[0]}'`
  await slowly(db[0], 0)
  await run(address, end)
  for (let tries = 0; tries < 100 && stats(connections).open > 0; tries++) await sleep(5)
  t.match(stats(connections), { open: 0, idle: 0 }, 'an unused one is dropped at once')
  await slowly(db[0], 0)
  const inside = db[0]?.transaction(async trx => {
    await trx.raw('select 1')
    await slowly(trx, 2)
  })
  const under = Promise.allSettled([slowly(db[0], 2), inside])
  await sleep(50)
  await run(address, end)
  for (const outcome of await under)
    t.match(outcome, { status: 'rejected', reason: { status: 503, key: 'unavailable' } })
  await slowly(db[0], 0)
})

t.test('too many connections on the server is waited out', async t => {
  const { db, address, names } = await open(t, 1)
  await run(address, `create role ${names[0]} login connection limit 1`)
  await run(address, `grant connect on database ${names[0]} to ${names[0]}`)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const limited = connections.knex({ server: 's', database: names[0] ?? '', connect: { ...address, user: names[0] } })
  t.ok(db)
  await Promise.all([slowly(limited, 0.1), slowly(limited, 0.1), slowly(limited, 0.1)])
})

/** A server of the test's own, to be stopped, killed and frozen. */
async function ownServer(
  t: Test
): Promise<{ start: () => Promise<Postgres>; kill: (signal: NodeJS.Signals) => void; address: ClientConfig }> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-own-'))
  fs.chmodSync(dataDir, 0o755)
  const start = (): Promise<Postgres> => startPostgres({ dataDir, settings: TEST_SETTINGS, onTrouble() {} })
  const server = await start()
  t.teardown(async () => {
    await server.stop()
    fs.rmSync(dataDir, { recursive: true })
  })
  const kill = (signal: NodeJS.Signals): void => {
    process.kill(Number(fs.readFileSync(path.join(dataDir, 'pg18/postmaster.pid'), 'utf8').split('\n')[0]), signal)
  }
  return { start, kill, address: server.connection }
}

t.test('the process outlives a server that is killed under load: only answers and 503s, then all is well', async t => {
  const { kill, address } = await ownServer(t)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const db = connections.knex({ server: 's', database: 'patchbay', connect: address })
  const test = { going: true }
  const outcomes = { answers: 0, refusals: 0, others: [] as unknown[] }
  const load = Array.from({ length: 8 }, async () => {
    while (test.going) {
      try {
        await db.transaction(async trx => trx.raw('select ?::int', [1]))
        outcomes.answers++
      } catch (error) {
        if (error instanceof Failure && error.status === 503) outcomes.refusals++
        else outcomes.others.push(error)
        await sleep(20)
      }
    }
  })
  for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGINT'] as const) {
    await sleep(100)
    kill(signal) // the driver starts it again by itself
    const { answers } = outcomes
    for (let tries = 0; tries < 800 && outcomes.answers < answers + 50; tries++) await sleep(10)
    t.ok(outcomes.answers >= answers + 50, `back after ${signal}`)
  }
  test.going = false
  await Promise.all(load)
  t.same(outcomes.others, [])
  t.not(outcomes.refusals, 0)
})

t.test('a frozen server is a 503 in seconds, and works when it thaws', async t => {
  const { kill, address } = await ownServer(t)
  const connections = new Connections()
  t.teardown(() => connections.close())
  const db = connections.knex({ server: 's', database: 'patchbay', connect: address })
  const other = connections.knex({ server: 's', database: 'postgres', connect: address })
  await other.raw('select 1')
  const [session] = await rows(db, 'select pg_backend_pid() as pid')
  const pid = Number(session?.['pid'])
  kill('SIGSTOP')
  process.kill(pid, 'SIGSTOP')
  const start = performance.now()
  const asked = [
    db.raw('select 1'),
    db.transaction(async trx => trx.raw('select 1')),
    connections.knex({ server: 's', database: 'template1', connect: address }).raw('select 1')
  ]
  const answers = await Promise.allSettled(asked)
  for (const answer of answers) t.match(answer, { status: 'rejected', reason: { status: 503, key: 'unavailable' } })
  t.ok(
    performance.now() - start < 8_000,
    `one limit and not one after another: ${Math.round(performance.now() - start)} ms`
  )
  t.same((await other.raw('select 1 as one')).rows, [{ one: 1 }], 'whose session is not frozen goes on')
  process.kill(pid, 'SIGCONT')
  kill('SIGCONT')
  t.same((await db.raw('select 1 as one')).rows, [{ one: 1 }])
})

t.test('closing lets work finish, turns new work away, and leaves nothing open', async t => {
  const { db, connections, sessions } = await open(t, 2, { perDatabase: 1 })
  const under = slowly(db[0], 0.15)
  await sleep(50)
  const waiting = t.rejects(slowly(db[0], 0), unavailable())
  await slowly(db[1], 0)
  const closed = connections.close()
  await t.rejects(slowly(db[1], 0), unavailable())
  await Promise.all([under, waiting, closed])
  t.equal(await sessions(), 0)
})

t.test('an address is taken apart, sockets included', async t => {
  t.match(addressOf('postgres://me:p%40ss@db.example:5433/studios?sslmode=disable'), {
    host: 'db.example',
    port: 5433,
    user: 'me',
    password: 'p@ss',
    database: 'studios',
    ssl: false
  })
  t.match(addressOf('postgres://me@%2Frun%2Fpg/studios'), { host: '/run/pg', database: 'studios' })
})
