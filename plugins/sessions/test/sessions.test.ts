import t from 'tap'
import { plugins } from '../../index.ts'
import { time } from '@patchbay/core'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'

const zone = 'Europe/Paris'
const soon = time.addDays(time.today(zone), 9)

async function furnish(house: House) {
  const hours = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map(day => [`hours_${day}`, '10h-2h']))
  const rates = { hourly_cents: '45', half_day_cents: '160', day_cents: '290' }
  for (const [name, colour] of [
    ['Studio A', 8],
    ['Cabine B', 2]
  ] as const) {
    const answer = await house.owner.post('/sessions/rooms', {
      name,
      kind: 'cabine',
      colour,
      bookable: 'on',
      ...rates,
      ...hours
    })
    t.equal(answer.statusCode, 303, answer.body)
  }
  const [a, b] = await house.db('rooms').orderBy('id').pluck('id')
  const [nadia, zoe] = await house
    .db('clients')
    .insert([
      { kind: 'person', name: 'Nadia Ferrand', phone: '+33612345678' },
      { kind: 'band', name: 'Zoé & les Ombres' }
    ])
    .returning<{ id: number }[]>('id')
  return { a: a as number, b: b as number, nadia: nadia?.id ?? 0, zoe: zoe?.id ?? 0 }
}

const booking = (more: object) =>
  ({ day: soon, starts: '14h', ends: '18h', ...more }) as Record<string, string | number>
const idOf = (answer: { location: string }) => Number(answer.location.split('/').at(-1))

t.test('a session from the form to the calendar, the card and Today', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const { engineer, owner } = house
  const form = await engineer.get(`/sessions/new?client_id=${nadia}&day=${soon}&starts=14:00&ends=18:00&room_id=${a}`)
  t.equal(form.statusCode, 200)
  t.match(form.body, 'Nadia Ferrand')
  t.match(form.body, /160,00/, 'the price is shown before anything is booked')
  const booked = await engineer.post(
    '/sessions',
    booking({ room_id: a, client_id: nadia, people: engineer.id, title: 'Prise voix' })
  )
  t.equal(booked.statusCode, 303, booked.body)
  const id = idOf(booked)
  const card = await engineer.get(`/sessions/${id}`)
  t.equal(card.statusCode, 200)
  for (const text of ['Nadia Ferrand', 'Prise voix', 'Studio A', 'Éric Engineer', '14:00–18:00', 'tel:+33612345678'])
    t.match(card.body, text)
  const feed = (await engineer.get(`/sessions/feed?start=${soon}&end=${time.addDays(soon, 1)}`)).json()
  t.match(feed.sessions, [
    { id, start: `${soon}T14:00`, end: `${soon}T18:00`, who: 'Nadia Ferrand', state: 'confirmed' }
  ])
  t.ok(feed.closed.length > 0, 'and when the rooms are closed')
  t.match((await owner.get(`/sessions?day=${soon}`)).body, 'Nadia Ferrand', 'the calendar without script')
  t.match((await owner.get('/sessions/list')).body, 'Nadia Ferrand')
  t.match((await owner.get('/sessions/list?q=ferrand')).body, 'Nadia Ferrand')
  t.match((await owner.get('/sessions/list?q=prise%20v')).body, 'Nadia Ferrand')
  t.notMatch((await owner.get('/sessions/list?q=personne')).body, 'Nadia Ferrand')
  t.match((await owner.get(`/sessions/day/${soon}/print`)).body, '06 12 34 56 78')
  t.match((await owner.get(`/clients/${nadia}`)).body, `/sessions/${id}`, 'and on the card of the client')
  t.equal((await owner.get('/')).statusCode, 200)
  const csv = await owner.get('/sessions/export.csv?when=all')
  t.equal(csv.headers['content-type'], 'text/csv; charset=utf-8')
  t.match(csv.body, /Studio A;Nadia Ferrand;Prise voix;Éric Engineer;Confirmée;160,00/)
})

t.test('what is wrong is said by the field, and what was typed stays', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const { manager } = house
  const wrong = await manager.post('/sessions', {
    room_id: a,
    client_id: nadia,
    day: 'peut-être',
    starts: '25h',
    ends: '',
    notes: 'Deux <micros>'
  })
  t.equal(wrong.statusCode, 422)
  for (const text of ['peut-être', '25h', 'Deux &lt;micros&gt;', 'f-day', 'f-starts']) t.match(wrong.body, text)
  const gap = await manager.post('/sessions', {
    room_id: a,
    client_id: nadia,
    day: '2027-03-28',
    starts: '2h30',
    ends: '6h'
  })
  t.equal(gap.statusCode, 422)
  t.match(gap.body, 'n’existe pas ce jour-là')
  const nobody = await manager.post('/sessions', booking({ room_id: a }))
  t.match(nobody.body, 'Choisissez un client, ou donnez un titre')
  t.match((await manager.post('/sessions', booking({ room_id: a, client_name: 'Nadja' }))).body, 'Aucun client')
  const byName = await manager.post('/sessions', booking({ room_id: a, client_name: 'zoe & les ombres' }))
  t.equal(byName.statusCode, 303, 'a name typed without script finds its client')
  t.equal((await manager.post('/sessions', booking({ room_id: a, title: 'x', colour: 'red' }))).statusCode, 422)
  t.equal((await manager.post('/sessions', booking({ room_id: 99_999, title: 'x' }))).statusCode, 422)
  const nowhere = await manager.post('/sessions', booking({ room_id: '', title: 'x' }))
  t.match(nowhere.body, /id="f-room_id-error"[^>]*>[\s\S]{0,600}?Choisissez dans la liste/, 'no room was chosen')
  const past = { room_id: a, title: 'Prises d’hier', day: time.addDays(time.today(zone), -2) }
  const held = await manager.post('/sessions', booking({ ...past, state: 'option' }))
  t.equal(held.statusCode, 422)
  t.match(held.body, /id="f-day-error"[^>]*>[\s\S]{0,600}?Ces heures sont passées/, 'nothing holds what is over')
  const looked = await manager.get(`/sessions/preview?room_id=${a}&day=${past.day}&starts=14h&ends=18h`)
  t.match(looked.body, 'Ces heures sont passées.')
  t.equal((await manager.post('/sessions', booking(past))).statusCode, 303, 'what took place may be written down')
})

t.test('an overlap is refused, named, and what is free is offered', async t => {
  const house = await openStudio(t, { work: false })
  const { a, b, nadia, zoe } = await furnish(house)
  const { manager, engineer } = house
  await manager.post('/sessions', booking({ room_id: a, client_id: nadia, people: engineer.id }))
  const over = await manager.post('/sessions', booking({ room_id: a, client_id: zoe, starts: '16h', ends: '20h' }))
  t.equal(over.statusCode, 422)
  t.match(over.body, /Studio A est prise par « Nadia Ferrand »/)
  t.match(over.body, 'Cabine B, même heure')
  t.match(over.body, /10:00–14:00/, 'before it')
  t.match(over.body, /18:00–22:00/, 'after it')
  const person = await manager.post('/sessions', booking({ room_id: b, client_id: zoe, people: engineer.id }))
  t.equal(person.statusCode, 422)
  t.match(person.body, /Éric Engineer travaille avec « Nadia Ferrand »/)
  t.equal(
    (await manager.post('/sessions', booking({ room_id: a, client_id: zoe, starts: '18h', ends: '20h' }))).statusCode,
    303,
    'one after the other is fine'
  )
  t.equal((await manager.post('/sessions', booking({ room_id: b, client_id: zoe }))).statusCode, 303)
  const raw = house
    .db('sessions')
    .insert({ room_id: a, title: 'x', starts_at: `${soon}T14:30Z`, ends_at: `${soon}T15:30Z`, state: 'confirmed' })
  await t.rejects(raw, { code: '23P01' }, 'the database refuses by itself')
})

t.test('options: rank, confirmation, release, expiry', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia, zoe } = await furnish(house)
  const { manager, assistant } = house
  const option = (more: object) =>
    manager.post('/sessions', booking({ room_id: a, client_id: nadia, state: 'option', ...more }))
  const first = idOf(await option({ rank: 1 }))
  const twice = await option({ client_id: zoe, rank: 1 })
  t.equal(twice.statusCode, 422, 'two of one rank do not stand beside each other')
  t.match(twice.body, 'En option 2')
  const second = idOf(await option({ client_id: zoe, rank: 2 }))
  const tooSoon = await manager.post(`/sessions/${second}/confirmation`)
  t.equal(tooSoon.statusCode, 422)
  t.match(tooSoon.body, /option 1 pour « Nadia Ferrand »/)
  t.match((await manager.get('/')).body, `/sessions/${first}/confirmation`, 'Today asks to decide')
  t.equal((await assistant.post(`/sessions/${first}/confirmation`)).statusCode, 303)
  t.match(await house.db('sessions').where({ id: second }).first(), { state: 'cancelled', cancel_reason: 'outranked' })
  t.equal((await manager.post(`/sessions/${first}/confirmation`)).statusCode, 409, 'confirmed once')
  t.equal((await manager.post(`/sessions/${first}/reopening`)).statusCode, 303, 'a click too early is undone')
  t.match(await house.db('sessions').where({ id: first }).first(), { state: 'option', rank: 1 })
  await house
    .db('sessions')
    .where({ id: first })
    .update({ expires_at: new Date(Date.now() - 1000) })
  t.match((await manager.get(`/sessions/${first}`)).body, 'Option expirée')
  const over = await manager.post('/sessions', booking({ room_id: a, client_id: zoe }))
  t.equal(over.statusCode, 303, 'an option that ran out blocks nothing, swept or not')
  t.match(await house.db('sessions').where({ id: first }).first(), { state: 'cancelled', cancel_reason: 'expired' })
  t.equal((await manager.post(`/sessions/${first}/reopening`)).statusCode, 422, 'nor does it come back to a taken slot')
})

t.test('the states, and the ways between them', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const { manager, assistant } = house
  const id = idOf(await manager.post('/sessions', booking({ room_id: a, client_id: nadia })))
  const state = async () => (await house.db('sessions').where({ id }).first('state')).state
  t.equal((await manager.post(`/sessions/${id}/start`)).statusCode, 422, 'not nine days before')
  t.equal((await manager.post(`/sessions/${id}/no-show`)).statusCode, 422)
  t.equal((await assistant.post(`/sessions/${id}/cancellation`, { reason: 'x' })).statusCode, 403)
  const noReason = await manager.post(`/sessions/${id}/cancellation`, { reason: ' ' })
  t.equal(noReason.statusCode, 422)
  t.equal((await manager.post(`/sessions/${id}/cancellation`, { reason: 'Chanteur malade' })).statusCode, 303)
  const card = (await manager.get(`/sessions/${id}`)).body
  t.match(card, 'Chanteur malade')
  t.match(card, 'Confirmée → Annulée', 'the trail says the states in words')
  t.notMatch(card, '→ cancelled')
  t.equal((await manager.post(`/sessions/${id}/reopening`)).statusCode, 303)
  await house
    .db('sessions')
    .where({ id })
    .update({ starts_at: new Date(Date.now() - 3_600_000), ends_at: new Date(Date.now() + 3_600_000) })
  t.match((await manager.get('/')).body, `/sessions/${id}/start`, 'Today offers to start it')
  t.equal((await manager.post(`/sessions/${id}/start?back=today`)).location, `/s/${house.studio.slug}/`)
  t.equal(await state(), 'in_progress')
  t.equal((await manager.post(`/sessions/${id}/completion`)).statusCode, 303)
  t.equal(await state(), 'completed')
  t.equal((await manager.post(`/sessions/${id}/cancellation`, { reason: 'x' })).statusCode, 409)
  await manager.post(`/sessions/${id}/reopening`)
  await manager.post(`/sessions/${id}/reopening`)
  t.equal(await state(), 'confirmed')
  t.equal((await manager.post(`/sessions/${id}/no-show`)).statusCode, 303)
  t.equal(await state(), 'no_show')
})

t.test('changing, moving, and two tabs', async t => {
  const house = await openStudio(t, { work: false })
  const { a, b, nadia, zoe } = await furnish(house)
  const { manager, engineer } = house
  const id = idOf(await manager.post('/sessions', booking({ room_id: a, client_id: nadia, people: engineer.id })))
  t.match((await manager.get(`/sessions/${id}/edit`)).body, 'value="14:00"')
  const change = { ...booking({ room_id: a, client_id: zoe, version: 1, notes: 'Une note', title: 'Mix' }) }
  t.equal((await manager.post(`/sessions/${id}`, change)).statusCode, 303)
  const stale = await manager.post(`/sessions/${id}`, { ...change, notes: 'Tapé dans l’autre onglet' })
  t.equal(stale.statusCode, 409)
  t.match(stale.body, 'Tapé dans l’autre onglet')
  const at = { room_id: b, day: soon, starts: '20:00', ends_day: time.addDays(soon, 1), ends: '01:00', version: 2 }
  const moved = await manager.post(`/sessions/${id}/move`, at)
  t.equal(moved.statusCode, 200, moved.body)
  t.match(moved.json(), { version: 3, price: /205,00/ })
  t.match((await manager.get(`/sessions/${id}`)).body, 'Cabine B')
  const other = idOf(await manager.post('/sessions', booking({ room_id: a, client_id: nadia })))
  const refused = await manager.post(`/sessions/${other}/move`, { ...at, version: 1 })
  t.equal(refused.statusCode, 422)
  t.match(refused.json().errors.starts, 'Cabine B est prise par « Zoé & les Ombres »')
  t.equal((await manager.post(`/sessions/${id}/move`, at)).statusCode, 409)
  const price = await manager.post(
    `/sessions/${id}`,
    booking({ room_id: b, client_id: zoe, price_cents: '150', price_note: 'Ami' })
  )
  t.equal(price.statusCode, 303)
  t.match(await house.db('sessions').where({ id }).first(), { price_cents: 150_00, price_override: true })
  t.equal((await engineer.post(`/sessions/${id}`, booking({ room_id: b, client_id: zoe }))).statusCode, 303)
  t.match(
    await house.db('sessions').where({ id }).first(),
    { price_cents: 150_00 },
    'an agreed price outlives who may not set it'
  )
  t.equal(
    (await engineer.post(`/sessions/${id}`, booking({ room_id: b, client_id: zoe, price_cents: '1' }))).statusCode,
    403
  )
})

t.test('fifty at once for one slot give one; fifty confirmations too', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const fifty = Array.from({ length: 50 }, (_, index) => index)
  const answers = await Promise.all(
    fifty.map(index =>
      house.manager.post(
        '/sessions',
        booking({ room_id: a, client_id: nadia, starts: `14h${String(index % 30).padStart(2, '0')}` })
      )
    )
  )
  const codes = (list: { statusCode: number }[]) =>
    list.reduce<Record<number, number>>(
      (sum, { statusCode }) => ({ ...sum, [statusCode]: (sum[statusCode] ?? 0) + 1 }),
      {}
    )
  t.same(codes(answers), { 303: 1, 422: 49 })
  const option = idOf(
    await house.manager.post(
      '/sessions',
      booking({ room_id: a, client_id: nadia, starts: '20h', ends: '22h', state: 'option' })
    )
  )
  const confirmed = await Promise.all(fifty.map(() => house.manager.post(`/sessions/${option}/confirmation`)))
  t.same(codes(confirmed), { 303: 1, 409: 49 })
  const people = await Promise.all(
    fifty.map(index =>
      house.manager.post(
        '/sessions',
        booking({
          room_id: index % 2 === 0 ? a : a + 1,
          client_id: nadia,
          day: time.addDays(soon, 1),
          people: house.engineer.id
        })
      )
    )
  )
  t.same(codes(people), { 303: 1, 422: 49 }, 'nor is a person in two rooms')
})

t.test('who may, and who may not', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const id = idOf(await house.owner.post('/sessions', booking({ room_id: a, client_id: nadia })))
  t.equal((await house.owner.get(`/sessions/${id}`)).statusCode, 200)
  for (const path of [
    '/sessions',
    `/sessions/${id}`,
    '/sessions/list',
    `/sessions/feed?start=${soon}&end=${soon}`,
    '/sessions/rooms'
  ]) {
    t.equal((await house.stranger.get(path)).statusCode, 404, path)
    t.ok([302, 303, 401].includes((await house.visitor.get(path)).statusCode), path)
  }
  t.equal((await house.stranger.post(`/sessions/${id}/cancellation`, { reason: 'x' })).statusCode, 404)
  t.equal((await house.assistant.post('/sessions/rooms', { name: 'X' })).statusCode, 403)
  t.equal((await house.engineer.post(`/sessions/rooms/${a}/archive`)).statusCode, 403)
  const busy = await house.owner.post(`/sessions/rooms/${a}/archive`)
  t.equal(busy.statusCode, 422)
  t.match(busy.body, 'encore 1 séance à venir')
  t.equal((await house.owner.post(`/sessions/rooms/${a + 1}/archive`)).statusCode, 303)
  t.equal((await house.owner.post(`/sessions/rooms/${a + 1}/restore`)).statusCode, 303)
  const same = await house.owner.post('/sessions/rooms', { name: 'studio a', kind: 'other', colour: 1 })
  t.match(same.body, 'porte déjà ce nom')
  t.equal((await house.owner.get('/sessions/12345')).statusCode, 404)
  t.equal((await house.owner.post(`/clients/${nadia}/removal`)).statusCode, 422, 'a client with sessions stays')
})

t.test('facts are told, the sweep ends options, merging clients moves sessions', async t => {
  const house = await openStudio(t)
  const { a, nadia, zoe } = await furnish(house)
  const id = idOf(await house.owner.post('/sessions', booking({ room_id: a, client_id: nadia, state: 'option' })))
  await house
    .db('sessions')
    .where({ id })
    .update({ expires_at: new Date(Date.now() - 1000) })
  // a listener that just writes about the session would make the sweep pass it by, until the next time
  await house.settle()
  const { work } = await import('../../../core/events.ts')
  await work(house.host, house.studio, 'sessions', 'sweep_options')
  const swept = await house
    .db('activity')
    .where({ via: 'job' })
    .select<{ action: string; about: string[] }[]>('action', 'about')
  t.match(swept, [{ action: 'sessions.expire', about: [/^session:\d+$/] }], 'the clock leaves a trace too')
  t.match(await house.db('sessions').where({ id }).first(), { state: 'cancelled', cancel_reason: 'expired' })
  await house.settle()
  const merged = await house.owner.api('POST', '/clients/merge', { from: nadia, into: zoe }, { confirm: 'true' })
  t.equal(merged.statusCode, 200, merged.body)
  t.equal((await house.db('sessions').where({ id }).first('client_id')).client_id, zoe)
})

t.test('a page takes as many statements for thirty sessions as for one', async t => {
  const house = await openStudio(t, { work: false })
  const { a, b, nadia } = await furnish(house)
  const add = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      const day = time.addDays(soon, Math.floor(index / 2))
      const answer = await house.owner.post(
        '/sessions',
        booking({
          room_id: index % 2 ? a : b,
          client_id: nadia,
          day,
          people: [house.engineer.id, house.assistant.id][index % 2]
        })
      )
      if (answer.statusCode !== 303) t.fail(answer.body)
    }
  }
  const month = `/sessions?view=month&day=${soon}`
  const paths = [
    '/sessions/list',
    '/sessions',
    month,
    `/sessions/feed?start=${soon}&end=${time.addDays(soon, 20)}`,
    '/',
    `/sessions/day/${soon}/print`,
    `/clients/${nadia}`,
    '/sessions/new',
    '/sessions/rooms'
  ]
  const withParts = ['/', `/clients/${nadia}`]
  await add(0, 1)
  for (const path of paths) await house.owner.get(path)
  const one = []
  for (const path of paths) one.push(await countQueries(house, () => house.owner.get(path)))
  await add(1, 30)
  for (const [index, path] of paths.entries()) {
    const count = await countQueries(house, () => house.owner.get(path))
    t.equal(count, one[index], path)
    // eight of its own, and two for each plugin that gives it a part
    const most = withParts.includes(path) ? 8 + 2 * (plugins.length - 2) : 8
    t.ok(count <= most, `${path}: ${count}`)
  }
  const list = await house.owner.get('/sessions/list?when=all')
  t.equal(list.body.match(/id="session-/g)?.length, 30)
})
