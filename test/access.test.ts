import type { LightMyRequestResponse } from 'fastify'
import t from 'tap'
import type { Role } from '../core/plugin.ts'
import { bodyOf, paramsOf, recordsOf } from './access/records.ts'
import type { Records } from './access/records.ts'
import { declared } from './access/declared.ts'
import { permissions, table } from './access/table.ts'
import type { Row } from './access/table.ts'
import { openStudio, origin, visitorOf } from './helper.ts'

import { fingerprint } from './access/fingerprint.ts'

t.setTimeout(840_000)
// as a demo, so that the outbox is there; without jobs, so that only requests write
const house = await openStudio(t, { env: { DEMO: 'on', STRIPE_API_BASE: 'http://127.0.0.1:9' }, work: false })
const { host, studio, elsewhere } = house
const roles: Role[] = ['owner', 'manager', 'engineer', 'assistant']
const inStudio = table.filter(({ url }) => url.startsWith('/s/:studio'))
const open = table.filter(({ url }) => url.startsWith('/o/:studio/'))
const outside = table.filter(({ url, kind }) => !/^\/[so]\/:studio\/?/.test(url) && kind !== 'file')
const writes = table.filter(({ method, kind }) => method === 'POST' && kind !== 'hook')

t.test('every route and every permission is in the table, as it is, and no other', async t => {
  const lines = (rows: readonly { method: string; url: string; access: string }[]) =>
    rows.map(({ method, url, access }) => `${method} ${url} ${access}`).toSorted()
  t.same(lines(host.routes.filter(({ method }) => method !== 'HEAD')), lines(table))
  for (const { url, access } of host.routes.filter(({ method }) => method === 'HEAD')) {
    t.equal(access, table.find(row => row.method === 'GET' && row.url === url)?.access, `HEAD ${url} is as open as GET`)
  }
  const declared = [...host.permissions].map(([name, given]) => [name, [...given].toSorted()])
  t.same(
    Object.fromEntries(declared),
    Object.fromEntries(Object.entries(permissions).map(([name, given]) => [name, given.toSorted()]))
  )
})

t.test(
  'in a studio, each role may what the table says, a stranger finds nothing, a visitor is asked to sign in',
  async t => {
    const before = await fingerprint(house, elsewhere)
    for (const row of inStudio) {
      for (const role of roles) {
        const { answer } = await askAs(role, row)
        const may = mayRole(role, row.access)
        if (may) t.ok(welcome(row, answer), `${role} ${name(row)} answers ${answer.statusCode}: ${brief(answer)}`)
        else t.equal(answer.statusCode, 403, `${role} ${name(row)}`)
      }
      const records = recordsOf(house, studio, house.owner.id)
      const address = await fill(row.url, records)
      const stranger = await send(row, address, house.stranger.token, await bodyOf(row.url, records))
      t.equal(stranger.statusCode, 404, `a stranger ${name(row)}`)
      const visitor = await send(row, address, '', await bodyOf(row.url, records))
      const signIn = row.method === 'GET' && row.kind !== 'api'
      t.equal(visitor.statusCode, signIn ? 303 : 401, `a visitor ${name(row)}`)
      if (signIn) t.match(visitor.headers.location, /^\/sign-in\?next=%2Fs%2F/)
    }
    t.same(await fingerprint(house, elsewhere), before, 'the other studio is as it was, to the byte')
  }
)

t.test('anybody may come in by the open door, whoever they are, and nothing of another studio shows', async t => {
  const before = await fingerprint(house, elsewhere)
  for (const row of open) {
    for (const token of ['', house.stranger.token, house.owner.token]) {
      const records = recordsOf(house, studio, house.owner.id)
      const answer = await send(row, await fill(row.url, records), token, await bodyOf(row.url, records))
      t.ok(welcome(row, answer), `${name(row)} answers ${answer.statusCode}: ${brief(answer)}`)
    }
    const records = recordsOf(house, studio, house.owner.id)
    const nowhere = place(row.url, { ...(await paramsOf(row.url, records)), studio: 'no-such-studio' })
    t.equal((await send(row, nowhere, '', {})).statusCode, 404, `${name(row)} of a studio that is not there`)
  }
  t.same(await fingerprint(house, elsewhere), before, 'the other studio is as it was, to the byte')
})

t.test('outside studios, everybody may what is public, and only who is signed in the rest', async t => {
  for (const row of outside) {
    const records = recordsOf(house, studio, house.owner.id)
    const visitor = await send(row, await fill(row.url, records), '', await bodyOf(row.url, records))
    if (row.access === 'person')
      t.ok([303, 401].includes(visitor.statusCode), `a visitor ${name(row)} ${visitor.statusCode}`)
    else t.ok(welcome(row, visitor), `a visitor ${name(row)} answers ${visitor.statusCode}`)
    for (const role of roles) {
      const { answer } = await askAs(role, row)
      const elsewhere = row.access === 'public' && answer.statusCode === 303 // whoever is signed in has no use for the sign-in
      t.ok(elsewhere || welcome(row, answer), `${role} ${name(row)} answers ${answer.statusCode}: ${brief(answer)}`)
    }
  }
})

t.test('what is not there, is another studio’s or hangs on another record is not found', async t => {
  await farFromOurs()
  const theirs = recordsOf(house, elsewhere, house.stranger.id)
  const about = table.filter(({ url }) => /:(?!studio|token|plugin|day)/.test(url))
  const abroad = new Map<Row, Params>()
  for (const row of about) abroad.set(row, await paramsOf(row.url, theirs))
  const before = await fingerprint(house, elsewhere)
  for (const row of about) {
    const { records, token } = await freshPerson('owner')
    const own = await paramsOf(row.url, records)
    const every = (value: string | number): Params => Object.fromEntries(Object.keys(own).map(key => [key, value]))
    const cases: [string, Params][] = [
      ['a missing id', every(999_999_999_999_999)],
      ['an id beyond all', every('9223372036854775808')],
      ['no id', every('x1')],
      ['an id of another studio', abroad.get(row) ?? {}]
    ]
    const parent = (await paramsOf(row.url, records))['id'] ?? 0
    if (Object.keys(own).length > 1) cases.push(['a child of another parent', { ...own, id: parent }])
    for (const [what, params] of cases) {
      const answer = await send(row, place(row.url, params), token, await bodyOf(row.url, records))
      t.equal(answer.statusCode, 404, `${what}: ${name(row)}`)
    }
  }
  t.same(await fingerprint(house, elsewhere), before, 'the other studio is as it was, to the byte')
  for (const row of table.filter(({ url }) => url.includes('/:plugin'))) {
    const { answer } = await askAs('owner', row, { plugin: 'nothing' })
    t.equal(answer.statusCode, 404, name(row))
  }
})

t.test('a field that no form names is refused, and nothing is done', async t => {
  const silent: string[] = []
  for (const row of writes) {
    if (unread.has(row.url)) continue
    const { records, token } = await freshPerson('owner')
    const address = await fill(row.url, records)
    const body = { ...(await bodyOf(row.url, records)), is_owner: '1' }
    const before = await deeds()
    const answer = await send(row, address, token, body)
    const back = buttons.has(row.url.replace('/s/:studio', '')) && answer.statusCode === 303
    if (answer.statusCode !== 422 && !back) silent.push(`${name(row)} ${answer.statusCode}`)
    if (row.kind === 'api') t.match(answer.json(), { errors: { is_owner: String } }, name(row))
    t.equal(await deeds(), before, `${name(row)} left no trace`)
  }
  t.same(silent, [])
})

t.test('a write from elsewhere is refused, whoever it is', async t => {
  const origins: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000.evil.example' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }
  ]
  const records = recordsOf(house, studio, house.owner.id)
  const before = await fingerprint(house, studio)
  for (const row of writes) {
    const address = place(row.url, anything(row.url))
    for (const headers of origins) {
      const answer = await send(row, address, house.owner.token, {}, headers)
      t.equal(answer.statusCode, 403, `${name(row)} ${JSON.stringify(headers)}`)
    }
  }
  t.same(await fingerprint(house, studio), before, 'nothing was written')
  const own = await send(writes[0] as Row, '/sign-in', '', await bodyOf('/sign-in', records), {
    'sec-fetch-site': 'same-origin'
  })
  t.not(own.statusCode, 403, 'the same without an Origin but from our own pages is not')
})

t.test('a wrong method, type or body is never our fault', async t => {
  const urls = [...new Set(table.map(({ url }) => url))]
  for (const url of urls) {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const { statusCode } = await inject(method, place(url, anything(url)), {
        origin,
        cookie: `sign-in=${house.owner.token}`
      })
      t.ok(statusCode >= 400 && statusCode < 500, `${method} ${url} ${statusCode}`)
    }
  }
  const broken: [string, string][] = [
    ['text/plain', 'hello'],
    ['application/xml', '<a/>'],
    ['application/json', '{"name":'],
    ['application/json', '[1,2]'],
    ['application/json', 'null'],
    ['multipart/form-data; boundary=x', '--x\r\nbroken'],
    ['multipart/form-data', 'no boundary'],
    ['application/x-www-form-urlencoded', 'a[b][c]=1&a=2&__proto__[x]=1&constructor=2&%ff=%ff'],
    ['', 'no type']
  ]
  for (const row of writes) {
    const { records, token } = await freshPerson('owner')
    const address = await fill(row.url, records)
    for (const [type, payload] of broken) {
      const headers = { origin, cookie: `sign-in=${token}`, ...(type ? { 'content-type': type } : {}) }
      const { statusCode } = await inject('POST', address, headers, payload)
      t.ok(statusCode < 500, `${name(row)} ${type} answers ${statusCode}`)
    }
  }
})

type Params = Record<string, string | number>

/** Writes that read no body, or look at their link first: what is sent along changes nothing. */
const unread = new Set([
  '/reset/:token',
  '/invitations/:token',

  '/sign-out',
  '/account/confirmation',
  '/account/sign-ins/:id/revocation',
  '/account/sign-ins/revocation'
])

/** Mere buttons: refused, they lead back to their page. */
const buttons = new Set([
  '/departure',
  '/clients/selection',
  '/clients/:id/archiving',
  '/clients/:id/restoring',
  '/clients/:id/notes/:note/removal',
  '/clients/:id/contacts/:contact/removal',
  '/notifications/:id/reading',
  '/notifications/reading',
  ...declared.flatMap(({ buttons = [] }) => buttons)
])

/** How many actions the trails tell of. */
async function deeds(): Promise<number> {
  const counts = [house.db('activity'), host.tenants.master('audit')].map(trail =>
    trail.count<{ n: number }[]>('* as n')
  )
  return (await Promise.all(counts)).reduce((sum, [row]) => sum + (row?.n ?? 0), 0)
}

const name = ({ method, url }: Row) => `${method} ${url}`
const brief = ({ statusCode, body }: LightMyRequestResponse) =>
  statusCode >= 400 ? body.replace(/<[^>]*>|\s+/g, ' ').slice(-300) : ''

function mayRole(role: Role, access: string): boolean {
  return role === 'owner' || access === 'member' || (permissions[access]?.includes(role) ?? false)
}

/** Neither turned away nor broken; a page is there. A link that nobody was sent is not found. */
function welcome({ kind, url }: Row, { statusCode }: LightMyRequestResponse): boolean {
  // behind the open door nobody is led to the sign-in: what was done by a link leads back to its page
  if (url.includes('/:token')) return [200, 404, 410, 422, url.startsWith('/o/') ? 303 : 200].includes(statusCode)
  if (kind === 'page' || kind === 'part' || kind === 'data')
    return statusCode === 200 || (statusCode === 422 && kind === 'data')
  if (kind === 'socket') return statusCode === 404 || statusCode === 426 // no upgrade was asked for
  return statusCode < 500 && ![401, 403, 404].includes(statusCode)
}

/** A member of this studio that no other test has met, with records of their own. */
async function freshPerson(role: Role): Promise<{ records: Records; token: string }> {
  const id = await recordsOf(house, studio, 0).member(role)
  const { token } = await visitorOf(house.app, host.tenants.master, studio, id)
  return { records: recordsOf(house, studio, id), token }
}

async function askAs(role: Role, row: Row, params?: Record<string, string>, extra: Record<string, string> = {}) {
  const { records, token } = await freshPerson(role)
  const address = place(row.url, params ?? (await paramsOf(row.url, records)))
  return { answer: await send(row, address, token, { ...(await bodyOf(row.url, records)), ...extra }) }
}

const fill = async (url: string, records: Records) => place(url, await paramsOf(url, records))

function place(url: string, params: Params): string {
  const all: Params = { studio: studio.slug, ...params }
  return url.replace(/:(\w+)/g, (_, key: string) => String(all[key])).replace('*', 'app.css')
}

/** Something for every gap of an address, where nobody will look it up. */
const anything = (url: string) =>
  Object.fromEntries([...url.matchAll(/:(?!studio)(\w+)/g)].map(([, key]) => [key ?? '', 1]))

function send(row: Row, url: string, token: string, body: Params, from: Record<string, string> = { origin }) {
  const json = row.kind === 'api'
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded'
  const payload = json ? JSON.stringify(body) : form(body)
  const headers = { ...from, ...(json ? { confirm: 'true' } : {}), ...(token ? { cookie: `sign-in=${token}` } : {}) }
  if (row.method === 'GET') return inject('GET', url, headers)
  const method = row.method === 'PATCH' || row.method === 'DELETE' ? row.method : 'POST'
  return inject(method, url, { ...headers, 'content-type': type }, payload)
}

const form = (body: Params) =>
  new URLSearchParams(Object.entries(body).map(([key, value]): [string, string] => [key, String(value)])).toString()

function inject(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
  url: string,
  headers: Record<string, string>,
  payload?: string
) {
  const all = { host: new URL(origin).host, 'accept-language': 'fr', ...headers }
  return house.app.inject({ method, url, headers: all, ...(payload === undefined ? {} : { payload }) })
}

/** Ids of the other studio are none of ours: each database counts from one. */
async function farFromOurs(): Promise<void> {
  const server = await host.tenants.server(elsewhere.server_id)
  await host.tenants
    .admin(server, elsewhere.database)
    .raw(
      "select setval(oid::regclass, 700000) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"
    )
}
