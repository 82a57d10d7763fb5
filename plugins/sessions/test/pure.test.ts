import t from 'tap'
import { gaps, nearestFree } from '../free-times.ts'
import { closedStretches, openStretches, parseHours, writeHours } from '../opening.ts'
import { priceOf } from '../price.ts'
import type { Rates } from '../price.ts'
import { minutesOf, slotOf } from '../slot.ts'

const paris = 'Europe/Paris'
const lengths = { half_day_minutes: 240, day_minutes: 480 }
const room: Rates = { hourly_cents: 45_00, half_day_cents: 160_00, day_cents: 290_00 }

t.test('a price is the cheapest way to cover the time', t => {
  const cases: [minutes: number, rates: Rates, cents: number | undefined, made: string][] = [
    [60, room, 45_00, '60 hour'],
    [90, room, 67_50, '90 hour'],
    [45, room, 33_75, '45 hour'],
    [180, room, 135_00, '180 hour'],
    // 3 h 45 would be 168.75 by the hour: the half day is cheaper
    [225, room, 160_00, '1 half_day'],
    [240, room, 160_00, '1 half_day'],
    [300, room, 205_00, '1 half_day, 60 hour'],
    // 7 h: 160 + 135 = 295, the day is 290
    [420, room, 290_00, '1 day'],
    [480, room, 290_00, '1 day'],
    [540, room, 335_00, '1 day, 60 hour'],
    [720, room, 450_00, '1 day, 1 half_day'],
    [960, room, 580_00, '2 day'],
    [1440, room, 870_00, '3 day'],
    [60, { hourly_cents: null, half_day_cents: 160_00, day_cents: null }, 160_00, '1 half_day'],
    [300, { hourly_cents: null, half_day_cents: 160_00, day_cents: 290_00 }, 290_00, '1 day'],
    [600, { hourly_cents: null, half_day_cents: null, day_cents: 290_00 }, 580_00, '2 day'],
    [600, { hourly_cents: 45_00, half_day_cents: null, day_cents: null }, 450_00, '600 hour'],
    [61, { hourly_cents: 10_00, half_day_cents: null, day_cents: null }, 10_17, '61 hour'],
    [600, { hourly_cents: 0, half_day_cents: null, day_cents: null }, 0, '600 hour'],
    [600, { hourly_cents: null, half_day_cents: null, day_cents: null }, undefined, '']
  ]
  for (const [minutes, rates, cents, made] of cases) {
    const price = priceOf(minutes, rates, lengths)
    t.equal(price?.cents, cents, `${minutes} min`)
    t.equal((price?.lines ?? []).map(line => `${line.quantity} ${line.unit}`).join(', '), made, `${minutes} min: lines`)
  }
  t.end()
})

t.test('staying longer never costs less', t => {
  let before = 0
  for (let minutes = 5; minutes <= 3000; minutes += 5) {
    const { cents } = priceOf(minutes, room, lengths) ?? { cents: -1 }
    if (cents < before) t.fail(`${minutes} min cost ${cents}, less than 5 min before`)
    before = cents
  }
  t.end()
})

t.test('a slot is the studio’s wall clock, also in the nights when the clocks change', t => {
  const minutes = (day: string, starts: string, ends: string | null, duration?: number) => {
    const slot = slotOf({ day, starts, ends, duration: duration ?? null }, paris)
    return 'errors' in slot ? Object.keys(slot.errors)[0] : minutesOf(slot)
  }
  t.equal(minutes('2026-11-24', '14:00', '18:00'), 240)
  t.equal(minutes('2026-11-24', '22:00', '02:00'), 240, 'an end before the start is on the next day')
  t.equal(minutes('2026-11-24', '14:00', '14:00'), 1440, 'the same clock is a day later')
  t.equal(minutes('2026-03-28', '22:00', '06:00'), 420, 'the night of 23 hours')
  t.equal(minutes('2026-10-24', '22:00', '06:00'), 540, 'the night of 25 hours')
  t.equal(minutes('2026-10-24', '22:00', null, 480), 480, 'a length is what really passes')
  t.equal(minutes('2026-03-29', '02:30', '06:00'), 'starts', 'two thirty does not exist that night')
  t.equal(minutes('2026-03-28', '22:00', '02:30'), 'ends')
  t.equal(minutes('2026-11-24', '14:00', null), 'ends', 'neither end nor length')
  const october = slotOf({ day: '2026-10-24', starts: '22:00', ends: '02:30' }, paris)
  t.match(october, { ends_at: new Date('2026-10-25T00:30:00Z') }, 'an hour that comes twice is its first time')
  const days = slotOf({ day: '2026-11-24', starts: '14:00', ends_day: '2026-11-23', ends: '15:00' }, paris)
  t.match(days, { errors: { ends: 'sessions.errors.ends_before' } })
  t.end()
})

t.test('opening hours are read as people write them', t => {
  t.same(parseHours('10h-13h, 14h30 – 2h'), [
    { opens: '10:00', closes: '13:00' },
    { opens: '14:30', closes: '02:00' }
  ])
  t.same(parseHours('9:00 à 24h'), [{ opens: '09:00', closes: '24:00' }])
  t.same(parseHours(''), [])
  for (const wrong of ['10h', 'toujours', '10-25', '10-12-14', '10-12,10-13'])
    t.equal(parseHours(wrong), undefined, wrong)
  t.equal(writeHours(parseHours('14h-2h, 10h-13h') ?? []), '10:00–13:00, 14:00–02:00')
  t.end()
})

t.test('open and closed follow the week, the night and the change of clocks', t => {
  const opening = { always_open: false, hours: [{ weekday: 6, opens: '20:00', closes: '04:00' }] }
  const [open] = openStretches(opening, '2026-10-24', '2026-10-25', paris)
  t.equal(open && (open.end.getTime() - open.start.getTime()) / 3_600_000, 9, 'a Saturday night of 25 hours')
  t.same(
    openStretches(opening, '2026-10-25', '2026-10-26', paris).length,
    1,
    'Sunday morning still belongs to Saturday'
  )
  const closed = closedStretches(opening, '2026-10-25', '2026-10-26', paris)
  t.same(closed, [{ start: new Date('2026-10-25T03:00:00Z'), end: new Date('2026-10-25T23:00:00Z') }])
  t.same(closedStretches({ always_open: true, hours: [] }, '2026-10-25', '2026-10-26', paris), [])
  t.equal(closedStretches({ always_open: false, hours: [] }, '2026-11-24', '2026-11-25', paris).length, 1)
  t.end()
})

const at = (clock: string, day = '2026-11-24') => new Date(`${day}T${clock}:00Z`)
const stretch = (from: string, to: string) => ({ start: at(from), end: at(to) })

t.test('the nearest free times touch what is taken, and lie in the open hours', t => {
  const open = [stretch('08:00', '20:00')]
  const busy = [stretch('10:00', '12:00'), stretch('13:00', '16:00')]
  const none = at('00:00')
  t.same(nearestFree(stretch('14:00', '16:00'), busy, open, none), {
    earlier: stretch('08:00', '10:00'),
    later: stretch('16:00', '18:00')
  })
  t.same(nearestFree(stretch('14:00', '15:00'), busy, open, none), {
    earlier: stretch('12:00', '13:00'),
    later: stretch('16:00', '17:00')
  })
  t.same(
    nearestFree(stretch('14:00', '16:00'), busy, open, at('09:00')),
    { later: stretch('16:00', '18:00') },
    'nothing that is over'
  )
  t.same(nearestFree(stretch('11:00', '17:00'), busy, open, none), {}, 'six hours are free nowhere')
  t.same(gaps(open, busy, stretch('09:00', '19:00')), [
    stretch('09:00', '10:00'),
    stretch('12:00', '13:00'),
    stretch('16:00', '19:00')
  ])
  t.end()
})
