import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import t, { type Test } from 'tap'
import { requireVersion, startPostgres, TEST_SETTINGS, type Postgres } from '../../core/database/postgres.ts'

const driver = import.meta.resolve('../../core/database/postgres.ts')

/** A folder that root's unprivileged PostgreSQL can reach, and that goes away with the test. */
function folder(t: Test): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-pg-'))
  fs.chmodSync(made, 0o755)
  t.teardown(() => fs.rmSync(made, { recursive: true, force: true }))
  return made
}

const start = (dataDir: string, onTrouble?: (sentence: string) => void): Promise<Postgres> =>
  startPostgres({ dataDir, settings: TEST_SETTINGS, ...(onTrouble && { onTrouble }) })

async function ask(connection: ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const postmaster = (dataDir: string): number =>
  Number(fs.readFileSync(path.join(dataDir, 'pg18/postmaster.pid'), 'utf8').split('\n')[0])

type Other = { child: ChildProcess; started: boolean; stopped: Promise<boolean> }

/** Another process that joins the server, says so, and leaves it when its standard input ends. */
async function otherProcess(dataDir: string): Promise<Other> {
  const script = `
    const { startPostgres, TEST_SETTINGS } = await import(${JSON.stringify(driver)})
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: TEST_SETTINGS })
    console.log(server.started)
    process.stdin.resume().on('end', async () => console.log(await server.stop()))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line]: unknown[] = await once(child.stdout, 'data')
  const stopped = once(child.stdout, 'data').then(([line]) => String(line).trim() === 'true')
  stopped.catch(() => {}) // a killed one never says
  return { child, started: String(line).trim() === 'true', stopped }
}

t.test('makes its data folder, serves on a socket only, and stops', async t => {
  const dataDir = folder(t)
  const server = await start(dataDir)
  t.equal(server.started, true)
  const [row] = await ask(
    server.connection,
    'select current_database() as name, current_setting($$listen_addresses$$) as tcp'
  )
  t.same(row, { name: 'patchbay', tcp: '' })
  await requireVersion(server.connection)
  t.equal(await server.stop(), true)
  t.equal(await server.stop(), false, 'stopping twice is harmless')
  await t.rejects(ask(server.connection, 'select 1'), { code: 'ENOENT' })
})

t.test('keeps its data over a kill -9 of the server, which it brings back by itself', async t => {
  const dataDir = folder(t)
  const heard: string[] = []
  const server = await startPostgres({ dataDir, onTrouble: sentence => heard.push(sentence) })
  await ask(server.connection, 'create table kept (n int); insert into kept values (7)')
  process.kill(postmaster(dataDir), 'SIGKILL')
  const deadline = Date.now() + 20_000
  while (heard.length === 0 && Date.now() < deadline) await sleep(20)
  t.same(heard, ['PostgreSQL had stopped and runs again.'])
  t.same(await ask(server.connection, 'select n from kept'), [{ n: 7 }])
  t.equal(await server.stop(), true)
})

t.test('processes on one folder share the server, and the last one out stops it', async t => {
  const dataDir = folder(t)
  const others = await Promise.all([otherProcess(dataDir), otherProcess(dataDir), otherProcess(dataDir)])
  t.equal(others.filter(other => other.started).length, 1, 'of several first starts at once, one starts the server')
  const server = await start(dataDir)
  t.equal(server.started, false)
  const [first, second, third] = others
  first.child.kill('SIGKILL')
  second.child.stdin?.end()
  t.equal(await second.stopped, false, 'others use it')
  t.equal(await server.stop(), false)
  third.child.stdin?.end()
  t.equal(await third.stopped, true, 'the killed one does not count any more')
})

t.test('a server whose users were all killed is found again', async t => {
  const dataDir = folder(t)
  const other = await otherProcess(dataDir)
  const pid = postmaster(dataDir)
  other.child.kill('SIGKILL')
  await once(other.child, 'exit')
  const server = await start(dataDir)
  t.equal(server.started, false)
  t.equal(postmaster(dataDir), pid)
  t.equal(await server.stop(), true)
})

t.test('a lock left behind does not stop the start, though its number now belongs to another process', async t => {
  const dataDir = folder(t)
  const server = await start(dataDir)
  const left = fs.readFileSync(path.join(dataDir, 'pg18/postmaster.pid'), 'utf8')
  await server.stop()
  // A process of the same user as PostgreSQL: that is the case PostgreSQL itself does not solve.
  const { uid, gid } = fs.statSync(path.join(dataDir, 'pg18'))
  const sleeper = spawn('sleep', ['60'], { uid, gid })
  t.teardown(() => sleeper.kill())
  const lock = left.replace(/^\d+/, String(sleeper.pid))
  for (const file of ['postmaster.pid', 'sock/.s.PGSQL.5432.lock']) {
    fs.writeFileSync(path.join(dataDir, 'pg18', file), lock)
    fs.chownSync(path.join(dataDir, 'pg18', file), uid, gid)
  }
  const again = await start(dataDir)
  t.equal(again.started, true)
  t.equal(await again.stop(), true)
})

t.test('a path too long for a socket works', async t => {
  const dataDir = path.join(folder(t), 'a-long-name'.repeat(10))
  const server = await start(dataDir)
  t.same(await ask(server.connection, 'select 1 as one'), [{ one: 1 }])
  t.equal(await server.stop(), true)
  fs.rmSync(String(server.connection.host), { recursive: true, force: true })
})

t.test(
  'root can keep the data below a folder that is closed to others',
  { skip: process.getuid?.() !== 0 },
  async t => {
    const closed = folder(t)
    fs.chmodSync(closed, 0o700)
    const server = await start(path.join(closed, 'data'))
    t.same(await ask(server.connection, 'select 1 as one'), [{ one: 1 }])
    t.equal(await server.stop(), true)
  }
)

t.test('a folder in the way and a server that cannot run are said plainly', async t => {
  const dataDir = folder(t)
  fs.mkdirSync(path.join(dataDir, 'pg18'))
  fs.writeFileSync(path.join(dataDir, 'pg18/somebody-elses'), '')
  await t.rejects(start(dataDir), /is in the way: it is not empty and holds no database/)
  await t.rejects(
    startPostgres({ dataDir: folder(t), settings: { max_connections: 'many' } }),
    /could not be started .* log says why/
  )
})

t.test('a server older than 16 is refused with what to do', async t => {
  const old = net.createServer(socket => {
    const message = (type: string, body: Buffer): Buffer => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(body.length + 4)
      return Buffer.concat([Buffer.from(type), length, body])
    }
    const ready = message('Z', Buffer.from('I'))
    const column = Buffer.concat([Buffer.from([0, 1]), Buffer.from('server_version_num\0'), Buffer.alloc(18)])
    const answer = [
      message('T', column),
      message('D', Buffer.from('\0\x01\0\0\0\x06150003')),
      message('C', Buffer.from('SHOW\0'))
    ]
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]))
      socket.once('data', () => socket.write(Buffer.concat([...answer, ready])))
    })
  })
  old.listen(0, '127.0.0.1')
  await once(old, 'listening')
  t.teardown(() => old.close())
  const { port } = old.address() as net.AddressInfo
  const refusal = /PostgreSQL 16 or newer is needed, but the server at 127.0.0.1 is 15.3/
  await t.rejects(requireVersion({ host: '127.0.0.1', port, user: 'me', database: 'mine' }), refusal)
})
