import { Temporal } from 'temporal-polyfill'
import t from 'tap'
import { addDays, instantOf, localOf, startOfDay, startOfWeek, weekday } from '../../core/time.ts'

const zones = [
  'Europe/Paris',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Santiago',
  'Africa/Casablanca',
  'UTC'
]
const random = randomFrom(7)

t.test('the wall clock is Temporal’s, on any day in any zone', async t => {
  for (const zone of zones) {
    for (let time = 0; time < 400; time++) {
      const ms = Math.floor(random() * 4e12) - 1e12
      const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
      const wanted = { day: local.toPlainDate().toString(), clock: local.toPlainTime().toString().slice(0, 5) }
      for (const again of [1, 2]) t.same(localOf(new Date(ms), zone), wanted, `${ms} in ${zone}, ${again}`)
    }
  }
})

t.test('so it is around every change of the clock, minute for minute', async t => {
  for (const [zone, day] of [
    ['Europe/Paris', '2026-03-29'],
    ['Europe/Paris', '2026-10-25'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['America/Santiago', '2026-09-06']
  ] as const) {
    const start = Date.parse(day) - 864e5
    for (let minute = 0; minute < 3 * 1440; minute += 7) {
      const ms = start + minute * 60_000
      const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
      const found = localOf(new Date(ms), zone)
      if (found.clock !== local.toPlainTime().toString().slice(0, 5)) t.fail(`${ms} in ${zone}`)
      const back = instantOf(found.day, found.clock, zone)
      const wanted = local.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds
      if (back?.getTime() !== wanted) t.fail(`${found.day} ${found.clock} in ${zone}`)
    }
    for (const one of [addDays(day, -1), day, addDays(day, 1)]) {
      const wanted = Temporal.PlainDate.from(one).toZonedDateTime(zone).epochMilliseconds
      t.equal(startOfDay(one, zone).getTime(), wanted, `${one} begins in ${zone}`)
    }
  }
  t.equal(instantOf('2026-03-29', '02:30', 'Europe/Paris'), undefined, 'a time that the spring skips is none')
  t.equal(
    startOfDay('2026-09-06', 'America/Santiago').toISOString(),
    '2026-09-06T04:00:00.000Z',
    'a day that begins at one'
  )
})

t.test('days are counted as Temporal counts them', async t => {
  for (let time = 0; time < 500; time++) {
    const day = Temporal.PlainDate.from('2026-01-01').add({ days: Math.floor(random() * 80_000) - 40_000 })
    const days = Math.floor(random() * 2000) - 1000
    t.equal(addDays(day.toString(), days), day.add({ days }).toString())
    t.equal(weekday(day.toString()), day.dayOfWeek)
    t.equal(startOfWeek(day.toString()), day.subtract({ days: day.dayOfWeek - 1 }).toString())
  }
})

/** The same numbers in every run. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
}
