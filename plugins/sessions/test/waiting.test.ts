import { time } from '@patchbay/core'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { fitting } from '../holds/fitting.ts'

const zone = 'Europe/Paris'
const day = time.addDays(time.today(zone), 9)

t.test('what of a free time meets a wish', t => {
  const at = (local: string) => {
    const [on = '', clock = ''] = local.split(' ')
    return time.instantOf(on, clock, zone) ?? new Date(Number.NaN)
  }
  const stretch = (from: string, to: string) => ({ start: at(from), end: at(to) })
  const wish = { from_day: '2027-03-01', to_day: '2027-03-05', earliest: null, latest: null, minutes: 240 }
  const now = at('2027-02-20 10:00')
  const open = [stretch('2027-03-02 10:00', '2027-03-02 22:00')]
  const freed = stretch('2027-03-02 14:00', '2027-03-02 18:00')
  interface Hours {
    from_day?: string
    to_day?: string
    earliest?: string
    latest?: string
    minutes?: number
  }
  const cases: [what: string, wish: Hours, free: typeof open, expected?: string][] = [
    ['all of what came free', {}, open, '14:00–18:00'],
    ['part of it', { minutes: 120 }, open, '14:00–16:00'],
    ['more than it, where it is free around', { minutes: 360 }, open, '14:00–20:00'],
    ['more than the day has', { minutes: 780 }, open],
    ['not before', { earliest: '16:00', minutes: 60 }, open, '16:00–17:00'],
    ['not after', { latest: '16:00', minutes: 180 }, open, '13:00–16:00'],
    ['hours that do not meet it', { earliest: '18:00' }, open],
    ['the day after', { from_day: '2027-03-03' }, open],
    ['the day before', { to_day: '2027-03-01' }, open],
    ['only what is free', { minutes: 120 }, [stretch('2027-03-02 15:10', '2027-03-02 18:00')], '15:15–17:15'],
    ['nothing that does not touch it', { minutes: 60 }, [stretch('2027-03-02 18:00', '2027-03-02 22:00')]],
    ['a night', { earliest: '16:00', latest: '02:00' }, open, '16:00–20:00']
  ]
  for (const [what, more, free, expected] of cases) {
    const slot = fitting({ ...wish, ...more }, free, freed, zone, now)
    const clocks = slot && [slot.starts_at, slot.ends_at].map(instant => time.localOf(instant, zone).clock).join('–')
    t.equal(clocks, expected, what)
  }
  const late = fitting({ ...wish, minutes: 60 }, open, freed, zone, at('2027-03-02 15:07'))
  t.same(late?.starts_at, at('2027-03-02 15:15'), 'nothing of the past')
  const night = stretch('2027-03-28 00:00', '2027-03-28 06:00')
  const spring = fitting(
    { ...wish, from_day: '2027-03-27', to_day: '2027-03-28', minutes: 300 },
    [night],
    night,
    zone,
    now
  )
  t.same(spring, { starts_at: at('2027-03-28 00:00'), ends_at: at('2027-03-28 06:00') }, 'five hours of a night of 23')
  t.end()
})

async function open(t: Parameters<typeof openStudio>[0], options: Parameters<typeof openStudio>[1] = {}) {
  const house = await openStudio(t, options)
  const { db, manager, owner, visitor, studio } = house
  const [room] = await db('rooms').insert({ name: 'Cabine B', kind: 'cabine', always_open: true }).returning('id')
  const names = ['Nadia Ferrand', 'Zoé', 'Idir', 'Ruben']
  const clients = await db('clients')
    .insert(
      names.map(name => ({
        kind: 'person',
        name,
        email: `${name.slice(0, 4).toLowerCase().replace('é', 'e')}@example.test`
      }))
    )
    .returning<{ id: number }[]>('id')
  const book = async (more: object = {}) => {
    const asked = { room_id: room.id, client_id: clients[0]?.id, day, starts: '14h', ends: '18h', ...more }
    const answer = await owner.api('POST', '/sessions/book', asked)
    t.equal(answer.statusCode, 200, answer.body)
    return answer.json().value.id as number
  }
  const wait = async (client: number, more: object = {}) => {
    const asked = {
      client_id: clients[client]?.id,
      from_day: day,
      to_day: day,
      minutes: '4h',
      earliest: '14h',
      latest: '18h',
      ...more
    }
    const answer = await manager.api('POST', '/sessions/wait', asked)
    t.equal(answer.statusCode, 200, answer.body)
    return answer.json().value.id as number
  }
  /** Each offer as `who outcome`, in the order they were told. */
  const offers = async () => {
    const rows = await db('waiting_offers as o')
      .join('waiting as w', 'w.id', 'o.waiting_id')
      .join('clients as c', 'c.id', 'w.client_id')
      .orderBy('o.id')
      .select<{ name: string; outcome: string }[]>('c.name', 'o.outcome')
    return rows.map(({ name, outcome }) => `${name.split(' ')[0]} ${outcome}`)
  }
  const links = async () => {
    const texts = (await house.host.tenants.master('mails').orderBy('id').pluck('text')) as string[]
    return texts.flatMap(text => /\/sessions\/offers\/(\S+)/.exec(text)?.[1] ?? [])
  }
  const lapse = async () => {
    await db.raw(`update waiting_offers set until = until - interval '13 hours' where outcome = 'open'`)
    await work(house.host, studio, 'sessions', 'sweep_waiting')
    await house.settle()
  }
  const answer = async (token: string | undefined, fields: Record<string, string>) =>
    visitor.post(`//o/${studio.slug}/sessions/offers/${token}`, fields)
  return { ...house, room: room.id as number, clients, book, wait, offers, links, lapse, answer }
}

t.test('those who wait are told in their turn, one at a time', async t => {
  const house = await open(t)
  const { manager, visitor, db, studio, book, wait, offers, links, lapse, answer } = house
  const taken = await book()
  const [zoe, idir, ruben] = [await wait(1), await wait(2), await wait(3)]
  await house.settle()
  t.same(await offers(), [], 'nobody while it is taken')
  const list = await manager.get('/sessions/waiting')
  t.ok(list.body.indexOf('Zoé') < list.body.indexOf('Idir') && list.body.indexOf('Idir') < list.body.indexOf('Ruben'))
  t.match((await manager.get(`/sessions/${taken}`)).body, 'En liste d’attente pour ce jour')
  t.equal((await manager.post(`/sessions/waiting/${ruben}/position`, { direction: 'up' })).statusCode, 303)

  await manager.post(`/sessions/${taken}/cancellation`, { reason: 'Report' })
  await house.settle()
  t.same(await offers(), ['Zoé open'])
  t.match((await manager.get('/sessions/waiting')).body, 'Prévenu')
  const [first] = await links()
  t.match((await visitor.get(`//o/${studio.slug}/sessions/offers/${first}`)).body, 'Le prendre en option')
  t.same(await offers(), ['Zoé open'], 'looking at it does nothing')

  await lapse()
  t.same(await offers(), ['Zoé lapsed', 'Ruben open'], 'without an answer the next, in the new order')
  t.match((await visitor.get(`//o/${studio.slug}/sessions/offers/${first}`)).body, 'Le délai est passé')
  const late = await answer(first, { answer: 'take' })
  t.equal(late.statusCode, 422)
  t.match(late.body, 'proposé à quelqu’un d’autre')
  const [, second] = await links()
  t.equal((await answer(second, { answer: 'decline' })).statusCode, 303)
  await house.settle()
  t.same(await offers(), ['Zoé lapsed', 'Ruben declined', 'Idir open'])

  const [, , third] = await links()
  const thirty = await Promise.all(Array.from({ length: 30 }, () => answer(third, { answer: 'take' })))
  t.equal(thirty.filter(({ statusCode }) => statusCode === 303).length, 1, 'a link is used once')
  t.match(thirty.find(({ statusCode }) => statusCode === 422)?.body, 'Vous avez déjà pris ce créneau')
  await house.settle()
  t.match(await db('sessions').orderBy('id', 'desc').first(), {
    state: 'option',
    rank: 1,
    client_id: house.clients[2]?.id
  })
  t.match(await db('waiting').where({ id: idir }).first(), { state: 'booked' })
  t.match(await db('waiting').where({ id: zoe }).first(), { state: 'waiting' }, 'who missed it goes on waiting')
  t.notMatch((await manager.get('/sessions/waiting')).body, 'Idir')
  const told = (await db('notifications').where({ person_id: manager.id }).orderBy('id').pluck('text')) as string[]
  for (const text of ['waiting_told', 'waiting_declined', 'waiting_taken'])
    t.ok(told.includes(`sessions.holds.notices.${text}`), text)
  t.equal((await answer('x'.repeat(43), { answer: 'take' })).statusCode, 404)
})

t.test('by telephone, and what the studio books itself', async t => {
  const house = await open(t)
  const { manager, db, book, wait, offers, links, answer } = house
  const one = await book()
  const [zoe, idir] = [await wait(1), await wait(2)]
  await manager.post(`/sessions/${one}/cancellation`, { reason: 'Report' })
  await house.settle()
  t.equal((await manager.post(`/sessions/waiting/${idir}/booking`)).statusCode, 422, 'it is not his turn')
  t.equal((await manager.post(`/sessions/waiting/${zoe}/refusal`)).statusCode, 303)
  await house.settle()
  t.same(await offers(), ['Zoé declined', 'Idir open'])
  const taken = await manager.post(`/sessions/waiting/${idir}/booking`)
  t.match(taken.location, /\/sessions\/\d+$/)
  t.equal((await manager.post(`/sessions/waiting/${idir}/booking`)).statusCode, 404, 'once')
  await house.settle()

  const afternoon = { day: time.addDays(day, 1), starts: '10h', ends: '14h' }
  const two = await book(afternoon)
  const ruben = await wait(3, { from_day: afternoon.day, to_day: afternoon.day, earliest: '', latest: '' })
  await manager.post('/sessions/' + two + '/cancellation', { reason: 'Report' })
  await house.settle()
  t.match((await offers()).at(-1), 'Ruben open')
  await book(afternoon)
  await house.settle()
  t.match(await db('waiting_offers').where({ waiting_id: ruben }).orderBy('id').first(), { outcome: 'gone' })
  const gone = await answer(
    (await links()).find((_, index, all) => index === all.length - 1),
    { answer: 'take' }
  )
  t.equal(gone.statusCode, 422)
  t.equal((await manager.post(`/sessions/waiting/${zoe}/removal`)).statusCode, 303)
  t.equal((await manager.post(`/sessions/waiting/${zoe}/removal`)).statusCode, 404)
  t.match(await db('activity').where({ action: 'sessions.stop_waiting' }).first(), {
    about: [`client:${house.clients[1]?.id}`]
  })
})

t.test('what frees a time, and what does not', async t => {
  const house = await open(t)
  const { manager, db, book, wait, offers, clients } = house
  const session = await book({ state: 'option', rank: 1, client_id: clients[0]?.id })
  const behind = await book({ state: 'option', rank: 2, client_id: clients[3]?.id })
  await wait(1)
  await manager.post(`/sessions/${session}/release`)
  await house.settle()
  t.same(await offers(), [], 'who stood behind comes before who waits')
  await db.raw(`update sessions set expires_at = now() - interval '1 second' where id = ?`, [behind])
  await work(house.host, house.studio, 'sessions', 'sweep_options')
  await house.settle()
  t.same(await offers(), ['Zoé open'], 'an option that ran out')
  await house.lapse()

  const later = { day: time.addDays(day, 2) }
  const moving = await book(later)
  await wait(2, { from_day: later.day, to_day: later.day })
  const to = {
    id: moving,
    room_id: house.room,
    day: time.addDays(day, 3),
    ends_day: time.addDays(day, 3),
    starts: '14h',
    ends: '18h'
  }
  t.equal((await manager.api('POST', '/sessions/move', to)).statusCode, 200)
  await house.settle()
  t.same((await offers()).at(-1), 'Idir open', 'one that moved away')
  const elsewhere = await db('rooms').insert({ name: 'Studio A', kind: 'mixing', always_open: true }).returning('id')
  const other = await book({ ...later, room_id: elsewhere[0]?.id, day: time.addDays(day, 4) })
  await wait(3, { from_day: time.addDays(day, 4), to_day: time.addDays(day, 4), room_id: house.room })
  await manager.post(`/sessions/${other}/cancellation`, { reason: 'Report' })
  await house.settle()
  t.same((await offers()).at(-1), 'Idir open', 'another room than the one wished for is none of theirs')
  t.match(await db('waiting_offers').where({ outcome: 'open' }).count('* as n').first(), { n: 1 })

  await db('waiting').update({ from_day: '2020-01-01', to_day: '2020-01-02' })
  await work(house.host, house.studio, 'sessions', 'sweep_waiting')
  t.same(await db('waiting').whereNot({ state: 'gone' }), [], 'wishes whose days are over end')
})

t.test('a challenge in the name of somebody who waits', async t => {
  const house = await open(t)
  const { manager, db, book, wait, offers } = house
  const option = await book({ state: 'option', rank: 1 })
  const [, idir] = [await wait(1), await wait(2)]
  t.equal((await manager.post(`/sessions/${option}/challenge`, { waiting_id: idir })).statusCode, 303)
  t.match((await manager.get(`/sessions/${option}`)).body, 'Idir veut ce créneau')
  await manager.post(`/sessions/${option}/release`)
  await house.settle()
  t.same(await offers(), ['Idir open'], 'comes first for whom it was asked')
  t.match(await db('challenges').first(), { outcome: 'released' })
})

t.test('the form: from a taken time, with what is wrong by the field', async t => {
  const house = await open(t, { work: false })
  const { manager, assistant, stranger, book, clients, room } = house
  await book()
  const refused = await manager.post('/sessions', {
    room_id: room,
    client_id: clients[1]?.id,
    client_name: 'Zoé',
    day,
    starts: '14h',
    ends: '18h'
  })
  t.equal(refused.statusCode, 422)
  const link =
    /href="\/s\/[^/]+(\/sessions\/waiting\/new\?[^"]+)"/.exec(refused.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const form = await manager.get(link)
  t.equal(form.statusCode, 200)
  for (const text of ['Zoé', 'value="14:00"', 'value="18:00"', `value="${day.split('-').toReversed().join('/')}"`])
    t.match(form.body, text)
  const wish = { client_name: 'zoe', from_day: day, minutes: '4h' }
  const wrong: [Record<string, string>, string][] = [
    [{ client_name: '' }, 'f-client_id'],
    [{ client_name: 'Personne' }, 'Aucun client'],
    [{ to_day: time.addDays(day, -1) }, 'avant le premier'],
    [{ from_day: '2020-01-01' }, 'sont passés'],
    [{ to_day: time.addDays(day, 400) }, 'un an'],
    [{ earliest: '14h', latest: '16h' }, 'ne tient pas'],
    [{ minutes: 'longtemps' }, 'longtemps']
  ]
  for (const [fields, text] of wrong) {
    const answer = await manager.post('/sessions/waiting', { ...wish, ...fields })
    t.equal(answer.statusCode, 422, JSON.stringify(fields))
    t.match(answer.body, text)
  }
  t.equal((await assistant.post('/sessions/waiting', wish)).statusCode, 303)
  t.equal((await stranger.get('/sessions/waiting')).statusCode, 404)
  const statements = await countQueries(house, () => manager.get('/sessions/waiting'))
  for (let n = 0; n < 29; n++) await manager.post('/sessions/waiting', wish)
  t.equal(await countQueries(house, () => manager.get('/sessions/waiting')), statements)
  t.ok(statements <= 8, `${statements} statements`)
  const merged = await house.owner.api(
    'POST',
    '/clients/merge',
    { from: clients[1]?.id, into: clients[2]?.id },
    { confirm: 'true' }
  )
  t.equal(merged.statusCode, 200, merged.body)
  t.notMatch((await manager.get('/sessions/waiting')).body, 'Zoé', 'who is one with another waits as that one')
})
