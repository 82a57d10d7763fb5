import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { filesOf, streamStored } from '../../../core/storage.ts'
import { openStudio } from '../../../test/helper.ts'
import { wav } from './sending.ts'
import installation from '../../../package.json' with { type: 'json' }

/**
 * A long file goes through a server that is killed while it comes and while it is filed: every byte arrives, once,
 * and the server takes little memory for it: under 300 MB in all where UPLOAD_GB says how many gigabytes come; else it is
 * 256 MB long.
 */

const root = join(import.meta.dirname, '../../..')
const mebibyte = 1024 ** 2
const whole = process.env['UPLOAD_GB'] ? Number(process.env['UPLOAD_GB']) * 1024 * mebibyte : 256 * mebibyte
const piece = 8 * mebibyte
const most = 300

t.setTimeout(700_000)

t.test('a long file through kill -9', async t => {
  const house = await openStudio(t, { work: false })
  const { db, studio, engineer, host, connection } = house
  const { user = '', host: socket = '', port = 5432, database = '' } = connection
  const [project] = await db('projects').insert({ title: 'Marées', kind: 'album' }).returning<{ id: number }[]>('id')
  const settings = {
    DATA_DIR: host.env.DATA_DIR,
    DATABASE_URL: `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(socket)}`,
    SECRET: 'a secret of the tests, long enough',
    DEMO: 'off',
    LOG_LEVEL: 'warn',
    MIGRATE: 'refuse',
    RATE_PER_MINUTE: '100000',
    PORT: String(await freePort())
  }
  let server = await start(t, settings)
  let highest = 0
  const sampling = setInterval(() => (highest = Math.max(highest, residentOf(server.pid))), 100)
  t.teardown(() => clearInterval(sampling))
  const ask = asker(Number(settings.PORT), `/s/${studio.slug}/mixes/uploads`, engineer.token)

  const metadata = { project_id: String(project?.id), name: 'Long.wav', kind: 'other' }
  const pairs = Object.entries(metadata).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
  const begun = await ask('POST', '', { 'upload-length': whole, 'upload-metadata': pairs.join(',') })
  t.equal(begun.status, 201)
  const key = String(begun.headers['location']).split('/').at(-1)

  const before = residentOf(server.pid)
  const since = performance.now()
  const kills = whole > 300 * mebibyte ? [whole * 0.3, whole * 0.7] : [whole * 0.5]
  let offset = 0
  while (offset < whole) {
    const content = bytesOf(offset, Math.min(piece, whole - offset))
    const killing = kills[0] !== undefined && offset >= kills[0] ? kills.shift() : undefined
    const sent = ask('PATCH', `/${key}`, { 'upload-offset': offset }, content).catch(() => undefined)
    if (killing !== undefined) {
      await sleep(8)
      server.kill()
      await sent
      server = await start(t, settings)
    }
    const answer = await sent
    if (answer?.status === 204) offset = Number(answer.headers['upload-offset'])
    else offset = await standing(ask, key ?? '')
  }
  const seconds = (performance.now() - since) / 1000
  await sleep(300)
  server.kill() // while it is hashed and filed
  server = await start(t, settings)
  const filed = await settled(() => db('uploads').where({ key }).first())
  clearInterval(sampling) // what follows is the analysis
  t.match(filed, { state: 'filed', same: false })

  const audio = await db('audio_files').where({ id: filed.audio_id }).first()
  const hash = createHash('sha256')
  const stored = await streamStored({ db, folder: filesOf(host.env, studio) }, audio.file_id)
  for await (const chunk of stored.stream) hash.update(chunk as Buffer)
  const meant = createHash('sha256')
  for (let at = 0; at < whole; at += piece) meant.update(bytesOf(at, Math.min(piece, whole - at)))
  const expected = meant.digest('hex')
  t.equal(hash.digest('hex'), expected, 'byte by byte')
  t.equal(audio.sha256.toString('hex'), expected)
  t.equal((await db('audio_files')).length, 1)
  // what a start weighs depends on what is compiled already; the limit itself is for the long run, by hand
  t.ok(highest - before < 100, `${highest} MB resident at most, ${before} before`)
  if (process.env['UPLOAD_GB']) t.ok(highest < most, `at most ${highest} MB resident`)
  t.comment(
    `${whole / mebibyte} MiB in ${seconds.toFixed(1)} s through kill -9, ${before} MB resident before, at most ${highest}`
  )
})

const noise = randomBytes(mebibyte)
const head = wav({ ms: 0, said: whole - 44 })

/** The file from `start` on: a WAV's head, then noise of which no mebibyte is as another. */
function bytesOf(start: number, length: number): Buffer {
  const content = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at += mebibyte - ((start + at) % mebibyte)) {
    const place = start + at
    const block = Buffer.from(noise)
    block.writeDoubleLE(Math.floor(place / mebibyte), 64)
    if (place < mebibyte) head.copy(block)
    block.copy(content, at, place % mebibyte)
  }
  return content
}

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
}

function asker(port: number, path: string, token: string) {
  return (method: string, rest: string, headers: Record<string, string | number>, content?: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sending = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path: path + rest,
          headers: {
            'sec-fetch-site': 'same-origin',
            cookie: `sign-in=${token}`,
            'tus-resumable': '1.0.0',
            ...(content ? { 'content-type': 'application/offset+octet-stream', 'content-length': content.length } : {}),
            ...headers
          }
        },
        answer => {
          answer.resume()
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
          answer.on('error', reject)
        }
      )
      sending.on('error', reject)
      sending.end(content)
    })
}

/** How far it is, as the server says; once another writer has let go. */
async function standing(ask: ReturnType<typeof asker>, key: string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    await sleep(200)
    const answer = await ask('HEAD', `/${key}`, {}).catch(() => undefined)
    if (answer?.status === 200) return Number(answer.headers['upload-offset'])
  }
  throw new Error('the server does not say how far it is')
}

/** After a kill the lease runs out first, then the clock finds it: within two minutes, more where the machine is busy. */
async function settled<Row extends { state: string }>(read: () => Promise<Row>): Promise<Row> {
  for (let tries = 0; tries < 15_000; tries++) {
    const row = await read()
    if (row.state === 'filed' || row.state === 'refused') return row
    await sleep(20)
  }
  throw new Error('it was not filed')
}

const residentOf = (pid: number): number => {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0 // it was just killed
  }
}

async function start(t: Test, settings: Record<string, string>): Promise<{ pid: number; kill: () => void }> {
  const { PATH = '', HOME = '' } = process.env
  // those of `npm start`, on which the memory depends
  const flags = installation.scripts.start.split(' ').filter(word => word.startsWith('--'))
  const child = spawn(process.execPath, [...flags, join(root, 'core/bin/start.js')], {
    cwd: root,
    env: { PATH, HOME, ...settings }
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const kill = () => void child.kill('SIGKILL')
  t.teardown(kill)
  for (let tries = 0; !printed.includes('Patchbay is at'); tries++) {
    if (child.exitCode !== null || tries > 1200) throw new Error(`It did not start:\n${printed}`)
    await sleep(50)
  }
  return { pid: child.pid ?? 0, kill }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
