import { time } from '@patchbay/core'
import t from 'tap'
import { deliver, work } from '../../../core/events.ts'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { challengeDeadline, extended, heldUntil, promotedUntil } from '../holds/deadlines.ts'

const zone = 'Europe/Paris'
const day = time.addDays(time.today(zone), 9)
const rules = { challenge_hours: 24, challenge_until: '17:00' }

interface Row {
  state: string
  rank: number
  expires_at: Date
  cancel_reason: string | null
}

/** One room, three clients with addresses, and what the tests of this file do all the time. */
async function open(t: Parameters<typeof openStudio>[0], options: Parameters<typeof openStudio>[1] = { work: false }) {
  const house = await openStudio(t, options)
  const { db, manager } = house
  const [room] = await db('rooms').insert({ name: 'Cabine B', kind: 'cabine', always_open: true }).returning('id')
  const [nadia, zoe, idir] = await db('clients')
    .insert([
      { kind: 'person', name: 'Nadia Ferrand', email: 'nadia@example.test' },
      { kind: 'band', name: 'Zoé & les Ombres', email: 'zoe@example.test', language: 'en' },
      { kind: 'person', name: 'Idir', email: 'idir@example.test' }
    ])
    .returning<{ id: number }[]>('id')
  const clients = [nadia?.id ?? 0, zoe?.id ?? 0, idir?.id ?? 0]
  const option = async (rank: number, more: object = {}) => {
    const asked = {
      room_id: room.id,
      client_id: clients[rank - 1],
      day,
      starts: '14h',
      ends: '18h',
      state: 'option',
      rank
    }
    const answer = await manager.api('POST', '/sessions/book', { ...asked, ...more })
    t.equal(answer.statusCode, 200, answer.body)
    return answer.json().value.id as number
  }
  const row = async (id: number): Promise<Row> => db('sessions').where({ id }).first<Row>()
  const shift = (id: number, by: string) =>
    db.raw(`update sessions set expires_at = expires_at - ?::interval where id = ?`, [by, id])
  const sweep = () => work(house.host, house.studio, 'sessions', 'sweep_options')
  const ranks = async (...ids: number[]) => {
    const rows = await Promise.all(ids.map(row))
    return rows.map(one =>
      one.state === 'option' ? one.rank : one.state === 'cancelled' ? one.cancel_reason : one.state
    )
  }
  return { ...house, room: room.id as number, clients, option, row, shift, sweep, ranks }
}

const mailsOf = (house: House) =>
  house.host.tenants
    .master('mails')
    .orderBy('id')
    .select<{ recipient: string; subject: string; text: string }[]>('recipient', 'subject', 'text')
const factsOf = async (house: House) => (await house.db('outbox').orderBy('id').pluck('fact')) as string[]
const inHours = (hours: number) => new Date(Date.now() + hours * 36e5)

t.test('the deadline of a challenge', t => {
  const at = (local: string) => {
    const [on = '', clock = ''] = local.split(' ')
    return time.instantOf(on, clock, zone) ?? new Date(Number.NaN)
  }
  const never = '2027-12-31 00:00'
  const cases: [now: string, starts: string, expires: string, deadline: string | undefined, late?: boolean][] = [
    ['2026-11-20 10:00', '2026-11-30 14:00', never, '2026-11-21 10:00'],
    ['2026-11-23 10:00', '2026-11-24 14:00', never, '2026-11-23 17:00'],
    ['2026-11-22 20:00', '2026-11-24 14:00', never, '2026-11-23 17:00'],
    ['2026-11-22 16:59', '2026-11-24 14:00', never, '2026-11-23 16:59'],
    ['2026-11-23 16:45', '2026-11-24 14:00', never, '2026-11-24 13:00', true],
    ['2026-11-23 17:30', '2026-11-24 14:00', never, '2026-11-24 13:00', true],
    ['2026-11-24 12:40', '2026-11-24 14:00', never, '2026-11-24 13:10', true],
    ['2026-11-24 13:00', '2026-11-24 14:00', never, '2026-11-24 13:30', true],
    ['2026-11-24 13:01', '2026-11-24 14:00', never, undefined],
    ['2026-11-24 15:00', '2026-11-24 14:00', never, undefined],
    ['2026-11-20 10:00', '2026-11-30 14:00', '2026-11-20 18:00', '2026-11-20 18:00'],
    // the day before a session of after midnight is the evening people call it by
    ['2026-11-23 10:00', '2026-11-24 00:30', never, '2026-11-23 17:00'],
    ['2026-11-23 18:00', '2026-11-24 00:30', never, '2026-11-23 23:30', true],
    // 23 and 25 hour days: the clock counts for 17:00, the hours for 24 h
    ['2027-03-27 12:00', '2027-03-29 14:00', never, '2027-03-28 13:00'],
    ['2027-03-27 20:00', '2027-03-29 14:00', never, '2027-03-28 17:00'],
    ['2027-10-30 12:00', '2027-11-02 14:00', never, '2027-10-31 11:00']
  ]
  for (const [now, starts, expires, deadline, late = false] of cases) {
    const found = challengeDeadline({ starts_at: at(starts), expires_at: at(expires) }, rules, zone, at(now))
    t.same(found, deadline && { at: at(deadline), late }, `${now} for ${starts}`)
  }
  const skipped = challengeDeadline(
    { starts_at: at('2027-03-29 14:00'), expires_at: at(never) },
    { challenge_hours: 100, challenge_until: '02:30' },
    zone,
    at('2027-03-27 12:00')
  )
  t.same(skipped?.at, at('2027-03-28 03:00'), 'a clock that the spring change skips is the first one after')
  const now = at('2026-11-20 10:00')
  const option = { ends_at: at('2026-11-25 18:00'), expires_at: at('2026-11-21 10:00') }
  t.same(extended(option, 48, now), at('2026-11-23 10:00'))
  t.same(extended(option, 480, now), option.ends_at, 'not beyond its session')
  t.same(heldUntil(option, 48, now), at('2026-11-22 10:00'))
  t.same(heldUntil(option, 480, now), option.ends_at, 'a new one neither')
  t.same(promotedUntil(at('2026-11-20 12:00'), 48, now), at('2026-11-22 10:00'))
  t.same(promotedUntil(at('2026-11-30 12:00'), 48, now), at('2026-11-30 12:00'), 'what lives longer keeps it')
  t.end()
})

t.test('whoever stood behind moves up, however the one before ended', async t => {
  const house = await open(t)
  const { manager, db, option, row, shift, sweep, ranks } = house
  const ends: Record<string, (id: number) => Promise<unknown>> = {
    released: id => manager.post(`/sessions/${id}/release`),
    cancelled: id => manager.post(`/sessions/${id}/cancellation`, { reason: 'Report' }),
    'run out, swept by the job': async id => {
      await shift(id, '49 hours')
      await sweep()
    },
    'run out, found by a booking elsewhere': async id => {
      await shift(id, '49 hours')
      const answer = await manager.api('POST', '/sessions/book', {
        room_id: house.room,
        title: 'Ailleurs',
        day: time.addDays(day, 3),
        starts: `${++hour}h`,
        ends: `${hour + 1}h`
      })
      t.equal(answer.statusCode, 200, answer.body)
    },
    'moved away': id =>
      manager.api('POST', '/sessions/move', {
        id,
        room_id: house.room,
        day: time.addDays(day, 5),
        starts: `${++hour}h`,
        ends_day: time.addDays(day, 5),
        ends: `${hour + 1}h`
      })
  }
  let hour = 8
  for (const [how, end] of Object.entries(ends)) {
    const [one, two, three] = [await option(1), await option(2, { option_hours: 3 }), await option(3)]
    t.same(await ranks(one, two, three), [1, 2, 3])
    await db('outbox').delete()
    await end(one)
    t.same((await ranks(two, three)).join(), '1,2', how)
    t.ok((await row(two)).expires_at > inHours(47), 'and has again the time of an option')
    const promoted = await db('outbox').where({ fact: 'sessions.promoted' }).orderBy('id').pluck('ids')
    t.same(promoted, [
      { session_id: two, from_rank: 2, to_rank: 1 },
      { session_id: three, from_rank: 3, to_rank: 2 }
    ])
    const trail = await db('activity')
      .where({ action: 'sessions.promote' })
      .whereRaw('about @> array[?]', [`session:${two}`])
    t.match(trail, [{ via: 'job', details: { changes: { rank: [2, 1] } } }])
    for (const id of [two, three]) await manager.post(`/sessions/${id}/release`)
  }
})

t.test('who moves up where, and who does not', async t => {
  const house = await open(t)
  const { manager, engineer, db, option, ranks, shift, sweep, room } = house
  const [long, early, late] = [await option(1), await option(2, { ends: '16h' }), await option(3, { starts: '16h' })]
  await manager.post(`/sessions/${long}/release`)
  t.same(await ranks(early, late), [1, 1], 'side by side both come first')
  for (const id of [early, late]) await manager.post(`/sessions/${id}/release`)

  const first = await option(1)
  const second = await option(2, { people: [engineer.id] })
  const [other] = await db('rooms').insert({ name: 'Studio A', kind: 'mixing', always_open: true }).returning('id')
  const elsewhere = await option(1, { room_id: other.id, people: [engineer.id], client_id: house.clients[2] })
  await manager.post(`/sessions/${first}/release`)
  t.same(await ranks(second), [2], 'whose engineer is a first option elsewhere stays behind')
  await manager.post(`/sessions/${elsewhere}/release`)
  t.same(await ranks(second), [2], 'what comes free elsewhere is no matter of this room')
  const third = await option(3)
  await db('busy_times').insert({
    room_id: room,
    kind: 'works',
    starts_at: time.instantOf(day, '15:00', zone),
    ends_at: time.instantOf(day, '16:00', zone)
  })
  await manager.post(`/sessions/${second}/release`)
  t.same(await ranks(third), [3], 'nor into a closure')
  await manager.post(`/sessions/${third}/release`)
  await db('busy_times').delete()

  const [a, b, c] = [await option(1), await option(2), await option(3)]
  for (const id of [a, b]) await shift(id, '49 hours')
  await sweep()
  t.same(await ranks(a, b, c), ['expired', 'expired', 1], 'two that ran out at once')
  const [d, e] = [await option(2), await option(3)]
  await manager.post(`/sessions/${c}/confirmation`)
  t.same(await ranks(c, d, e), ['confirmed', 'outranked', 'outranked'], 'nobody moves up against what is firm')
})

t.test('longer, by one click or to a time', async t => {
  const house = await open(t)
  const { manager, stranger, option, row } = house
  const id = await option(1)
  const before = await row(id)
  t.match((await manager.get(`/sessions/${id}`)).body, 'Prolonger de 48 h')
  t.equal((await manager.post(`/sessions/${id}/extension`)).statusCode, 303)
  t.equal(+(await row(id)).expires_at - +before.expires_at, 48 * 36e5)
  t.equal((await manager.post(`/sessions/${id}/extension?back=today`)).location, `/s/${house.studio.slug}/`)
  const until = { until_day: day, until: '9h30' }
  t.equal((await manager.post(`/sessions/${id}/extension`, until)).statusCode, 303)
  t.same((await row(id)).expires_at, time.instantOf(day, '09:30', zone))
  const wrong = [
    { until_day: '2020-01-01' },
    { until_day: time.addDays(day, 1) },
    { until_day: 'bientôt' },
    { hours: -1 }
  ]
  for (const fields of wrong) {
    const answer = await manager.post(`/sessions/${id}/extension`, fields)
    t.equal(answer.statusCode, 422, JSON.stringify(fields))
  }
  t.match((await manager.post(`/sessions/${id}/extension`, { until_day: '2020-01-01' })).body, 'Ce moment est passé')
  t.equal((await stranger.post(`/sessions/${id}/extension`)).statusCode, 404)
  await manager.post(`/sessions/${id}/release`)
  t.equal((await manager.post(`/sessions/${id}/extension`)).statusCode, 409)
})

t.test('a challenge: asked, shown, withdrawn, and what refuses it', async t => {
  const house = await open(t)
  const { manager, db, option, row, ranks } = house
  const one = await option(1)
  const alone = await manager.post(`/sessions/${one}/challenge`)
  t.equal(alone.statusCode, 422)
  t.match(alone.body, 'Personne d’autre ne veut ce créneau')
  const two = await option(2)
  const before = await row(one)
  t.match((await manager.get(`/sessions/${one}`)).body, 'Demander une décision')
  t.equal((await manager.post(`/sessions/${two}/challenge`)).statusCode, 422, 'only the first')
  t.equal((await manager.post(`/sessions/${one}/challenge`, { rival_id: 999_999 })).statusCode, 422)
  t.equal((await manager.post(`/sessions/${one}/challenge`, { rival_id: two })).statusCode, 303)
  const challenged = await row(one)
  t.ok(challenged.expires_at <= inHours(24), 'its option runs out at the deadline')
  t.match((await manager.get(`/sessions/${one}`)).body, 'Zoé &amp; les Ombres veut ce créneau')
  t.match((await manager.get('/')).body, /décision demandée par Zoé/)
  t.match((await manager.post(`/sessions/${one}/challenge`)).body, 'déjà demandée')
  t.match((await manager.post(`/sessions/${one}/extension`)).body, 'ne peut pas être prolongée')
  t.equal((await manager.post(`/sessions/${one}/challenge/withdrawal`)).statusCode, 303)
  t.same((await row(one)).expires_at, before.expires_at, 'it has again the time it had')
  t.match((await manager.post(`/sessions/${one}/challenge/withdrawal`)).body, 'Aucune décision')

  await manager.post(`/sessions/${one}/challenge`)
  await manager.post(`/sessions/${two}/release`)
  t.match(
    await db('challenges').orderBy('id', 'desc').first(),
    { outcome: 'withdrawn' },
    'a rival that goes takes it along'
  )
  t.same((await row(one)).expires_at, before.expires_at)
  const three = await option(2)
  await manager.post(`/sessions/${one}/challenge`)
  await manager.post(`/sessions/${one}/release`)
  t.match(await db('challenges').orderBy('id', 'desc').first(), { outcome: 'released' })
  t.same(await ranks(three), [1])
  for (const id of [one, three]) {
    const trail = await db('activity')
      .whereRaw('about @> array[?]', [`session:${id}`])
      .orderBy('id')
      .pluck('action')
    t.ok(
      trail.includes('sessions.challenge') && trail.includes('sessions.challenge_released'),
      'in the history of both'
    )
  }
  await db.raw(
    `update sessions set starts_at = now() + interval '50 minutes', ends_at = now() + interval '3 hours' where id = ?`,
    [three]
  )
  t.match((await manager.post(`/sessions/${three}/challenge`)).body, 'Personne d’autre')
  await db('sessions').insert({
    ...(await db('sessions').where({ id: three }).first('room_id', 'client_id', 'starts_at', 'ends_at', 'expires_at')),
    state: 'option',
    rank: 2
  })
  t.match((await manager.post(`/sessions/${three}/challenge`)).body, 'dans moins d’une heure')
})

t.test('a challenge that lapses: the next moves up, and everyone concerned is told, in order', async t => {
  const house = await open(t, {})
  const { manager, owner, db, option, ranks, shift, sweep } = house
  const [one, two, three] = [await option(1), await option(2), await option(3)]
  await house.settle()
  const answer = await owner.post(`/sessions/${one}/challenge`)
  t.equal(answer.statusCode, 303, answer.body)
  await house.settle()
  const [asked] = await mailsOf(house)
  const link = /https?:\/\/\S+\/challenges\/(\S+)/.exec(
    (await mailsOf(house)).find(mail => mail.recipient === 'nadia@example.test')?.text ?? ''
  )
  t.ok(link?.[1], asked?.text ?? 'no mail')
  await shift(one, '25 hours')
  await db.raw(`update challenges set deadline_at = deadline_at - interval '25 hours'`)
  const page = await house.visitor.get(`//o/${house.studio.slug}/sessions/challenges/${link?.[1]}`)
  t.match(page.body, 'Le délai est passé', 'before the job has swept it')
  await sweep()
  t.same(await ranks(one, two, three), ['expired', 1, 2])
  t.match(await db('challenges').first(), { outcome: 'lapsed' })
  await house.settle()
  const mails = await mailsOf(house)
  const to = (name: string) => mails.filter(({ recipient }) => recipient.startsWith(name)).map(({ subject }) => subject)
  t.match(to('nadia'), [/^À confirmer ou libérer avant/, /^Votre option est tombée/])
  t.match(to('zoe'), [/^Your option moves up to rank 1/], 'in the language of the client')
  t.match(to('idir'), [/^Votre option passe en rang 2/])
  const told = await db('notifications').where({ person_id: manager.id }).orderBy('id').pluck('kind')
  for (const kind of ['sessions.challenged', 'sessions.challenge-closed', 'sessions.promoted'])
    t.ok(told.includes(kind), kind)
  t.ok(told.indexOf('sessions.challenged') < told.indexOf('sessions.challenge-closed'))
  t.ok(
    to(manager.email.split('@')[0] ?? '').some(subject => subject.includes('Décision demandée')),
    'the staff by mail too'
  )
})

t.test('a client answers by the link: confirms, releases, too late, twice, with a wrong one', async t => {
  const house = await open(t, {})
  const { owner, visitor, db, option, ranks } = house
  const challenge = async (id: number) => {
    const answer = await owner.post(`/sessions/${id}/challenge`)
    t.equal(answer.statusCode, 303, answer.body)
    await house.settle()
    const letters = (await mailsOf(house)).map(({ text }) => /\/challenges\/(\S+)/.exec(text)?.[1]).filter(Boolean)
    return `//o/${house.studio.slug}/sessions/challenges/${letters.at(-1)}`
  }
  const [one, two] = [await option(1), await option(2)]
  const link = await challenge(one)
  const page = await visitor.get(link)
  t.equal(page.statusCode, 200, page.body)
  for (const words of ['Confirmer la séance', 'Libérer le créneau', 'Cabine B', 'Nadia Ferrand'])
    t.match(page.body, words)
  t.notMatch(page.body, 'Zoé', 'who wants it is nobody’s business')
  t.same(await ranks(one, two), [1, 2], 'looking at it does nothing')
  t.equal((await visitor.post(link, { answer: 'perhaps' })).statusCode, 422)
  const both = await Promise.all([
    ...Array.from({ length: 5 }, () => visitor.post(link, { answer: 'confirm' })),
    ...Array.from({ length: 5 }, () => visitor.post(link, { answer: 'release' }))
  ])
  t.equal(both.filter(({ statusCode }) => statusCode === 303).length, 1, 'of two tabs one wins')
  const lost = both.filter(({ statusCode }) => statusCode === 422)
  t.equal(lost.length, 9, both.map(({ statusCode }) => statusCode).join())
  t.ok(
    lost.every(({ body }) => /Cette option vient d’être (confirmée|libérée)/.test(body)),
    'and the other is told why'
  )
  const [state] = await ranks(one)
  t.match(
    (await visitor.get(link)).body,
    state === 'confirmed' ? 'Votre séance est confirmée' : 'Le créneau est libéré'
  )
  const trail = await db('activity').where({ action: 'sessions.answer_challenge' }).first()
  t.match(trail, { person_name: 'Nadia Ferrand', person_id: null })
  t.notMatch(JSON.stringify(trail), link.split('/').at(-1) ?? '', 'the trail keeps no link')
  for (const token of ['x'.repeat(43), '%00', 'a'])
    t.equal((await visitor.get(`//o/${house.studio.slug}/sessions/challenges/${token}`)).statusCode, 404)
  t.equal(
    (await visitor.post(`//o/${house.studio.slug}/sessions/challenges/nothing`, { answer: 'confirm' })).statusCode,
    404
  )
  t.equal((await visitor.get(link.replace(house.studio.slug, house.elsewhere.slug))).statusCode, 404)

  await owner.post(`/sessions/${one}/cancellation`, { reason: 'Essai' })
  const [again, behind] = [
    await option(1, { starts: '8h', ends: '10h' }),
    await option(2, { starts: '8h', ends: '10h' })
  ]
  const second = await challenge(again)
  await db('sessions')
    .where({ id: again })
    .update({ expires_at: new Date(Date.now() - 1000) })
  const late = await visitor.post(second, { answer: 'confirm' })
  t.equal(late.statusCode, 422)
  t.match(late.body, 'Le délai est passé')
  t.same(await ranks(behind), [2], 'what is late does nothing')
})

t.test('staff confirm and release at once: one wins; fifty confirmations give one', async t => {
  const house = await open(t)
  const { manager, option, ranks } = house
  const id = await option(1)
  const steps = ['confirmation', 'release'].map(step => manager.post(`/sessions/${id}/${step}`))
  const answers = await Promise.all(steps)
  t.same(
    answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [303, 409]
  )
  t.match(answers.find(({ statusCode }) => statusCode === 409)?.body, /Impossible : cette séance est maintenant/)
  await manager.post(`/sessions/${id}/cancellation`, { reason: 'Essai' })
  const [one, two] = [await option(1), await option(2)]
  await manager.post(`/sessions/${one}/challenge`)
  const fifty = await Promise.all(Array.from({ length: 50 }, () => manager.post(`/sessions/${one}/confirmation`)))
  t.equal(fifty.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.same(await ranks(one, two), ['confirmed', 'outranked'])
  t.match(await house.db('challenges').first(), { outcome: 'confirmed' })
  const facts = await factsOf(house)
  t.equal(facts.filter(fact => fact === 'sessions.confirmed').length, 1 + Number(answers[0]?.statusCode === 303))
})

t.test('fifty ends and bookings at once on five rooms leave no option before its turn, and none behind', async t => {
  const house = await open(t)
  const { manager, engineer, db, clients } = house
  const rooms = await db('rooms')
    .insert(Array.from({ length: 5 }, (_, n) => ({ name: `Salle ${n}`, kind: 'cabine', always_open: true })))
    .returning<{ id: number }[]>('id')
  const book = (room_id: number, rank: number, more: object = {}) =>
    manager.api('POST', '/sessions/book', {
      room_id,
      client_id: clients[0],
      day,
      starts: '14h',
      ends: '18h',
      state: 'option',
      rank,
      ...more
    })
  const ids: number[] = []
  for (const { id } of rooms)
    for (const rank of [1, 2, 3])
      ids.push(
        (await book(id, rank, rank === 2 && id === rooms[0]?.id ? { people: [engineer.id] } : {})).json().value.id
      )
  await db.raw(`update sessions set expires_at = now() - interval '1 second' where rank = 1`)
  const answers = await Promise.all(
    rooms.flatMap(({ id }) =>
      Array.from({ length: 10 }, (_, n) => book(id, 3, { starts: `${19 + (n % 3)}h`, ends: '23h' }))
    )
  )
  t.ok(
    answers.every(({ statusCode }) => [200, 409, 422].includes(statusCode)),
    answers.map(({ statusCode }) => statusCode).join()
  )
  await work(house.host, house.studio, 'sessions', 'sweep_options')
  for (const id of (await db('outbox').orderBy('id').pluck('id')) as number[])
    await deliver(house.host, house.studio, id)
  const left = await db('sessions').whereIn('id', ids).where({ state: 'option' }).orderBy('id').pluck('rank')
  t.same(
    left,
    rooms.flatMap(() => [1, 2]),
    'in every room the second is first, the third second'
  )
})
