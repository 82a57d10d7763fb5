import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { time } from '@patchbay/core'
import { safeFetch } from '@patchbay/core/safe-fetch'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import t from 'tap'
import type { Test } from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House, Visitor } from '../../../test/helper.ts'
import { clients } from '../../clients/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { feeds, feedsBy } from '../plugin.ts'

t.setTimeout(240_000)
const zone = 'Europe/Paris'
const world = { resolve: async () => ['127.0.0.1'], allows: () => true, ports: () => true }
/** Fetches from servers on loopback, and waits a second only. */
const local = feedsBy((address, options) => safeFetch(address, { ...options, timeoutMs: 1500, world }))
const open = (t: Test, plugin = local) => openStudio(t, { plugins: [clients, sessions, plugin] })
const at = (day: string, clock: string) => time.instantOf(day, clock, zone) as Date
const soon = time.addDays(time.today(zone), 10)

async function add(db: House['db'], table: string, row: object): Promise<number> {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

/** A room, a client, and a way to enter sessions past every rule. */
async function furnish({ db }: House) {
  const room = await add(db, 'rooms', { name: 'Cabine Éole', kind: 'cabine', always_open: true })
  const client = await add(db, 'clients', { kind: 'person', name: 'Zoë; Çelik, & fils' })
  await db('people').insert({ id: -1, name: 'Noé Libre', email: null, role: 'freelancer' })
  const session = async (starts_at: Date, ends_at: Date, over: object = {}, people: Record<string, unknown>[] = []) => {
    const id = await add(db, 'sessions', {
      room_id: room, client_id: client, title: 'Prise', starts_at, ends_at, state: 'confirmed', ...over
    }) // prettier-ignore
    const keys = await db('sessions').where({ id }).first('during', 'lane')
    for (const one of people) await db('session_people').insert({ session_id: id, ...keys, ...one })
    return id
  }
  return { room, client, session }
}

/** The address of a link just made, as the page shows it this once. */
async function link(person: Visitor, fields: Record<string, string> = {}): Promise<string> {
  const made = await person.post('/feeds/links', { of: 'me', detail: 'full', ...fields })
  const address = /http:\/\/[^<"\s]+\.ics/.exec(made.body)?.[0]
  if (made.statusCode !== 201 || !address) throw new Error(`no link: ${made.statusCode} ${made.body.slice(0, 2000)}`)
  return `/${new URL(address).pathname}`
}

/** The next night in which clocks change: before the last Sunday of March or October (0 is January). */
function nightOfChange(month: number): { from: string; to: string } {
  const sunday = (year: number) => new Date(Date.UTC(year, month, 31 - new Date(Date.UTC(year, month, 31)).getUTCDay()))
  const year = new Date().getUTCFullYear()
  const to = +sunday(year) > Date.now() + 2 * 864e5 ? sunday(year) : sunday(year + 1)
  const day = (date: Date) => date.toISOString().slice(0, 10)
  return { from: day(new Date(+to - 864e5)), to: day(to) }
}

const events = (text: string) =>
  new Map(
    new ICAL.Component(ICAL.parse(text) as unknown[])
      .getAllSubcomponents('vevent')
      .map(one => new ICAL.Event(one))
      .map(one => [one.uid, one] as const)
  )

t.test('what is booked is read by calendars as it is: times, states, names, changes', async t => {
  const house = await open(t)
  const { db, owner, engineer, visitor, studio } = house
  const { session, room } = await furnish(house)
  const mine = [{ person_id: engineer.id, role: 'engineer', answer: 'accepted' }]
  const [october, march] = [nightOfChange(9), nightOfChange(2)]
  const autumn = await session(at(october.from, '23:00'), at(october.to, '05:00'), {}, mine)
  const spring = await session(at(march.from, '23:00'), at(march.to, '05:00'), {}, mine)
  const expires_at = new Date(Date.now() + 36e5)
  const states = {
    option: await session(at(soon, '08:00'), at(soon, '09:00'), { state: 'option', rank: 2, expires_at }),
    ran_out: await session(at(soon, '09:00'), at(soon, '10:00'), { state: 'option', rank: 1, expires_at: new Date(0) }),
    confirmed: await session(at(soon, '10:00'), at(soon, '11:00')),
    in_progress: await session(at(soon, '11:00'), at(soon, '12:00'), { state: 'in_progress' }),
    completed: await session(at(soon, '12:00'), at(soon, '13:00'), { state: 'completed' }),
    no_show: await session(at(soon, '13:00'), at(soon, '14:00'), { state: 'no_show' }),
    cancelled: await session(at(soon, '14:00'), at(soon, '15:00'), {
      state: 'cancelled', cancelled_at: new Date(), cancelled_from: 'confirmed'
    }) // prettier-ignore
  }
  const old = await session(new Date(Date.now() - 70 * 864e5), new Date(Date.now() - 70 * 864e5 + 36e5))
  const path = await link(owner, { of: 'studio' })
  const given = await visitor.get(path)
  t.equal(given.statusCode, 200)
  t.equal(given.headers['content-type'], 'text/calendar; charset=utf-8')
  t.notMatch(given.body, 'VTIMEZONE')
  const read = events(given.body)
  const uid = (id: number) => `session-${id}@${studio.slug}.patchbay`
  t.notOk(read.has(uid(old)), 'what was long ago is not told any more')
  const status = (id: number) => String(read.get(uid(id))?.component.getFirstPropertyValue('status'))
  t.same(Object.fromEntries(Object.entries(states).map(([state, id]) => [state, status(id)])), {
    option: 'TENTATIVE', ran_out: 'CANCELLED', confirmed: 'CONFIRMED', in_progress: 'CONFIRMED', completed: 'CONFIRMED',
    no_show: 'CANCELLED', cancelled: 'CANCELLED'
  }) // prettier-ignore
  const other = Object.values(nodeIcal.sync.parseICS(given.body)).filter(one => one?.type === 'VEVENT')
  for (const [id, starts, hours] of [
    [autumn, `${october.from}T21:00:00.000Z`, 7],
    [spring, `${march.from}T22:00:00.000Z`, 5]
  ] as const) {
    const one = read.get(uid(id))
    t.equal(one?.startDate.toJSDate().toISOString(), starts)
    t.equal(one?.endDate.subtractDate(one.startDate).toSeconds(), hours * 3600, 'the night is as long as it is')
    const same = other.find(event => event.uid === uid(id))
    t.equal(same?.start.toISOString(), starts, 'node-ical reads the same')
  }
  const confirmed = read.get(uid(states.confirmed))
  t.equal(confirmed?.summary, 'Zoë; Çelik, & fils · Prise')
  t.equal(confirmed?.location, 'Cabine Éole, Studio Test')
  t.match(String(confirmed?.component.getFirstPropertyValue('url')), `/s/${studio.slug}/sessions/${states.confirmed}`)
  t.match(read.get(uid(states.option))?.summary, 'Option 2 · ')

  const before = confirmed?.sequence ?? 0
  const moved = await owner.post(`/sessions/${states.confirmed}/move`, {
    room_id: room, day: time.addDays(soon, 1), starts: '10:00', ends_day: time.addDays(soon, 1), ends: '12:00'
  }) // prettier-ignore
  t.ok(moved.statusCode < 400, moved.body)
  const after = events((await visitor.get(path)).body).get(uid(states.confirmed))
  t.ok(after && after.sequence > before, 'the same event, counted up')
  t.equal(after?.startDate.toJSDate().getTime(), at(time.addDays(soon, 1), '10:00').getTime())

  const roomFile = events((await visitor.get(await link(owner, { of: `room:${room}`, detail: 'busy' }))).body)
  t.ok(roomFile.size > 5)
  t.same([...new Set([...roomFile.values()].map(({ summary }) => summary))], ['Occupé'])
  for (const { description, location } of roomFile.values()) t.notOk(description || location, 'nothing but the hours')
  const own = events((await visitor.get(await link(engineer))).body)
  t.same([...own.keys()].toSorted(), [uid(autumn), uid(spring)].toSorted(), 'one’s own are those one works on')
  await db('session_people').where({ session_id: spring }).update({ answer: 'declined' })
  t.same(
    [...events((await visitor.get(await link(owner, { of: `person:${engineer.id}` }))).body).keys()],
    [uid(autumn)]
  )
  const guest = await link(owner, { of: 'person:-1' })
  t.equal(events((await visitor.get(guest)).body).size, 0, 'whoever works from outside has one too')
  await db('people').where({ id: -1 }).update({ active: false })
  t.equal((await visitor.get(guest)).statusCode, 404, 'and not once they are gone')
})

t.test('a link is fetched again for nothing, replaced, revoked, and of one studio only', async t => {
  const house = await open(t)
  const { db, engineer, assistant, manager, owner, stranger, visitor, studio, elsewhere } = house
  const { session } = await furnish(house)
  const mine = [{ person_id: engineer.id, role: 'engineer' }]
  for (let hour = 10; hour < 20; hour++) await session(at(soon, `${hour}:00`), at(soon, `${hour}:30`), {}, mine)
  const path = await link(engineer)
  const token = /feeds\/([\w-]{43})/.exec(path)?.[1] ?? ''
  const dump = JSON.stringify([await db('feed_links').select(), await db('activity').select()])
  t.notMatch(dump, token, 'only its hash is kept')
  const page = await engineer.get('/feeds')
  t.notMatch(page.body, token, 'and it is not shown again')
  t.match(page.body, 'jamais lu')

  const first = await visitor.get(path)
  const { etag = '', 'last-modified': modified = '' } = first.headers as Record<string, string>
  t.match(first.headers['cache-control'], /^private, max-age=\d+$/)
  for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }] as Record<string, string>[]) {
    const again = await visitor.get(path, headers)
    t.equal(again.statusCode, 304, JSON.stringify(headers))
    t.equal(again.body, '')
  }
  t.equal((await visitor.get(path, { 'if-none-match': '"other"', 'if-modified-since': modified })).statusCode, 200)
  const packed = await visitor.get(path, { 'accept-encoding': 'gzip' })
  t.equal(packed.headers['content-encoding'], 'gzip')
  t.equal(gunzipSync(packed.rawPayload).toString(), first.body, 'the same to the byte')
  t.notMatch((await engineer.get('/feeds')).body, 'jamais lu')
  await db('sessions').update({ title: 'Voix', updated_at: new Date(), version: db.raw('version + 1') })
  t.equal((await visitor.get(path, { 'if-none-match': etag })).statusCode, 200, 'changed')

  const { id } = await db('feed_links').first('id')
  t.equal((await assistant.post(`/feeds/links/${id}/renewal`)).statusCode, 404, 'somebody else’s')
  t.equal((await assistant.post(`/feeds/links/${id}/removal`)).statusCode, 404)
  t.equal((await stranger.post(`/feeds/links/${id}/removal`)).statusCode, 404)
  const renewed = await engineer.post(`/feeds/links/${id}/renewal`)
  const fresh = `/${new URL(/http:\/\/[^<"\s]+\.ics/.exec(renewed.body)?.[0] ?? '').pathname}`
  t.equal((await visitor.get(path)).statusCode, 404, 'the old one leads nowhere')
  t.equal((await visitor.get(fresh)).statusCode, 200)
  t.equal((await visitor.get(fresh.replace(studio.slug, elsewhere.slug))).statusCode, 404, 'nor does it elsewhere')
  t.equal((await visitor.get(fresh.replace('.ics', ''))).statusCode, 404)
  t.equal((await manager.post(`/feeds/links/${id}/removal`)).statusCode, 303, 'a manager may revoke any')
  t.equal((await visitor.get(fresh)).statusCode, 404)

  t.equal((await engineer.post('/feeds/links', { of: 'studio', detail: 'full' })).statusCode, 404)
  t.equal((await engineer.post('/feeds/links', { of: `person:${assistant.id}`, detail: 'full' })).statusCode, 404)
  t.equal((await owner.post('/feeds/links', { of: 'room:99999', detail: 'full' })).statusCode, 404)
  const wrong = await engineer.post('/feeds/links', { of: 'nobody', detail: 'all' })
  t.equal(wrong.statusCode, 422)

  const one = await countQueries(house, () => owner.get('/feeds'))
  for (let n = 0; n < 30; n++) {
    await link(owner)
    await add(db, 'outside_feeds', { person_id: owner.id, name: `A ${n}`, url: `https://a.example/${n}.ics` })
  }
  t.equal(await countQueries(house, () => owner.get('/feeds')), one)
  t.ok(one <= 8, `${one} statements`)
  const last = await link(owner)
  t.equal((await owner.post('/settings/plugins/feeds/switch', {})).statusCode, 303)
  t.equal((await visitor.get(last)).statusCode, 404, 'off is off')
  t.equal((await owner.get('/feeds')).statusCode, 404)
})

/** A server of calendars on loopback. */
async function calendars(t: Test, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise(resolve => void server.once('listening', resolve))
  return `http://agenda.test:${(server.address() as AddressInfo).port}`
}

const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const taken = (from: string, to: string, summary = 'Dentiste') => {
  const stamp = (clock: string) =>
    at(soon, clock)
      .toISOString()
      .replace(/[-:]|\.000/g, '')
  return ['BEGIN:VEVENT', 'UID:1', `SUMMARY:${summary}`, `DTSTART:${stamp(from)}`, `DTEND:${stamp(to)}`, 'END:VEVENT']
}

t.test('a calendar elsewhere keeps its owner from being booked, and is looked at again and again', async t => {
  const house = await open(t)
  const { db, engineer, assistant, owner, host, studio } = house
  const { room, client } = await furnish(house)
  let answer: { status?: number; body?: string; headers?: Record<string, string> } = {}
  const asked: (string | undefined)[] = []
  const waits: string[] = []
  const base = await calendars(t, (request, response) => {
    asked.push(request.headers['if-none-match'])
    const same = request.headers['if-none-match'] === '"1"' && answer.headers?.['etag'] === '"1"'
    if (same) response.writeHead(304).end()
    else if (request.url === '/slow.ics') waits.push(request.url)
    else response.writeHead(answer.status ?? 200, answer.headers ?? {}).end(answer.body ?? '')
  })
  const busy = async () => {
    const times = await db('outside_times').orderBy('starts_at').select<{ starts_at: Date }[]>('starts_at')
    return times.map(({ starts_at }) => time.localOf(starts_at, zone).clock)
  }
  answer = { body: calendar(...taken('14:00', '15:00')), headers: { etag: '"1"' } }
  const fields = { whose: 'me', name: 'Perso', url: `${base}/a.ics` }
  const added = await engineer.post('/feeds/outside', fields)
  t.equal(added.statusCode, 303, added.body)
  t.same(await busy(), ['14:00'])
  t.match(await engineer.post('/feeds/outside', fields), { statusCode: 422, body: /déjà là/ })
  const trail = JSON.stringify(await db('activity').where({ action: 'feeds.add_outside' }).select())
  t.match(trail, 'Perso')
  t.notMatch(trail, 'a.ics', 'its address is a secret')
  t.notMatch((await engineer.get('/feeds')).body, 'a.ics')

  const book = (clock: string, people: number[]) =>
    owner.post('/sessions', { room_id: room, client_id: client, day: soon, starts: clock, ends: `${Number(clock.slice(0, 2)) + 1}:00`,
      state: 'confirmed', ...(people.length > 0 ? { people } : {}) }) // prettier-ignore
  const refused = await book('14:30', [engineer.id])
  t.ok(refused.statusCode >= 400, 'not while they are elsewhere')
  t.match(refused.body, 'Occupé')
  t.notMatch(refused.body, 'Dentiste', 'nobody learns with what')
  t.equal((await book('14:30', [])).statusCode, 303, 'without them it is free')
  t.equal((await book('17:00', [engineer.id])).statusCode, 303, 'and they are at another time')
  const feed = `/sessions/feed?start=${soon}&end=${time.addDays(soon, 1)}&person=${engineer.id}`
  t.match((await owner.get(feed)).body, 'Occupé', 'the calendar shows it')

  const refresh = async () => {
    await db('outside_feeds').update({ next_at: new Date(0) })
    await host.tenants.master.raw(`select graphile_worker.add_job('plugin', payload := ?::json)`, [
      JSON.stringify({ studio: studio.id, plugin: 'feeds', job: 'refresh' })
    ])
    await house.settle()
    return db('outside_feeds').orderBy('id').first()
  }
  t.match(await refresh(), { problem: null, failures: 0 })
  t.equal(asked.at(-1), '"1"', 'asked whether it changed')
  t.same(await busy(), ['14:00'])
  answer = { body: calendar(...taken('18:00', '19:00'), ...taken('20:00', '21:00')), headers: { etag: '"2"' } }
  await refresh()
  t.same(await busy(), ['18:00', '20:00'], 'replaced whole')
  answer = { status: 404 }
  const gone = await refresh()
  t.match(gone, { problem: 'gone', failures: 1 })
  t.ok(gone.next_at.getTime() > Date.now() + 25 * 60_000, 'left alone for longer')
  t.match((await engineer.get('/feeds')).body, 'Il n’y a rien à cette adresse')
  t.same(await busy(), ['18:00', '20:00'], 'what it said before stays')
  answer = { body: '<html>' }
  t.match(await refresh(), { problem: 'not_calendar', failures: 2 })
  answer = { body: calendar() }
  t.match(await refresh(), { problem: null, failures: 0 })
  t.same(await busy(), [])

  answer = { body: calendar(...taken('10:00', '11:00', 'Cours')) }
  await add(db, 'outside_feeds', { person_id: assistant.id, name: 'Lent', url: `${base}/slow.ics` })
  const begun = Date.now()
  const refreshed = refresh()
  while (waits.length === 0 && Date.now() - begun < 10_000) await sleep(20)
  const idle = await db.raw<{ rows: unknown[] }>(
    `select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`
  )
  t.same([waits.length, idle.rows.length], [1, 0], 'no transaction waits for it')
  await refreshed
  t.same(await busy(), ['10:00'], 'one that does not answer holds up no other')
  t.ok(Date.now() - begun < 15_000)
  t.equal((await db('outside_feeds').where({ name: 'Lent' }).first()).problem, 'too_slow')
  const { id } = await db('outside_feeds').where({ name: 'Perso' }).first()
  t.equal((await assistant.post(`/feeds/outside/${id}/removal`)).statusCode, 404)
  t.equal((await engineer.post(`/feeds/outside/${id}/refreshing`)).statusCode, 303)
  t.equal((await engineer.post(`/feeds/outside/${id}/removal`)).statusCode, 303)
  t.same(await busy(), [])
})

t.test('what is no calendar, hostile or ours is refused by its field, soon', async t => {
  const house = await open(t)
  const { db, engineer, manager, owner } = house
  const { room } = await furnish(house)
  const bomb = calendar(
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTART:20000101T000000Z',
    'DURATION:PT1S',
    'RRULE:FREQ=SECONDLY',
    'END:VEVENT'
  )
  const files: Record<string, string> = {
    '/page': '<html>',
    '/bomb': bomb,
    '/large': 'x'.repeat(10_000_001),
    '/room': calendar(...taken('10:00', '11:00', 'Répétition'))
  }
  const base = await calendars(
    t,
    ({ url = '' }, response) => void (files[url] ? response.end(files[url]) : response.writeHead(403).end())
  )
  const tried = async (person: Visitor, url: string, over: object = {}) =>
    person.post('/feeds/outside', { whose: 'me', name: 'Agenda', url, ...over })
  for (const [path, sentence] of [
    ['/page', 'pas un agenda'],
    ['/bomb', 'chaque minute ou chaque seconde'],
    ['/large', 'dépasse 10 Mo'],
    ['/denied', 'refuse l’accès']
  ] as const) {
    const begun = Date.now()
    const answer = await tried(engineer, base + path)
    t.equal(answer.statusCode, 422, path)
    t.match(answer.body, new RegExp(`id="f-url-error">[^]{0,900}${sentence}`), path)
    t.match(answer.body, `value="${base}${path}"`, 'what was typed stays')
    t.ok(Date.now() - begun < 10_000)
  }
  t.match((await tried(engineer, 'javascript:alert(1)')).statusCode, 422)
  t.equal((await tried(engineer, `${base}/room`, { whose: `room:${room}` })).statusCode, 404, 'rooms are a manager’s')
  t.same(await db('outside_feeds').select(), [])
  const shown = await tried(manager, `${base}/room`, {
    whose: `room:${room}`,
    show_titles: 'on'
  })
  t.equal(shown.statusCode, 303, shown.body)
  const feed = await owner.get(`/sessions/feed?start=${soon}&end=${time.addDays(soon, 1)}&room=${room}`)
  t.match(feed.body, 'Répétition', 'the title, where its owner wants it seen')
})

t.test('the product itself goes nowhere but out', async t => {
  const { engineer } = await open(t, feeds)
  const answer = await engineer.post('/feeds/outside', {
    whose: 'me',
    name: 'Chez nous',
    url: 'webcal://127.0.0.1/a.ics'
  })
  t.equal(answer.statusCode, 422)
  t.match(answer.body, 'machine locale')
})
