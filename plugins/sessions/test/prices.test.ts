import t from 'tap'
import { makePrice, rounded } from '../prices/making.ts'
import { makeOvertime } from '../prices/overtime.ts'
import type { Making, PersonRates, PricedRoom } from '../prices/making.ts'
import { feeAt, noShowFee } from '../prices/policies.ts'
import type { FeeFacts, PolicyStep } from '../prices/policies.ts'
import { clashesOf } from '../prices/rules.ts'
import type { PriceRule } from '../prices/rules.ts'
import { vatOf } from '../prices/vat.ts'
import { slotOf } from '../slot.ts'

const zone = 'Europe/Paris'
const room: PricedRoom = {
  id: 1,
  hourly_cents: 45_00,
  half_day_cents: 160_00,
  day_cents: 290_00,
  engineer_included: false,
  vat_rate: 2000
}
const hourly: PricedRoom = { ...room, half_day_cents: null, day_cents: null }
const week = [1, 2, 3, 4, 5, 6, 7]

let ids = 0
const rule = (name: string, fields: Partial<PriceRule>): PriceRule => ({
  id: ++ids,
  name,
  room_id: null,
  weekdays: week,
  from_clock: null,
  to_clock: null,
  valid_from: null,
  valid_to: null,
  unit: 'hour',
  cents: 0,
  minimum_minutes: null,
  overtime_cents: null,
  vat_rate: null,
  position: ids,
  ...fields
})
const night = rule('Nuit', { from_clock: '22:00', to_clock: '06:00', cents: 60_00 })
const weekend = rule('Week-end', { weekdays: [6, 7], cents: 55_00 })
const weekendDay = rule('Week-end jour', { weekdays: [6, 7], unit: 'day', cents: 350_00 })
const lockout = rule('Lockout', { room_id: 1, unit: 'lockout', cents: 500_00 })
const summer = rule('Été', { valid_from: '2026-07-01', valid_to: '2026-08-31', cents: 30_00 })
const roomNight = rule('Nuit A', { room_id: 1, from_clock: '22:00', to_clock: '06:00', cents: 70_00 })
const short = rule('Deux heures', { room_id: 1, weekdays: [2], cents: 50_00, minimum_minutes: 120 })
const morning = rule('Matin', { from_clock: '06:00', to_clock: '10:00', cents: 40_00 })
const reduced = rule('Spectacle', { room_id: 1, weekdays: [3], cents: 45_00, vat_rate: 550 })
const anywhere = rule('Partout', { cents: 10_00 })

const somebody = (id: number, fields: Partial<PersonRates> = {}): PersonRates => ({
  person_id: id,
  name: `Personne ${id}`,
  hourly_cents: 35_00,
  half_day_cents: null,
  day_cents: null,
  included: false,
  ...fields
})
const none = { rounding: 'none', rounding_minutes: 15, discount_percent: null } as const
const up = { ...none, rounding: 'up' } as const
const nearest = { ...none, rounding: 'nearest' } as const
const settings = { half_day_minutes: 240, day_minutes: 480, overtime_percent: 125 }

type Facts = Partial<Pick<Making, 'room' | 'rules' | 'people' | 'terms'>>
const making = (day: string, starts: string, ends: string | null, duration: number | null, facts: Facts): Making => {
  const slot = slotOf({ day, starts, ends, duration }, zone)
  if ('errors' in slot) throw new Error(JSON.stringify(slot.errors))
  return { slot, room, rules: [], people: [], terms: none, settings, zone, ...facts }
}

/** `2 h 45` is 165 hour; each line as quantity, unit, cents. */
type Case = [
  what: string,
  when: [string, string, string | null, number?],
  facts: Facts,
  cents: number | undefined,
  lines: string
]
const tuesday = '2026-11-24'
const saturday = '2026-11-28'
const golden: Case[] = [
  ['two hours', [tuesday, '14:00', '16:00'], {}, 90_00, '120 hour 9000'],
  ['a half day', [tuesday, '14:00', '18:00'], {}, 160_00, '1 half_day 16000'],
  ['a day', [tuesday, '10:00', '18:00'], {}, 290_00, '1 day 29000'],
  ['a day and an hour', [tuesday, '10:00', '19:00'], {}, 335_00, '1 day 29000, 60 hour 4500'],
  [
    'a lockout is cheaper than three days',
    [tuesday, '10:00', '10:00'],
    { rules: [lockout] },
    500_00,
    '1 lockout 50000'
  ],
  ['an hour is an hour all the same', [tuesday, '10:00', '11:00'], { rules: [lockout] }, 45_00, '60 hour 4500'],
  [
    'an hour in a room that has nothing else',
    [tuesday, '10:00', '11:00'],
    { rules: [lockout], room: { ...hourly, hourly_cents: null } },
    500_00,
    '1 lockout 50000'
  ],
  [
    '25 hours are a lockout and an hour',
    [tuesday, '10:00', null, 1500],
    { rules: [lockout] },
    545_00,
    '1 lockout 50000, 60 hour 4500'
  ],
  [
    '48 hours are two lockouts in one line',
    [tuesday, '10:00', null, 2880],
    { rules: [lockout] },
    1000_00,
    '2 lockout 100000'
  ],
  [
    'the night is within a lockout',
    [tuesday, '10:00', '10:00'],
    { rules: [lockout, night] },
    500_00,
    '1 lockout 50000'
  ],
  [
    'after it the night is a night',
    [tuesday, '20:00', null, 1740],
    { rules: [lockout, night] },
    770_00,
    '1 lockout 50000, 120 hour 9000, 180 hour 18000'
  ],
  [
    'a lockout of a Saturday lasts into Sunday',
    [saturday, '18:00', '18:00'],
    { rules: [{ ...lockout, weekdays: [6] }] },
    500_00,
    '1 lockout 50000'
  ],
  [
    'and is not to be had on Friday',
    ['2026-11-27', '18:00', '18:00'],
    { rules: [{ ...lockout, weekdays: [6] }] },
    870_00,
    '3 day 87000'
  ],
  [
    'rounding ends with the lockout',
    [tuesday, '10:00', null, 1435],
    { rules: [lockout], terms: up },
    500_00,
    '1 lockout 50000'
  ],
  [
    'rounding goes beyond it',
    [tuesday, '10:00', null, 1440],
    { rules: [lockout], terms: { ...up, rounding_minutes: 100 } },
    545_00,
    '1 lockout 50000, 60 hour 4500'
  ],
  [
    'a lockout of a night of 25 hours is one',
    ['2026-10-24', '10:00', null, 1500],
    { rules: [lockout] },
    500_00,
    '1 lockout 50000'
  ],
  [
    'a lockout of a night of 23 hours is one',
    ['2026-03-28', '10:00', null, 1380],
    { rules: [lockout] },
    500_00,
    '1 lockout 50000'
  ],
  [
    'a minute more than the 23 hours is a minute more',
    ['2026-03-28', '10:00', null, 1381],
    { rules: [lockout] },
    500_75,
    '1 lockout 50000, 1 hour 75'
  ],
  [
    'a rule for the room always takes the place of that rate',
    [tuesday, '10:00', '19:00'],
    { rules: [rule('A', { room_id: 1, cents: 60_00 })] },
    350_00,
    '1 day 29000, 60 hour 6000'
  ],
  ['evening into night', [tuesday, '20:00', '02:00'], { rules: [night] }, 330_00, '120 hour 9000, 240 hour 24000'],
  [
    'the night is not undercut by a half day',
    [tuesday, '22:00', '02:00'],
    { rules: [night] },
    240_00,
    '240 hour 24000'
  ],
  ['night into morning', [tuesday, '04:00', '08:00'], { rules: [night] }, 210_00, '120 hour 12000, 120 hour 9000'],
  [
    'evening, night and morning',
    [tuesday, '21:00', '07:00'],
    { rules: [night] },
    570_00,
    '60 hour 4500, 480 hour 48000, 60 hour 4500'
  ],
  [
    'two rules side by side',
    [tuesday, '05:00', '07:00'],
    { rules: [night, morning] },
    100_00,
    '60 hour 6000, 60 hour 4000'
  ],
  ['a session just until the border', [tuesday, '20:00', '22:00'], { rules: [night] }, 90_00, '120 hour 9000'],
  ['a session just from the border', [tuesday, '06:00', '08:00'], { rules: [night] }, 90_00, '120 hour 9000'],
  ['Saturday', [saturday, '14:00', '16:00'], { rules: [weekend] }, 110_00, '120 hour 11000'],
  [
    'Friday into Saturday',
    ['2026-11-27', '22:00', '02:00'],
    { rules: [weekend] },
    200_00,
    '120 hour 9000, 120 hour 11000'
  ],
  [
    'Sunday into Monday',
    ['2026-11-29', '22:00', '02:00'],
    { rules: [weekend] },
    200_00,
    '120 hour 11000, 120 hour 9000'
  ],
  [
    'rules of one condition are one tariff',
    [saturday, '10:00', '19:00'],
    { rules: [weekend, weekendDay] },
    405_00,
    '1 day 35000, 60 hour 5500'
  ],
  [
    'as specific as another, the first in order wins',
    [saturday, '22:00', '23:00'],
    { rules: [night, weekend] },
    60_00,
    '60 hour 6000'
  ],
  [
    'and in the other order the other',
    [saturday, '22:00', '23:00'],
    { rules: [{ ...weekend, position: 0 }, night] },
    55_00,
    '60 hour 5500'
  ],
  ['a room before all rooms', [tuesday, '22:00', '23:00'], { rules: [night, roomNight] }, 70_00, '60 hour 7000'],
  [
    'another room’s rule is nothing to it',
    [tuesday, '22:00', '23:00'],
    { rules: [{ ...roomNight, room_id: 2 }] },
    45_00,
    '60 hour 4500'
  ],
  ['dates before always', ['2026-07-14', '22:00', '23:00'], { rules: [night, summer] }, 30_00, '60 hour 3000'],
  [
    'the last day of a period',
    ['2026-08-31', '23:00', '01:00'],
    { rules: [summer] },
    75_00,
    '60 hour 3000, 60 hour 4500'
  ],
  [
    'the first day of a period',
    ['2026-06-30', '23:00', '01:00'],
    { rules: [summer] },
    75_00,
    '60 hour 4500, 60 hour 3000'
  ],
  [
    'a rule without any limit stands below the room’s rates',
    [tuesday, '14:00', '15:00'],
    { rules: [anywhere] },
    45_00,
    '60 hour 4500'
  ],
  [
    'but serves a room that has none',
    [tuesday, '14:00', '15:00'],
    { rules: [anywhere], room: { ...hourly, hourly_cents: null } },
    10_00,
    '60 hour 1000'
  ],
  [
    'days of one session at different rates',
    ['2026-11-27', '10:00', null, 1920],
    { rules: [weekend], room: hourly },
    1620_00,
    '840 hour 63000, 1080 hour 99000'
  ],
  [
    'the night of 23 hours: 21:00 to 06:00 is 8 h',
    ['2026-03-28', '21:00', '06:00'],
    { rules: [night] },
    465_00,
    '60 hour 4500, 420 hour 42000'
  ],
  [
    'the night of 25 hours: 21:00 to 06:00 is 10 h',
    ['2026-10-24', '21:00', '06:00'],
    { rules: [night] },
    585_00,
    '60 hour 4500, 540 hour 54000'
  ],
  [
    'without rates there is no price',
    [tuesday, '14:00', '15:00'],
    { room: { ...hourly, hourly_cents: null } },
    undefined,
    ''
  ],
  [
    'nor with rates for a part of it only',
    [tuesday, '20:00', '23:00'],
    { room: { ...hourly, hourly_cents: null }, rules: [night] },
    undefined,
    ''
  ],
  ['61 minutes to the minute', [tuesday, '14:00', '15:01'], { room: hourly }, 45_75, '61 hour 4575'],
  ['61 minutes up to the quarter', [tuesday, '14:00', '15:01'], { room: hourly, terms: up }, 56_25, '75 hour 5625'],
  [
    '61 minutes to the nearest quarter',
    [tuesday, '14:00', '15:01'],
    { room: hourly, terms: nearest },
    45_00,
    '60 hour 4500'
  ],
  [
    '68 minutes to the nearest quarter',
    [tuesday, '14:00', '15:08'],
    { room: hourly, terms: nearest },
    56_25,
    '75 hour 5625'
  ],
  [
    'a client’s own step',
    [tuesday, '14:00', '15:01'],
    { room: hourly, terms: { ...up, rounding_minutes: 60 } },
    90_00,
    '120 hour 9000'
  ],
  ['3 minutes are never nothing', [tuesday, '14:00', '14:03'], { room: hourly, terms: nearest }, 11_25, '15 hour 1125'],
  [
    'rounding is of the whole, at its end',
    [tuesday, '21:55', '22:10'],
    { room: hourly, rules: [night], terms: { ...up, rounding_minutes: 30 } },
    28_75,
    '5 hour 375, 25 hour 2500'
  ],
  [
    'rounding down may take all of the end',
    [tuesday, '21:00', '22:05'],
    { room: hourly, rules: [night], terms: nearest },
    45_00,
    '60 hour 4500, 0 hour 0'
  ],
  [
    'an engineer is added',
    [tuesday, '14:00', '16:00'],
    { people: [somebody(1)] },
    160_00,
    '120 hour 9000, 120 hour 7000'
  ],
  [
    'or in the room’s price',
    [tuesday, '14:00', '16:00'],
    { people: [somebody(1)], room: { ...room, engineer_included: true } },
    90_00,
    '120 hour 9000, 0 hour 0'
  ],
  [
    'or always included',
    [tuesday, '14:00', '16:00'],
    { people: [somebody(1, { included: true })] },
    90_00,
    '120 hour 9000, 0 hour 0'
  ],
  [
    'several people, each at their own rates',
    [tuesday, '10:00', '18:00'],
    { people: [somebody(1), somebody(2, { day_cents: 200_00 })] },
    770_00,
    '1 day 29000, 480 hour 28000, 1 day 20000'
  ],
  [
    'somebody without rates costs nothing',
    [tuesday, '14:00', '16:00'],
    { people: [somebody(1, { hourly_cents: null })] },
    90_00,
    '120 hour 9000'
  ],
  [
    'a discount is a line',
    [tuesday, '14:00', '18:00'],
    { terms: { ...none, discount_percent: 10 } },
    144_00,
    '1 half_day 16000, 10 percent -1600'
  ],
  [
    'of the people too',
    [tuesday, '14:00', '16:00'],
    { people: [somebody(1)], terms: { ...none, discount_percent: 50 } },
    80_00,
    '120 hour 9000, 120 hour 7000, 50 percent -8000'
  ],
  [
    'halves of a cent go away from zero',
    [tuesday, '14:00', '14:01'],
    { room: { ...hourly, hourly_cents: 1_50 }, terms: { ...none, discount_percent: 50 } },
    1,
    '1 hour 3, 50 percent -2'
  ],
  [
    'one discount for each VAT rate',
    [tuesday, '23:00', '01:00'],
    { room: hourly, rules: [reduced], terms: { ...none, discount_percent: 10 } },
    81_00,
    '60 hour 4500, 60 hour 4500, 10 percent -450, 10 percent -450'
  ]
]

t.test('golden prices', t => {
  for (const [what, [day, starts, ends, duration], facts, cents, lines] of golden) {
    const price = makePrice(making(day, starts, ends, duration ?? null, facts))
    t.equal(price?.cents, cents, what)
    const said = (price?.lines ?? []).map(line => `${line.quantity} ${line.unit} ${line.cents}`).join(', ')
    t.equal(said, lines, `${what}: lines`)
  }
  t.ok(golden.length >= 40)
  t.end()
})

t.test('lines say what passed, from when to when, and what of it is billed', t => {
  const facts = { rules: [night], terms: { ...up, rounding_minutes: 60 }, room: hourly }
  const [evening, late] = makePrice(making(tuesday, '21:00', '22:20', null, facts))?.lines ?? []
  t.match(evening, {
    from: '2026-11-24T20:00:00.000Z',
    to: '2026-11-24T21:00:00.000Z',
    raw_minutes: 60,
    billed_minutes: 60
  })
  t.match(late, { to: '2026-11-24T21:20:00.000Z', raw_minutes: 20, billed_minutes: 60, quantity: 60 })
  t.match(late, {
    label: { key: 'sessions.prices.line.rule', values: { rule: 'Nuit' } },
    vat_rate: 2000,
    vat_category: 'S'
  })
  const zero = makePrice(making(tuesday, '14:00', '15:00', null, { room: { ...hourly, vat_rate: 0 } }))
  t.match(zero?.lines, [{ vat_category: 'E' }])
  t.end()
})

t.test('a rule’s minimum is known where its price is used', t => {
  const minimum = (starts: string, ends: string, rules: PriceRule[]) =>
    makePrice(making(tuesday, starts, ends, null, { rules }))?.minimum
  t.same(minimum('14:00', '15:00', [short]), { minutes: 120, rule: 'Deux heures' })
  t.equal(minimum('14:00', '15:00', [{ ...short, weekdays: [3] }]), null, 'not on another day')
  const both = [short, { ...night, room_id: 1, weekdays: [2], minimum_minutes: 240 }]
  t.same(minimum('21:00', '23:00', both), { minutes: 240, rule: 'Nuit' }, 'the longest of several')
  t.end()
})

t.test('overtime is by the hour, at the rule’s rate or a percentage', t => {
  const extra = (facts: Facts, minutes: number, ends = '18:00') =>
    makeOvertime(making(tuesday, '14:00', ends, null, facts), minutes)
  t.equal(extra({}, 60)?.cents, 56_25, '125 % of 45')
  t.equal(extra({ room: { ...room, hourly_cents: null } }, 60)?.cents, 50_00, '125 % of a quarter of the half day')
  t.equal(extra({ room: { ...hourly, hourly_cents: null } }, 60), undefined)
  t.equal(extra({ rules: [{ ...night, overtime_cents: 80_00 }] }, 60, '22:00')?.cents, 80_00)
  t.equal(
    extra({ rules: [{ ...night, overtime_cents: 80_00 }] }, 120, '21:00')?.cents,
    136_25,
    'split where the night begins'
  )
  t.match(extra({ terms: up }, 20), { cents: 28_13, raw_minutes: 20, billed_minutes: 30 })
  t.equal(extra({ people: [somebody(1)] }, 60)?.cents, 100_00, 'with who is added')
  t.equal(extra({ terms: { ...none, discount_percent: 10 } }, 60)?.cents, 50_62)
  t.end()
})

t.test('staying longer never costs less, and the lines are the whole', t => {
  for (const facts of [
    {},
    { room: hourly, terms: up },
    { terms: nearest },
    { rules: [lockout] },
    { people: [somebody(1, { half_day_cents: 100_00 })] }
  ]) {
    let before = 0
    for (let minutes = 5; minutes <= 3000; minutes += 5) {
      const price = makePrice(making(tuesday, '10:00', null, minutes, facts))
      if (!price || price.cents < before) t.fail(`${minutes} min: ${price?.cents} after ${before}`)
      before = price?.cents ?? 0
    }
  }
  const rules = [night, weekend, weekendDay, roomNight, summer, morning, short, reduced]
  for (let at = 0; at < 400; at++) {
    const minutes = 7 + ((at * 97) % 3000)
    const facts = {
      rules: rules.slice(at % 5),
      people: [somebody(1)],
      terms: { ...(at % 2 ? up : nearest), discount_percent: at % 3 ? null : 15 }
    }
    const starts = `${String(at % 24).padStart(2, '0')}:${String((at * 7) % 60).padStart(2, '0')}`
    const price = makePrice(making(`2026-10-${String(1 + (at % 28)).padStart(2, '0')}`, starts, null, minutes, facts))
    const lines = price?.lines ?? []
    t.equal(
      lines.reduce((sum, { cents }) => sum + cents, 0),
      price?.cents,
      'the sum'
    )
    const rooms = lines.filter(({ kind }) => kind === 'room')
    t.equal(
      rooms.reduce((sum, line) => sum + (line.raw_minutes ?? 0), 0),
      minutes,
      'every minute that passed'
    )
    t.equal(
      rooms.reduce((sum, line) => sum + (line.billed_minutes ?? 0), 0),
      rounded(minutes, facts.terms),
      'every billed one'
    )
  }
  t.end()
})

const a: PolicyStep[] = [
  { hours_before: 48, percent: 0, of: 'price' },
  { hours_before: 0, percent: 100, of: 'deposit' },
  { hours_before: null, percent: 100, of: 'price' }
]
const b: PolicyStep[] = [
  { hours_before: 0, percent: 100, of: 'price' },
  { hours_before: 24, percent: 100, of: 'deposit' },
  { hours_before: 72, percent: 50, of: 'deposit' },
  { hours_before: 168, percent: 0, of: 'price' }
]
const start = new Date('2026-11-24T13:00:00Z')
const booked = (steps: PolicyStep[], more: Partial<FeeFacts> = {}): FeeFacts => ({
  starts_at: start,
  price_cents: 400_00,
  deposit_cents: null,
  policy: { policy_id: 1, name: 'Grille', steps, no_show_percent: 100, deposit_cents: 120_00 },
  ...more
})

t.test('fees at each border of the two presets', t => {
  const second = 1 / 3600
  const cases: [steps: PolicyStep[], hours: number, cents: number][] = [
    [a, 500, 0],
    [a, 48, 0],
    [a, 48 - second, 120_00],
    [a, 24, 120_00],
    // 14:00 is the start: at midnight 14 h are left, and the day itself begins
    [a, 14 + second, 120_00],
    [a, 14, 400_00],
    [a, 1, 400_00],
    [a, 0, 400_00],
    [a, -2, 400_00],
    [b, 168, 0],
    [b, 168 - second, 60_00],
    [b, 72, 60_00],
    [b, 72 - second, 120_00],
    [b, 24, 120_00],
    [b, 24 - second, 400_00],
    [b, 0, 400_00],
    [b, -5, 400_00]
  ]
  for (const [steps, hours, cents] of cases) {
    const at = new Date(start.getTime() - hours * 3_600_000)
    t.equal(feeAt(booked(steps), at, zone)?.cents, cents, `${steps === a ? 'a' : 'b'}, ${hours} h before`)
  }
  const spring = booked(b, { starts_at: new Date('2026-03-29T12:00:00Z') })
  t.equal(
    feeAt(spring, new Date('2026-03-28T12:00:00Z'), zone)?.cents,
    120_00,
    '24 hours that pass, whatever the clocks do'
  )
  t.equal(noShowFee(booked(a))?.cents, 400_00)
  t.equal(noShowFee(booked(a, { policy: null })), undefined)
  t.equal(feeAt(booked(a, { policy: null }), start, zone), undefined)
  t.equal(
    feeAt(booked(a, { deposit_cents: 50_00 }), new Date(+start - 86_400_000), zone)?.cents,
    50_00,
    'an agreed deposit comes first'
  )
  t.equal(feeAt(booked(a, { price_cents: null }), start, zone)?.cents, 0)
  t.same(feeAt(booked(b), new Date(+start - 30.5 * 3_600_000), zone)?.how, {
    policy: 'Grille',
    step: { hours_before: 24, percent: 100, of: 'deposit' },
    hours_left: 30,
    of_cents: 120_00
  })
  t.end()
})

t.test('rules that meet or hide one another are told', t => {
  const said = (rules: PriceRule[]) =>
    clashesOf(rules).map(({ winner, loser, kind }) => `${winner.name} ${kind} ${loser.name}`)
  t.same(said([night, weekend]), ['Nuit meet Week-end'])
  t.same(said([night, roomNight]), [], 'a room before all rooms is no contradiction')
  t.same(said([weekend, weekendDay]), [], 'one tariff')
  t.same(said([weekend, rule('Samedi', { weekdays: [6], cents: 1 })]), ['Week-end hidden Samedi'])
  t.same(said([night, morning]), [], 'side by side')
  const sundayNight = rule('Dimanche soir', { weekdays: [7], from_clock: '20:00', to_clock: '02:00' })
  const monday = rule('Lundi', { weekdays: [1], from_clock: '00:00', to_clock: '04:00' })
  t.same(said([sundayNight, monday]), ['Dimanche soir meet Lundi'], 'over the end of the week')
  t.same(said([summer, { ...summer, id: 99, name: 'Août', valid_from: '2026-08-01' }]), ['Été hidden Août'])
  t.end()
})

t.test('VAT is of the sum of each rate', t => {
  const line = (cents: number, vat_rate: number) => ({ cents, vat_rate }) as never
  t.match(vatOf({ lines: [line(10_33, 2000), line(10_33, 2000), line(10_00, 550)], cents: 30_66 }, false), {
    rates: [
      { vat_rate: 2000, vat_cents: 4_13 },
      { vat_rate: 550, vat_cents: 55 }
    ],
    net_cents: 30_66,
    gross_cents: 35_34
  })
  t.match(vatOf({ lines: [line(120_00, 2000)], cents: 120_00 }, true), { net_cents: 100_00, gross_cents: 120_00 })
  t.match(vatOf({ lines: [line(120_00, 550)], cents: 100_00, override: true }, false), { gross_cents: 105_50 })
  t.end()
})
