import { time } from '@patchbay/core'
import t from 'tap'
import { mirror } from '../../../core/people/mirror.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Fields, House } from '../../../test/helper.ts'
import { isAway } from '../crew/blocked.ts'
import { stretchOf } from '../crew/busy-actions.ts'
import { common } from '../crew/preview.ts'

t.setTimeout(240_000)

/** Who works on a session, when they are not to be had, and people from outside. */

const zone = 'Europe/Paris'
const soon = time.addDays(time.today(zone), 9)
const slot = { day: soon, starts: '14h', ends: '18h' }

async function rooms(house: House, count: number): Promise<number[]> {
  const rows = Array.from({ length: count }, (_, n) => ({ name: `Cabine ${n + 1}`, kind: 'cabine', always_open: true }))
  return (await house.db('rooms').insert(rows).returning<{ id: number }[]>('id')).map(({ id }) => id)
}

const idOf = ({ location }: { location: string }) => Number(location.split(/[/=]/).at(-1))

async function book(house: House, more: Fields): Promise<number> {
  const answer = await house.manager.post('/sessions', { ...slot, title: 'Prise voix', ...more })
  if (answer.statusCode !== 303) throw new Error(answer.body.replace(/<[^>]*>|\s+/g, ' '))
  return idOf(answer)
}

async function freelancer(house: House, more: Fields = {}): Promise<number> {
  const fields = { name: 'Iris Delorme', email: 'iris@example.test', phone: '06 11 22 33 44', roles: 'mixing', ...more }
  const answer = await house.manager.post('/sessions/people', fields)
  if (answer.statusCode !== 303) throw new Error(answer.body.replace(/<[^>]*>|\s+/g, ' '))
  return idOf(answer)
}

const placeOf = (house: House, session_id: number, person_id: number) =>
  house.db('session_people').where({ session_id, person_id }).first()
const mailsTo = (house: House, recipient: string) =>
  house.host.tenants.master('mails').where({ recipient }).orderBy('id').select('subject', 'text')
const linkIn = (text: string) => /\/o\/[\w-]+\/sessions\/answers\/[\w-]{43}/.exec(text)?.[0] ?? ''

t.test('somebody is asked, declines and is free; the card and Today say what lacks', async t => {
  const house = await openStudio(t)
  const { manager, engineer, assistant, db } = house
  const [a = 0, b = 0] = await rooms(house, 2)
  const id = await book(house, { room_id: a })
  const asking = { person_id: engineer.id, role: 'engineer', ask: 'on' }
  t.equal((await manager.post(`/sessions/${id}/people`, asking)).statusCode, 303)
  t.match(await placeOf(house, id, engineer.id), { answer: 'asked', role: 'engineer', asked_by: manager.id })
  t.match((await manager.post(`/sessions/${id}/people`, asking)).body, 'déjà sur la séance')
  const held = await manager.post('/sessions', { ...slot, room_id: b, title: 'Mix', people: engineer.id })
  t.equal(held.statusCode, 422, 'whoever is asked is held')
  t.match(held.body, /Éric Engineer travaille avec « Prise voix »/)

  await house.settle()
  t.match((await engineer.get('/notifications')).body, 'On vous demande : Prise voix')
  t.match((await engineer.get(`/sessions/${id}`)).body, 'On vous demande pour cette séance')
  const today = (await engineer.get('/')).body
  t.match(today, `action="/s/${house.studio.slug}/sessions/${id}/answer?back=today"`)
  t.notMatch((await assistant.get('/')).body, `/sessions/${id}/answer`, 'nobody else is asked')
  t.equal((await assistant.post(`/sessions/${id}/answer`, { answer: 'declined' })).statusCode, 404, 'or may answer')
  const forOthers = { answer: 'declined' }
  t.equal((await assistant.post(`/sessions/${id}/people/${engineer.id}/answer`, forOthers)).statusCode, 403)
  const declined = await engineer.post(`/sessions/${id}/answer?back=today`, { answer: 'declined' })
  t.equal(declined.location, `/s/${house.studio.slug}/`)
  t.match(await placeOf(house, id, engineer.id), { answer: 'declined', blocks: '{}' })
  await house.settle()
  t.match((await manager.get('/notifications')).body, 'Éric Engineer décline : Prise voix')
  const card = (await manager.get(`/sessions/${id}`)).body
  t.match(card, 'Il manque : ingénieur du son. Éric Engineer a décliné.')
  t.match((await manager.get('/')).body, 'quelqu’un a décliné')
  t.notMatch((await manager.get('/sessions/list')).body, 'Éric Engineer,', 'the list names those who come')
  const other = await book(house, { room_id: b, title: 'Mix', people: engineer.id })

  const again = await manager.post(`/sessions/${id}/people/${engineer.id}/question`)
  t.equal(again.statusCode, 422, 'asked again, they are taken')
  t.match(again.body, 'travaille avec « Mix »')
  const noted = await manager.post(`/sessions/${id}`, { ...slot, room_id: a, title: 'Prise voix', notes: 'U87' })
  t.equal(noted.statusCode, 303)
  t.match(await placeOf(house, id, engineer.id), { answer: 'declined' }, 'a change of something else keeps the note')
  await manager.post(`/sessions/${other}/cancellation`, { reason: 'Report' })
  t.equal((await manager.post(`/sessions/${id}/people/${engineer.id}/answer`, { answer: 'accepted' })).statusCode, 303)
  t.match(await placeOf(house, id, engineer.id), { answer: 'accepted' })
  t.equal((await manager.post(`/sessions/${id}/people/${engineer.id}/role`, { role: 'mixing' })).statusCode, 303)
  t.match(await placeOf(house, id, engineer.id), { role: 'mixing' })
  t.equal((await manager.post(`/sessions/${id}/people/${engineer.id}/role`, { role: 'king' })).statusCode, 422)
  t.equal((await manager.post(`/sessions/${id}/people/${engineer.id}/removal`)).statusCode, 303)
  t.notOk(await placeOf(house, id, engineer.id))
  t.equal((await manager.post(`/sessions/${id}/people/${engineer.id}/removal`)).statusCode, 404)
  const trail = await db('activity').whereRaw(`'session:${id}' = any(about)`).pluck('action')
  for (const action of ['add_person', 'answer', 'answer_for', 'change_role', 'remove_person'])
    t.ok(trail.includes(`sessions.${action}`), action)
})

t.test('a freelancer answers by a private link, and hears what changes', async t => {
  const house = await openStudio(t)
  const { manager, visitor, db } = house
  const [a = 0, b = 0] = await rooms(house, 2)
  const iris = await freelancer(house)
  t.ok(iris < 0)
  const id = await book(house, { room_id: a, people: iris })
  t.match(await placeOf(house, id, iris), { answer: 'asked', role: 'mixing' }, 'in her role')
  await house.settle()
  await manager.post(`/sessions/${id}`, { ...slot, room_id: a, title: 'Prise voix', people: iris, notes: 'U87' })
  await house.settle()
  const asked = await mailsTo(house, 'iris@example.test')
  t.equal(asked.length, 1, 'asked once, whatever else changes')
  const link = linkIn(asked[0].text)
  t.notMatch(asked[0].text, 'Prise voix', 'for whom is not said before she comes')
  t.equal((await db('notifications').where({ person_id: iris })).length, 0, 'she has no page here')

  t.match((await visitor.get(`/${link}`)).body, /Bonjour Iris Delorme[\s\S]*Cabine 1[\s\S]*Accepter/)
  t.match(await placeOf(house, id, iris), { answer: 'asked' }, 'looking answers nothing')
  t.equal((await visitor.post(`/${link}`, { answer: 'peut-être' })).statusCode, 422)
  t.equal((await visitor.post(`/${link}`, { answer: 'accepted' })).location, link)
  t.match(await placeOf(house, id, iris), { answer: 'accepted' })
  t.match((await visitor.get(`/${link}`)).body, 'Prise voix')
  t.match(await db('activity').where({ action: 'sessions.answer_by_link' }).first(), { person_name: 'Iris Delorme' })
  t.notMatch(JSON.stringify(await db('activity').pluck('details')), link.slice(-43), 'the link is not in the trail')
  t.equal((await visitor.get(`/${link.slice(0, -1)}x`)).statusCode, 404)
  t.equal((await visitor.get(`/${link.replace(house.studio.slug, house.elsewhere.slug)}`)).statusCode, 404)

  const other = await book(house, { room_id: b, day: time.addDays(soon, 1), people: iris })
  await house.settle()
  await manager.post(`/sessions/${id}`, { ...slot, starts: '15h', room_id: a, title: 'Prise voix', people: iris })
  await house.settle()
  await manager.post(`/sessions/${other}`, { ...slot, day: time.addDays(soon, 1), room_id: b, title: 'Prise voix' })
  await house.settle()
  await manager.post(`/sessions/${id}/cancellation`, { reason: 'Report' })
  await house.settle()
  const mails = await mailsTo(house, 'iris@example.test')
  const subjects = mails.map(({ subject }: { subject: string }) => subject.replace(/Studio Test ?:? ?|,.*/g, ''))
  t.same(subjects, ['vous demande', 'vous demande', 'séance déplacée', 'on n’a plus besoin de vous', 'séance annulée'])
  t.match((await visitor.get(`/${linkIn(mails[2].text)}`)).body, 'n’est plus à venir')
  t.match((await visitor.get(`/${linkIn(mails[1].text)}`)).body, 'n’a plus besoin de vous')
  const late = await visitor.post(`/${link}`, { answer: 'declined' })
  t.equal(late.statusCode, 422)
  t.match(late.body, 'Trop tard')

  await mirror(house.host.tenants, house.studio.id)
  t.match(await db('people').where({ id: iris }).first(), { active: true, name: 'Iris Delorme' }, 'members come and go')
  const next = await book(house, { room_id: a, day: time.addDays(soon, 3), people: iris })
  const stays = await manager.post(`/sessions/people/${iris}/archiving`)
  t.equal(stays.statusCode, 422)
  t.match(stays.body, '1 séance à venir')
  await manager.post(`/sessions/${next}/people/${iris}/removal`)
  t.equal((await manager.post(`/sessions/people/${iris}/archiving`)).statusCode, 303)
  t.notMatch((await manager.get('/sessions/new')).body, 'Iris Delorme')
  t.equal((await manager.post(`/sessions/people/${iris}/restoring`)).statusCode, 303)
  t.match((await manager.get('/sessions/new')).body, 'Iris Delorme')
  t.equal(
    (await manager.post(`/sessions/people/${house.engineer.id}/archiving`)).statusCode,
    422,
    'members are not hers'
  )
})

t.test('roles, rates, hours: who may see and change them, and what the form says of it', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, assistant } = house
  const [a = 0, b = 0] = await rooms(house, 2)
  const wrong = await manager.post('/sessions/people', { name: '', hourly_cents: 'cher', hours_1: 'matin', email: 'x' })
  t.equal(wrong.statusCode, 422)
  for (const field of ['name', 'hourly_cents', 'hours_1', 'email']) t.match(wrong.body, `id="f-${field}-error"`, field)
  t.match(wrong.body, 'value="matin"', 'what was typed stays')
  const page = `/sessions/people/${engineer.id}`
  const profile = { roles: ['engineer', 'mixing'], hourly_cents: '35', included: 'on', hours_1: '10h-14h' }
  t.equal((await engineer.post(page, profile)).statusCode, 403)
  t.match((await manager.post(page, { ...profile, name: 'Autre' })).body, 'se règlent dans son compte')
  const monday = time.addDays(time.startOfWeek(soon), 7)
  t.equal((await manager.post(page, profile)).statusCode, 303)
  t.match((await manager.get(page)).body, '35,00')
  t.notMatch((await engineer.get(page)).body, '35,00', 'rates are for whoever sets them')
  t.notMatch((await engineer.get('/sessions/people')).body, '35,00')
  t.match((await engineer.get('/sessions/people')).body, 'lu, 10:00–14:00')

  const preview = async (more: Fields) => {
    const query = new URLSearchParams({ ...slot, day: monday, room_id: a, ...more } as unknown as Record<
      string,
      string
    >)
    return (await manager.get(`/sessions/preview?${query.toString()}`)).body
  }
  t.match(await preview({ people: engineer.id }), 'Éric Engineer ne travaille pas à cette heure')
  t.notMatch(await preview({ people: engineer.id, starts: '10h', ends: '12h' }), 'ne travaille pas')
  const outside = { room_id: a, day: monday, people: engineer.id }
  t.ok(await book(house, outside), 'it warns, and does not refuse')
  await freelancer(house, { roles: ['engineer'] })
  await manager.post(`/sessions/people/${manager.id}`, { roles: 'producer', included: 'on' })
  await manager.post(`/sessions/people/${house.owner.id}`, { roles: 'producer', included: 'on' })
  const taken = await preview({ room_id: b, people: engineer.id })
  t.match(
    taken,
    /Éric Engineer travaille avec « Prise voix », [^<]*14:00–18:00, Cabine 1/,
    'who, with whom, when, where'
  )
  t.match(taken, 'Iris Delorme, à la place de Éric Engineer')
  t.match(taken, '&quot;people&quot;:[-1]')
  t.notMatch(taken, 'Ana Assistant, à la place', 'an assistant is none of that role')
  t.match(taken, /10:00–14:00/, 'and when they work and are free')
  t.equal((await assistant.get(`/sessions/preview?room_id=${a}&people=99999`)).statusCode, 200)
  const nobody = await manager.post('/sessions', { ...slot, room_id: b, title: 'x', people: 99_999 })
  t.equal(nobody.statusCode, 422, 'nobody of that id')
})

t.test('an absence or a closure refuses what comes, and points at what is there', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, assistant, db } = house
  const [a = 0, b = 0] = await rooms(house, 2)
  const id = await book(house, { room_id: a, people: engineer.id })
  const other = await book(house, { room_id: b, title: 'Mastering' })
  const away = { person_id: engineer.id, kind: 'sick', from_day: soon, to_day: time.addDays(soon, 2), note: 'Grippe' }
  t.equal((await assistant.post('/sessions/absences', away)).statusCode, 403, 'only for oneself')
  t.equal((await assistant.post('/sessions/absences', { room_id: a, kind: 'works', from_day: soon })).statusCode, 403)
  for (const [wrong, field] of [
    [{ ...away, from_day: 'jamais' }, 'from_day'],
    [{ ...away, to_day: time.addDays(soon, -1) }, 'to_day'],
    [{ ...away, to_day: time.addDays(soon, 500) }, 'to_day'],
    [{ ...away, kind: 'works' }, 'kind'],
    [{ kind: 'holiday', from_day: soon }, 'person_id'],
    [{ ...away, room_id: a }, 'room_id'],
    [{ ...away, person_id: 99_999 }, 'person_id'],
    [{ ...away, from_day: '2027-03-28', from_clock: '2h30', to_day: '2027-03-29' }, 'from_clock']
  ] as const) {
    const answer = await manager.post('/sessions/absences', wrong)
    t.equal(answer.statusCode, 422, field)
    t.match(answer.body, `id="f-${field}-error"`, field)
  }
  t.equal((await engineer.post('/sessions/absences', away)).statusCode, 303)
  const works = { room_id: b, kind: 'works', from_day: soon, from_clock: '9h', to_clock: '16h', note: 'Peinture' }
  t.equal((await manager.post('/sessions/absences', works)).statusCode, 303)

  const list = (await manager.get('/sessions/absences')).body
  t.match(list, /Éric Engineer[\s\S]*maladie[\s\S]*1 séance à réattribuer[\s\S]*Prise voix/)
  t.match(list, /travaux[\s\S]*Peinture[\s\S]*Mastering/)
  const theirs = (await assistant.get('/sessions/absences')).body
  t.notMatch(theirs, 'maladie', 'that somebody is ill is nobody’s business')
  t.notMatch(theirs, 'Grippe')
  t.equal((await assistant.get(`/sessions/${id}`)).body.includes('maladie'), false)
  const card = (await manager.get(`/sessions/${id}`)).body
  t.match(
    card,
    /Éric Engineer n’est pas disponible : absence[\s\S]{0,400}?[^\d]\d+ \S+( 20\d\d)? – \S+ \d+ \S+( 20\d\d)? · Changez/
  )
  t.notMatch(card, /00:00–\S+ \d+ \S+( 20\d\d)? 00:00/, 'whole days are said as days')
  t.match((await manager.get('/')).body, 'à réattribuer : absence ou fermeture')
  const feed = async (more = '') =>
    (await manager.get(`/sessions/feed?start=${soon}&end=${time.addDays(soon, 1)}${more}`)).json()
  t.match((await feed()).sessions, [
    { id, away: 'À réattribuer' },
    { id: other, away: 'À réattribuer' }
  ])
  t.match((await feed()).blocked, [
    { room_id: b, start: `${soon}T09:00`, end: `${soon}T16:00`, label: 'travaux, Peinture' }
  ])
  t.match((await feed(`&person=${engineer.id}`)).blocked, [
    { room_id: null, label: 'Éric Engineer, absence' },
    { room_id: b }
  ])
  t.match((await manager.get(`/sessions?day=${soon}`)).body, 'travaux, Peinture', 'the calendar without script')

  const refused = await manager.post('/sessions', {
    ...slot,
    day: time.addDays(soon, 1),
    room_id: a,
    title: 'Mix',
    people: engineer.id
  })
  t.equal(refused.statusCode, 422)
  t.match(refused.body, /Éric Engineer n’est pas disponible, [^<]*absence/)
  t.match(refused.body, /à la place de Éric Engineer/, 'who else could come')
  const closed = await manager.post('/sessions', { ...slot, starts: '10h', ends: '12h', room_id: b, title: 'Mix' })
  t.match(closed.body, /Cabine 2 n’est pas disponible, [^<]*travaux, Peinture/)
  t.match(closed.body, 'Cabine 1, même heure')
  t.equal(
    (
      await manager.post(`/sessions/${id}`, {
        ...slot,
        room_id: a,
        title: 'Prise voix',
        people: engineer.id,
        notes: 'x'
      })
    ).statusCode,
    303
  )
  t.match(
    (await manager.get('/sessions/absences')).body,
    '1 séance à réattribuer',
    'a change of something else solves nothing'
  )
  const solved = { ...slot, room_id: a, title: 'Prise voix', people: assistant.id }
  t.equal((await manager.post(`/sessions/${id}`, solved)).statusCode, 303)
  const absence = await db('busy_times').where({ person_id: engineer.id }).first()
  t.notMatch((await manager.get(`/sessions/absences?person=${engineer.id}`)).body, 'à réattribuer :')
  t.equal((await assistant.post(`/sessions/absences/${absence.id}/removal`)).statusCode, 403)
  t.equal((await engineer.post(`/sessions/absences/${absence.id}/removal`)).statusCode, 303)
  t.equal((await engineer.post(`/sessions/absences/${absence.id}/removal`)).statusCode, 404)
  t.equal((await manager.api('GET', '/sessions/absences')).json().rows.length, 1)
})

t.test('booked over, two sessions are marked as doubles wherever they show, until one gives way', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer } = house
  const [a = 0, b = 0, c = 0] = await rooms(house, 3)
  const near = { ...slot, day: time.addDays(time.today(zone), 2) }
  const first = await book(house, { ...near, room_id: a, title: 'Premier', people: engineer.id })
  const wish = { ...near, room_id: b, title: 'Second', people: engineer.id, over_reason: 'Il fait les deux' }
  const second = idOf(await manager.post('/sessions/over', wish))
  const days = `start=${near.day}&end=${time.addDays(near.day, 1)}`
  const doubles = async () =>
    (await manager.get(`/sessions/feed?${days}`)).json().sessions.map(({ double }: { double: string }) => double)
  t.same(await doubles(), ['Double', 'Double'])
  const pages = ['/sessions/list', `/sessions?day=${near.day}`, `/sessions/${first}`, `/sessions/${second}`]
  for (const page of pages) t.match((await manager.get(page)).body, 'badge-word">Double', page)
  t.match((await manager.get('/')).body, 'réservée par-dessus, à résoudre')
  const third = { ...near, room_id: c, title: 'Tiers', people: engineer.id }
  t.equal((await manager.post('/sessions', third)).statusCode, 422, 'a third is refused by both')
  t.equal((await manager.post('/sessions', { ...third, starts: '17h', ends: '19h' })).statusCode, 422)
  t.equal(
    (await manager.post(`/sessions/${second}/people/${engineer.id}/answer`, { answer: 'declined' })).statusCode,
    303
  )
  t.same(await doubles(), ['', ''], 'one gave way')
  t.notMatch((await manager.get('/')).body, 'réservée par-dessus, à résoudre')
})

t.test('fifty at once on one engineer in fifty rooms: one has them', async t => {
  const house = await openStudio(t, { work: false })
  const all = await rooms(house, 50)
  const answers = await Promise.all(
    all.map((room_id, n) =>
      house.manager.post('/sessions', { ...slot, room_id, title: `Séance ${n}`, people: house.engineer.id })
    )
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.ok(answers.every(({ statusCode }) => [303, 409, 422, 503].includes(statusCode)))
  t.equal((await house.db('session_people').where({ person_id: house.engineer.id })).length, 1)
  const asked = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      n % 2
        ? house.engineer.post(
            `/sessions/${idOf(answers.find(({ statusCode }) => statusCode === 303) ?? { location: '' })}/answer`,
            { answer: 'declined' }
          )
        : house.manager.post('/sessions', { ...slot, room_id: all[n], title: `Après ${n}`, people: house.engineer.id })
    )
  )
  t.ok(asked.every(({ statusCode }) => statusCode < 500 || statusCode === 503))
  const { rows } = await house.db.raw(
    `select count(*)::integer as n from session_people where person_id = ? and blocks <> '{}'`,
    [house.engineer.id]
  )
  t.ok(rows[0].n <= 1, 'never two at once, whoever declines meanwhile')
})

t.test('an absence and a booking at once: either it is refused, or the absence knows of it', async t => {
  const house = await openStudio(t, { work: false })
  const [a = 0] = await rooms(house, 1)
  const outcomes = new Set<string>()
  for (let round = 0; round < 25; round++) {
    const day = time.addDays(soon, round)
    const ofRoom = round % 2 === 1
    const whose = ofRoom ? { room_id: a, kind: 'closure' } : { person_id: house.engineer.id, kind: 'holiday' }
    const wish = { ...slot, day, room_id: a, title: 'Course', people: [house.engineer.id], state: 'confirmed' }
    const both = [
      () => house.manager.api('POST', '/sessions/book', wish),
      () => house.manager.api('POST', '/sessions/add_absence', { ...whose, from_day: day })
    ]
    if (round % 3 === 0) both.reverse()
    const answers = await Promise.all(both.map(ask => ask()))
    const [booked, away] = round % 3 === 0 ? answers.toReversed() : answers
    t.equal(away?.statusCode, 200)
    const meets = away?.json().value.meets.length
    t.equal(meets === 1, booked?.statusCode === 200, `round ${round}: booked ${booked?.statusCode}, met ${meets}`)
    outcomes.add(String(booked?.statusCode))
  }
  t.ok(outcomes.has('200') || outcomes.has('422'))
})

t.test('days of an absence are days by the studio’s clock, on both nights that change it', async t => {
  const hours = (day: string, more = {}) => {
    const { starts_at, ends_at } = stretchOf(
      { from_day: day, from_clock: null, to_day: null, to_clock: null, ...more },
      zone
    )
    return (ends_at.getTime() - starts_at.getTime()) / 3_600_000
  }
  t.equal(hours('2027-03-27'), 24)
  t.equal(hours('2027-03-28'), 23, 'spring')
  t.equal(hours('2026-10-25'), 25, 'autumn')
  t.equal(hours('2027-03-27', { to_day: '2027-03-28' }), 47)
  t.equal(
    hours('2027-03-27', { from_clock: '22:00', to_clock: '06:00' }),
    7,
    'an end before the start is on the next day'
  )
  t.throws(() => hours('2027-03-28', { from_clock: '02:30' }), 'an hour that is not there')
  const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour))
  const stretch = (from: number, to: number) => ({ start: at(from), end: at(to) })
  t.same(common([stretch(8, 12), stretch(14, 20)], [stretch(10, 16)]), [stretch(10, 12), stretch(14, 16)])
  const session = {
    room_id: 1,
    starts_at: at(10),
    ends_at: at(12),
    state: 'confirmed',
    people: [{ id: 7, name: '' }],
    double: false
  }
  const times = (room_id: number | null, person_id: number | null, from: number, to: number) => [
    { room_id, person_id, starts_at: at(from), ends_at: at(to), kind: 'works' as const, note: null, name: '' }
  ]
  const away = (...args: Parameters<typeof times>) => isAway(session as never, times(...args))
  t.equal(away(1, null, 11, 13), true)
  t.equal(away(1, null, 12, 13), false, 'it begins when the session ends')
  t.equal(away(2, null, 8, 20), false)
  t.equal(away(null, 7, 8, 20), true)
  t.equal(away(null, 8, 8, 20), false)
})

t.test('a page takes as many statements for thirty people and absences as for one', async t => {
  const house = await openStudio(t, { work: false })
  const [a = 0] = await rooms(house, 1)
  const iris = await freelancer(house)
  const id = await book(house, { room_id: a, people: [iris, house.engineer.id] })
  const add = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      if (n > 0) await freelancer(house, { name: `Renfort ${n}`, email: '' })
      const away = { person_id: house.engineer.id, kind: 'holiday', from_day: time.addDays(soon, n * 2) }
      t.equal((await house.manager.post('/sessions/absences', away)).statusCode, 303)
    }
  }
  const paths = [
    '/sessions/people',
    `/sessions/people/${house.engineer.id}`,
    '/sessions/absences',
    `/sessions?day=${soon}`
  ]
  await add(0, 1)
  const counts = async () => {
    const all = []
    for (const path of [...paths, '/', `/sessions/${id}`])
      all.push(await countQueries(house, () => house.owner.get(path)))
    return all
  }
  await counts()
  const one = await counts()
  await add(1, 30)
  t.same(await counts(), one)
  for (const [n, path] of paths.entries()) t.ok((one[n] ?? 99) <= 8, `${path}: ${one[n]}`)
  t.equal((await house.owner.get('/sessions/people')).body.match(/id="person-/g)?.length, 34)
  t.equal((await house.owner.get('/sessions/absences')).body.match(/id="absence-/g)?.length, 30)
})
