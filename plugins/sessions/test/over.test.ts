import t from 'tap'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'

/** Booking over: one explicit step past a conflict, which opens the slot to nobody else. */

const slot = { day: '2027-03-01', starts: '14h', ends: '18h', state: 'confirmed' }

async function rooms(house: House, ...names: string[]): Promise<number[]> {
  const rows = names.map(name => ({ name, kind: 'cabine', always_open: true }))
  return (await house.db('rooms').insert(rows).returning<{ id: number }[]>('id')).map(({ id }) => id)
}

const idOf = ({ location }: { location: string }) => Number(location.split('/').at(-1))
const marks = (house: House) =>
  house.db('session_overlaps').select('session_id', 'other_id', 'reason', 'what').orderBy('id')

t.test('a session booked over another leaves it its time, and a third meets both', async t => {
  const house = await openStudio(t, { work: false })
  const [room = 0] = await rooms(house, 'Cabine A')
  const first = idOf(await house.manager.post('/sessions', { ...slot, room_id: room, title: 'Premier' }))
  const wish = { ...slot, room_id: room, title: 'Second', starts: '16h', ends: '20h' }
  const refused = await house.manager.post('/sessions', wish)
  t.equal(refused.statusCode, 422)
  t.match(refused.body, 'name="over_reason"', 'the way past it is offered')
  t.notMatch((await house.engineer.post('/sessions', wish)).body, 'name="over_reason"', 'not to whom may not')
  t.equal((await house.engineer.post('/sessions/over', { ...wish, over_reason: 'Urgence' })).statusCode, 403)
  const silent = await house.manager.post('/sessions/over', wish)
  t.equal(silent.statusCode, 422, 'it takes a reason')
  const second = idOf(await house.manager.post('/sessions/over', { ...wish, over_reason: 'Ils partagent la cabine' }))
  t.same(await marks(house), [{ session_id: second, other_id: first, reason: 'Ils partagent la cabine', what: null }])
  for (const id of [first, second])
    t.match((await house.manager.get(`/sessions/${id}`)).body, 'Ils partagent la cabine')
  for (const [starts, ends] of [
    ['14h', '15h'],
    ['16h', '17h'],
    ['19h', '20h']
  ]) {
    const third = await house.manager.post('/sessions', { ...slot, room_id: room, title: 'Tiers', starts, ends })
    t.equal(third.statusCode, 422, `a third does not get in between, ${starts}`)
  }
  await t.rejects(
    house.db('sessions').insert({
      room_id: room,
      title: 'Par la fenêtre',
      state: 'confirmed',
      starts_at: new Date('2027-03-01T18:00:00Z'),
      ends_at: new Date('2027-03-01T18:30:00Z')
    }),
    { message: /sessions_no_overlap/ },
    'the database itself keeps the rest'
  )
  t.equal(
    (await house.manager.post(`/sessions/${second}`, { ...wish, state: undefined, notes: 'Rien de neuf' })).statusCode,
    303
  )
  t.equal((await marks(house)).length, 1, 'a change of something else leaves it as it is')

  t.equal((await house.manager.post(`/sessions/${first}/cancellation`, { reason: 'Malade' })).statusCode, 303)
  t.same(await marks(house), [], 'they no longer meet')
  const late = await house.manager.post('/sessions', {
    ...slot,
    room_id: room,
    title: 'Tiers',
    starts: '17h',
    ends: '18h'
  })
  t.equal(late.statusCode, 422, 'and the second keeps its whole time from others')
  t.equal((await house.manager.post(`/sessions/${first}/reopening`)).statusCode, 422, 'from the first too')
})

t.test('over somebody’s absence, a closure and another’s engineer, each only there', async t => {
  const house = await openStudio(t, { work: false })
  const [a = 0, b = 0] = await rooms(house, 'Cabine A', 'Cabine B')
  const engineer = house.engineer.id
  await house.db('busy_times').insert([
    {
      person_id: engineer,
      kind: 'holiday',
      starts_at: new Date('2027-03-01T00:00:00Z'),
      ends_at: new Date('2027-03-02T00:00:00Z')
    },
    {
      room_id: b,
      kind: 'works',
      starts_at: new Date('2027-03-01T12:00:00Z'),
      ends_at: new Date('2027-03-01T16:00:00Z')
    }
  ])
  const wish = { ...slot, room_id: a, title: 'Mix', people: engineer }
  t.match((await house.manager.post('/sessions', wish)).body, /pas disponible/)
  t.match((await house.manager.post('/sessions', { ...slot, room_id: b, title: 'Mix' })).body, /travaux/)
  const over = idOf(await house.manager.post('/sessions/over', { ...wish, over_reason: 'Il revient exprès' }))
  t.equal((await marks(house))[0]?.other_id, null)
  const same = await house.manager.post('/sessions', { ...slot, room_id: a, title: 'Autre' })
  t.equal(same.statusCode, 422, 'the room is not shared')
  const elsewhere = await house.manager.post('/sessions', {
    ...slot,
    room_id: b,
    title: 'Autre',
    starts: '18h',
    ends: '20h'
  })
  t.equal(elsewhere.statusCode, 303, 'another room is free after its works')
  const moved = await house.manager.post(`/sessions/${over}`, { ...wish, state: undefined, day: '2027-03-05' })
  t.equal(moved.statusCode, 303)
  t.same(await marks(house), [], 'elsewhere in time there is nothing to mark')
  await t.rejects(
    house
      .db('sessions')
      .where({ id: idOf(elsewhere) })
      .update({ starts_at: new Date('2027-03-01T13:00:00Z') }),
    { message: /not to be had/ },
    'the database itself refuses a closed room'
  )
})

t.test('fifty at once over one session: all are marked, and none keeps the first from its time', async t => {
  const house = await openStudio(t, { work: false })
  const [room = 0] = await rooms(house, 'Cabine A')
  const first = idOf(await house.manager.post('/sessions', { ...slot, room_id: room, title: 'Premier' }))
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      house.manager.post('/sessions/over', { ...slot, room_id: room, title: `Par-dessus ${n}`, over_reason: 'Essai' })
    )
  )
  t.ok(answers.every(({ statusCode }) => statusCode === 303 || statusCode === 503))
  const booked = answers.filter(({ statusCode }) => statusCode === 303).length
  t.ok(booked > 0)
  t.equal((await marks(house)).filter(({ other_id }) => other_id === first).length, booked)
})
