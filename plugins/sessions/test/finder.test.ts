import t from 'tap'
import { time } from '@patchbay/core'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { findFree } from '../finder/search.ts'
import type { Resource } from '../finder/search.ts'
import { common, joined, without } from '../finder/spans.ts'
import type { Span } from '../finder/spans.ts'
import { perHour, shareOf, usageOf } from '../usage/counting.ts'

/** A search for free time is compared with trying every minute. */

/** Numbers in [0, n) that only look random. */
function dice(seed: number) {
  let state = seed
  return (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * n)
  }
}

const someSpans = (roll: (n: number) => number, most: number, longest = 90): Span[] =>
  joined(Array.from({ length: roll(most) }, () => roll(600)).map((start): Span => [start, start + 1 + roll(longest)]))

const covers = (spans: readonly Span[], at: number) => spans.some(([start, end]) => start <= at && at < end)

t.test('lists of stretches are joined, cut and compared as every minute of them is', async t => {
  const roll = dice(7)
  for (let round = 0; round < 200; round++) {
    const [a, b] = [someSpans(roll, 12), someSpans(roll, 12)]
    const [rest, both] = [without(a, b), common(a, b)]
    const wrong = Array.from({ length: 700 }, (_, at) => at).filter(
      at =>
        covers(rest, at) !== (covers(a, at) && !covers(b, at)) || covers(both, at) !== (covers(a, at) && covers(b, at))
    )
    if (wrong.length > 0) t.fail(JSON.stringify({ a, b, wrong }))
  }
  t.pass('200 rounds')
})

t.test('what is found is what trying every start finds, over rooms, people and gear', async t => {
  const roll = dice(42)
  let all = 0
  for (let round = 0; round < 150; round++) {
    const resource = (id: number): Resource => ({ id, open: someSpans(roll, 12, 300), taken: someSpans(roll, 5) })
    const rooms = [resource(1), resource(2), resource(3)]
    const people = roll(2) ? [resource(10)] : []
    const anyOf = roll(2) ? [resource(20), resource(21)] : undefined
    const gear = someSpans(roll, 3)
    const windows = [0, 1, 2].map(n => ({
      day: `day ${n}`,
      span: [n * 200 + roll(40), n * 200 + 120 + roll(120)] as const
    }))
    const [length, step, now] = [10 + roll(60), 5 + roll(20), roll(120)]
    const free = ({ open, taken }: Resource, start: number) => {
      for (let at = start; at < start + length; at++) if (!covers(open, at) || covers(taken, at)) return false
      return true
    }
    const wanted: string[] = []
    for (const { day, span } of windows) {
      for (const room of rooms) {
        for (let start = span[0]; start + length <= span[1]; start += step) {
          if (start < now || !free(room, start) || !people.every(person => free(person, start))) continue
          if (Array.from({ length }, (_, at) => start + at).some(at => covers(gear, at))) continue
          const who = anyOf?.filter(person => free(person, start)).map(({ id }) => id)
          if (who?.length !== 0) wanted.push(`${day} ${room.id} ${start} ${who?.join() ?? ''}`)
        }
      }
    }
    const wish = { length, step, windows, rooms, people, anyOf, gear, now }
    const whole = findFree(wish)
    if (findFree(wish, 2).total !== whole.total) t.fail(`round ${round}: fewer in detail, the same in all`)
    const found = whole.found.flatMap(({ day, room_id, starts, who }) =>
      starts.map((start, at) => `${day} ${room_id} ${start} ${who[at]?.join() ?? ''}`)
    )
    all += wanted.length
    if (found.join('\n') !== wanted.join('\n')) t.same(found, wanted, `round ${round}`)
  }
  t.ok(all > 500, `${all} starts were found`)
})

t.test('four hours in the afternoon with an engineer: what is taken, closed or away is not offered', async t => {
  const house = await openStudio(t, { work: false })
  const [a, b] = await house
    .db('rooms')
    .insert(
      ['Grand studio', 'Cabine B'].map(name => ({ name, kind: 'live_room', always_open: true, hourly_cents: 5000 }))
    )
    .returning<{ id: number }[]>('id')
  const day = time.addDays(time.today('Europe/Paris'), 3)
  const next = time.addDays(day, 1)
  const at = (clock: string, on = day) => time.instantOf(on, clock, 'Europe/Paris') as Date
  const search = (more = '', who = house.manager) =>
    who.get(`/sessions/finder?length=4h&from=${day}&to=${day}&part=afternoon${more}`)
  const starts = (body: string, room = a?.id) =>
    [
      ...body.matchAll(
        /new\?room_id=(\d+)&amp;day=[\d-]+&amp;starts=(\d\d)%3A(\d\d)&amp;duration=240&amp;state=confirmed/g
      )
    ]
      .filter(([, id]) => Number(id) === room)
      .map(([, , hour, minute]) => `${hour}:${minute}`)
  t.same(starts((await search()).body), [
    '12:00',
    '12:30',
    '13:00',
    '13:30',
    '14:00',
    '14:30',
    '15:00',
    '15:30',
    '16:00'
  ])
  t.match((await search()).body, /200,00\s€/, 'with its price')

  const session = { room_id: a?.id, title: 'Prise', state: 'confirmed', starts_at: at('12:00'), ends_at: at('14:00') }
  const [taken] = await house.db('sessions').insert(session).returning<{ id: number }[]>('id')
  t.same(starts((await search()).body), ['14:00', '14:30', '15:00', '15:30', '16:00'])
  await house.db('busy_times').insert({ room_id: a?.id, kind: 'works', starts_at: at('19:00'), ends_at: at('23:00') })
  t.same(starts((await search()).body), ['14:00', '14:30', '15:00'])
  t.same(starts((await search()).body, b?.id).length, 9, 'the other room is as free as before')
  t.same(starts((await search(`&rooms=${b?.id}`)).body), [], 'and is the only one when it alone is asked for')

  const engineer = house.engineer.id
  await house
    .db('busy_times')
    .insert({ person_id: engineer, kind: 'sick', starts_at: at('00:00'), ends_at: at('15:00') })
  t.same(starts((await search(`&people=${engineer}`)).body), ['15:00'])
  await house
    .db('person_hours')
    .insert({ person_id: engineer, weekday: time.weekday(next), opens: '10:00', closes: '12:00' })
  t.same(starts((await search(`&people=${engineer}`)).body), [], 'they do not work on that day')
  t.match((await search('&any_engineer=on')).body, 'Olivia Owner', 'but somebody else is there')

  await house
    .db('sessions')
    .where({ id: taken?.id })
    .update({ state: 'option', rank: 1, expires_at: at('12:00', next) })
  t.same(starts((await search()).body).includes('12:00'), false, 'an option holds its time')
  t.match(
    (await search('&behind=on')).body,
    /starts=12%3A00&amp;duration=240&amp;state=option/,
    'unless one stands behind'
  )
  await house
    .db('sessions')
    .where({ id: taken?.id })
    .update({ expires_at: new Date(Date.now() - 1000) })
  t.same(starts((await search()).body).includes('12:00'), true, 'run out, it holds nothing')

  const wrong = await house.manager.get('/sessions/finder?length=4h&from=never')
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'value="never"', 'what was typed stays')
  t.equal((await search('', house.stranger)).statusCode, 404)
})

t.test(
  'a search of three months asks as much as one of a day, and both nights of changed clocks are as long as they are',
  async t => {
    const house = await openStudio(t, { work: false })
    await house.db('rooms').insert({ name: 'Studio A', kind: 'live_room', always_open: true })
    const from = time.addDays(time.today('Europe/Paris'), 1)
    const search = (to: string) =>
      countQueries(house, () => house.manager.get(`/sessions/finder?length=2h&from=${from}&to=${to}`))
    await search(from)
    const day = await search(from)
    t.equal(await search(time.addDays(from, 90)), day)
    t.ok(day <= 14, `${day} statements`)
    const nights = { '2027-03-28': 23, '2027-10-31': 25 }
    for (const [night, hours] of Object.entries(nights)) {
      const [start, end] = [
        time.startOfDay(night, 'Europe/Paris'),
        time.startOfDay(time.addDays(night, 1), 'Europe/Paris')
      ]
      const whole: Span = [+start, +end]
      const room = { id: 1, open: [whole], taken: [] }
      const found = findFree({
        length: 36e5,
        step: 36e5,
        windows: [{ day: night, span: whole }],
        rooms: [room],
        people: [],
        gear: [],
        now: 0
      })
      t.equal(found.found[0]?.starts.length, hours, night)
    }
  }
)

t.test('time is counted once, cut at midnight of the studio, and idle is what was open and left', async t => {
  const at = (clock: string, day = '2027-03-01') => +(time.instantOf(day, clock, 'Europe/Paris') as Date)
  const open = [1, 2].map((n): Span => [at('10:00', `2027-03-0${n}`), at('20:00', `2027-03-0${n}`)])
  const times = {
    open,
    // booked over from two to four o'clock, and into the night when the room is closed
    booked: joined([
      [at('12:00'), at('16:00')],
      [at('14:00'), at('18:00')],
      [at('22:00'), at('02:00', '2027-03-02')]
    ]),
    optional: [[at('17:00'), at('19:00')]] as Span[],
    blocked: [[at('18:30'), at('23:00')]] as Span[],
    revenue: new Map([[0, 60_000]])
  }
  const steps = [1, 2].map(n => {
    const day = `2027-03-0${n}`
    return { day, span: [at('00:00', day), at('00:00', `2027-03-0${n + 1}`)] as const }
  })
  t.same(usageOf(times, steps), [
    { booked: 480, optional: 60, blocked: 60, idle: 120, revenue: 60_000 },
    { booked: 120, optional: 0, blocked: 0, idle: 600, revenue: 0 }
  ])
  t.equal(usageOf({ ...times, open: undefined }, steps)[0]?.idle, null)
  const spring = [{ day: '2027-03-28', span: [at('00:00', '2027-03-28'), at('00:00', '2027-03-29')] as const }]
  t.equal(
    usageOf(
      {
        open: [[at('00:00', '2027-03-28'), at('00:00', '2027-03-29')]],
        booked: [],
        optional: [],
        blocked: [],
        revenue: new Map()
      },
      spring
    )[0]?.idle,
    23 * 60
  )
  const whole = { booked: 300, optional: 60, blocked: 60, idle: 180, revenue: 50_000 }
  t.equal(shareOf(whole), 0.5)
  t.equal(perHour(whole), 10_000)
})

t.test('the page and the file of usage say the same, whatever is asked, and are for managers', async t => {
  const house = await openStudio(t, { work: false })
  const monday = time.startOfWeek(time.today('Europe/Paris'))
  const [room] = await house
    .db('rooms')
    .insert({ name: '=Studio A', kind: 'live_room', always_open: true })
    .returning<{ id: number }[]>('id')
  const starts_at = time.instantOf(monday, '10:00', 'Europe/Paris')
  const ends_at = time.instantOf(monday, '14:00', 'Europe/Paris')
  const row = { room_id: room?.id, title: 'Prise', state: 'completed', starts_at, ends_at, price_cents: 22_000 }
  const [session] = await house.db('sessions').insert(row).returning<{ id: number }[]>('id')
  await house.db.raw(
    `insert into session_people (session_id, person_id, during, lane) select id, ?, during, lane from sessions where id = ?`,
    [house.engineer.id, session?.id ?? 0]
  )
  const week = `from=${monday}&to=${monday}`
  const page = await house.manager.get(`/sessions/usage?${week}`)
  t.equal(page.statusCode, 200)
  t.match(page.body, /<title>Semaine du [^<]* · Réservé 4 h<\/title>/)
  t.match(page.body, /220,00\s€/)
  t.match(page.body, /55,00\s€/, 'revenue an hour')
  const file = await house.manager.get(`/sessions/usage.csv?${week}`)
  t.match(file.body, `'=Studio A;${monday};4,00;0,00;0,00;164,00;2,38;220,00;55,00`, 'no spreadsheet runs the name')
  t.match((await house.manager.get(`/sessions/usage?by=person&unit=month`)).body, 'Éric Engineer')
  t.equal((await house.manager.get('/sessions/usage?from=never&unit=century&sort=x')).statusCode, 200)
  t.equal((await house.engineer.get('/sessions/usage')).statusCode, 403)
  const one = await countQueries(house, () => house.manager.get(`/sessions/usage?${week}`))
  await house
    .db('rooms')
    .insert(Array.from({ length: 29 }, (_, n) => ({ name: `Salle ${n}`, kind: 'other', always_open: true })))
  t.equal(await countQueries(house, () => house.manager.get('/sessions/usage?unit=month')), one)
})
