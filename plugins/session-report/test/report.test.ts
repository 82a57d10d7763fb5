import t from 'tap'
import type { Test } from 'tap'
import { extractText, getDocumentProxy } from 'unpdf'
import { deflateSync, crc32 } from 'node:zlib'
import { time } from '@patchbay/core'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, House, Visitor } from '../../../test/helper.ts'
import { canonical, centsOf, hashOf, hoursOf, sealOf } from '../content.ts'
import { instantIn } from '../log.ts'
import { freeAfter, lengthsOf } from '../overtime.ts'
import { isPng } from '../../../core/drawings.ts'

const hour = 3_600_000

/** A session that began two hours ago and ends in one, with its client, room and engineer. */
async function session(house: House, more: { state?: string; from?: number; to?: number; room?: number } = {}) {
  const { db } = house
  const insert = async (table: string, row: object): Promise<number> =>
    (await db(table).insert(row).returning<{ id: number }[]>('id'))[0]?.id ?? 0
  const room_id =
    more.room ??
    (await insert('rooms', { name: `Cabine ${Math.random()}`, kind: 'cabine', always_open: true, hourly_cents: 4500 }))
  const client_id = await insert('clients', { kind: 'person', name: 'Noémie Gaël', email: 'noemie@example.test' })
  const now = Math.floor(Date.now() / 60_000) * 60_000
  const starts_at = new Date(now + (more.from ?? -2) * hour)
  const ends_at = new Date(now + (more.to ?? 1) * hour)
  const id = await insert('sessions', {
    room_id,
    client_id,
    title: 'L’été à Œuilly',
    starts_at,
    ends_at,
    state: more.state ?? 'in_progress',
    started_at: starts_at,
    price_cents: 13_500
  })
  // somebody of their own: nobody is on two sessions at once
  const person_id = await insert('people', {
    id: 10_000 + id,
    name: `Équipe ${id}`,
    email: `e${id}@example.test`,
    role: 'engineer'
  })
  await db.raw(
    `insert into session_people (session_id, person_id, during, lane) select id, ?, during, lane from sessions where id = ?`,
    [person_id, id]
  )
  return { id, room_id, client_id, here: `/session-report/${id}` }
}

function good(t: Test, answer: Answer) {
  t.equal(answer.statusCode, 303, answer.body.replace(/<[^>]*>|\s+/g, ' ').slice(-400))
}

/** A PNG of 8 bits a channel, as a canvas gives it. */
function png(width = 8, height = 4, filter = 0): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc32(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 6, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc(height * (1 + width * 4), filter))
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([start, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}
const drawing = `data:image/png;base64,${png().toString('base64')}`

const hashIn = (page: Answer) => /name="hash" value="([0-9a-f]{64})"/.exec(page.body)?.[1] ?? ''
const signing = (hash: string, more: object = {}) => ({
  hash,
  name: 'Noémie Gaël',
  role: 'Artiste',
  image: drawing,
  consent: 'on',
  ...more
})

async function signHere(house: House, here: string, who: Visitor = house.engineer) {
  return who.post(`${here}/signature`, signing(hashIn(await who.get(`${here}/signature`))))
}

/** Fills in a whole report. */
async function fill(t: Test, { engineer }: House, here: string, db: House['db']) {
  const post = async (path: string, fields: Record<string, string | number>) =>
    good(t, await engineer.post(`${here}/${path}`, fields))
  await post('arrivals', { name: 'Noémie Gaël', role: 'chant' })
  await post('titles', { title: 'Forêt d’hiver' })
  const title = (await db('session_titles').orderBy('id', 'desc').first('id')).id as number
  await post(`titles/${title}/takes`, {})
  await post(`titles/${title}/takes`, { verdict: 'good' })
  await post('musicians', {
    name: 'Zoë Brûlé',
    instrument: 'Hautbois',
    role: 'soloist',
    society: 'SPEDIDAM',
    society_number: '12 345',
    from: '10h',
    to: '12h30'
  })
  await post('costs', {
    kind: 'consumable',
    label: 'Cordes de basse',
    quantity: '1,5',
    unit_cents: '24,90',
    vat_rate: 2000,
    billable: 'on'
  })
  await post('notes', { notes: 'Garder la prise 2.', producer: 'Été Records', first_destination: 'Album' })
  return title
}

const house = await openStudio(t)
const { db, engineer, manager, assistant, stranger } = house

t.test('a report is filled in line by line, each checked, and reads as it was typed', async t => {
  const { id, here } = await session(house)
  const title = await fill(t, house, here, db)
  const page = await engineer.get(here)
  t.equal(page.statusCode, 200)
  for (const text of ['Forêt d’hiver', 'Zoë Brûlé', 'Cordes de basse', '24,90', 'Été Records'])
    t.match(page.body.replaceAll('&#39;', '’'), text)
  t.same(await db('session_takes').where({ title_id: title }).orderBy('number').select('number', 'verdict'), [
    { number: 1, verdict: null },
    { number: 2, verdict: 'good' }
  ])
  const [cost] = await db('session_costs').where({ session_id: id })
  t.match(cost, { quantity: '1.500', unit_cents: 2490, billable: true })

  const wrong = await engineer.post(`${here}/costs`, { label: 'Café', unit_cents: 'beaucoup', quantity: '-1' })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'value="beaucoup"', 'what was typed stays')
  const again = await engineer.post(`${here}/titles`, { title: 'forêt d’hiver' })
  t.equal(again.statusCode, 422, 'the same title by another case')
  t.match(again.body, 'déjà sur la fiche')
  const take = (await db('session_takes').where({ title_id: title }).first('id')).id
  good(t, await engineer.post(`${here}/takes/${take}`, { number: 1, verdict: 'keep', note: 'souffle à la fin' }))
  t.match(await db('session_takes').where({ id: take }).first(), { verdict: 'keep', note: 'souffle à la fin' })
  t.equal((await engineer.post(`${here}/takes/${take}`, { number: 2 })).statusCode, 422, 'a number that is taken')

  const idOf = async (table: string) => (await db(table).where({ session_id: id }).first('id')).id as number
  const musician = { name: 'Zoë Brûlé', instrument: 'Cor anglais', role: 'musician', from: '10:00', to: '9:00' }
  const place = `${here}/musicians/${await idOf('session_musicians')}`
  t.match((await engineer.post(place, { ...musician, to: '25h' })).body, /id="saved-musicians-\d+"><span class="bad"/)
  good(t, await engineer.post(place, { ...musician, to: '' }))
  t.match(await db('session_musicians').where({ session_id: id }).first(), { instrument: 'Cor anglais', to_at: null })
  const arrival = await idOf('session_arrivals')
  good(
    t,
    await engineer.post(`${here}/arrivals/${arrival}`, {
      name: 'Noémie',
      arrived: '',
      left: time.localOf(new Date(Date.now() + hour / 2), 'Europe/Paris').clock
    })
  )
  good(t, await engineer.post(`${here}/costs/${await idOf('session_costs')}`, { label: 'Cordes', unit_cents: '20' }))

  const other = await session(house)
  t.equal(
    (await engineer.post(`${other.here}/takes/${take}`, { note: 'x' })).statusCode,
    404,
    'a row of another session'
  )
  t.equal((await stranger.get(here)).statusCode, 404)
  good(t, await engineer.post(`${here}/takes/${take}/removal`))
})

t.test('fifty starts at once leave one timer running; another kind of work switches it', async t => {
  const { id, here } = await session(house)
  const recording = (await db('task_types').where({ key: 'recording' }).first('id')).id
  const starts = await Promise.all(
    Array.from({ length: 50 }, () =>
      engineer.post('/session-report/timer', { session_id: id, task_type_id: recording })
    )
  )
  t.ok(
    starts.every(({ statusCode }) => statusCode === 303),
    'each is answered'
  )
  t.equal((await db('time_entries').where({ session_id: id })).length, 1, 'pressing again is no second timer')
  const pause = (await db('task_types').where({ key: 'break' }).first('id')).id
  await Promise.all(
    Array.from({ length: 20 }, (_, turn) =>
      engineer.post('/session-report/timer', { session_id: id, task_type_id: turn % 2 ? pause : recording })
    )
  )
  t.equal((await db('time_entries').where({ person_id: engineer.id }).whereNull('ended_at')).length, 1)
  await t.rejects(
    db('time_entries').insert([1, 2].map(() => ({ session_id: id, person_id: assistant.id }))),
    { constraint: 'time_entries_one_running' } as never,
    'the database refuses a second by itself'
  )
  t.match((await engineer.get('/session-report/timer')).body, 'data-seconds')
  t.notMatch((await manager.get('/session-report/timer')).body, 'data-seconds', 'nobody else’s bar shows it')
  good(t, await engineer.post('/session-report/timer/stop'))
  t.equal((await engineer.post('/session-report/timer/stop')).statusCode, 422, 'nothing runs any more')
  t.equal((await engineer.get('/session-report/timer')).body.trim(), '')
  t.match((await engineer.get(here)).body, 'Prise')
})

t.test('time is corrected on record, by who may; what the clock said stays', async t => {
  const { id, here } = await session(house)
  good(t, await engineer.post('/session-report/timer', { session_id: id }))
  const [running] = await db('time_entries').where({ session_id: id })
  await db('time_entries')
    .where({ id: running.id })
    .update({ started_at: new Date(Date.now() - 90 * 60_000) })
  t.match((await manager.get('/')).body, 'En salle')
  await db('time_entries')
    .where({ id: running.id })
    .update({ started_at: new Date(Date.now() - 13 * hour) })
  t.match((await manager.get('/')).body, 'Chronos oubliés')
  good(t, await manager.post('/session-report/timer/stop', { id: running.id }))
  const before = await db('time_entries').where({ id: running.id }).first()
  const form = await manager.get(`${here}?time=${running.id}`)
  const typed = (name: string) =>
    new RegExp(`id="f-${name}-times-${running.id}"[^>]* value="([^"]*)"`).exec(form.body)?.[1] ?? ''
  const fields = { day: typed('day'), starts: typed('starts'), ends: typed('starts'), billable: 'on', reason: '' }
  const refused = await manager.post(`${here}/times/${running.id}`, fields)
  t.equal(refused.statusCode, 422, 'not without a reason')
  good(t, await manager.post(`${here}/times/${running.id}`, { ...fields, reason: 'Oublié en partant' }))
  const after = await db('time_entries').where({ id: running.id }).first()
  t.same(after.raw_started_at, before.started_at)
  t.same(after.raw_ended_at, before.ended_at)
  t.same(after.started_at, before.started_at, 'a clock left as it was keeps its seconds')
  t.equal(+after.ended_at, +after.started_at)
  t.equal(after.corrected_by, manager.id)
  good(t, await manager.post(`${here}/times/${running.id}`, { ...fields, reason: 'Encore' }))
  t.same((await db('time_entries').where({ id: running.id }).first()).raw_ended_at, before.ended_at, 'the first stays')
  await t.rejects(db('time_entries').where({ id: running.id }).update({ raw_ended_at: null }), { code: '23001' })
  await t.rejects(db('time_entries').where({ id: running.id }).delete(), { code: '23001' })
  const reason = { ...fields, reason: 'moi' }
  t.equal((await engineer.post(`${here}/times/${running.id}`, reason)).statusCode, 403)
  t.match((await manager.get(here)).body, 'Encore')
})

t.test('overtime is offered with its price as far as the next booking and its pause; the session goes on', async t => {
  const { id, here, room_id } = await session(house, { from: -3, to: -0.2 })
  await session(house, { room: room_id, from: 1, to: 3, state: 'confirmed' })
  const before = (await db('sessions').where({ id }).first('ends_at')).ends_at
  const page = await engineer.get(here)
  t.match(page.body, 'a dépassé sa fin')
  t.match(page.body, /22,50.€/u, 'half an hour of 45 €')
  const free = 72 - 15
  t.match(page.body, `${free} min libres`)
  const far = await engineer.post(`${here}/overtime`, { minutes: 60, accepted_by: 'Noémie' })
  t.equal(far.statusCode, 422)
  t.match(far.body, 'vient ensuite')
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => engineer.post(`${here}/overtime`, { minutes: 30, accepted_by: 'Noémie Gaël' }))
  )
  t.equal(tries.filter(({ statusCode }) => statusCode === 303).length, 1, 'twice 30 would eat the pause')
  const { ends_at, price_cents, price_override } = await db('sessions').where({ id }).first()
  t.equal(+ends_at - +before, hour / 2, 'the end moved by 30 minutes')
  t.match({ price_cents, price_override }, { price_cents: 13_500, price_override: true }, 'its own price stays')
  t.match(await db('session_overtime').where({ session_id: id }).first(), {
    minutes: 30,
    price_cents: 2250,
    accepted_by: 'Noémie Gaël'
  })
  t.match((await engineer.get(here)).body, 'accepté par Noémie Gaël')
})

t.test('signed on the tablet, a report is frozen, and neither the app nor the database lets it change', async t => {
  const { id, here } = await session(house)
  const title = await fill(t, house, here, db)
  good(t, await engineer.post('/session-report/timer', { session_id: id }))
  const early = await engineer.post(`${here}/signature`, signing('0'.repeat(64)))
  t.equal(early.statusCode, 422)
  t.match(early.body, 'tourne encore')
  good(t, await engineer.post('/session-report/timer/stop'))
  const hash = hashIn(await engineer.get(`${here}/signature`))
  t.match(hash, /^[0-9a-f]{64}$/)
  for (const [what, fields] of [
    ['no image', { image: 'data:image/png;base64,AAAA' }],
    ['another kind of image', { image: 'data:image/svg+xml;base64,AAAA' }],
    ['a huge one', { image: `data:image/png;base64,${'A'.repeat(200_001)}` }],
    ['no consent', { consent: '' }],
    ['no name', { name: ' ' }]
  ] as const)
    t.equal((await engineer.post(`${here}/signature`, signing(hash, fields))).statusCode, 422, what)
  good(t, await engineer.post(`${here}/titles`, { title: 'Ajouté entre-temps' }))
  const changed = await engineer.post(`${here}/signature`, signing(hash))
  t.match(changed.body, 'a changé depuis', 'nobody signs what changed meanwhile')

  const now = hashIn(await engineer.get(`${here}/signature`))
  const tries = await Promise.all(Array.from({ length: 10 }, () => engineer.post(`${here}/signature`, signing(now))))
  t.equal(tries.filter(({ statusCode }) => statusCode === 303).length, 1, 'ten at once sign once')
  const [report, ...rest] = await db('session_reports').where({ session_id: id })
  t.equal(rest.length, 0)
  t.match(report, { version: 1, way: 'tablet', signer_name: 'Noémie Gaël', ip: '127.0.0.1', hash: now })
  t.equal(hashOf(report.snapshot), report.hash, 'the hash is of what the database kept')
  t.same(report.image, png())

  for (const change of [
    { signer_name: 'Autre' },
    { snapshot: '{}' },
    { signed_at: null, version: null },
    { image: null }
  ])
    await t.rejects(db('session_reports').where({ id: report.id }).update(change), { code: '23001' })
  await t.rejects(db('session_reports').where({ id: report.id }).delete(), { code: '23001' })
  await t.rejects(db.raw('truncate session_reports cascade'))
  for (const [path, fields] of [
    ['titles', { title: 'Trop tard' }],
    ['notes', { notes: 'x' }],
    [`titles/${title}/takes`, {}]
  ] as const)
    t.match((await engineer.post(`${here}/${path}`, fields)).body, 'La fiche est signée', path)
  t.equal((await engineer.post('/session-report/timer', { session_id: id })).statusCode, 409)

  const page = await engineer.get(`${here}/report`)
  t.match(page.body, 'rien n’a changé depuis la signature')
  const image = await engineer.get(`${here}/versions/${report.id}/drawing`)
  t.equal(image.headers['content-type'], 'image/png')
  t.same(image.rawPayload, png())

  t.equal((await engineer.post(`${here}/reopening`, { reason: 'oubli' })).statusCode, 403, 'a manager corrects')
  good(t, await manager.post(`${here}/reopening`, { reason: 'Un titre oublié' }))
  good(t, await engineer.post(`${here}/titles`, { title: 'Le titre oublié' }))
  good(t, await signHere(house, here))
  const versions = await db('session_reports').where({ session_id: id }).orderBy('version')
  t.same(
    versions.map(({ version, previous_id }) => [version, previous_id]),
    [
      [1, null],
      [2, report.id]
    ]
  )
  t.match(versions[1].snapshot.corrects, { version: 1, hash: report.hash, reason: 'Un titre oublié' })
  t.match((await engineer.get(`${here}/versions/${report.id}`)).body, 'Version 1')
})

t.test('a seal no longer fits when anything of it was changed behind the database’s back', async t => {
  const { id, here } = await session(house)
  good(t, await signHere(house, here))
  const admin = house.host.tenants.admin(await house.host.tenants.server(house.studio.server_id), house.studio.database)
  await admin.raw('alter table session_reports disable trigger all')
  await admin('session_reports').where({ session_id: id }).update({ signer_name: 'Quelqu’un d’autre' })
  await admin.raw('alter table session_reports enable trigger all')
  t.match((await engineer.get(`${here}/report`)).body, 'a été altérée')
  t.equal(canonical({ b: 1, a: [null, 'é'] }), '{"a":[null,"é"],"b":1}')
  const proof = {
    hash: '',
    version: 1,
    way: 'mail',
    signed_at: new Date(0),
    signer_name: 'A',
    signer_role: null,
    signer_email: null,
    consent: '',
    ip: null,
    agent: null,
    code_sent_at: null,
    image_hash: null
  }
  t.not(sealOf(proof), sealOf({ ...proof, ip: '192.0.2.1' }))
})

/** The newest mail to the client: its link and code. */
async function mailed(subject: string): Promise<string> {
  await house.settle()
  const mail = await house.host.tenants
    .master('mails')
    .where('subject', 'like', `%${subject}%`)
    .orderBy('id', 'desc')
    .first('text')
  return (mail?.text as string | undefined) ?? ''
}

t.test('at a distance it takes the mailed code: a wrong, late or sixth one signs nothing', async t => {
  const { id, here, client_id } = await session(house)
  await fill(t, house, here, db)
  t.equal((await engineer.post(`${here}/links`, { name: 'Noémie', email: 'pas un mail' })).statusCode, 422)
  good(t, await engineer.post(`${here}/links`, { name: 'Noémie', email: 'noemie@example.test' }))
  t.match(
    (await engineer.post(`${here}/notes`, { notes: 'autre chose' })).body,
    'envoyée à signer',
    'what was sent stays as it was'
  )
  const address = /https?:\S+\/o\/\S+/.exec(await mailed('à signer'))?.[0] ?? ''
  const token = address.split('/').at(-1) ?? ''
  t.equal(token.length, 43)
  const [link] = await db('report_links')
  t.notMatch(JSON.stringify(link), token, 'only its hash is kept')
  const { visitor } = house
  const place = `//o/${house.studio.slug}/session-report/${token}`
  const page = await visitor.get(place)
  t.equal(page.statusCode, 200)
  t.match(page.body, 'Forêt d’hiver')
  t.match(page.headers, { 'cache-control': /no-store/ })
  const sign = (code: string, more: object = {}) =>
    visitor.post(`${place}/signature`, { code, name: 'Noémie Gaël', consent: 'on', ...more })
  t.match((await sign('123456')).body, 'Demandez d’abord le code')
  const ask = async () => {
    await db('report_links').update({ asked_at: null })
    good(t, await visitor.post(`${place}/code`))
    return (/(\d{3}) (\d{3})/.exec(await mailed('code de signature')) ?? []).slice(1).join('')
  }
  const code = await ask()
  t.match(code, /^\d{6}$/)
  const wrong = code === '000000' ? '000001' : '000000'
  const guesses = await Promise.all(Array.from({ length: 12 }, () => sign(wrong)))
  t.ok(guesses.every(({ statusCode }) => statusCode === 422))
  t.equal((await db('report_links').first('code_tries')).code_tries, 5, 'twelve at once are five tries')
  t.match((await sign(code)).body, '5 essais', 'even the right one is too late then')

  const late = await ask()
  await db('report_links').update({ code_expires_at: db.raw(`code_expires_at - interval '11 minutes'`) })
  t.match((await sign(late)).body, '10 minutes')
  t.equal((await db('session_reports').where({ session_id: id }).whereNotNull('signed_at')).length, 0)

  const right = await ask()
  t.equal((await sign(right, { consent: '' })).statusCode, 422)
  t.equal((await sign(right, { is_owner: '1' })).statusCode, 422)
  const both = await Promise.all([sign(right), sign(right)])
  t.equal(both.filter(({ statusCode }) => statusCode === 303).length, 1, 'twice at once signs once')
  const [report] = await db('session_reports').where({ session_id: id }).whereNotNull('signed_at')
  t.match(report, { way: 'mail', signer_email: 'noemie@example.test', version: 1 })
  t.match((await visitor.get(place)).body, 'Merci, la fiche est signée')
  const pdf = await visitor.get(`${place}/pdf`)
  t.equal(pdf.headers['content-type'], 'application/pdf')
  t.equal(pagesOf(pdf), 1, 'a day’s report is one page, with what proves it')
  t.notMatch(await textOf(pdf), `Pour ${house.studio.name}`, 'signed without a drawing, it has no box left to sign in')
  t.match((await engineer.get(`${here}/report`)).body, 'rien n’a changé')
  const trail = await db('activity').whereRaw(`about @> array[?]`, [`session:${id}`])
  t.notMatch(JSON.stringify(trail), token)
  t.notMatch(JSON.stringify(trail), right)
  t.ok(trail.some(({ action, about }) => action === 'session-report.answer' && about.includes(`client:${client_id}`)))
  t.equal((await visitor.get(`${place}x`)).statusCode, 404)
})

t.test('a link taken back opens nothing any more', async t => {
  const { id, here } = await session(house)
  good(t, await engineer.post(`${here}/links`, { name: 'Noémie', email: 'noemie@example.test' }))
  const token = (/\/o\/\S+/.exec(await mailed('à signer'))?.[0] ?? '').split('/').at(-1) ?? ''
  const place = `//o/${house.studio.slug}/session-report/${token}`
  t.equal((await house.visitor.get(place)).statusCode, 200)
  const link = await db('report_links').orderBy('id', 'desc').first('id')
  good(t, await engineer.post(`${here}/links/${link.id}/removal`))
  t.equal((await house.visitor.get(place)).statusCode, 410)
  t.equal((await house.visitor.post(`${place}/code`)).statusCode, 409)
  good(t, await engineer.post(`${here}/notes`, { notes: 'repris' }))
  t.equal((await db('session_reports').where({ session_id: id }).whereNotNull('signed_at')).length, 0)
})

const pagesOf = ({ rawPayload }: Answer) => rawPayload.toString('latin1').match(/\/Type \/Page\b/g)?.length
const textOf = async (answer: Answer) => {
  const pdf = await getDocumentProxy(new Uint8Array(answer.rawPayload))
  return (await extractText(pdf, { mergePages: true })).text.replace(/\s+/g, ' ')
}

t.test('report and attendance sheet are PDFs that read back with their accents, in both languages', async t => {
  const { here } = await session(house)
  await fill(t, house, here, db)
  const draft = await textOf(await engineer.get(`${here}/report.pdf`))
  for (const text of [
    'Fiche de séance',
    'Noémie Gaël',
    'L’été à Œuilly',
    'Forêt d’hiver',
    'Zoë Brûlé',
    'Hautbois',
    'Garder la prise 2.',
    '37,35 € HT'
  ])
    t.match(draft.replaceAll('\u202f', ' ').replaceAll('\u00a0', ' '), text)
  const sheet = await textOf(await engineer.get(`${here}/attendance.pdf`))
  for (const text of [
    'Feuille de présence',
    'Exemplaire 1 sur 2',
    'Exemplaire 2 sur 2',
    'Été Records',
    'Album',
    'SPEDIDAM 12 345',
    'Zoë Brûlé'
  ])
    t.match(sheet, text)
  t.match(await textOf(await engineer.get(`${here}/attendance.pdf`, { 'accept-language': 'en' })), /Feuille|Attendance/)
  good(t, await signHere(house, here))
  const first = await engineer.get(`${here}/report.pdf`)
  const signed = await textOf(first)
  t.match(signed, 'sur place, sur la tablette du studio')
  t.match(signed, /Empreinte SHA-256/)
  t.equal(pagesOf(first), 1, 'one page, with the drawing and what proves it')
  t.same((await engineer.get(`${here}/report.pdf`)).rawPayload, first.rawPayload, 'the same bytes each time')
})

t.test('what is to be paid beside the booking is told once, of what was signed', async t => {
  const { id, here } = await session(house)
  await fill(t, house, here, db)
  await db('session_overtime').insert({
    session_id: id,
    minutes: 30,
    from_at: new Date(),
    price_cents: 2250,
    vat_rate: 2000,
    accepted_by: 'N'
  })
  good(t, await engineer.post(`${here}/costs`, { label: 'Offert', unit_cents: '10' }))
  good(t, await signHere(house, here))
  const { asker, studioVoice } = await import('../../../core/events.ts')
  const switched = await house.host.switches.of(house.studio, db)
  const person = { id: null, name: 'test', role: 'owner' as const }
  const ask = asker(house.host, {
    db,
    studio: house.studio,
    switched,
    person,
    can: () => true,
    voice: studioVoice(house.host, house.studio)
  })
  const lines = (await ask('sessions.billable', { session_id: id })).flat().filter(({ kind }) => kind !== 'session')
  t.match(lines, [
    { kind: 'overtime', quantity: 0.5, unit_cents: 4500, cents: 2250, vat_rate: 2000 },
    { kind: 'consumable', label: 'Cordes de basse', quantity: 1.5, unit_cents: 2490, cents: 3735, vat_category: 'S' }
  ])
  t.equal(lines.length, 2, 'what is not billed is no line')
})

t.test('kinds of work are the studio’s own, in the reader’s language until renamed', async t => {
  const page = await manager.get('/session-report/tasks')
  t.match(page.body, 'value="Mixage"')
  good(t, await manager.post('/session-report/tasks', { name: 'Reamp', billable: 'on' }))
  t.equal((await manager.post('/session-report/tasks', { name: 'réamp' })).statusCode, 422, 'twice the same')
  const mixing = await db('task_types').where({ key: 'mixing' }).first()
  good(t, await manager.post(`/session-report/tasks/${mixing.id}`, { name: 'Mixage', billable: 'on', position: 5 }))
  t.equal((await db('task_types').where({ id: mixing.id }).first()).name, null, 'not renamed, still translated')
  good(t, await manager.post(`/session-report/tasks/${mixing.id}`, { name: 'Mix stéréo', billable: 'on' }))
  t.match(await db('task_types').where({ id: mixing.id }).first(), { name: 'Mix stéréo', position: 5 })
  good(t, await manager.post(`/session-report/tasks/${mixing.id}/archiving`))
  const { here, id } = await session(house)
  t.notMatch((await engineer.get(here)).body, 'Mix stéréo')
  t.equal((await engineer.post('/session-report/timer', { session_id: id, task_type_id: mixing.id })).statusCode, 422)
  t.equal((await engineer.get('/session-report/tasks')).statusCode, 403)
})

t.test('pages ask a fixed number of statements, and are gone with the plugin', async t => {
  const { id, here } = await session(house)
  // what is kept of people and studios for some seconds is asked again now and then: the second time counts
  const count = async (path: string) => {
    await house.settle()
    await manager.get(path)
    return countQueries(house, () => manager.get(path))
  }
  for (const path of [here, `${here}/report`, '/session-report', '/session-report/timer']) await count(path)
  const few = await count(here)
  for (let turn = 0; turn < 30; turn++) {
    good(t, await engineer.post(`${here}/titles`, { title: `Titre ${turn}` }))
    await db('time_entries').insert({ session_id: id, person_id: assistant.id, ended_at: new Date(Date.now() + 1000) })
  }
  const many = await count(here)
  t.equal(many, few)
  t.ok(many <= 8, `the room asks ${many}`)
  const list = await count('/session-report')
  for (let turn = 0; turn < 30; turn++) await session(house, { from: -30 - turn, to: -29 - turn, state: 'completed' })
  t.equal(await count('/session-report'), list)
  t.ok(list <= 8, `the list asks ${list}`)
  t.match((await manager.get('/session-report?state=signed')).body, 'Noémie Gaël')
  t.match((await manager.get(`/sessions/${id}`)).body, 'Fiche de séance')
  good(t, await house.owner.post('/settings/plugins/session-report/switch', { enabled: '' }))
  t.equal((await manager.get(here)).statusCode, 404)
  t.notMatch((await manager.get(`/sessions/${id}`)).body, 'Fiche de séance')
})

t.test('a clock is of the day on which it is in the session, or nearest to it', async t => {
  const at = (text: string) => new Date(text)
  const night = { starts_at: at('2026-11-24T19:00:00Z'), ends_at: at('2026-11-25T01:00:00Z') }
  const found = (clock: string, session = night) => instantIn(session, clock, 'Europe/Paris')?.toISOString()
  t.equal(found('01:30'), '2026-11-25T00:30:00.000Z')
  t.equal(found('20:00'), '2026-11-24T19:00:00.000Z')
  t.equal(found('19:45'), '2026-11-24T18:45:00.000Z', 'a little early')
  t.equal(found('02:20'), '2026-11-25T01:20:00.000Z', 'a little late')
  const spring = { starts_at: at('2027-03-27T21:00:00Z'), ends_at: at('2027-03-28T04:00:00Z') }
  t.equal(found('03:30', spring), '2027-03-28T01:30:00.000Z', 'the night of 23 hours')
  const autumn = { starts_at: at('2026-10-24T20:00:00Z'), ends_at: at('2026-10-25T05:00:00Z') }
  t.equal(found('04:00', autumn), '2026-10-25T03:00:00.000Z', 'and of 25')
})

t.test('hours are rounded up once for each person and kind of work, the raw minutes kept', async t => {
  const entry = (from: number, to: number, more: object = {}) =>
    ({
      person: 'A',
      person_id: 1,
      task_type_id: 1,
      task_key: 'mixing',
      task_name: null,
      billable: true,
      corrected_at: null,
      started_at: new Date(from * 60_000),
      ended_at: new Date(to * 60_000),
      ...more
    }) as never
  const lines = (times: never[], rounding: number) =>
    hoursOf(times, rounding).map(({ raw_minutes, billed_minutes }) => [raw_minutes, billed_minutes])
  t.same(lines([entry(0, 31), entry(40, 51)], 15), [[42, 45]], 'together, not each')
  t.same(lines([entry(0, 31), entry(40, 51)], 1), [[42, 42]])
  t.same(lines([entry(0, 31), entry(31, 45, { task_type_id: 2 })], 30), [
    [31, 60],
    [14, 30]
  ])
  t.same(lines([entry(0, 31, { billable: false })], 15), [[31, 0]])
  t.same(lines([entry(0, 10, { ended_at: null })], 15), [], 'what runs is not in it')
  t.equal(centsOf({ quantity: 1.5, unit_cents: 333 }), 500, 'halves away from zero')
  t.same(lengthsOf(0, 300, 30), [30, 60, 120])
  t.same(lengthsOf(40, 100, 30), [60, 90], 'what it is over already comes first, as far as there is room')
  t.equal(freeAfter(new Date(0), { starts_at: new Date(3_600_000) }, 15), 45)
  t.equal(freeAfter(new Date(0), { starts_at: new Date(60_000) }, 15), 0)
})

t.test('a drawing is a PNG to its last byte', async t => {
  t.ok(isPng(png()))
  t.ok(isPng(png(1999, 600)))
  t.notOk(isPng(png(2400, 10)), 'too wide')
  t.notOk(isPng(png(8, 4, 7)), 'rows that no PDF can draw')
  t.notOk(isPng(png().subarray(0, -4)), 'cut short')
  t.notOk(isPng(Buffer.concat([png(), Buffer.from('<script>')])), 'something behind it')
  const broken = png()
  broken[40] = (broken[40] ?? 0) ^ 1
  t.notOk(isPng(broken), 'a wrong sum')
  t.notOk(isPng(Buffer.from('GIF89a')))
})
