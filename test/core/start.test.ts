import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'

const root = path.resolve(import.meta.dirname, '../..')

/** A process of the application, as `npm start` starts it. */
interface Running {
  address: string
  /** All it has printed. */
  printed: () => string
  /** Sends a signal and waits for the end. */
  end: (signal: NodeJS.Signals) => Promise<{ code: number | null; ms: number }>
}

function launch(file: string, args: string[], env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [path.join(root, 'core/bin', file), ...args], {
    cwd: root,
    env: { PATH, HOME, ...env }
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const ended = new Promise<number | null>(resolve => void child.on('close', resolve))
  return { child, ended, printed: () => printed }
}

/** Starts it and waits until it has said where it is. */
async function start(t: Test, DATA_DIR: string, settings: Record<string, string> = {}): Promise<Running> {
  const port = await freePort()
  const { child, ended, printed } = launch('start.ts', [], {
    DATA_DIR,
    PORT: String(port),
    LOG_LEVEL: 'warn',
    ...settings
  })
  t.teardown(() => void child.kill('SIGKILL'))
  let over = false
  void ended.then(() => (over = true))
  for (let tries = 0; !printed().includes('Patchbay is at'); tries++) {
    if (over || tries > 2400) throw new Error(`It did not start:\n${printed()}`)
    await sleep(50)
  }
  return {
    address: `http://localhost:${port}`,
    printed,
    async end(signal) {
      const since = performance.now()
      child.kill(signal)
      return { code: await ended, ms: performance.now() - since }
    }
  }
}

async function patchbay(DATA_DIR: string, ...words: string[]): Promise<Record<string, unknown>> {
  const { ended, printed } = launch('patchbay.ts', [...words, '--json'], { DATA_DIR })
  if ((await ended) !== 0) throw new Error(`patchbay ${words.join(' ')}:\n${printed()}`)
  return JSON.parse(printed().slice(printed().indexOf('{'))) as Record<string, unknown>
}

function freePort(): Promise<number> {
  const server = net.createServer()
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** PostgreSQL's process, as its lock file names it; undefined when it is stopped. */
function postmaster(DATA_DIR: string): number | undefined {
  const file = path.join(DATA_DIR, 'pg18/postmaster.pid')
  return fs.existsSync(file) ? Number(fs.readFileSync(file, 'utf8').split('\n')[0]) : undefined
}

/** A process that nobody has waited for keeps its entry, but has no command line any more. */
function isRunning(pid: number | undefined): boolean {
  const file = `/proc/${pid}/cmdline`
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8') !== ''
}

/** The folder of an installation; at the end nothing runs in it. */
function dataFolder(t: Test): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-start-'))
  fs.chmodSync(folder, 0o755) // when root runs this, PostgreSQL runs as somebody else and must get in
  t.teardown(() => {
    const pid = postmaster(folder)
    if (pid && isRunning(pid)) process.kill(pid, 'SIGKILL')
    fs.rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

t.test('the first start makes a demo and says how to get in; the last process out stops PostgreSQL', async t => {
  const DATA_DIR = dataFolder(t)
  const first = await start(t, DATA_DIR)
  const [, email = '', password = ''] = /Sign in with (\S+) and the password (\S+)/.exec(first.printed()) ?? []
  t.match(first.printed(), `Patchbay is at ${first.address}`)
  t.match(email, /@demo\.test$/)

  const get = async (path: string) => {
    const answer = await fetch(first.address + path, { redirect: 'manual' })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }
  t.match(await get('/-/health'), { status: 200, type: /json/, text: '{"status":"alive"}' })
  t.match(await get('/-/ready'), { status: 200, text: '{"status":"ready"}' })
  t.match(await get('/-/metrics'), { status: 200, type: /text\/plain/, text: /patchbay_request_seconds_bucket/ })
  const entered = await fetch(`${first.address}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: first.address },
    body: new URLSearchParams({ email, password })
  })
  t.equal(entered.status, 303, 'what was printed lets somebody in')
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const today = await fetch(`${first.address}/s/demo/`, { headers: { cookie } })
  t.equal(today.status, 200)
  t.match(await today.text(), 'Studio Belleville')

  const second = await start(t, DATA_DIR)
  t.notMatch(second.printed(), 'Making the demo studio', 'it is made once')
  t.equal((await fetch(`${second.address}/s/demo/`, { headers: { cookie } })).status, 200, 'both share one server')
  t.match(
    await patchbay(DATA_DIR, 'studio', 'list'),
    { studios: [{ slug: 'demo', members: 6 }] },
    'and so does the command line'
  )
  await patchbay(DATA_DIR, 'studio', 'suspend', 'demo')
  t.equal(
    (await fetch(`${second.address}/s/demo/`, { headers: { cookie } })).status,
    403,
    'what it does takes effect at once'
  )
  await patchbay(DATA_DIR, 'studio', 'resume', 'demo')

  const left = await first.end('SIGTERM')
  t.equal(left.code, 0)
  t.ok(left.ms < 9000, 'within the time a supervisor waits')
  t.equal((await fetch(`${second.address}/-/ready`)).status, 200, 'the server goes on for who still uses it')
  const pid = postmaster(DATA_DIR)
  t.match(await second.end('SIGTERM'), { code: 0 })
  t.equal(postmaster(DATA_DIR), undefined)
  for (let tries = 0; isRunning(pid) && tries < 100; tries++) await sleep(20) // its lock file goes a moment before it does
  t.notOk(isRunning(pid), 'no process is left')
})

t.test('killed with its PostgreSQL, it starts again with everything that was acknowledged', async t => {
  const DATA_DIR = dataFolder(t)
  const first = await start(t, DATA_DIR, { DEMO: 'off' })
  t.notMatch(first.printed(), 'Sign in with')
  await patchbay(DATA_DIR, 'studio', 'create', '--name', 'Studio Un', '--owner', 'zoe@example.test')
  process.kill(postmaster(DATA_DIR) ?? 0, 'SIGKILL')
  await first.end('SIGKILL')

  const again = await start(t, DATA_DIR, { DEMO: 'off' })
  t.equal((await fetch(`${again.address}/-/ready`)).status, 200)
  t.match(await patchbay(DATA_DIR, 'studio', 'show', 'studio-un'), {
    studio: { owners: [{ email: 'zoe@example.test' }] }
  })
  t.match(await again.end('SIGINT'), { code: 0 })
  t.equal(postmaster(DATA_DIR), undefined)
})

t.test('a wrong setting stops the start with the name of the variable and what it should be', async t => {
  const taken = net.createServer()
  await new Promise<void>(resolve => void taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => void taken.close())
  const wrong: [Record<string, string>, RegExp][] = [
    [{ PORT: '99999' }, /PORT must be 65535 or less/],
    [{ DEMO: 'perhaps', WORKERS: 'many' }, /DEMO must be on or off\nWORKERS must be a number/],
    [{ DATABASE_URL: 'postgres://localhost/patchbay' }, /SECRET is required with DATABASE_URL/],
    [{ DATABASE_URL: 'postgres://x@127.0.0.1:1/x', SECRET: 'x'.repeat(32) }, /DATABASE_URL: .*ECONNREFUSED/]
  ]
  await Promise.all(
    wrong.map(async ([env, sentence]) => {
      const { ended, printed } = launch('start.ts', [], { DATA_DIR: t.testdirName, ...env })
      t.equal(await ended, 1)
      t.match(printed(), sentence)
      t.match(printed(), '.env.example')
      t.notMatch(printed(), /^ +at /m, 'no stack trace')
    })
  )
  const DATA_DIR = dataFolder(t)
  const { ended, printed } = launch('start.ts', [], {
    DATA_DIR,
    DEMO: 'off',
    PORT: String((taken.address() as net.AddressInfo).port)
  })
  t.equal(await ended, 1)
  t.match(printed(), /PORT \d+ is in use on 127\.0\.0\.1/)
  t.equal(postmaster(DATA_DIR), undefined, 'it leaves no server behind')
})
