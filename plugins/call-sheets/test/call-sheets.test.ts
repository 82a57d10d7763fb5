import { time } from '@patchbay/core'
import nodeIcal from 'node-ical'
import sharp from 'sharp'
import t from 'tap'
import { extractText, getDocumentProxy } from 'unpdf'
import { countQueries, openStudio, origin } from '../../../test/helper.ts'
import type { House, HouseOptions, Visitor } from '../../../test/helper.ts'
import { openSmtp } from '../../../test/smtp.ts'
import { clients } from '../../clients/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { callSheets } from '../plugin.ts'

const zone = 'Europe/Paris'
const at = (day: string, clock: string) => time.instantOf(day, clock, zone) as Date
const tomorrow = time.addDays(time.today(zone), 1)
const open = (t: Parameters<typeof openStudio>[0], options: HouseOptions = {}) =>
  openStudio(t, { plugins: [clients, sessions, callSheets], ...options })

/** A confirmed session tomorrow from 14 to 18 h, with a client, its contact, an engineer and a freelancer. */
async function furnish({ db, engineer }: House) {
  const add = async (table: string, row: object) => {
    const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
    return made?.id ?? 0
  }
  const room = await add('rooms', { name: 'Cabine Éole', kind: 'cabine', always_open: true })
  const zoe = { kind: 'person', name: 'Zoë Çelik', email: 'zoe@example.test', phone: '+33612345678', language: 'en' }
  const client = await add('clients', zoe)
  const contact = await add('client_contacts', {
    client_id: client,
    name: 'Hélène Œuvrard',
    role: 'Manageuse',
    email: 'helene@example.test',
    phone: '+33698765432'
  })
  await db('people').insert({ id: -1, name: 'Noé Libre', email: null, role: 'freelancer' })
  await db('crew_profiles').insert({ person_id: engineer.id, phone: '+33611111111' })
  const session = async (day: string, over: object = {}) =>
    add('sessions', {
      room_id: room,
      client_id: client,
      title: 'Prise voix',
      notes: 'Note interne',
      starts_at: at(day, '14:00'),
      ends_at: at(day, '18:00'),
      state: 'confirmed',
      ...over
    })
  const id = await session(tomorrow)
  const keys = await db('sessions').where({ id }).first('during', 'lane')
  await db('session_people').insert([
    { session_id: id, person_id: engineer.id, role: 'engineer', ...keys },
    { session_id: id, person_id: -1, role: 'musician', answer: 'asked', ...keys }
  ])
  const settings = {
    call_minutes: 30,
    address: '24 rue des Récollets\n75010 Paris',
    access_code: 'ZULU77',
    parking: ''
  }
  await db('plugins').insert({ id: 'call-sheets', settings: JSON.stringify(settings) })
  return { id, room, client, contact, session }
}

const read = async (pdf: Uint8Array) =>
  (await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true })).text.replace(/\s+/g, ' ')

t.test('a sheet says who, when, where and with what, on the page and as PDF', async t => {
  const house = await open(t, { work: false })
  const { id } = await furnish(house)
  const { engineer, stranger, db } = house
  const said = ['Zoë Çelik', 'Hélène Œuvrard', '06 98 76 54 32', 'Éric Engineer', '06 11 11 11 11', 'Noé Libre',
    'Cabine Éole', '13:30', '14:00–18:00', 'ZULU77', '75010 Paris', 'Prise voix'] // prettier-ignore
  const page = await engineer.get(`/call-sheets/${id}`)
  t.equal(page.statusCode, 200)
  for (const words of said) t.match(page.body, words)
  t.notMatch(page.body, 'Note interne', 'what the studio notes for itself is not said to everybody')
  const pdf = await engineer.get(`/call-sheets/${id}/pdf`)
  t.equal(pdf.headers['content-type'], 'application/pdf')
  const text = await read(pdf.rawPayload)
  for (const words of said) t.match(text, words)
  t.notMatch(text, 'Note interne')

  const changes = {
    version: 0,
    call_minutes: '60',
    access_code: 'KILO12',
    musicians: 'Basse : Inès\nClavier : Théo',
    patch: '1 KICK',
    address: '',
    parking: '',
    rider: 'Pas de néon',
    notes: ''
  }
  const saved = await engineer.post(`/call-sheets/${id}`, changes)
  t.equal(saved.location, `/s/${house.studio.slug}/call-sheets/${id}`, saved.body)
  const after = await read((await engineer.get(`/call-sheets/${id}/pdf`)).rawPayload)
  for (const words of ['13:00', 'KILO12', 'Basse : Inès', '1 KICK', 'Pas de néon', '75010 Paris']) t.match(after, words)
  t.notMatch(after, 'ZULU77', 'the session’s own code stands in place of the studio’s')
  const trail = JSON.stringify(await db('activity').where({ action: 'call-sheets.change' }).select('details'))
  t.match(trail, 'Basse')
  t.notMatch(trail, /KILO12|ZULU77/, 'the trail does not keep how one gets in')

  const stale = await engineer.post(`/call-sheets/${id}`, { ...changes, patch: '1 SNARE' })
  t.equal(stale.statusCode, 409)
  t.match(stale.body, '1 SNARE', 'what was typed stays')
  const wrong = await engineer.post(`/call-sheets/${id}`, { ...changes, call_minutes: 'tôt' })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'tôt')
  t.equal((await stranger.get(`/call-sheets/${id}`)).statusCode, 404)
  t.equal((await stranger.get(`/call-sheets/${id}/pdf`)).statusCode, 404)
  t.equal((await engineer.get('/call-sheets/999999')).statusCode, 404)
})

t.test(
  'it is mailed to the chosen in their language, with PDF and calendar file, and what became of it is seen',
  async t => {
    const smtp = await openSmtp(t, to => (to.startsWith('helene') ? '550 no such mailbox' : undefined))
    const house = await open(t, { env: { SMTP_URL: smtp.url } })
    const { id, contact } = await furnish(house)
    const { engineer, owner, settle, db } = house
    t.match((await engineer.get('/')).body, 'Demain : feuilles à envoyer', 'Today says what is missing')
    t.match((await engineer.get(`/sessions/${id}`)).body, 'pas encore envoyée')

    const send = (fields: Record<string, string | number | string[]>) =>
      engineer.post(`/call-sheets/${id}/sendings`, fields)
    t.match((await send({})).body, 'Choisissez au moins un destinataire')
    t.match((await send({ recipients: 'person:-1', message: 'Bis' })).body, /Noé Libre n’a pas d’adresse[\s\S]*Bis/)
    t.equal((await send({ recipients: 'contact:999' })).statusCode, 422)
    t.equal((await send({ other_email: 'pas une adresse' })).statusCode, 422)
    t.same(await db('call_sheet_sendings').select(), [], 'nothing was sent')

    const recipients = ['client', `contact:${contact}`, `person:${engineer.id}`]
    const sent = await send({ recipients, other_email: 'ZOE@example.test', message: 'À très vite' })
    t.equal(sent.statusCode, 303, sent.body)
    await settle()
    t.same(
      new Set(smtp.received.flatMap(({ to }) => to)),
      new Set([engineer.email, 'zoe@example.test']),
      'each address once'
    )
    const english = smtp.received.find(({ to }) => to[0] === 'zoe@example.test')
    const [text, , pdf, calendar] = english?.parts ?? []
    t.match(text?.content.toString(), /Hello Zoë Çelik,[\s\S]*Call at 13:30[\s\S]*À très vite/)
    for (const part of [text, calendar]) t.notMatch(part?.content.toString(), 'ZULU77', 'the code is on the sheet only')
    t.equal(pdf?.name, 'Call sheet – Zoë Çelik.pdf')
    t.match(await read(pdf?.content ?? Buffer.alloc(0)), /Call sheet — Zoë Çelik.*ZULU77.*Hélène Œuvrard/)
    const french = smtp.received.find(({ to }) => to[0] === engineer.email)
    t.equal(french?.parts[2]?.name, 'Feuille de service – Zoë Çelik.pdf')
    const [event] = Object.values(nodeIcal.sync.parseICS(calendar?.content.toString() ?? '')).filter(
      one => one?.type === 'VEVENT'
    )
    t.match(event, { start: at(tomorrow, '14:00'), end: at(tomorrow, '18:00') })
    t.match(JSON.stringify(event), /Zoë Çelik · Studio Test/)
    t.ok(calendar?.content.toString().endsWith('END:VCALENDAR\r\n'))

    const page = (await owner.get(`/call-sheets/${id}`)).body
    t.match(page, /Hélène Œuvrard[\s\S]*no such mailbox[\s\S]*Échec/)
    t.equal(page.split('badge-good').length - 1, 2)
    t.match((await owner.get(`/sessions/${id}`)).body, /envoyée à 3 personnes[\s\S]*1 échec/)
    t.match(
      (await owner.get('/call-sheets')).body,
      /14:00–18:00[\s\S]*Zoë Çelik[\s\S]*envoyée à 3 personnes/,
      'tomorrow at a glance'
    )
    t.match((await owner.get(`/call-sheets?day=${time.addDays(tomorrow, 1)}`)).body, 'Aucune séance confirmée')
    t.notMatch((await engineer.get('/')).body, 'Demain : feuilles à envoyer')

    await db('sessions')
      .where({ id })
      .update({ ends_at: at(tomorrow, '19:00'), version: 2 })
    t.match((await owner.get(`/sessions/${id}`)).body, 'la séance a changé depuis l’envoi')
    t.match((await engineer.get('/')).body, 'Demain : feuilles à envoyer', 'what they have is no longer so')
    await db('sessions')
      .where({ id })
      .update({ state: 'cancelled', cancelled_at: new Date(), cancelled_from: 'confirmed' })
    t.equal((await send({ recipients: 'client' })).statusCode, 409, 'what is off is not sent')
  }
)

t.test('recall notes keep settings and photos, and are found from the client’s next session', async t => {
  const house = await open(t, { work: false })
  const { id, room, session } = await furnish(house)
  const { engineer, stranger, db } = house
  const past = await session(time.addDays(tomorrow, -30))
  const other = await session(time.addDays(tomorrow, -20), { title: 'Mix' })
  const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#a33' } })
    .jpeg()
    .toBuffer()
  const added = await upload(
    house,
    engineer,
    `/call-sheets/${past}/recall`,
    { unit: 'LA-2A (voix)', settings: '−3 dB' },
    jpeg
  )
  t.equal(added.statusCode, 303, added.body)
  await engineer.post(`/call-sheets/${other}/recall`, { unit: 'Pultec', settings: '60 Hz' })
  const note = await db('recall_notes').where({ session_id: past }).first()
  const photo = await engineer.get(`/call-sheets/notes/${note.id}/photo`)
  t.equal(photo.headers['content-type'], 'image/webp')
  t.equal((await stranger.get(`/call-sheets/notes/${note.id}/photo`)).statusCode, 404)

  const page = await engineer.get(`/call-sheets/${id}/recall`)
  t.match(page.body, /Dernier recall[\s\S]*LA-2A \(voix\)/, 'of the same title before a later one')
  await db('sessions').where({ id }).update({ title: 'Autre chose' })
  t.match((await engineer.get(`/call-sheets/${id}/recall`)).body, /Dernier recall[\s\S]*Pultec/, 'else the latest')
  t.match((await engineer.get(`/sessions/${id}`)).body, 'Dernier recall du client')
  t.match((await engineer.get(`/call-sheets/rooms/${room}`)).body, /Dernières séances notées[\s\S]*Zoë Çelik/)

  t.match((await engineer.post(`/call-sheets/${id}/recall`, { unit: 'Vide' })).body, 'joignez une photo')
  const hostile = await upload(
    house,
    engineer,
    `/call-sheets/${id}/recall`,
    { unit: 'SVG' },
    Buffer.from('<svg onload="x"/>')
  )
  t.equal(hostile.statusCode, 422)
  t.match(hostile.body, 'value="SVG"', 'what was typed stays')
  t.equal((await engineer.post(`/call-sheets/rooms/${room}`, { unit: 'Console', settings: 'À zéro' })).statusCode, 303)
  t.match((await engineer.get(`/call-sheets/${id}/recall`)).body, /Réglages habituels[\s\S]*Console/)

  const kept = await engineer.post(`/call-sheets/notes/${note.id}`, { unit: 'LA-2A', settings: '−6 dB', version: 1 })
  t.equal(kept.location, `/s/${house.studio.slug}/call-sheets/${past}/recall`, kept.body)
  t.equal((await db('recall_notes').where({ id: note.id }).first()).photo_id, note.photo_id, 'the photo stays')
  t.equal(
    (await engineer.post(`/call-sheets/notes/${note.id}`, { unit: 'LA-2A', settings: 'x', version: 1 })).statusCode,
    409
  )
  await engineer.post(`/call-sheets/notes/${note.id}`, { unit: 'LA-2A', settings: 'x', remove_photo: 'on' })
  t.same(await db('files').select(), [], 'a photo that is taken off is gone')
  t.equal((await engineer.post(`/call-sheets/notes/${note.id}/removal`)).statusCode, 303)
  t.equal((await engineer.get(`/call-sheets/notes/${note.id}`)).statusCode, 404)
})

t.test('pages take a fixed number of statements, and nothing when the plugin is off', async t => {
  const house = await open(t, { work: false })
  const { id, session, room } = await furnish(house)
  const { owner, db } = house
  const count = (path: string) =>
    countQueries(house, async () => t.equal((await owner.get(path)).statusCode, 200, path))
  const paths = ['/call-sheets', `/call-sheets/${id}`, `/call-sheets/${id}/recall`, `/call-sheets/rooms/${room}`]
  const few = []
  for (const path of paths) few.push(await count(path))
  for (let n = 0; n < 30; n++) {
    const past = await session(time.addDays(tomorrow, -n - 2))
    await db('recall_notes').insert(
      [past, id].map(session_id => ({ session_id, room_id: room, unit: `Unité ${n}`, settings: 'x' }))
    )
  }
  await db('call_sheet_sendings').insert(
    Array.from({ length: 30 }, (_, n) => ({
      session_id: id,
      kind: 'other',
      name: `N${n}`,
      email: `n${n}@example.test`,
      locale: 'fr',
      room_id: room,
      starts_at: new Date(),
      ends_at: new Date(),
      sheet_version: 0
    }))
  )
  for (const [index, path] of paths.entries()) {
    const many = await count(path)
    t.ok(many <= 8, `${path}: ${many} statements`)
    t.ok(many <= (few[index] ?? 0) + 1, `${path}: ${few[index]} with few, ${many} with many`)
  }
  await db('plugins').where({ id: 'call-sheets' }).update({ enabled: false })
  house.host.switches.forget(house.studio.id)
  t.equal((await owner.get(`/call-sheets/${id}`)).statusCode, 404)
})

/** Sends a form with a photo as a browser does. */
async function upload(house: House, who: Visitor, path: string, fields: Record<string, string>, photo: Buffer) {
  const boundary = 'a-boundary-of-the-test'
  const texts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="photo"; filename="IMG.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`
  return house.app.inject({
    method: 'POST',
    url: `/s/${house.studio.slug}${path}`,
    headers: {
      origin,
      host: new URL(origin).host,
      cookie: `sign-in=${who.token}`,
      'accept-language': 'fr',
      'content-type': `multipart/form-data; boundary=${boundary}`
    },
    payload: Buffer.concat([Buffer.from(texts.join('') + head), photo, Buffer.from(`\r\n--${boundary}--\r\n`)])
  })
}
