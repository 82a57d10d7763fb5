import t from 'tap'
import type { Fields } from '../../../test/helper.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { formats } from '../../../core/format.ts'
import { settingsOf } from '../settings.ts'
import { offeredDays, slotOf } from '../times.ts'
import { addRoom, ask, inDays, somebody, stampOf } from './asking.ts'

t.setTimeout(120_000)
const house = await openStudio(t, { env: { TRUST_PROXY: '127.0.0.1' } })
const { db, studio, manager, assistant, visitor } = house
const front = `//o/${studio.slug}/requests`
const last = () => db('requests').orderBy('id', 'desc').first()
const mailsTo = (recipient: string) => house.host.tenants.master('mails').where({ recipient }).orderBy('id')
const bodyOf = (mail: { text?: string; html?: string }) => String(mail.text ?? mail.html)

t.test('times are the studio’s own: nights belong to their evening, a clock that is skipped is said', async t => {
  const zone = 'Europe/Paris'
  const settings = { ...settingsOf({}), furthest_days: 730, notice_hours: 0 }
  const fmt = formats('fr', zone, 'EUR')
  const about = { studio: { ...studio, timezone: zone }, fmt }
  const year = new Date().getUTCFullYear() + 1
  const spring = lastSundayOfMarch(year)
  const skipped = slotOf({ day: spring, starts: '02:30', length: 240 }, settings, about)
  t.match(skipped, { errors: { starts: { key: 'requests.errors.skipped_hour' } } })
  const across = slotOf({ day: spring, starts: '00:00', length: 240 }, settings, about)
  t.equal('errors' in across ? '' : fmt.field(across.ends_at).clock, '05:00', 'four hours really pass')
  const slot = (from: string, to: string) => {
    const [starts_at, ends_at] = [from, to].map(at => new Date(`${year}-02-0${at}:00+01:00`)) as [Date, Date]
    return { starts_at, ends_at }
  }
  const free = [slot('1T18:00', '2T02:00'), slot('3T20:00', '6T08:00'), slot('7T10:00', '7T11:00')]
  const room = { room_id: 1, open: [], free, behind: [slot('2T10:00', '2T14:00')], full: [] }
  const showing = { from: `${year}-02-01`, days: 7, zone, settings, minutes: 120 }
  t.same(
    offeredDays(room, showing).map(({ times }) =>
      times.map(({ starts_at, behind }) => `${fmt.time(starts_at)}${behind ? ' behind' : ''}`)
    ),
    [['18:00'], ['10:00 behind'], ['20:00'], ['00:00'], ['00:00'], ['00:00'], []],
    'a night on its evening, a room that never closes cut at midnight, what is too short not at all'
  )
  const firm = offeredDays(room, { ...showing, settings: { ...settings, behind_options: false } })
  t.same(firm[1]?.times, [], 'where options keep others away')
})

t.test(
  'the front of a studio is its open page: rooms, prices, free times, a form, and nothing of who is in',
  async t => {
    const room = await addRoom(house, 'Studio A')
    const hidden = await addRoom(house, 'Remise', { bookable: false })
    const [client] = await db('clients').insert({ kind: 'band', name: 'Les Secrets' }).returning('id')
    const at = (clock: string) => `${inDays(3)}T${clock}Z`
    await db('sessions').insert({
      room_id: room,
      client_id: client.id,
      title: 'Album caché',
      starts_at: at('09:00'),
      ends_at: at('13:00'),
      state: 'confirmed'
    })
    const to = await visitor.get(`//o/${studio.slug}`)
    t.equal(to.location, `/o/${studio.slug}/requests`, 'although sessions have open pages too')
    const page = await visitor.get(`${front}?room=${room}`)
    t.equal(page.statusCode, 200)
    t.match(page.body, /Studio A/)
    t.match(page.body, /45,00\s€/u)
    t.notMatch(page.body, /Remise|Secrets|Album caché/)
    const free = [...page.body.matchAll(/day=(\d{4}-\d\d-\d\d)&amp;starts=(\d\d%3A\d\d)/g)].map(([, day]) => day)
    t.equal(free.filter(day => day === inDays(3)).length, 2, 'before and after what is there')
    t.ok(hidden)
    const other = await visitor.get(front, { 'accept-language': 'en' })
    t.match(other.body, /Ask for a time/)
    t.match(page.headers['content-security-policy'], /frame-ancestors 'none'/)
  }
)

t.test('a request becomes a client, an option and a mail with a private link', async t => {
  const room = await addRoom(house, 'Cabine du lien')
  const sent = await ask(house, somebody(room, { people: 3, engineer: 'on', message: 'Deux titres' }))
  t.equal(sent.statusCode, 303)
  t.match(sent.location, new RegExp(`^/o/${studio.slug}/requests/[\\w-]{43}$`))
  const request = await last()
  t.match(request, { name: 'Zoé Marchal', phone: '+33612345678', state: 'new', matched: 'new', people: 3 })
  const session = await db('sessions').where({ id: request.session_id }).first()
  t.match(session, { state: 'option', rank: 1, client_id: request.client_id, room_id: room })
  t.match(session.notes, /Deux titres/)
  const status = await visitor.get(`/${sent.location}`)
  t.match(status.body, /Créneau retenu en option/)
  t.match(status.headers['cache-control'], /no-store/)
  t.match(status.body, /noindex/)
  await house.settle()
  const [mail] = await mailsTo('zoe@example.test')
  t.match(mail.subject, /Votre demande à Studio Test/)
  const link = /\/o\/[\w-]+\/requests\/[\w-]{43}/.exec(bodyOf(mail))?.[0] ?? ''
  t.not(link, sent.location, 'another link than that of the form: only its hash is kept')
  t.equal((await visitor.get(`/${link}`)).statusCode, 200)
  t.equal((await visitor.get(`/${link.slice(0, -2)}xx`)).statusCode, 404)
  const told = await db('notifications').where({ kind: 'requests.received', person_id: manager.id })
  t.equal(told.length, 1)
  t.equal((await mailsTo(manager.email)).length, 1, 'and by mail, for somebody waits')
  t.match((await manager.get('/requests')).body, /Zoé Marchal/)
  t.match((await manager.get('/')).body, /Demandes à traiter/)
  t.match((await manager.get(`/sessions/${request.session_id}`)).body, /requests\/\d+/)
  t.match((await manager.get(`/clients/${request.client_id}`)).body, /Cabine du lien/)
})

t.test('fifty at once for one time: three options, and a polite word with the waiting list to the others', async t => {
  const room = await addRoom(house, 'Cabine courue')
  const fields = (n: number, more: Fields = {}) =>
    somebody(room, { name: `Groupe ${n}`, email: `groupe${n}@example.test`, phone: '', ...more })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => ask(house, fields(n), { ip: `203.0.113.${n + 1}` }))
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 3)
  const turned = answers.filter(({ statusCode }) => statusCode === 422)
  t.equal(turned.length, 47)
  t.ok(turned.every(({ body }) => body.includes('Me mettre sur la liste d’attente')))
  t.ok(
    turned.every(({ body }) => /value="Groupe \d+"/.test(body)),
    'what was typed stays'
  )
  const page = await visitor.get(`${front}?room=${room}&from=${inDays(10)}`)
  t.match(page.body, new RegExp(`day=${inDays(10)}&amp;starts=18`), 'the page offers what comes after')
  t.notMatch(page.body, new RegExp(`day=${inDays(10)}&amp;starts=14`), 'and that time no more')
  const ranks = await db('sessions').where({ room_id: room }).orderBy('rank').pluck('rank')
  t.same(ranks, [1, 2, 3])
  t.equal((await db('clients').whereLike('name', 'Groupe %')).length, 3, 'no client of those who were turned away')
  const waits = await ask(house, fields(77, { wait: 'on' }))
  t.equal(waits.statusCode, 303)
  t.match((await visitor.get(`/${waits.location}`)).body, /liste d’attente/)
  const request = await last()
  t.match(await db('waiting').where({ id: request.waiting_id }).first(), {
    room_id: room,
    minutes: 240,
    state: 'waiting'
  })
  const cancelled = await visitor.post(`/${waits.location}/cancellation`)
  t.equal(cancelled.statusCode, 303)
  t.match(await db('waiting').where({ id: request.waiting_id }).first(), { state: 'gone' })
})

t.test('a firm session is never named: the time is no longer free, whoever has it', async t => {
  const room = await addRoom(house, 'Cabine prise')
  const [client] = await db('clients').insert({ kind: 'band', name: 'Groupe Discret' }).returning('id')
  await db('sessions').insert({
    room_id: room,
    client_id: client.id,
    starts_at: `${inDays(10)}T08:00Z`,
    ends_at: `${inDays(10)}T20:00Z`,
    state: 'confirmed'
  })
  const refused = await ask(house, somebody(room))
  t.equal(refused.statusCode, 422)
  t.match(refused.body, /Ce créneau n’est plus libre/)
  t.notMatch(refused.body, /Discret/)
})

t.test('who it is: by mail, by phone, by name; in doubt a new client, for somebody to decide', async t => {
  const room = await addRoom(house, 'Cabine des gens')
  const add = async (fields: object) =>
    (
      await db('clients')
        .insert({ kind: 'person', ...fields })
        .returning('id')
    )[0].id
  const byMail = await add({ name: 'Ancien Nom', email: 'Mail@Known.test' })
  const byPhone = await add({ name: 'Autre Personne', phone: '+33698765432' })
  const byName = await add({ name: 'Éloïse Véron' })
  const namesake = await add({ name: 'Paul Martin', email: 'paul1@known.test' })
  let day = 11
  const matched = async (more: Fields) => {
    const sent = await ask(house, somebody(room, { day: inDays(day++), phone: '', ...more }))
    t.equal(sent.statusCode, 303)
    return { ...(await last()), answer: sent }
  }
  t.match(await matched({ email: 'mail@known.test' }), { client_id: byMail, matched: 'email' })
  t.match(await matched({ email: 'x1@n.test', phone: '06 98 76 54 32' }), { client_id: byPhone, matched: 'phone' })
  t.match(await matched({ email: 'x2@n.test', name: 'eloise VERON' }), { client_id: byName, matched: 'name' })
  const unsure = await matched({ email: 'x3@n.test', name: 'Paul Martin' })
  t.match(unsure, { matched: 'unsure', alike: [namesake] })
  t.not(unsure.client_id, namesake)
  const known = await db('clients').where({ id: byMail }).first()
  t.equal(known.name, 'Ancien Nom', 'what is stored stays')
  const status = await visitor.get(`/${(await matched({ email: 'mail@known.test' })).answer.location}`)
  t.notMatch(status.body, /Ancien Nom/, 'and is not shown')
  const card = await manager.get(`/requests/${unsure.id}`)
  t.match(card.body, /C’est ce client/)
  t.equal((await manager.post(`/requests/${unsure.id}/client`, { client_id: namesake })).statusCode, 303)
  t.match(await db('requests').where({ id: unsure.id }).first(), { client_id: namesake, matched: 'chosen' })
  t.match(await db('sessions').where({ id: unsure.session_id }).first(), { client_id: namesake })
})

t.test('what cannot be is said by the field, and what was typed stays', async t => {
  const room = await addRoom(house, 'Cabine fermée', { always_open: false })
  const open = await addRoom(house, 'Cabine ouverte')
  const long = await addRoom(house, 'Cabine aux longues séances')
  await db('price_rules').insert({
    name: 'Trois heures',
    room_id: long,
    unit: 'hour',
    cents: 4000,
    minimum_minutes: 180
  })
  const cases: [Fields, RegExp][] = [
    [{ day: '2020-01-01' }, /Cette date est passée/],
    [{ day: inDays(0), starts: '23:45' }, /C’est trop tôt/],
    [{ day: inDays(400) }, /C’est trop loin/],
    [{ length: '30' }, /Trop court/],
    [{ length: '2000' }, /Trop long/],
    [{ room_id: 999999 }, /Cette salle ne peut pas être réservée ici/],
    [{ room_id: room }, /fermée à ces heures/],
    [{ email: 'nobody' }, /f-email-error/],
    [{ phone: '12' }, /f-phone-error/],
    [{ room_id: long, length: '120' }, /Trop court : 3 h au moins/],
    [{ people: 40 }, /accueille 4 personnes au plus/],
    [{ name: '' }, /f-name-error/],
    [{ day: 'never' }, /f-day-error/]
  ]
  const before = await db('requests').count('id as n').first()
  for (const [fields, said] of cases) {
    const answer = await ask(house, somebody(open, { message: 'Gardez <b>ceci</b>', ...fields }), {
      ip: '198.51.100.99'
    })
    t.equal(answer.statusCode, 422, JSON.stringify(fields))
    t.match(answer.body, said)
    t.match(answer.body, /Gardez &lt;b&gt;ceci/)
  }
  t.same(await db('requests').count('id as n').first(), before)
})

t.test('machines are turned away: silently for what nobody sees, with a word for who was only quick', async t => {
  const room = await addRoom(house, 'Cabine gardée')
  const before = await db('requests').count('id as n').first()
  const ip = '192.0.2.50'
  const trapped = await ask(house, somebody(room, { website: 'https://spam.test' }), { ip })
  t.equal(trapped.location, `/o/${studio.slug}/requests/sent`)
  t.equal((await visitor.get(`/${trapped.location}`)).statusCode, 200)
  const early = await ask(house, somebody(room, { form: await stampOf(house, 1) }), { ip })
  t.equal(early.statusCode, 422)
  t.match(early.body, /un peu vite/)
  const late = await ask(house, somebody(room, { form: await stampOf(house, 13 * 3600) }), { ip })
  t.match(late.body, /ouverte depuis longtemps/)
  const good = await stampOf(house)
  const forged = await ask(house, somebody(room, { form: good.replace(/\.\w+\./, '.zzzz.') }), { ip })
  t.match(forged.body, /plus valable/)
  t.same(await db('requests').count('id as n').first(), before, 'nothing came of any')
  const tries = await db('request_tries').where({ network: ip }).first()
  t.equal(tries.refused, 4, 'but all are counted')
  t.same(tries.why.toSorted(), ['early', 'forged', 'honeypot', 'late'])
  t.match((await manager.get('/requests')).body, /4 envois de robots écartés/)
  const again = /name="form" value="([^"]+)"/.exec(early.body)?.[1] ?? ''
  t.equal((await ask(house, somebody(room, { form: again }), { ip })).statusCode, 303, 'sent once more it arrives')
  const many = await Promise.all(
    Array.from({ length: 30 }, (_, n) => ask(house, somebody(room, { day: inDays(20 + n) }), { ip: '192.0.2.51' }))
  )
  t.equal(many.filter(({ statusCode }) => statusCode === 303).length, 20, 'twenty an hour from one network')
  t.equal(many.filter(({ statusCode }) => statusCode === 429).length, 10)
})

t.test('the same form sent twice is one request', async t => {
  const room = await addRoom(house, 'Cabine double')
  const form = await stampOf(house)
  const both = await Promise.all([1, 2, 3].map(() => ask(house, somebody(room, { form }), { ip: '192.0.2.60' })))
  t.ok(both.every(({ statusCode }) => statusCode === 303))
  t.equal(new Set(both.map(({ location }) => location)).size, 1, 'and one page')
  t.equal((await db('sessions').where({ room_id: room })).length, 1)
})

t.test('the studio answers, proposes another time that is taken by a click, declines; the option follows', async t => {
  const room = await addRoom(house, 'Cabine des réponses')
  const sent = await ask(house, somebody(room, { email: 'suite@example.test', phone: '' }), { ip: '192.0.2.70' })
  const request = await last()
  const at = `/requests/${request.id}`
  t.equal((await assistant.post(`${at}/answer`, { body: 'x' })).statusCode, 403)
  t.equal((await manager.post(`${at}/answer`, { body: 'Avec plaisir.' })).statusCode, 303)
  t.equal((await manager.post(`${at}/answer`, { body: '' })).statusCode, 422)
  const wrong = await manager.post(`${at}/proposal`, {
    room_id: room,
    day: '2020-01-01',
    starts: '10h',
    length: '2h',
    body: 'Ou bien'
  })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, /Cette date est passée/)
  const proposal = { room_id: room, day: inDays(15), starts: '10h', length: '2h', body: 'Plutôt ce jour ?' }
  t.equal((await manager.post(`${at}/proposal`, proposal)).statusCode, 303)
  await house.settle()
  const mails = await mailsTo('suite@example.test')
  t.equal(mails.length, 3)
  t.ok(mails.some(mail => /Avec plaisir/.test(bodyOf(mail))))
  const status = await visitor.get(`/${sent.location}`)
  t.match(status.body, /Plutôt ce jour/)
  const message_id = Number(/name="message_id" value="(\d+)"/.exec(status.body)?.[1])
  t.equal((await visitor.post(`/${sent.location}/acceptance`, { message_id: 999999 })).statusCode, 404)
  const taken = await Promise.all([1, 2].map(() => visitor.post(`/${sent.location}/acceptance`, { message_id })))
  t.ok(
    taken.every(({ statusCode }) => statusCode === 303),
    'twice is once'
  )
  const options = await db('sessions').where({ room_id: room }).orderBy('id')
  t.same(
    options.map(({ state }) => state),
    ['cancelled', 'option']
  )
  t.equal((await db('requests').where({ id: request.id }).first()).session_id, options[1].id)
  t.equal((await manager.post(`${at}/refusal`, { reason: 'Dégât des eaux' })).statusCode, 303)
  t.match(await db('sessions').where({ id: options[1].id }).first(), {
    state: 'cancelled',
    cancel_reason: 'Dégât des eaux'
  })
  t.match((await visitor.get(`/${sent.location}`)).body, /Dégât des eaux/)
  t.equal((await manager.post(`${at}/answer`, { body: 'Encore' })).statusCode, 409)
})

t.test('what is confirmed is not called off by a link; an option is, by whoever asked', async t => {
  const room = await addRoom(house, 'Cabine ferme')
  const sent = await ask(house, somebody(room), { ip: '192.0.2.80' })
  const { id, session_id } = await last()
  t.equal((await manager.post(`/sessions/${session_id}/confirmation`)).statusCode, 303)
  await house.settle()
  t.equal((await db('requests').where({ id }).first()).state, 'answered', 'confirmed by telephone is answered')
  t.match((await visitor.get(`/${sent.location}`)).body, /Séance confirmée/)
  const refused = await visitor.post(`/${sent.location}/cancellation`)
  t.equal(refused.statusCode, 422)
  t.match(refused.body, /appelez le studio/)
  const other = await ask(house, somebody(room, { day: inDays(12) }), { ip: '192.0.2.80' })
  const { session_id: option } = await last()
  t.equal((await visitor.post(`/${other.location}/cancellation`)).statusCode, 303)
  t.match(await db('sessions').where({ id: option }).first(), { state: 'cancelled' })
  t.match((await visitor.get(`/${other.location}`)).body, /Demande annulée/)
})

t.test('where somebody decides first, nothing is held until they do', async t => {
  const room = await addRoom(house, 'Cabine à décider')
  const rules = { notice_hours: 24, furthest_days: 90, shortest_minutes: 120, longest_minutes: 720, option_hours: 0 }
  const settings = (more: object) =>
    house.owner.post('/settings/plugins/requests', { ...rules, behind_options: 'on', ...more })
  t.equal((await settings({})).statusCode, 303)
  const page = await visitor.get(front)
  t.match(page.body, /noindex/)
  const sent = await ask(house, somebody(room), { ip: '192.0.2.90' })
  t.equal(sent.statusCode, 303)
  const { id, session_id } = await last()
  t.equal(session_id, null)
  t.equal((await manager.post(`/requests/${id}/option`)).statusCode, 303)
  t.match(await db('sessions').where({ room_id: room }).first(), { state: 'option', rank: 1 })
  t.equal((await manager.post(`/requests/${id}/option`)).statusCode, 409)
  t.equal((await settings({ as_option: 'on', indexed: 'on' })).statusCode, 303)
  t.notMatch((await visitor.get(front)).body, /noindex/)
})

t.test('in a frame: only the sites that were named, on these pages only, and every link goes on saying so', async t => {
  const room = await addRoom(house, 'Cabine intégrée')
  const none = await visitor.get(`${front}?embed=1`)
  t.equal(none.headers['x-frame-options'], 'DENY')
  for (const origin of [
    'http://www.studio.test',
    'https://a.test/path',
    "https://a.test;script-src 'unsafe-inline'",
    '*'
  ]) {
    const wrong = await manager.post('/requests/page', { accent: 3, embed_origins: origin })
    t.equal(wrong.statusCode, 422, origin)
    t.match(wrong.body, /https et sans chemin/)
  }
  const saved = await manager.post('/requests/page', {
    accent: 3,
    headline_fr: 'Chez nous',
    embed_origins: 'https://www.studio.test\nhttps://studio.test/'
  })
  t.equal(saved.statusCode, 303)
  const framed = await visitor.get(`${front}?embed=1`)
  const policy = String(framed.headers['content-security-policy'])
  t.match(policy, /frame-ancestors https:\/\/www\.studio\.test https:\/\/studio\.test;/)
  t.match(policy, /default-src 'none'/)
  t.equal(framed.headers['x-frame-options'], undefined)
  t.notMatch(framed.body, /open-header/)
  t.match(framed.body, /action="[^"]+\/requests\?embed=1#request"/)
  const plain = await visitor.get(front)
  t.match(plain.headers['content-security-policy'], /frame-ancestors 'none'/)
  t.equal(plain.headers['x-frame-options'], 'DENY')
  t.match((await manager.get('/requests')).headers['content-security-policy'], /frame-ancestors 'none'/)
  const sent = await ask(house, somebody(room), { ip: '192.0.2.95', query: '?embed=1' })
  t.match(sent.location, /\?embed=1$/)
  t.notOk(sent.headers['set-cookie'], 'no cookie, which a frame would not keep')
  const bad = await ask(house, somebody(room, { email: 'x' }), { ip: '192.0.2.95', query: '?embed=1' })
  t.match(bad.headers['content-security-policy'], /frame-ancestors https/)
  t.match((await manager.get('/requests/page')).body, /&lt;iframe id=&quot;patchbay&quot;|&lt;iframe/)
  const stale = await manager.post('/requests/page', { accent: 3, version: 1 })
  t.equal(stale.statusCode, 422)
})

t.test('photos: of shown rooms only, in order, described; what is none or too large is said', async t => {
  const room = await addRoom(house, 'Cabine photographiée')
  const dot = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64'
  )
  const upload = async (photo: Buffer, alt: string) => {
    const form = new FormData()
    form.set('room_id', String(room))
    form.set('alt', alt)
    form.set('photo', new Blob([new Uint8Array(photo)]), 'photo.png')
    const body = new Response(form)
    const type = body.headers.get('content-type') ?? ''
    return house.app.inject({
      method: 'POST',
      url: `/s/${studio.slug}/requests/page/photos`,
      headers: {
        origin: 'http://localhost:3000',
        host: 'localhost:3000',
        cookie: `sign-in=${manager.token}`,
        'content-type': type,
        'accept-language': 'fr'
      },
      payload: Buffer.from(await body.arrayBuffer())
    })
  }
  t.equal((await upload(dot, 'La console')).statusCode, 303)
  t.equal((await upload(dot, 'Le piano')).statusCode, 303)
  const none = await upload(Buffer.from('<svg onload=alert(1)>'), 'Un dessin')
  t.equal(none.statusCode, 422)
  t.match(none.body, /value="Un dessin"/)
  const large = await upload(Buffer.alloc(10_000_001, 1), 'Trop grande')
  t.equal(large.statusCode, 422)
  t.match(large.body, /value="Trop grande"/)
  const [first, second] = await db('request_photos').where({ room_id: room }).orderBy('position')
  await manager.post(`/requests/page/photos/${second.id}/position`, { direction: 'up' })
  await manager.post(`/requests/page/photos/${first.id}`, { alt: 'La console SSL' })
  const page = await visitor.get(front)
  t.ok(page.body.indexOf('Le piano') < page.body.indexOf('La console SSL'), 'in the order that was chosen')
  const photo = await visitor.get(`${front}/photos/${first.id}?v=${first.small_id}`)
  t.equal(photo.headers['content-type'], 'image/webp')
  t.match(photo.headers['cache-control'], /immutable/)
  await manager.post(`/requests/page/rooms/${room}`, { text_fr: 'Cachée' })
  t.notMatch((await visitor.get(front)).body, /photographiée/)
  t.equal((await visitor.get(`${front}/photos/${first.id}`)).statusCode, 404, 'not of a room that is not shown')
  t.equal((await manager.get(`/requests/photos/${first.id}`)).statusCode, 200)
  t.equal((await ask(house, somebody(room), { ip: '192.0.2.96' })).statusCode, 422, 'nor can it be asked for')
  t.equal((await manager.post(`/requests/page/photos/${first.id}/removal`)).statusCode, 303)
  t.equal((await db('files').whereIn('id', [first.file_id, first.small_id])).length, 0)
})

t.test('the inbox is searched, filtered and paged; a fixed number of statements, whatever its rows', async t => {
  const [row] = await db('requests').select('client_id', 'room_id').limit(1)
  const add = (n: number) =>
    db('requests').insert(
      Array.from({ length: n }, (_, at) => ({
        ...row,
        name: `Personne ${at}`,
        email: `p${at}@example.test`,
        language: 'fr',
        starts_at: `${inDays(9)}T10:00Z`,
        ends_at: `${inDays(9)}T12:00Z`,
        matched: 'new'
      }))
    )
  await db('requests').update({ state: 'archived' })
  await add(1)
  await manager.get('/requests')
  const one = await countQueries(house, () => manager.get('/requests'))
  await add(59)
  const many = await countQueries(house, () => manager.get('/requests'))
  t.equal(many, one)
  t.ok(one <= 8, `${one} statements`)
  const front1 = await countQueries(house, () => visitor.get(front))
  t.ok(front1 <= 10, `the front: ${front1} statements`)
  const first = await manager.get('/requests')
  const next = /href="(\?[^"]*after=[^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await manager.get(`/requests${next}`)
  const ids = (body: string) => [...body.matchAll(/id="request-(\d+)"/g)].map(([, id]) => id)
  t.equal(new Set([...ids(first.body), ...ids(second.body)]).size, 60, 'each once over the pages')
  t.same(ids((await manager.get('/requests?q=personne%207')).body).length > 0, true)
  t.notMatch((await manager.get('/requests?q=introuvable')).body, /id="request-/)
  const api = await manager.api('GET', '/requests/list?state=all')
  t.equal(api.json().rows.length, 40)
  t.equal((await house.stranger.get('/requests')).statusCode, 404)
})

t.test('a merged client takes its requests along; put away and brought back; off, all of it is gone', async t => {
  const room = await addRoom(house, 'Cabine fusion')
  await ask(house, somebody(room, { name: 'Doublon', email: 'doublon@example.test', phone: '' }), { ip: '192.0.2.97' })
  const { id, client_id } = await last()
  const [into] = await db('clients').insert({ kind: 'person', name: 'Le vrai' }).returning('id')
  const merged = await manager.api('POST', '/clients/merge', { from: client_id, into: into.id }, { confirm: 'true' })
  t.equal(merged.statusCode, 200, merged.body)
  t.equal((await db('requests').where({ id }).first()).client_id, into.id)
  t.equal((await manager.post(`/requests/${id}/archiving`)).statusCode, 303)
  t.match((await manager.get('/requests?state=archived')).body, /Doublon/)
  t.equal((await manager.post(`/requests/${id}/restoring`)).statusCode, 303)
  t.equal((await house.owner.post('/settings/plugins/requests/switch', { enabled: '' })).statusCode < 400, true)
  t.equal((await visitor.get(front)).statusCode, 404)
  t.equal((await visitor.get(`//o/${studio.slug}`)).statusCode, 404)
})

function lastSundayOfMarch(year: number): string {
  const day = new Date(Date.UTC(year, 2, 31))
  day.setUTCDate(day.getUTCDate() - day.getUTCDay())
  return day.toISOString().slice(0, 10)
}
