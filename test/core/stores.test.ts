import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import S3rver from 's3rver'
import t from 'tap'
import { WrongSetting, readEnvironment } from '../../core/env.ts'
import { Failure } from '../../core/errors.ts'
import { DiskStore } from '../../core/folder-disk.ts'
import { S3Store } from '../../core/folder-s3.ts'
import { filesOf } from '../../core/folder.ts'
import type { FileSettings, Held, Store } from '../../core/folder.ts'
import { deleteStudio } from '../../core/database/provision.ts'
import {
  readStored,
  removeFile,
  saveFile,
  sendRange,
  streamStored,
  takeIn,
  withLocal,
  workshop
} from '../../core/storage.ts'
import { allow } from '../../core/doors.ts'
import { definePlugin } from '../../core/plugin.ts'
import { openStudio } from '../helper.ts'

/** What every store of files does, on the disk and on a local S3 server alike. */

t.setTimeout(90_000)
const root = mkdtempSync(join(tmpdir(), 'patchbay-stores-'))
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: join(root, 's3'),
  configureBuckets: [{ name: 'patchbay', configs: [] }]
})
const { port } = (await server.run()) as AddressInfo
t.teardown(async () => {
  await server.close()
  rmSync(root, { recursive: true, force: true })
})
const s3: Record<string, string> = {
  S3_ENDPOINT: `http://127.0.0.1:${port}`,
  S3_BUCKET: 'patchbay',
  S3_ACCESS_KEY_ID: 'S3RVER',
  S3_SECRET_ACCESS_KEY: 'S3RVER',
  S3_PREFIX: 'tests/'
}
const settings = (DATA_DIR: string, more = s3): FileSettings => readEnvironment({ DATA_DIR, ...more })
const far = S3Store.of(settings(root), '7')
if (!far) throw new Error('the settings name a store')
const stores: [string, Store][] = [
  ['disk', new DiskStore(join(root, 'disk', '7'))],
  ['s3', far]
]

for (const [name, store] of stores) {
  t.test(`${name}: what is put is read, whole and in parts, listed and removed`, async t => {
    const content = randomBytes(100_000)
    await store.put('one', content, content.length)
    t.equal(await store.size('one'), content.length)
    t.ok((await buffer(await store.read('one'))).equals(content))
    const parts: [number, number][] = [
      [0, 1],
      [0, 9],
      [50_000, 59_999],
      [99_999, 99_999]
    ]
    for (const [start, end] of parts) {
      t.ok(
        (await buffer(await store.read('one', { start, end }))).equals(content.subarray(start, end + 1)),
        `${start}-${end}`
      )
    }
    t.equal((await buffer(await store.read('one', { start: 5, end: 4 }))).length, 0, 'an empty part is empty')
    await store.put('two', Buffer.from('two'), 3)
    const listed = await all(store.list())
    t.match(
      listed.toSorted((a, b) => a.key.localeCompare(b.key)),
      [
        { key: 'one', bytes: 100_000, at: Date },
        { key: 'two', bytes: 3, at: Date }
      ]
    )
    await store.remove('one')
    await store.remove('one')
    t.equal(await store.size('one'), undefined)
    await t.rejects(store.read('one'), failing(404, 'not_found'))
    await store.clear()
    t.same(await all(store.list()), [])
    await store.clear()
  })

  t.test(`${name}: a stream of 5 MB and a file that stays where it was`, async t => {
    const content = randomBytes(5_000_000)
    const pieces = Array.from({ length: 50 }, (_, n) => content.subarray(n * 100_000, (n + 1) * 100_000))
    await store.put('stream', Readable.from(pieces, { objectMode: false }), content.length)
    t.ok((await buffer(await store.read('stream'))).equals(content))
    const path = join(root, `${name}-file`)
    writeFileSync(path, content)
    await store.take('taken', path, content.length)
    t.ok(existsSync(path))
    rmSync(path)
    t.ok((await buffer(await store.read('taken'))).equals(content))
    await store.clear()
  })

  t.test(`${name}: what breaks off in the middle, is too short or too long leaves nothing`, async t => {
    async function* broken() {
      yield randomBytes(300_000)
      await new Promise(resolve => setTimeout(resolve, 20))
      throw new Error('the line broke')
    }
    await t.rejects(
      store.put('broken', Readable.from(broken(), { objectMode: false }), 1_000_000),
      /the line broke|files_away/
    )
    await t.rejects(store.put('short', Readable.from([randomBytes(10)], { objectMode: false }), 20))
    await t.rejects(store.put('long', Readable.from([randomBytes(30)], { objectMode: false }), 20))
    t.same(await all(store.list()), [])
  })
}

t.test('a disk that is full says 507 and leaves nothing', async t => {
  const { execFileSync, spawnSync } = await import('node:child_process')
  const place = join(root, 'small')
  const mounted =
    process.getuid?.() === 0 &&
    spawnSync('sh', ['-c', `mkdir -p ${place} && mount -t tmpfs -o size=256k tmpfs ${place}`]).status === 0
  if (!mounted) {
    t.comment('only root can mount a small disk')
    return
  }
  t.teardown(() => execFileSync('umount', [place]))
  const store = new DiskStore(join(place, '1'))
  await t.rejects(store.put('big', randomBytes(1_000_000), 1_000_000), failing(507, 'disk_full'))
  t.same(await all(store.list()), [])
  await store.put('small', randomBytes(1000), 1000)
  t.equal(await store.size('small'), 1000)
})

t.test('a store that is away is a 503 with its reason, soon', async t => {
  const silent = createServer(socket => socket.destroy()).listen(0, '127.0.0.1')
  await new Promise(resolve => silent.once('listening', resolve))
  t.teardown(() => silent.close())
  const { port } = silent.address() as AddressInfo
  const away = S3Store.of(settings(root, { ...s3, S3_ENDPOINT: `http://127.0.0.1:${port}` }), '7')
  const failed = await away?.read('x').catch((error: unknown) => error)
  t.type(failed, Failure)
  t.match(failed, { status: 503, key: 'files_away' })
  t.ok((failed as Failure).cause)
  await t.rejects(async () => away?.put('x', Buffer.from('x'), 1), failing(503, 'files_away'))
})

t.test('the settings name a store whole or not at all', async t => {
  t.throws(() => readEnvironment({ S3_BUCKET: 'x' }), WrongSetting)
  t.throws(() => readEnvironment({ ...s3, S3_ENDPOINT: 'ftp://x' }), WrongSetting)
  t.equal(readEnvironment({}).S3_REGION, 'us-east-1')
})

t.test('a studio’s files: old ones stay on the disk, new ones go to the store, and all go with the studio', async t => {
  const { db, host, studio } = await openStudio(t, { work: false })
  const { DATA_DIR } = host.env
  const near = { db, folder: filesOf(host.env, studio) }
  const both = { db, folder: filesOf(settings(DATA_DIR), studio) }
  const old = await saveFile(near, Buffer.from('before'), { name: 'a', media_type: 'text/plain' })
  const fresh = await saveFile(both, Buffer.from('after'), { name: 'b', media_type: 'text/plain' })
  t.match(await db('files').orderBy('id').pluck('key'), [/^[0-9a-f]{32}$/, /^s3-[0-9a-f]{32}$/])
  t.equal((await readStored(both, old.id)).toString(), 'before')
  t.equal((await readStored(both, fresh.id)).toString(), 'after')
  await t.rejects(readStored(near, fresh.id), failing(503, 'files_away'), 'no store is set any more')

  for (const keeping of [near, both]) {
    const path = join(await workshop(keeping.folder), 'song')
    const content = randomBytes(200_000)
    writeFileSync(path, content)
    await t.rejects(
      db.transaction(async trx => {
        await takeIn({ ...keeping, db: trx }, path, { name: 'song', media_type: 'audio/wav' })
        throw new Error('changed my mind')
      })
    )
    t.ok(existsSync(path), 'it waits for another try')
    const taken = await db.transaction(trx =>
      takeIn({ ...keeping, db: trx }, path, { name: 'song', media_type: 'audio/wav' })
    )
    t.match(taken, { bytes: content.length })
    t.ok(taken.sha256.equals(createHash('sha256').update(content).digest()))
    await new Promise(resolve => setTimeout(resolve, 200))
    t.notOk(existsSync(path))
    const part = await streamStored(keeping, taken.id, { start: 10, end: 19 })
    t.match(part, { bytes: content.length, media_type: 'audio/wav', name: 'song' })
    t.ok((await buffer(part.stream)).equals(content.subarray(10, 20)))
    const { readFile } = await import('node:fs/promises')
    t.ok((await withLocal(keeping, taken.id, path => readFile(path))).equals(content))
    t.same(readdirSync(keeping.folder.workshop), [], 'nothing is left in the workshop')
    await removeFile(keeping, taken.id)
  }
  const kept = async () => (both.folder.elsewhere ? await all(both.folder.elsewhere.list()) : []).length
  t.equal(await kept(), 1)
  Object.assign(host.tenants, { files: settings(DATA_DIR) })
  await deleteStudio(host.tenants, studio.id)
  t.equal(await kept(), 0)
  t.notOk(existsSync(near.folder.disk.name))
})

const player = definePlugin({
  id: 'player',
  dir: join(root, 'player'),
  staff(app) {
    app.get('/:id', allow('member'), async (request, reply) => sendRange(request, reply, request.recordId()))
  }
})

async function all(listed: AsyncIterable<Held>): Promise<Held[]> {
  const found: Held[] = []
  for await (const one of listed) found.push(one)
  return found
}

const failing = (status: number, key: string) => Object.assign(new Error(key), { name: 'Failure', status, key })

const ranges: [header: Record<string, string>, status: number, range?: string, bytes?: [number, number]][] = [
  [{}, 200],
  [{ range: 'bytes=0-99' }, 206, 'bytes 0-99/10000', [0, 100]],
  [{ range: 'bytes=9990-' }, 206, 'bytes 9990-9999/10000', [9990, 10_000]],
  [{ range: 'bytes=-10' }, 206, 'bytes 9990-9999/10000', [9990, 10_000]],
  [{ range: 'bytes=-20000' }, 206, 'bytes 0-9999/10000', [0, 10_000]],
  [{ range: 'bytes=5-20000' }, 206, 'bytes 5-9999/10000', [5, 10_000]],
  [{ range: 'bytes=10000-' }, 416, 'bytes */10000'],
  [{ range: 'bytes=-0' }, 416, 'bytes */10000'],
  [{ range: 'bytes=9-5' }, 200],
  [{ range: 'bytes=0-1,5-6' }, 200],
  [{ range: 'pages=1' }, 200],
  [{ range: 'bytes=0-9', 'if-range': '"another"' }, 200]
]

for (const [name, more] of [
  ['disk', {}],
  ['s3', s3]
] as const) {
  t.test(`${name}: a file is given out in parts, to 20 readers at once`, async t => {
    const house = await openStudio(t, { work: false, env: more, plugins: [player] })
    const { db, host, studio, engineer } = house
    const content = randomBytes(10_000)
    const folder = filesOf(host.env, studio)
    const { id } = await saveFile({ db, folder }, content, { name: 'song', media_type: 'application/octet-stream' })
    const track = `/player/${id}`
    for (const [headers, status, range, bytes] of ranges) {
      const said = JSON.stringify(headers)
      const answer = await engineer.get(track, { 'accept-encoding': 'gzip', ...headers })
      t.equal(answer.statusCode, status, said)
      t.equal(answer.headers['content-range'], range, said)
      if (status === 416) continue
      t.match(answer.headers, {
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
        'cache-control': /private/
      })
      t.ok(answer.rawPayload.equals(content.subarray(...(bytes ?? [0, 10_000]))), said)
    }
    const { headers } = await engineer.get(track)
    t.equal((await engineer.get(track, { 'if-none-match': String(headers['etag']) })).statusCode, 304)
    t.equal((await engineer.get(track, { range: 'bytes=1-2', 'if-range': String(headers['etag']) })).statusCode, 206)
    const cookie = `sign-in=${engineer.token}`
    const head = await house.app.inject({ method: 'HEAD', url: `/s/${studio.slug}${track}`, headers: { cookie } })
    t.match(head, { statusCode: 200, body: '', headers: { 'content-length': '10000' } })
    const readers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const got: Buffer[] = []
        for (let start = 0; start < 10_000; start += 1000 + n) {
          const { rawPayload } = await engineer.get(track, { range: `bytes=${start}-${start + 999 + n}` })
          got.push(rawPayload)
        }
        return Buffer.concat(got).equals(content)
      })
    )
    t.same(
      readers,
      Array.from({ length: 20 }, () => true)
    )
    await db('files').update({ key: db.raw(`case when key like 's3-%' then 's3-' else '' end || ?`, ['0'.repeat(32)]) })
    t.equal((await engineer.get(track)).statusCode, 404, 'bytes that are gone are not found')
  })
}
