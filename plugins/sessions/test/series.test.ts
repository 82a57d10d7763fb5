import t from 'tap'
import { time } from '@patchbay/core'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, Fields, House } from '../../../test/helper.ts'

const zone = 'Europe/Paris'
/** A Tuesday some weeks ahead. */
const tuesday = time.addDays(time.startOfWeek(time.today(zone)), 22)

async function furnish(house: House) {
  const rooms = ['Studio A', 'Cabine B'].map((name, index) => ({
    name,
    kind: 'cabine',
    colour: index + 2,
    always_open: true,
    hourly_cents: 45_00,
    position: index
  }))
  const [a = 0, b = 0] = (await house.db('rooms').insert(rooms).returning<{ id: number }[]>('id')).map(({ id }) => id)
  const [nadia] = await house
    .db('clients')
    .insert({ kind: 'person', name: 'Nadia Ferrand' })
    .returning<{ id: number }[]>('id')
  return { a, b, nadia: nadia?.id ?? 0 }
}

const idOf = ({ location }: Answer) => Number(location.split('/').at(-1))

/** A booking's sessions by the wall clock: `2026-11-24 14:00–18:00 A confirmed`. */
async function sessionsOf(house: House, booking_id: number): Promise<string[]> {
  const rows = await house
    .db('sessions')
    .join('rooms', 'rooms.id', 'sessions.room_id')
    .where({ booking_id })
    .orderBy(['starts_at', 'sessions.id'])
    .select('starts_at', 'ends_at', 'state', 'name')
  return rows.map(({ starts_at, ends_at, state, name }) => {
    const [from, to] = [time.localOf(starts_at, zone), time.localOf(ends_at, zone)]
    return `${from.day} ${from.clock}–${to.clock} ${String(name).at(-1)} ${state}`
  })
}

const seriesFields = (more: Fields): Fields => ({
  starts_on: tuesday,
  starts: '14h',
  ends: '18h',
  repeat: 'weekly',
  count: 4,
  ...more
})
const week = (n: number) => time.addDays(tuesday, n * 7)

t.test('several days, each with its room, hours, people and price, saved together', async t => {
  const house = await openStudio(t)
  const { a, b, nadia } = await furnish(house)
  const { manager, engineer } = house
  const page = await manager.get(
    `/sessions/days/new?client_id=${nadia}&day=${tuesday}&room_id=${a}&starts=10h&ends=12h`
  )
  t.match(page.body, 'Nadia Ferrand')
  t.match(page.body, /2 h.*90,00/s, 'what each would be')
  const days: Fields = {
    client_id: nadia,
    title: 'Album',
    'days-0-day': tuesday,
    'days-0-starts': '10h',
    'days-0-ends': '18h',
    'days-0-room_id': a,
    'days-0-people': engineer.id,
    'days-1-day': time.addDays(tuesday, 1),
    'days-1-starts': '22h',
    'days-1-ends': '2h',
    'days-1-room_id': b,
    'days-1-price_cents': '100',
    'days-1-price_note': 'Convenu',
    'days-3-day': time.addDays(tuesday, 6),
    'days-3-starts': '9h',
    'days-3-duration': '3h',
    'days-3-room_id': a
  }
  const added = await manager.post('/sessions/days/review', { ...days, add: 'on' })
  t.equal(added.statusCode, 200)
  t.match(added.body, 'days-3-day', 'a row more')
  t.match(
    added.body,
    `value="${time.addDays(tuesday, 7).split('-').toReversed().join('/')}"`,
    'on the day after the last'
  )
  const copied = await manager.post('/sessions/days/review', { ...days, copy: 1 })
  t.equal(copied.body.match(/value="10h"/g)?.length, 2, 'the row above, on its own day')
  t.notMatch((await manager.post('/sessions/days/review', { ...days, drop: 1 })).body, '22h')

  const booked = await manager.post('/sessions/days', days)
  t.equal(booked.statusCode, 303, booked.body)
  const id = idOf(booked)
  t.same(await sessionsOf(house, id), [
    `${tuesday} 10:00–18:00 A confirmed`,
    `${time.addDays(tuesday, 1)} 22:00–02:00 B confirmed`,
    `${time.addDays(tuesday, 6)} 09:00–12:00 A confirmed`
  ])
  const card = await manager.get(`/sessions/bookings/${id}`)
  for (const text of ['Nadia Ferrand', '3 jours', '595,00', '360,00', '100,00']) t.match(card.body, text)
  const [, second] = await house.db('sessions').orderBy('starts_at').pluck('id')
  t.match((await manager.get(`/sessions/${second}`)).body, 'Jour 2 sur 3')
  await house.settle()
  const notices = await house.db('notifications').where({ person_id: engineer.id, kind: 'sessions.booked' })
  t.equal(notices.length, 1, 'one piece of news, not three')
  t.match(notices[0], { path: `/sessions/bookings/${id}` })

  const taken = await manager.post('/sessions/days', {
    ...days,
    'days-0-people': '',
    'days-1-day': time.addDays(tuesday, 30),
    'days-3-day': time.addDays(tuesday, 31)
  })
  t.equal(taken.statusCode, 422)
  t.match(taken.body, /Studio A est prise par « Nadia Ferrand »/)
  t.match(taken.body, 'Cabine B, même heure')
  t.equal((await house.db('sessions')).length, 3, 'nothing half made')
  const moved = await manager.post('/sessions/days/review', { ...days, use: `0 ${tuesday}T19:00@${b}` })
  t.match(moved.body, /value="19:00"/)
  t.match(moved.body, /value="03:00"/, 'its end moves along')
  const wrong = await manager.post('/sessions/days', { ...days, 'days-0-starts': '25h', 'days-1-room_id': 9999 })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, /f-days-0-starts-error/)
  const self = await manager.post('/sessions/days', {
    title: 'x',
    ...Object.fromEntries(
      [0, 1].flatMap(n => [
        [`days-${n}-day`, time.addDays(tuesday, 40)],
        [`days-${n}-starts`, `1${n}h`],
        [`days-${n}-ends`, '16h'],
        [`days-${n}-room_id`, a]
      ])
    )
  })
  t.equal(self.statusCode, 422)
  t.match(self.body, /Se chevauche avec une autre de cette réservation/)
  t.equal((await manager.post('/sessions/days', { title: 'x' })).statusCode, 422, 'no day at all')

  const more = await manager.post(`/sessions/bookings/${id}/days`, {
    day: time.addDays(tuesday, 8),
    starts: '9h',
    ends: '10h',
    room_id: a
  })
  t.equal(more.statusCode, 303, more.body)
  t.equal((await sessionsOf(house, id)).length, 4)
  const again = await manager.post(`/sessions/bookings/${id}/days`, {
    day: time.addDays(tuesday, 8),
    starts: '9h',
    ends: '10h',
    room_id: a
  })
  t.equal(again.statusCode, 422)
  t.match(again.body, /Studio A est prise/)
})

t.test('a series: every date first, each conflict chosen, then all of it or nothing', async t => {
  const house = await openStudio(t, { work: false })
  const { a, b, nadia } = await furnish(house)
  const { manager } = house
  const rival = { room_id: a, title: 'Répétition', day: week(1), starts: '15h', ends: '16h' }
  await manager.post('/sessions', rival)
  const fields = seriesFields({ client_id: nadia, room_id: a })
  const seen = await manager.post('/sessions/series/review', fields)
  t.equal(seen.statusCode, 200)
  for (const text of [
    'Toutes les semaines, le mardi, 4 fois',
    '1 date à régler',
    'Studio A est prise par « Répétition »',
    'Cabine B, même heure',
    `${week(1)}T11:00@${a}`,
    `${week(1)}T16:00@${a}`
  ])
    t.match(seen.body, text)
  const stopped = await manager.post('/sessions/series', fields)
  t.equal(stopped.statusCode, 422)
  t.match(stopped.body, /Rien n’a été enregistré/)
  t.equal((await house.db('sessions')).length, 1)
  const mark = /name="seen" value="([^"]+)"/.exec(seen.body)?.[1] ?? ''
  const choose = (choice: string): Fields => ({ ...fields, 'choices-1-day': week(1), 'choices-1-choice': choice })
  const other = await manager.post('/sessions/series', { ...choose('skip'), seen: mark })
  t.equal(other.statusCode, 422, 'other dates than those that were shown')
  t.match(other.body, 'Les dates ne sont plus celles qui étaient affichées')

  const skipped = await manager.post('/sessions/series', choose('skip'))
  t.equal(skipped.statusCode, 303, skipped.body)
  const first = idOf(skipped)
  t.same(
    await sessionsOf(house, first),
    [0, 2, 3].map(n => `${week(n)} 14:00–18:00 A confirmed`)
  )
  t.same((await house.db('bookings').where({ id: first }).first()).exdates, [week(1)])
  await manager.post(`/sessions/bookings/${first}/cancellation`, { reason: 'Essai' })
  const moved = await manager.post('/sessions/series', choose(`${week(1)}T16:00@${a}`))
  t.equal(moved.statusCode, 303, moved.body)
  t.same((await sessionsOf(house, idOf(moved)))[1], `${week(1)} 16:00–20:00 A confirmed`)
  t.same(
    await house
      .db('sessions')
      .where({ booking_id: idOf(moved), moved: true })
      .pluck('occurrence'),
    [`${week(1)}T14:00`]
  )
  const elsewhere = await manager.post('/sessions/series', {
    ...fields,
    room_id: b,
    'choices-0-day': week(0),
    'choices-0-choice': `${week(0)}T14:00@${a}`
  })
  t.equal(elsewhere.statusCode, 422, 'a choice that is taken is a conflict like any')
  const page = await manager.get(`/sessions/bookings/${idOf(moved)}`)
  for (const text of ['Toutes les semaines, le mardi, 4 fois', 'déplacée', 'Prochaine']) t.match(page.body, text)
  const feed = (await manager.get(`/sessions/feed?start=${week(0)}&end=${time.addDays(week(0), 1)}`)).json()
  t.match(feed.sessions, [{ booking: 'series' }])
})

t.test('what is wrong with a series is said by the field, and what was typed stays', async t => {
  const house = await openStudio(t, { work: false })
  const { a } = await furnish(house)
  const { manager } = house
  const table: [string, Fields, RegExp][] = [
    ['no end', { count: '' }, /f-count-error/],
    ['an end before the start', { count: '', until: time.addDays(tuesday, -1) }, /f-until-error/],
    ['beyond two years', { repeat: 'monthly', count: 60 }, /f-count-error/],
    ['too many', { repeat: 'daily', count: '', until: time.addDays(tuesday, 300) }, /f-until-error/],
    ['exceptions that are none', { exceptions: '24/12, jamais' }, /f-exceptions-error/],
    ['no hours', { ends: '' }, /f-ends-error/],
    ['nobody', { title: '' }, /f-client_id-error/],
    ['a closed room', { room_id: 9999 }, /f-room_id-error/],
    ['an unknown field', { is_owner: '1' }, /form-errors/],
    ['a choice that is none', { 'choices-0-day': tuesday, 'choices-0-choice': 'peut-être' }, /form-errors/]
  ]
  for (const [name, more, where] of table) {
    const answer = await manager.post('/sessions/series', seriesFields({ room_id: a, title: 'Mix <live>', ...more }))
    t.equal(answer.statusCode, 422, name)
    t.match(answer.body, where, name)
    if (name !== 'nobody') t.match(answer.body, 'Mix &lt;live&gt;', name)
  }
  t.equal((await house.db('sessions')).length, 0)
  t.equal((await house.db('bookings')).length, 0)
  const ok = await manager.post(
    '/sessions/series',
    seriesFields({ room_id: a, title: 'Mix', exceptions: `${week(1)}, ${week(2)}` })
  )
  t.same(
    await sessionsOf(house, idOf(ok)),
    [0, 3].map(n => `${week(n)} 14:00–18:00 A confirmed`),
    'exceptions count, but are not booked'
  )
})

t.test('an hour that the spring night skips is shown and must be chosen', async t => {
  const house = await openStudio(t, { work: false })
  const { a } = await furnish(house)
  const { manager } = house
  const year = Number(tuesday.slice(0, 4)) + 1
  const march = Array.from({ length: 7 }, (_, n) => `${year}-03-${25 + n}`).find(day => time.weekday(day) === 7) ?? ''
  const fields = {
    room_id: a,
    title: 'Nuit',
    starts_on: time.addDays(march, -1),
    starts: '2h30',
    ends: '5h',
    repeat: 'daily',
    count: 3
  }
  const seen = await manager.post('/sessions/series/review', fields)
  t.match(seen.body, '02:30 n’existe pas cette nuit-là')
  t.match(seen.body, 'Une heure plus tard, dès 03:30')
  t.equal((await manager.post('/sessions/series', fields)).statusCode, 422)
  const booked = await manager.post('/sessions/series', {
    ...fields,
    'choices-1-day': march,
    'choices-1-choice': 'later'
  })
  t.equal(booked.statusCode, 303, booked.body)
  t.same(await sessionsOf(house, idOf(booked)), [
    `${time.addDays(march, -1)} 02:30–05:00 A confirmed`,
    `${march} 03:30–06:00 A confirmed`,
    `${time.addDays(march, 1)} 02:30–05:00 A confirmed`
  ])
})

t.test('one, this and following, or all: what was moved by itself keeps its place', async t => {
  const house = await openStudio(t, { work: false })
  const { a, b, nadia } = await furnish(house)
  const { manager, engineer } = house
  const booked = await manager.post(
    '/sessions/series',
    seriesFields({ client_id: nadia, room_id: a, people: engineer.id, count: 5 })
  )
  const id = idOf(booked)
  const ids: number[] = await house.db('sessions').where({ booking_id: id }).orderBy('starts_at').pluck('id')
  const one = await manager.post(`/sessions/${ids[3]}/move`, {
    room_id: a,
    day: week(3),
    starts: '9h',
    ends_day: week(3),
    ends: '13h'
  })
  t.equal(one.statusCode, 200, one.body)
  t.same(
    (await sessionsOf(house, id)).map(line => line.slice(11, 22)),
    ['14:00–18:00', '14:00–18:00', '14:00–18:00', '09:00–13:00', '14:00–18:00'],
    'only that one'
  )
  t.match((await manager.get(`/sessions/${ids[2]}/edit`)).body, `/sessions/bookings/${id}/change?session=${ids[2]}`)

  const form = await manager.get(`/sessions/bookings/${id}/change?session=${ids[2]}`)
  t.match(form.body, 'et les suivantes')
  const base = {
    session_id: ids[2] ?? 0,
    room_id: a,
    starts: '14h',
    ends: '18h',
    people: engineer.id,
    title: '',
    notes: ''
  }
  await manager.post('/sessions', { room_id: b, title: 'Pris', day: week(4), starts: '17h', ends: '20h' })
  const later = { ...base, scope: 'following', starts: '16h', ends: '20h', room_id: b, title: 'Mixage' }
  const seen = await manager.post(`/sessions/bookings/${id}/review`, later)
  t.equal(seen.statusCode, 200)
  for (const text of [
    'Cabine B est prise par « Pris »',
    '1 séance déplacée à part reste où elle est',
    'Laisser comme avant'
  ])
    t.match(seen.body, text)
  t.equal((await manager.post(`/sessions/bookings/${id}`, later)).statusCode, 422, 'a conflict stops the whole')
  t.same((await sessionsOf(house, id))[2], `${week(2)} 14:00–18:00 A confirmed`, 'nothing half moved')
  const changed = await manager.post(`/sessions/bookings/${id}`, {
    ...later,
    'choices-1-day': week(4),
    'choices-1-choice': `${week(4)}T13:00@${b}`
  })
  t.equal(changed.statusCode, 303, changed.body)
  t.same(await sessionsOf(house, id), [
    `${week(0)} 14:00–18:00 A confirmed`,
    `${week(1)} 14:00–18:00 A confirmed`,
    `${week(2)} 16:00–20:00 B confirmed`,
    `${week(3)} 09:00–13:00 A confirmed`,
    `${week(4)} 13:00–17:00 B confirmed`
  ])
  t.same(await house.db('sessions').where({ booking_id: id }).orderBy('starts_at').pluck('title'), [
    null,
    null,
    'Mixage',
    'Mixage',
    'Mixage'
  ])
  t.same(await house.db('sessions').where({ booking_id: id }).orderBy('starts_at').pluck('moved'), [
    false,
    false,
    false,
    true,
    true
  ])

  const all = {
    ...base,
    session_id: ids[0] ?? 0,
    scope: 'all',
    starts: '10h',
    ends: '12h',
    notes: 'Apporter les bandes',
    include_moved: 'on'
  }
  const whole = await manager.post(`/sessions/bookings/${id}`, all)
  t.equal(whole.statusCode, 303, whole.body)
  t.same(
    await sessionsOf(house, id),
    [0, 1, 2, 3, 4].map(n => `${week(n)} 10:00–12:00 A confirmed`),
    'those moved too, when chosen'
  )
  t.same(new Set(await house.db('sessions').where({ booking_id: id }).pluck('notes')), new Set(['Apporter les bandes']))
  t.same(
    await house.db('sessions').where({ booking_id: id }).orderBy('starts_at').pluck('title'),
    [null, null, 'Mixage', 'Mixage', 'Mixage'],
    'what was not touched stays'
  )
  t.same(
    new Set(await house.db('sessions').where({ booking_id: id }).pluck('price_cents')),
    new Set([90_00]),
    'prices follow'
  )
  const stale = await manager.post(`/sessions/bookings/${id}`, { ...all, version: 1 })
  t.equal(stale.statusCode, 409)
  const nobody = await manager.post(`/sessions/bookings/${id}`, {
    ...all,
    starts: '10h',
    people: '',
    include_moved: ''
  })
  t.equal(nobody.statusCode, 303, nobody.body)
  t.equal((await house.db('session_people')).length, 0)
  const trail = await manager.get(`/sessions/${ids[2]}`)
  t.match(trail.body, 'a modifié la série')
})

t.test('a daily series moves an hour later through its own old places', async t => {
  const house = await openStudio(t, { work: false })
  const { a } = await furnish(house)
  const { manager } = house
  const booked = await manager.post('/sessions/series', {
    ...seriesFields({ room_id: a, title: 'Résidence' }),
    repeat: 'daily',
    starts: '8h',
    ends: '',
    duration: '24h'
  })
  t.equal(booked.statusCode, 303, booked.body)
  const id = idOf(booked)
  const [first = 0] = await house.db('sessions').orderBy('starts_at').pluck('id')
  const base = { session_id: first, scope: 'all', room_id: a, ends: '', duration: '24h', title: 'Résidence', notes: '' }
  for (const starts of ['9h', '7h']) {
    const moved = await manager.post(`/sessions/bookings/${id}`, { ...base, starts })
    t.equal(moved.statusCode, 303, moved.body)
  }
  t.same((await sessionsOf(house, id))[3], `${time.addDays(tuesday, 3)} 07:00–07:00 A confirmed`)
})

t.test('options of a booking: confirmed, released or cancelled together, from one day on', async t => {
  const house = await openStudio(t)
  const { a, nadia } = await furnish(house)
  const { manager, assistant, engineer } = house
  const book = async (more: Fields) =>
    idOf(
      await manager.post(
        '/sessions/series',
        seriesFields({ client_id: nadia, room_id: a, state: 'option', people: engineer.id, ...more })
      )
    )
  const id = await book({})
  t.same((await sessionsOf(house, id))[0], `${week(0)} 14:00–18:00 A option`)
  const [, second, third] = await house.db('sessions').where({ booking_id: id }).orderBy('starts_at').pluck('id')
  const released = await manager.post(`/sessions/bookings/${id}/release`, { from: third })
  t.equal(released.statusCode, 303, released.body)
  t.same(
    (await sessionsOf(house, id)).map(line => line.split(' ').at(-1)),
    ['option', 'option', 'cancelled', 'cancelled']
  )
  t.equal((await assistant.post(`/sessions/bookings/${id}/confirmation`)).statusCode, 303)
  t.same(
    (await sessionsOf(house, id)).map(line => line.split(' ').at(-1)),
    ['confirmed', 'confirmed', 'cancelled', 'cancelled']
  )
  t.equal((await assistant.post(`/sessions/bookings/${id}/cancellation`, { reason: 'x' })).statusCode, 403)
  t.equal((await manager.post(`/sessions/bookings/${id}/cancellation`, {})).statusCode, 422, 'a reason is needed')
  await house.settle()
  await house.db('notifications').delete()
  const off = await manager.post(`/sessions/bookings/${id}/cancellation`, { from: second, reason: 'Tournée' })
  t.equal(off.statusCode, 303, off.body)
  t.same(
    (await sessionsOf(house, id)).map(line => line.split(' ').at(-1)),
    ['confirmed', 'cancelled', 'cancelled', 'cancelled']
  )
  t.match(await house.db('sessions').where({ id: second }).first(), {
    cancel_reason: 'Tournée',
    cancelled_from: 'confirmed'
  })
  await house.settle()
  t.match(await house.db('notifications').where({ person_id: engineer.id }), [
    { kind: 'sessions.cancelled', path: `/sessions/bookings/${id}` }
  ])
  t.match((await manager.get(`/sessions/${second}`)).body, 'a annulé les séances')
  const nothing = await manager.post(`/sessions/bookings/${id}/confirmation`)
  t.equal(nothing.statusCode, 422)
  t.match(nothing.body, 'Il ne reste rien à venir ici')

  const rival = await book({ state: 'option', rank: 2, starts_on: week(10), count: 2, people: '' })
  await manager.post('/sessions', { room_id: a, title: 'Ferme', day: week(11), starts: '9h', ends: '10h' })
  await house
    .db('sessions')
    .where({ title: 'Ferme' })
    .update({
      starts_at: `${week(11)}T14:00Z`,
      ends_at: `${week(11)}T15:00Z`,
      state: 'option',
      rank: 1,
      expires_at: '2099-01-01'
    })
  const refused = await manager.post(`/sessions/bookings/${rival}/confirmation`)
  t.ok([409, 422].includes(refused.statusCode), 'a better rank on one refuses all')
  t.same(
    (await sessionsOf(house, rival)).map(line => line.split(' ').at(-1)),
    ['option', 'option']
  )
})

t.test('fifty at once with the same series: one whole, the others told, nothing half made', async t => {
  const house = await openStudio(t, { work: false })
  const { a } = await furnish(house)
  const { manager, engineer } = house
  const fields = seriesFields({ room_id: a, people: engineer.id, count: 10 })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => manager.post('/sessions/series', { ...fields, title: `Série ${n}` }))
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 49)
  t.match(answers.find(({ statusCode }) => statusCode === 422)?.body, /10 dates ne sont pas libres/)
  t.equal((await house.db('sessions')).length, 10)
  t.equal((await house.db('bookings')).length, 1)
  const both = [{ starts_on: week(20) }, { starts_on: week(20), repeat: 'daily' }]
  const mixed = await Promise.all(
    Array.from({ length: 20 }, (_, n) => manager.post('/sessions/series', { ...fields, title: 'x', ...both[n % 2] }))
  )
  t.equal(
    mixed.filter(({ statusCode }) => statusCode === 303).length,
    1,
    'two that meet on one date only never wait for each other for ever'
  )
})

t.test('templates: from a session, by hand, and a session booked from one', async t => {
  const house = await openStudio(t, { work: false })
  const { a, nadia } = await furnish(house)
  const { manager, engineer } = house
  const booked = await manager.post('/sessions', {
    room_id: a,
    client_id: nadia,
    title: 'Prise voix',
    day: tuesday,
    starts: '14h',
    ends: '18h',
    people: engineer.id,
    notes: 'U87'
  })
  const form = await manager.get(`/sessions/templates/new?session=${idOf(booked)}`)
  for (const text of ['Prise voix', '4 h', 'U87', '14:00']) t.match(form.body, text)
  t.equal((await manager.get('/sessions/templates')).statusCode, 200)
  const fields = {
    name: 'Voix, demi-journée',
    title: 'Prise voix',
    room_id: a,
    starts: '14h',
    duration: '4h',
    state: 'option',
    roles: 'engineer',
    people: engineer.id,
    notes: 'U87',
    price_cents: '180',
    price_note: 'Forfait'
  }
  t.equal((await manager.post('/sessions/templates', fields)).statusCode, 303)
  const [id = 0] = await house.db('session_templates').pluck('id')
  t.equal(
    (await manager.post('/sessions/templates', { ...fields, name: 'VOIX, demi-journee' })).statusCode,
    422,
    'a name once, whatever its accents'
  )
  const list = await manager.get('/sessions/templates')
  for (const text of ['Voix, demi-journée', 'Éric Engineer', 'ingénieur du son', '180,00']) t.match(list.body, text)
  const filled = await manager.get(`/sessions/new?template=${id}&day=${week(1)}`)
  for (const text of ['value="14:00"', 'value="4 h"', 'U87', 'value="180,00"', 'Il faut']) t.match(filled.body, text)
  const hits = await manager.get('/search/hits?q=demi')
  t.match(hits.body, `/sessions/new?template=${id}`)
  t.equal((await manager.post(`/sessions/templates/${id}`, { ...fields, name: 'Voix', version: 1 })).statusCode, 303)
  t.equal((await manager.post(`/sessions/templates/${id}`, { ...fields, version: 1 })).statusCode, 409)
  t.equal((await manager.post(`/sessions/templates/${id}/removal`)).statusCode, 303)
  t.equal((await manager.get(`/sessions/templates/${id}`)).statusCode, 404)
})

t.test('pages take as many statements for one session as for thirty; strangers find nothing', async t => {
  const house = await openStudio(t, { work: false })
  const { a } = await furnish(house)
  const { manager, stranger } = house
  const book = async (starts_on: string, count: number) =>
    idOf(
      await manager.post(
        '/sessions/series',
        seriesFields({ room_id: a, title: 'x', repeat: 'daily', starts_on, count })
      )
    )
  const [one, thirty] = [await book(tuesday, 1), await book(week(1), 30)]
  await manager.get(`/sessions/bookings/${one}`)
  const counts = []
  for (const id of [one, thirty]) counts.push(await countQueries(house, () => manager.get(`/sessions/bookings/${id}`)))
  t.equal(counts[0], counts[1])
  t.ok((counts[0] ?? 99) <= 9, String(counts[0]))
  t.equal((await stranger.get(`/sessions/bookings/${one}`)).statusCode, 404)
  const api = await manager.api('POST', '/sessions/book_days', {
    title: 'API',
    days: [{ day: week(9), starts: '09:00', ends: '10:00', room_id: a }]
  })
  t.equal(api.statusCode, 200, api.body)
  const bad = await manager.api('POST', '/sessions/book_series', {
    title: 'API',
    room_id: a,
    starts: '14:00',
    ends: '18:00',
    starts_on: week(1),
    count: 2
  })
  t.match(
    bad.json(),
    { errors: { [`dates.${week(1)}`]: /Studio A est prise/ } },
    'which date, for whoever asks by program'
  )
})
