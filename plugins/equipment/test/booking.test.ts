import t from 'tap'
import { openStudio } from '../../../test/helper.ts'
import type { Answer, House } from '../../../test/helper.ts'
import { repacked, shortages } from '../allocating.ts'

/** Gear on sessions: held like rooms and people, by units, and refused with who has it. */

/** Next year, so that a date is written with its year whenever this runs. */
const year = new Date().getFullYear() + 1
const day = `${year}-03-01`
const idOf = ({ location }: Answer) => Number(/\/(\d+)$/.exec(location)?.[1])

async function furnish(house: House, rooms: number, ...pieces: [model: string, quantity: number][]) {
  const { db } = house
  const names = Array.from({ length: rooms }, (_, at) => ({ name: `Cabine ${at}`, kind: 'cabine', always_open: true }))
  const roomIds = (await db('rooms').insert(names).returning<{ id: number }[]>('id')).map(({ id }) => id)
  const rows = pieces.map(([model, quantity], at) => ({ code: `AAAAAA${at}`, category: 'microphone', model, quantity }))
  const gear = (await db('equipment').insert(rows).returning<{ id: number }[]>('id')).map(({ id }) => id)
  return { rooms: roomIds, gear }
}

const units = (house: House, session_id: number) =>
  house
    .db('session_equipment')
    .where({ session_id })
    .orderBy('equipment_id')
    .orderBy('unit')
    .select('equipment_id', 'unit')

t.test('of fifty sessions at once in fifty rooms that want one of two microphones, two have it', async t => {
  const house = await openStudio(t, { work: false })
  const { rooms, gear } = await furnish(house, 50, ['U87', 2], ['TLM 103', 1])
  const wish = (room_id: number) => ({ room_id, title: 'Voix', day, starts: '14h', ends: '18h', gear: `${gear[0]}` })
  const answers = await Promise.all(rooms.map(room => house.manager.post('/sessions', wish(room))))
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 2)
  const refused = answers.filter(({ statusCode }) => statusCode === 422)
  t.equal(refused.length, 48)
  const refusal = new RegExp(
    `id="f-gear-error"[^]*U87 \\(2\\) est réservé par « Voix », \\p{L}+\\. 1 mars ${year} 14:00–18:00\\. Libre alors : TLM 103\\.`,
    'u'
  )
  for (const { body } of refused) {
    t.match(body, refusal)
  }
  t.equal((await house.db('sessions')).length, 2, 'nothing is left of those that were refused')
  t.same(await house.db('session_equipment').orderBy('unit').pluck('unit'), [1, 2])
  await t.rejects(
    house.db.raw(
      `insert into session_equipment select s.id, ?, 1, s.during, s.lane from sessions s order by id desc limit 1`,
      [gear[0] ?? 0]
    ),
    { constraint: /session_equipment/ } as never
  )
  const both = await Promise.all(
    rooms
      .slice(0, 20)
      .map(room => house.manager.post('/sessions', { ...wish(room), day: `${year}-03-02`, gear: `${gear[0]}x2` }))
  )
  t.equal(both.filter(({ statusCode }) => statusCode === 303).length, 1, 'of those that want both, one')
})

t.test('gear follows its session: moved, confirmed, cancelled, opened again', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, db } = house
  const { rooms, gear } = await furnish(house, 3, ['U87', 1], ['SM57', 4])
  const [mic, cheap] = gear
  const [a = 0, b = 0, c = 0] = rooms
  const wish = { title: 'Voix', day, starts: '14h', ends: '16h', gear: ['', `${mic}`, `${cheap}x3`] }
  const first = idOf(await manager.post('/sessions', { ...wish, room_id: a }))
  t.same(
    (await units(house, first)).map(({ unit }) => unit),
    [1, 1, 2, 3]
  )
  t.match((await manager.get(`/sessions/${first}`)).body, /3 × <a[^>]*>SM57/)
  t.match((await manager.get(`/sessions/${first}/edit`)).body, `value="${cheap}x3" selected`)

  const option = { ...wish, room_id: b, title: 'Option', state: 'option', rank: 1 }
  const taken = await manager.post('/sessions', option)
  t.equal(taken.statusCode, 422)
  t.match(taken.body, 'Il en reste 1.', 'and how many are left is said')
  const preview = await manager.get(`/sessions/preview?room_id=${b}&day=${day}&starts=14h&ends=16h&gear=${mic}`)
  t.match(preview.body, 'U87 est réservé par « Voix »')
  t.match(preview.body, new RegExp(`\\p{L}+\\. 1 mars ${year} 16:00–18:00`, 'u'), 'and when it is free')

  const moved = { id: first, room_id: a, day, starts: '16h', ends_day: day, ends: '18h' }
  t.equal((await manager.post(`/sessions/${first}/move`, moved)).statusCode, 200)
  const held = idOf(await manager.post('/sessions', option))
  t.ok(held > first, 'where it was, it is free')
  const back = await manager.post(`/sessions/${first}/move`, { ...moved, starts: '15h', ends: '17h' })
  t.equal(back.statusCode, 422)
  t.match(back.json().errors.gear, /U87 est en option pour « Option »/)
  t.same((await units(house, first)).length, 4, 'a move that was refused changed nothing')

  const second = { ...option, room_id: c, title: 'Seconde', rank: 2, gear: `${mic}` }
  const lower = idOf(await manager.post('/sessions', second))
  t.ok(lower > 0, 'an option of another rank stands beside')
  t.equal((await manager.post(`/sessions/${held}/confirmation`)).statusCode, 422, 'firm, it would meet it')
  t.equal((await manager.post(`/sessions/${lower}/release`)).statusCode, 303)
  t.equal((await manager.post(`/sessions/${held}/confirmation`)).statusCode, 303)
  t.equal((await db('session_equipment').where({ session_id: lower }).whereRaw('not isempty(lane)')).length, 0)

  t.equal((await manager.post(`/sessions/${held}/cancellation`, { reason: 'Malade' })).statusCode, 303)
  const instead = idOf(await manager.post('/sessions', { ...wish, room_id: c, title: 'À la place' }))
  t.ok(instead > 0, 'what is cancelled holds nothing')
  t.match((await manager.post(`/sessions/${held}/reopening`)).body, 'U87 est réservé par « À la place »')
  t.equal((await manager.post(`/sessions/${instead}/cancellation`, { reason: 'Finalement' })).statusCode, 303)
  t.equal((await manager.post(`/sessions/${held}/reopening`)).statusCode, 303)
  t.equal((await units(house, held)).length, 4, 'it has again what it had')

  const change = { room_id: b, title: 'Option', day, starts: '14h', ends: '16h', gear: '' }
  t.equal((await manager.post(`/sessions/${held}`, change)).statusCode, 303)
  t.same(await units(house, held), [], 'taken off by its form')
  const many = await manager.post('/sessions', { ...wish, room_id: b, day: `${year}-03-05`, gear: `${mic}x3` })
  t.match(many.body, 'U87 : il n’y en a qu’un.')
  t.equal((await manager.post('/sessions', { ...wish, room_id: b, gear: '999' })).statusCode, 422)
})

t.test('an option that ran out holds no gear, before the job has swept it', async t => {
  const house = await openStudio(t, { work: false })
  const { rooms, gear } = await furnish(house, 2, ['U87', 1])
  const wish = { title: 'Option', day, starts: '14h', ends: '16h', gear: `${gear[0]}`, state: 'option' }
  const first = idOf(await house.manager.post('/sessions', { ...wish, room_id: rooms[0] }))
  const other = { ...wish, room_id: rooms[1], title: 'Ferme', state: 'confirmed' }
  t.equal((await house.manager.post('/sessions', other)).statusCode, 422)
  await house
    .db('sessions')
    .where({ id: first })
    .update({ expires_at: house.db.raw(`expires_at - interval '72 hours'`) })
  t.equal((await house.manager.post('/sessions', other)).statusCode, 303)
})

t.test('gear is booked over by decision, both are marked, and a third meets both', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, db } = house
  const { rooms, gear } = await furnish(house, 4, ['U87', 1])
  const [a = 0, b = 0, c = 0, d = 0] = rooms
  const wish = { title: 'Premier', day, starts: '14h', ends: '16h', gear: `${gear[0]}` }
  const first = idOf(await manager.post('/sessions', { ...wish, room_id: a }))
  const over = { ...wish, title: 'Second', starts: '15h', ends: '18h', room_id: b, over_reason: 'On le partage' }
  const second = idOf(await manager.post('/sessions/over', over))
  t.same(await db('session_overlaps').select('session_id', 'other_id'), [{ session_id: second, other_id: first }])
  for (const [starts, ends] of [
    ['14h', '15h'],
    ['15h', '16h'],
    ['17h', '18h']
  ]) {
    t.equal(
      (await manager.post('/sessions', { ...wish, title: 'Tiers', room_id: c, starts, ends })).statusCode,
      422,
      `a third does not get in between, ${starts}`
    )
  }
  const { version } = await db('sessions').where({ id: second }).first()
  const again = { ...over, over_reason: undefined, notes: 'Autre chose', version }
  t.equal(
    (await manager.post(`/sessions/${second}`, again)).statusCode,
    303,
    'another change of it needs no decision again'
  )
  t.equal((await db('session_overlaps')).length, 1, 'and it stays marked')
  t.equal((await manager.post(`/sessions/${first}/cancellation`, { reason: 'Parti' })).statusCode, 303)
  t.same(await db('session_overlaps'), [], 'one of them is off: the mark goes')
  t.match(
    await db('session_equipment').where({ session_id: second }).first(),
    { over: '{}' },
    'and it keeps its time again'
  )
  t.equal(
    (await manager.post('/sessions', { ...wish, title: 'Tiers', room_id: d, starts: '15h', ends: '16h' })).statusCode,
    422
  )
})

t.test('what is being mended, broken or put away cannot be booked; what had it says so', async t => {
  const house = await openStudio(t, { work: false })
  const { manager, engineer, assistant, db } = house
  const { rooms, gear } = await furnish(house, 2, ['U87', 2])
  const [mic = 0] = gear
  const wish = { title: 'Voix', day, starts: '14h', ends: '16h', gear: `${mic}` }
  const first = idOf(await manager.post('/sessions', { ...wish, room_id: rooms[0] }))
  const mending = { kind: 'repair', away_day: `28/2/${year}`, back_day: `2/3/${year}`, note: 'Capsule' }
  t.equal((await assistant.post(`/equipment/${mic}/maintenance`, mending)).statusCode, 403)
  const wrong = await engineer.post(`/equipment/${mic}/maintenance`, { ...mending, back_day: `20/2/${year}` })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'Capsule')
  t.equal((await engineer.post(`/equipment/${mic}/maintenance`, { ...mending, units: '3' })).statusCode, 422)
  t.equal((await engineer.post(`/equipment/${mic}/maintenance`, mending)).statusCode, 303)
  t.same(await db('equipment_away').pluck('unit'), [2], 'the one that nobody has')
  const refused = await manager.post('/sessions', { ...wish, room_id: rooms[1] })
  t.equal(refused.statusCode, 422)
  t.match(refused.body, /U87 \(2\) est (en maintenance|réservé par « Voix »)/)
  await t.rejects(db.raw(`insert into session_equipment select s.id, ?, 2, s.during, s.lane from sessions s`, [mic]), {
    constraint: 'equipment_is_away'
  } as never)
  const busy = await manager.get(
    `/sessions/preview?room_id=${rooms[1]}&day=1/3/${year}&starts=10h&ends=20h&gear=${mic}x2`
  )
  t.match(
    busy.body,
    new RegExp(
      `U87 \\(2\\) est en maintenance, \\p{L}+\\. 28 févr\\. ${year} 00:00–\\p{L}+\\. 3 mars ${year} 00:00`,
      'u'
    )
  )
  const all = await engineer.post(`/equipment/${mic}/maintenance`, { ...mending, units: '2' })
  t.equal(all.statusCode, 303)
  t.match((await manager.get(`/sessions/${first}`)).body, 'À remplacer', 'who has it is told to look for another')
  const entries = await db('equipment_maintenance').orderBy('id').pluck('id')
  for (const id of entries)
    t.equal((await engineer.post(`/equipment/${mic}/maintenance/${id}/completion`)).statusCode, 303)
  t.same(await db('equipment_away'), [], 'what is done before it began was never away')
  t.equal((await manager.post('/sessions', { ...wish, room_id: rooms[1] })).statusCode, 303)
  const fewer = { category: 'microphone', model: 'U87', quantity: '1', state: 'good' }
  t.match((await manager.post(`/equipment/${mic}`, fewer)).body, 'Une séance à venir en a réservé davantage')
  t.equal((await manager.post(`/equipment/${mic}`, { ...fewer, quantity: '2', state: 'broken' })).statusCode, 303)
  const broken = await manager.post('/sessions', { ...wish, day: `${year}-03-09`, room_id: rooms[1] })
  t.match(broken.body, 'U87 (2) est en panne.')
  t.equal((await engineer.post(`/equipment/${mic}/archiving`)).statusCode, 422, 'sessions to come have it')
})

t.test('earlier sessions pass a unit on, so that one is free throughout', async t => {
  const house = await openStudio(t, { work: false })
  const { manager } = house
  const { rooms, gear } = await furnish(house, 4, ['U87', 2])
  const wish = { title: 'Voix', day, gear: `${gear[0]}` }
  const book = (room: number, starts: string, ends: string, more: object = {}) =>
    manager.post('/sessions', { ...wish, room_id: rooms[room], starts, ends, ...more })
  const early = idOf(await book(0, '10h', '12h'))
  const both = idOf(await book(1, '12h', '13h', { gear: `${gear[0]}x2` }))
  const blocker = idOf(await book(2, '14h', '16h'))
  await manager.post(`/sessions/${both}/cancellation`, { reason: 'Pour voir' })
  await house.db.raw('update session_equipment set unit = 2 where session_id = ?', [blocker])
  t.same(
    await house.db('session_equipment').whereIn('session_id', [early, blocker]).orderBy('session_id').pluck('unit'),
    [1, 2]
  )
  t.notMatch(
    (await manager.get(`/sessions/preview?room_id=${rooms[3]}&day=${day}&starts=10h&ends=16h&gear=${gear[0]}`)).body,
    'est réservé'
  )
  const long = idOf(await book(3, '10h', '16h'))
  t.ok(long > 0, 'at each moment one is free, and so it is throughout')
  t.equal((await units(house, long)).length, 1)
  t.equal((await book(1, '11h', '15h')).statusCode, 422, 'now both are taken')
})

t.test('arithmetic of units', async t => {
  const at = (hour: number) => new Date(Date.UTC(year, 2, 1, hour))
  const held = (key: string, unit: number, from: number, to: number, fixed = false) => ({
    key,
    unit,
    starts_at: at(from),
    ends_at: at(to),
    fixed
  })
  const slot = { starts_at: at(10), ends_at: at(16) }
  t.same(repacked(2, [held('a', 1, 10, 12), held('b', 2, 12, 16)], slot)?.moves.size, 1)
  t.equal(repacked(2, [held('a', 1, 10, 12, true), held('b', 2, 12, 16, true)], slot), undefined, 'nobody may be moved')
  t.equal(repacked(2, [held('a', 1, 10, 14), held('b', 2, 12, 16)], slot), undefined, 'both are taken at noon')
  t.equal(repacked(2, [], slot)?.unit, 1)
  const piece = { id: 1, label: 'U87', category: 'microphone', quantity: 2, state: 'good', archived_at: null } as const
  const taken = (unit: number, from: number, to: number) =>
    ({
      equipment_id: 1,
      unit,
      kind: 'session',
      session_id: 1,
      who: null,
      agreed: false,
      starts_at: at(from),
      ends_at: at(to)
    }) as const
  t.same(shortages(piece, 1, [taken(1, 10, 14), taken(2, 12, 15)], slot), [{ starts_at: at(12), ends_at: at(14) }])
  t.same(shortages(piece, 2, [taken(1, 10, 14), taken(2, 12, 15)], slot), [{ starts_at: at(10), ends_at: at(15) }])
  t.same(shortages({ ...piece, state: 'broken' }, 1, [], slot), [slot])
})
