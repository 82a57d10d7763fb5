import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConfig } from 'pg'
import t from 'tap'
import { Connections } from '../../core/database/connections.ts'
import { buildHost } from '../../core/host.ts'
import { migrateRegistry } from '../../core/boot.ts'
import { studioMigrations } from '../../core/database/migrate.ts'
import { startPostgres, TEST_SETTINGS } from '../../core/database/postgres.ts'
import { createStudio } from '../../core/database/provision.ts'
import { secrets } from '../../core/secrets.ts'
import { Tenants } from '../../core/database/tenants.ts'
import { plugins } from '../../plugins/index.ts'
import { bodyOf, paramsOf, recordsOf } from '../access/records.ts'
import { table } from '../access/table.ts'
import { run } from '../cluster.ts'
import { addUser, openStudio, origin, testEnvironment, visitorOf } from '../helper.ts'

t.setTimeout(240_000)
const house = await openStudio(t, { work: false })
const { app, owner, db, studio, host } = house
const records = recordsOf(house, studio, owner.id)

/** What people and machines type by mistake or on purpose; a few of each family of the big list of naughty strings. */
const naughty = [
  'null',
  'undefined',
  'NaN',
  '-1e309',
  '0x10',
  '１２３',
  '٠١٢',
  "'; drop table clients; --",
  "' or '1'='1",
  '$1 ? ?? :name {0} %s %n',
  '../../../../etc/passwd\u0000.png',
  'Ω≈ç√∫˜µ≤≥÷ ﷽ 田中さん 𠜎𠜱',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'ÅÅ Å ﬁ ß İ ı',
  'العربية \u202Egnidaer\u202C עברית',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L',
  '\u200B\u200C\uFEFFinvisible\u2028line\u2029',
  'tab\tnew\r\nline',
  'lone \uD800 and \uDFFF',
  'nul \u0000 inside',
  '%00%0d%0aSet-Cookie:x=1',
  '(((((((((((((((((((((a+)+)+)+',
  'x'.repeat(5000)
]

t.test('whatever is typed into whichever field, the answer is ours to give', async t => {
  const typings = [...naughty, '', ' ', '9007199254740993', '99999999999999999999', '-1', '1.5']
  let turn = 0
  const broken: string[] = []
  for (const row of table.filter(({ method, kind }) => method === 'POST' && kind === 'write')) {
    const usual = await bodyOf(row.url, records)
    for (const field of Object.keys(usual)) {
      const { token } = await visitorOf(app, host.tenants.master, studio, await records.member('owner'))
      // some for each field, all of them over the fields
      for (let n = 0; n < 8; n++) {
        const typed = typings[turn++ % typings.length] ?? ''
        const address = place(row.url, await paramsOf(row.url, records))
        const payload = new URLSearchParams({ ...texts(usual), [field]: typed.toWellFormed() }).toString()
        const { statusCode } = await write(address, payload, token)
        if (statusCode >= 500) broken.push(`${row.url} ${field}=${typed.slice(0, 40)} ${statusCode}`)
      }
    }
  }
  t.same(broken, [])
})

t.test('what is stored is what was typed, but for what PostgreSQL cannot keep', async t => {
  for (const typed of naughty) {
    const answer = await owner.api('POST', '/clients/add', {
      kind: 'person',
      name: 'Zoé',
      address: typed.slice(0, 400)
    })
    t.equal(answer.statusCode, 200)
    const stored = await db('clients').orderBy('id', 'desc').first<{ address: string }>('address')
    const kept = typed.slice(0, 400).toWellFormed().replaceAll('\0', '').replace(/\r\n?/g, '\n').trim()
    t.equal(stored?.address, kept)
    const page = await owner.get(`/clients?q=${encodeURIComponent(typed.slice(0, 90).toWellFormed())}`)
    t.equal(page.statusCode, 200, 'and can be searched for')
  }
})

t.test('queries of every page and list may hold anything', async t => {
  const names = [
    'q',
    'after',
    'before',
    'sort',
    'kind',
    'tag',
    'room',
    'client',
    'state',
    'from',
    'day',
    'view',
    'start',
    'end',
    'person',
    'columns',
    'other',
    'keep'
  ]
  const values = [
    ...naughty.slice(0, -1),
    '9'.repeat(40),
    Buffer.from('[1,2]').toString('base64url'),
    Buffer.from('["a",{}]').toString('base64url'),
    Buffer.from('[1e400,"x"]').toString('base64url')
  ]
  const broken: string[] = []
  for (const { url } of table.filter(
    ({ method, kind }) => method === 'GET' && ['page', 'part', 'data', 'api'].includes(kind)
  )) {
    const address = place(url, await paramsOf(url, records))
    for (const [at, value] of values.entries()) {
      const query = names.map(name => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&')
      const extra = at % 2 === 0 ? '&q=a&q=b&q[x]=1&__proto__=1' : ''
      const { statusCode } = await owner.get(`/${address}?${query}${extra}`)
      if (statusCode >= 500) broken.push(`${url} ${value.slice(0, 30)} ${statusCode}`)
    }
    if ((await owner.get(`/${address}?%ff=%ff&q=%c0%80`)).statusCode >= 500) broken.push(`${url} %ff`)
  }
  t.same(broken, [])
})

t.test('fields twice, nested or by the thousand are refused or read, never broken', async t => {
  const bodies = [
    'name=a&name=b&kind=person',
    'name[first]=a&kind=person',
    'kind=person&name=a&__proto__=1&constructor=1',
    Array.from({ length: 3000 }, (_, n) => `f${n}=1`).join('&')
  ]
  for (const body of bodies) {
    const { statusCode } = await write(`/s/${studio.slug}/clients`, body)
    t.ok(statusCode < 500, `${body.slice(0, 40)} ${statusCode}`)
  }
  const deep = `{"name":${'['.repeat(5000)}${']'.repeat(5000)}}`
  const answer = await write(`/s/${studio.slug}/api/clients/add`, deep, owner.token, 'application/json')
  t.equal(answer.statusCode, 422)
})

t.test('a body of 10 MB is too large, and says so', async t => {
  for (const [type, url] of [
    ['application/x-www-form-urlencoded', '/clients'],
    ['application/json', '/api/clients/add']
  ] as const) {
    const { statusCode } = await write(`/s/${studio.slug}${url}`, 'a'.repeat(10_000_000), owner.token, type)
    t.equal(statusCode, 413, type)
  }
})

t.test('every answer carries the policy, and cookies are no script’s business', async t => {
  for (const address of [`/s/${studio.slug}/clients`, '/sign-in', '/not/there', `/s/${studio.slug}/api/clients/list`]) {
    const { headers } = await owner.get(`/${address}`)
    t.match(headers['content-security-policy'], /^default-src 'none';/)
    t.notMatch(headers['content-security-policy'], /unsafe|\*|https?:/)
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.equal(headers['referrer-policy'], 'same-origin')
    t.equal(headers['x-frame-options'], 'DENY')
    t.equal(headers['cache-control'], 'no-store')
  }
  const { host: secure } = await buildHost({
    env: testEnvironment({ PUBLIC_URL: 'https://studio.example' }),
    plugins,
    tenants: host.tenants,
    connection: house.connection,
    logger: false
  }).then(async ({ app, host }) => {
    t.teardown(() => app.close())
    const answer = await app.inject({ url: '/sign-in' })
    t.match(answer.headers['strict-transport-security'], /max-age=\d{8}/)
    return { host }
  })
  t.equal(secure.people.cookie, '__Host-sign-in')
})

t.test('50 sign-ups at once with one mail make one person and one studio', async t => {
  const form = {
    studio_name: 'Cinquante',
    name: 'Cinq Quante',
    email: 'cinquante@example.test',
    password: 'une phrase assez longue'
  }
  const answers = await Promise.all(Array.from({ length: 50 }, () => house.visitor.post('//sign-up', form)))
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.same(
    [...new Set(answers.map(({ statusCode }) => statusCode))].filter(status => ![303, 422, 429].includes(status)),
    []
  )
  const { master } = host.tenants
  t.equal((await master('users').where({ email: form.email })).length, 1)
  t.equal((await master('organizations').where({ name: 'Cinquante' })).length, 1)
})

t.test('a studio whose database is gone answers 503; every other goes on', async t => {
  const { elsewhere, stranger } = house
  const server = await host.tenants.server(studio.server_id)
  const theirs = await visitorOf(app, host.tenants.master, elsewhere, stranger.id)
  t.equal((await owner.get('/clients')).statusCode, 200)
  await host.tenants.connections.recycle({ server: server.key, database: studio.database })
  const rename = async (from: string, to: string) => {
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`
    await run({ ...house.connection }, end)
    await run({ ...house.connection }, `alter database "${from}" rename to "${to}"`)
  }
  await rename(studio.database, `${studio.database}_away`)
  const started = performance.now()
  const gone = await owner.get('/clients')
  t.equal(gone.statusCode, 503)
  t.ok(performance.now() - started < 6000)
  t.equal(gone.headers['retry-after'], '5')
  t.match(gone.body, /<h1/)
  t.equal((await theirs.get('/clients')).statusCode, 200)
  t.equal((await owner.get('//account')).statusCode, 200)
  await rename(`${studio.database}_away`, studio.database)
  t.equal((await owner.get('/clients')).statusCode, 200)
})

t.test('PostgreSQL stops and comes back: a clean 503 within 6 seconds, and then work as before', async t => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-hardening-'))
  fs.chmodSync(dataDir, 0o755)
  const server = await startPostgres({ dataDir, settings: TEST_SETTINGS, onTrouble: () => {} })
  const { app: own, cookie, slug, close } = await openOn(server.connection)
  t.teardown(async () => {
    await close()
    await server.stop()
    fs.rmSync(dataDir, { recursive: true, force: true })
  })
  const ask = () => own.inject({ url: `/s/${slug}/clients`, headers: { cookie } })
  t.equal((await ask()).statusCode, 200)
  const lockFile = path.join(dataDir, 'pg18', 'postmaster.pid')
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const pid = Number(fs.readFileSync(lockFile, 'utf8').split('\n')[0])
    process.kill(pid, signal)
    await sleep(50)
    const statuses: number[] = []
    const until = performance.now() + 20_000
    for (let status = 0; status !== 200 && performance.now() < until; await sleep(100)) {
      const asked = performance.now()
      status = (await ask()).statusCode
      statuses.push(status)
      t.ok(performance.now() - asked < 6000, `an answer within 6 seconds: ${status}`)
    }
    t.same(
      statuses.filter(status => status !== 200 && status !== 503),
      [],
      'only 200 or a clean 503'
    )
    t.equal(statuses.at(-1), 200, `back after ${signal} and ${statuses.length} tries`)
  }
})

/** Another host, on a server of its own. */
async function openOn(server: ClientConfig) {
  const connections = new Connections()
  const connection = { ...server, database: server.database ?? 'patchbay' }
  const tenants = new Tenants({
    connections,
    master: connection,
    secrets: secrets('another secret, long enough'),
    migrations: studioMigrations([...plugins])
  })
  await migrateRegistry({ tenants, connection, embedded: true, close: async () => {} })
  const { app } = await buildHost({ env: testEnvironment(), plugins, tenants, connection, work: true, logger: false })
  await app.ready()
  const id = await addUser(tenants.master, 'Olivia', 'olivia@example.test')
  const own = await createStudio(tenants, { name: 'Ailleurs', owner: { user_id: id }, strategy: 'file_copy' })
  const { token } = await visitorOf(app, tenants.master, own, id)
  const close = async () => {
    await app.close()
    await connections.close()
  }
  return { app, cookie: `sign-in=${token}`, slug: own.slug, close }
}

function texts(body: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]))
}

function place(url: string, params: Record<string, string | number>): string {
  const all: Record<string, string | number> = { studio: studio.slug, ...params }
  return url.replace(/:(\w+)/g, (_, key: string) => String(all[key]))
}

function write(url: string, payload: string, token = owner.token, type = 'application/x-www-form-urlencoded') {
  const headers = { origin, host: new URL(origin).host, 'content-type': type, cookie: `sign-in=${token}` }
  return app.inject({ method: 'POST', url, headers, payload })
}
