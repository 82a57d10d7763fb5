import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import t from 'tap'
import type { Test } from 'tap'
import { FetchFailure, isPublic, safeFetch } from '../../core/safe-fetch.ts'
import type { World } from '../../core/safe-fetch.ts'

t.setTimeout(60_000)

/** A server on loopback, in a world where every name leads there and every port is open. */
async function serve(t: Test, answer: RequestListener, over: Partial<World> = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise(resolve => void server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const world: World = { resolve: async () => ['127.0.0.1'], allows: () => true, ports: () => true, ...over }
  return { at: (path = '/') => `http://calendar.test:${port}${path}`, world, port }
}

/** What went wrong, in one word; the body when nothing did. */
async function outcome(address: string, options: { world?: World; maxBytes?: number; timeoutMs?: number } = {}) {
  try {
    return (await safeFetch(address, { maxBytes: 100_000, ...options })).body.toString()
  } catch (error) {
    if (error instanceof FetchFailure) return error.problem
    throw error
  }
}

t.test('only the public internet is public', async t => {
  const inner = ['0.0.0.0', '10.1.1.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.168.1.1',
    '192.0.2.1', '198.18.0.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::7f00:1',
    '::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1',
    '2001:db8::1', 'fe80::1', 'fc00::1', 'fd12::1', 'fec0::1', 'ff02::1', '100::1', 'nonsense', ''] // prettier-ignore
  for (const address of inner) t.notOk(isPublic(address), address)
  for (const address of ['8.8.8.8', '142.250.1.1', '::ffff:8.8.8.8', '2a00:1450:4007:80e::200e'])
    t.ok(isPublic(address), address)
})

t.test('addresses of this machine and of others than the web are refused before anything is sent', async t => {
  let asked = 0
  const { port } = await serve(t, (_request, response) => {
    asked++
    response.end('secret')
  })
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '0', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254'])
    t.equal(await outcome(`http://${host}/`), 'not_public', host)
  t.match(await outcome('http://localhost/'), /^(not_public|unknown_host)$/, 'by its name')
  for (const address of [
    `http://127.0.0.1:${port}/`,
    'https://a.example:22/',
    'ftp://a.example/',
    'file:///etc/passwd',
    'http://me:secret@a.example/',
    'nothing',
    ''
  ])
    // prettier-ignore
    t.equal(await outcome(address), 'address', address)
  t.equal(asked, 0)
})

t.test('a name that leads inside, or to both, is not gone to; one that turns round is not asked again', async t => {
  let asked = 0
  const names: string[][] = [['127.0.0.1'], ['10.0.0.1']]
  const server = await serve(
    t,
    (request, response) => {
      asked++
      response.end(request.headers.host)
    },
    { resolve: async () => names.shift() ?? [], allows: address => address === '127.0.0.1' }
  )
  t.equal(await outcome(server.at(), server), `calendar.test:${server.port}`, 'the name stays in the request')
  t.equal(names.length, 1, 'the name was looked up once: what was vetted is what was connected to')
  t.equal(await outcome(server.at(), server), 'not_public', 'rebound')
  names.push(['127.0.0.1', '10.0.0.1'])
  t.equal(await outcome(server.at(), server), 'not_public', 'both')
  t.equal(await outcome(server.at(), server), 'unknown_host')
  t.equal(asked, 1)
})

t.test('redirects are followed three times, each vetted anew', async t => {
  const server = await serve(t, ({ url = '' }, response) => {
    const n = Number(/^\/(\d+)$/.exec(url)?.[1] ?? -1)
    if (n === 0) return response.end('there')
    const location = n > 0 ? `/${n - 1}` : url === '/inside' ? 'http://169.254.169.254/' : 'gopher://x/'
    return response.writeHead(302, { location }).end()
  })
  const world = { ...server.world, allows: (address: string) => address === '127.0.0.1' }
  t.equal(await outcome(server.at('/3'), { world }), 'there')
  t.equal(await outcome(server.at('/4'), { world }), 'redirects')
  t.equal(await outcome(server.at('/inside'), { world }), 'not_public')
  t.equal(await outcome(server.at('/odd'), { world }), 'address')
})

t.test('what is too much or too slow ends, counted once it is unpacked', async t => {
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  const server = await serve(t, ({ url }, response) => {
    if (url === '/endless') return void setInterval(() => response.write('x'), 20).unref()
    if (url === '/silent') return undefined
    if (url === '/long') return response.end('x'.repeat(100_001))
    if (url === '/bomb') return response.setHeader('content-encoding', 'gzip').end(bomb)
    if (url === '/gzip') return response.setHeader('content-encoding', 'gzip').end(gzipSync('packed'))
    if (url === '/br') return response.setHeader('content-encoding', 'br').end(brotliCompressSync('packed'))
    if (url === '/broken') return response.setHeader('content-encoding', 'gzip').end('not gzip')
    if (url === '/odd') return response.setHeader('content-encoding', 'zstd').end('x')
    return response.writeHead(404).end('nothing here')
  })
  const { world } = server
  t.equal(await outcome(server.at('/gzip'), { world }), 'packed')
  t.equal(await outcome(server.at('/br'), { world }), 'packed')
  t.equal(await outcome(server.at('/broken'), { world }), 'encoding')
  t.equal(await outcome(server.at('/odd'), { world }), 'encoding')
  t.equal(await outcome(server.at('/long'), { world }), 'too_large')
  t.ok(bomb.length < 100_000, 'small as it is sent')
  t.equal(await outcome(server.at('/bomb'), { world }), 'too_large')
  t.equal(await outcome(server.at('/silent'), { world, timeoutMs: 300 }), 'too_slow')
  t.equal(await outcome(server.at('/endless'), { world, timeoutMs: 300 }), 'too_slow')
  const stuck = { ...world, resolve: () => new Promise<string[]>(() => {}) }
  t.equal(await outcome(server.at('/gzip'), { world: stuck, timeoutMs: 300 }), 'too_slow', 'names too')
  const missing = await safeFetch(server.at('/missing'), { maxBytes: 100, world })
  t.equal(missing.status, 404)
  t.equal(missing.body.length, 0)
  t.equal(await outcome(`https://calendar.test:${server.port}/`, { world }), 'unreachable', 'no TLS there')
  t.equal(await outcome('http://calendar.test:1/', { world }), 'unreachable')
})
