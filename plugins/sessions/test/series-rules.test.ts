import t from 'tap'
import { time } from '@patchbay/core'
import { Texts } from '../../../core/i18n.ts'
import { formats } from '../../../core/format.ts'
import { datesOf, markOf } from '../series/plan.ts'
import type { Chosen, Plan } from '../series/plan.ts'
import { daysOf, partsOf, ruleText } from '../series/rule.ts'
import type { RuleFields } from '../series/rule.ts'
import { byField, together } from '../series/rows.ts'
import { ruleInWords } from '../series/words.ts'

const paris = 'Europe/Paris'
const newYork = 'America/New_York'

const rule = (fields: Partial<RuleFields>): RuleFields => ({
  repeat: 'weekly',
  every: 1,
  weekdays: [],
  monthly_by: 'day',
  until: null,
  count: null,
  ...fields
})

/** The days of a rule; a problem's name when it gives none. */
function days(startsOn: string, fields: Partial<RuleFields>): string {
  const found = daysOf(ruleText(rule(fields), startsOn), startsOn)
  return 'problem' in found ? found.problem : found.days.join(' ')
}

t.test('rules, by their days', async t => {
  const table: [string, string, Partial<RuleFields>, string][] = [
    ['daily', '2026-11-24', { repeat: 'daily', count: 3 }, '2026-11-24 2026-11-25 2026-11-26'],
    [
      'every third day until',
      '2026-11-24',
      { repeat: 'daily', every: 3, until: '2026-12-01' },
      '2026-11-24 2026-11-27 2026-11-30'
    ],
    ['the last day counts', '2026-11-24', { repeat: 'daily', until: '2026-11-25' }, '2026-11-24 2026-11-25'],
    ['weekly, on its own weekday', '2026-11-24', { count: 3 }, '2026-11-24 2026-12-01 2026-12-08'],
    [
      'weekly, two weekdays, begun between',
      '2026-11-25',
      { weekdays: [2, 4], count: 3 },
      '2026-11-26 2026-12-01 2026-12-03'
    ],
    ['every other week', '2026-11-24', { every: 2, count: 3 }, '2026-11-24 2026-12-08 2026-12-22'],
    [
      'Sunday ends its week',
      '2026-11-29',
      { every: 2, weekdays: [7, 1], count: 4 },
      '2026-11-29 2026-12-07 2026-12-13 2026-12-21'
    ],
    ['over a year’s end', '2026-12-28', { count: 2 }, '2026-12-28 2027-01-04'],
    ['monthly', '2026-11-15', { repeat: 'monthly', count: 3 }, '2026-11-15 2026-12-15 2027-01-15'],
    [
      'on the 31st: months without one are left out',
      '2026-10-31',
      { repeat: 'monthly', count: 4 },
      '2026-10-31 2026-12-31 2027-01-31 2027-03-31'
    ],
    [
      'on the 29th of February',
      '2027-12-29',
      { repeat: 'monthly', count: 4 },
      '2027-12-29 2028-01-29 2028-02-29 2028-03-29'
    ],
    [
      'the month’s last day',
      '2026-10-31',
      { repeat: 'monthly', monthly_by: 'last_day', count: 5 },
      '2026-10-31 2026-11-30 2026-12-31 2027-01-31 2027-02-28'
    ],
    [
      'the fourth Tuesday',
      '2026-11-24',
      { repeat: 'monthly', monthly_by: 'nth', count: 3 },
      '2026-11-24 2026-12-22 2027-01-26'
    ],
    [
      'the fifth Tuesday: not every month',
      '2026-12-29',
      { repeat: 'monthly', monthly_by: 'nth', count: 2 },
      '2026-12-29 2027-03-30'
    ],
    [
      'the last Tuesday',
      '2026-11-24',
      { repeat: 'monthly', monthly_by: 'last', count: 3 },
      '2026-11-24 2026-12-29 2027-01-26'
    ],
    ['every second month', '2026-11-24', { repeat: 'monthly', every: 2, count: 3 }, '2026-11-24 2027-01-24 2027-03-24'],
    ['count and until: what comes first', '2026-11-24', { count: 5, until: '2026-12-01' }, '2026-11-24 2026-12-01'],
    ['more than 200', '2026-11-24', { repeat: 'daily', count: 200, until: null }, 'fits'],
    ['a year of days', '2026-11-24', { repeat: 'daily', until: '2027-11-24' }, 'too_many'],
    ['beyond two years', '2026-11-24', { repeat: 'monthly', count: 30 }, 'too_far'],
    ['until beyond two years', '2026-11-24', { repeat: 'monthly', until: '2029-01-01' }, 'too_far'],
    ['no such day before the end', '2026-11-24', { weekdays: [1], until: '2026-11-29' }, 'none']
  ]
  for (const [name, startsOn, fields, expected] of table) {
    if (expected === 'fits') t.equal(days(startsOn, fields).split(' ').length, 200, name)
    else t.equal(days(startsOn, fields), expected, name)
  }
})

const plan = (fields: Partial<Plan> = {}): Plan => ({
  timezone: paris,
  starts: '14:00',
  ends: '18:00',
  minutes: 240,
  room_id: 1,
  ...fields
})

/** The slot of one date in UTC, or its gap. */
function slot(day: string, fields: Partial<Plan>, choice?: Chosen['choice']): string {
  const [date] = datesOf([day], plan(fields), choice ? [{ day, choice }] : [])
  if (!date?.slot) return date?.gap ? `gap ${date.gap}` : 'none'
  const { starts_at, ends_at } = date.slot
  return `${starts_at.toISOString().slice(5, 16)} ${ends_at.toISOString().slice(5, 16)}`
}

t.test('the wall clock stays, whatever the clocks do: Paris and New York', async t => {
  const table: [string, string, Partial<Plan>, string][] = [
    ['in winter', '2026-11-24', {}, '11-24T13:00 11-24T17:00'],
    ['the Saturday before spring', '2027-03-27', {}, '03-27T13:00 03-27T17:00'],
    ['the Sunday of spring', '2027-03-28', {}, '03-28T12:00 03-28T16:00'],
    ['the Sunday of autumn', '2027-10-31', {}, '10-31T13:00 10-31T17:00'],
    ['the Saturday before autumn', '2027-10-30', {}, '10-30T12:00 10-30T16:00'],
    ['across midnight', '2026-11-24', { starts: '22:00', ends: '02:00', minutes: 240 }, '11-24T21:00 11-25T01:00'],
    [
      'across midnight and spring: an hour less',
      '2027-03-27',
      { starts: '22:00', ends: '04:00', minutes: 360 },
      '03-27T21:00 03-28T02:00'
    ],
    [
      'the same by length: as long as ever',
      '2027-03-27',
      { starts: '22:00', ends: null, minutes: 360 },
      '03-27T21:00 03-28T03:00'
    ],
    [
      'across midnight and autumn: an hour more',
      '2027-10-30',
      { starts: '22:00', ends: '04:00', minutes: 360 },
      '10-30T20:00 10-31T03:00'
    ],
    ['begins in the skipped hour', '2027-03-28', { starts: '02:30', ends: '06:00', minutes: 210 }, 'gap starts'],
    ['ends in the skipped hour', '2027-03-27', { starts: '22:00', ends: '02:30', minutes: 270 }, 'gap ends'],
    [
      'begins in the repeated hour: its first',
      '2027-10-31',
      { starts: '02:30', ends: '06:00', minutes: 210 },
      '10-31T00:30 10-31T05:00'
    ],
    ['New York, the Saturday before spring', '2027-03-13', { timezone: newYork }, '03-13T19:00 03-13T23:00'],
    ['New York, the Sunday of spring', '2027-03-14', { timezone: newYork }, '03-14T18:00 03-14T22:00'],
    [
      'New York, in the skipped hour',
      '2027-03-14',
      { timezone: newYork, starts: '02:30', ends: '06:00' },
      'gap starts'
    ],
    [
      'New York, in the repeated hour: its first',
      '2027-11-07',
      { timezone: newYork, starts: '01:30', ends: '05:00' },
      '11-07T05:30 11-07T10:00'
    ],
    [
      'New York, across midnight and autumn',
      '2027-11-06',
      { timezone: newYork, starts: '22:00', ends: '04:00' },
      '11-07T02:00 11-07T09:00'
    ]
  ]
  for (const [name, day, fields, expected] of table) t.equal(slot(day, fields), expected, name)
})

t.test('what was chosen for single dates', async t => {
  const gap = { starts: '02:30', ends: '06:00', minutes: 210 }
  t.equal(slot('2027-03-28', gap, 'later'), '03-28T01:30 03-28T05:00', '03:30, as long as ever')
  t.equal(
    slot('2027-03-27', { starts: '22:00', ends: '02:30', minutes: 270 }, 'later'),
    '03-27T21:00 03-28T01:30',
    'it ends at 03:30'
  )
  t.equal(slot('2027-03-14', { ...gap, timezone: newYork }, 'later'), '03-14T07:30 03-14T11:00')
  t.equal(slot('2027-03-28', gap, 'skip'), 'gap starts', 'left out, and why it could be')
  t.equal(slot('2026-11-24', {}, 'skip'), 'none')
  t.equal(slot('2026-11-24', {}, 'later'), '11-24T13:00 11-24T17:00', 'nothing is skipped there: as planned')
  t.equal(slot('2026-11-24', {}, '2026-11-25T16:00@3'), '11-25T15:00 11-25T19:00')
  t.equal(slot('2026-11-24', {}, '2027-03-28T02:30@3'), 'none', 'into a skipped hour nothing moves')
  const dates = (room_id: number) => datesOf(['2026-11-24', '2026-12-01'], plan({ room_id }), [])
  t.equal(markOf(dates(1)), markOf(dates(1)))
  t.not(markOf(dates(1)), markOf(dates(2)), 'another room is another thing to have seen')
})

t.test('a rule in words', async t => {
  const texts = new Texts()
  texts.add(`${import.meta.dirname}/../locales`, 'sessions')
  const say = (locale: 'fr' | 'en', startsOn: string, fields: Partial<RuleFields>) =>
    ruleInWords({ t: texts.translator(locale), fmt: formats(locale, paris, 'EUR') }, ruleText(rule(fields), startsOn))
  t.equal(say('fr', '2026-11-24', { count: 10 }), 'Toutes les semaines, le mardi, 10 fois')
  t.equal(
    say('fr', '2026-11-24', { every: 2, weekdays: [2, 4, 5], count: 6 }),
    'Toutes les 2 semaines, le mardi, le jeudi et le vendredi, 6 fois'
  )
  t.equal(
    say('fr', '2026-11-24', { repeat: 'monthly', monthly_by: 'last', count: 3 }),
    'Tous les mois, le dernier mardi du mois, 3 fois'
  )
  t.equal(
    say('fr', '2026-11-24', { repeat: 'monthly', monthly_by: 'last_day', count: 3 }),
    'Tous les mois, le dernier jour du mois, 3 fois'
  )
  t.match(
    say('fr', '2026-11-24', { repeat: 'daily', until: '2027-12-01' }),
    /^Tous les jours, jusqu’au mer\. 1 déc\.(?: 2027)?$/
  )
  t.equal(say('en', '2026-11-24', { weekdays: [2, 4], count: 10 }), 'Every week, on Tuesday and Thursday, 10 times')
  t.equal(
    say('en', '2026-11-24', { repeat: 'monthly', every: 3, monthly_by: 'nth', count: 4 }),
    'Every 3 months, on the fourth Tuesday of the month, 4 times'
  )
  t.equal(say('en', '2026-11-15', { repeat: 'monthly', count: 4 }), 'Every month, on day 15 of the month, 4 times')
  const parts = partsOf(ruleText(rule({ weekdays: [4, 2], until: '2027-01-05' }), '2026-11-24'))
  t.match(parts, { repeat: 'weekly', weekdays: [2, 4], until: '2027-01-05', count: null })
})

t.test('rows of a form', async t => {
  t.same(
    together({
      title: 'x',
      'days-1-day': 'mardi',
      'days-0-day': '',
      'days-0-room_id': '3',
      'days-1-people': ['1', '2']
    }),
    {
      title: 'x',
      days: [{ day: 'mardi', people: ['1', '2'] }]
    }
  )
  t.same(together({ days: [{ day: '2026-11-24' }], is_owner: '1' }), { days: [{ day: '2026-11-24' }], is_owner: '1' })
  t.same(
    byField({ 'days.0.starts': 'a', 'exceptions.1': 'b', 'dates.2026-11-24.price_note': 'c', 'dates.2026-12-01': 'd' }),
    {
      'days-0-starts': 'a',
      exceptions: 'b',
      price_note: 'c',
      '': 'd'
    }
  )
})

t.test('a day that the library counts is the day that people mean, all year and in any zone', async t => {
  const found = daysOf(ruleText(rule({ repeat: 'daily', count: 200 }), '2027-03-01'), '2027-03-01')
  const all = 'days' in found ? found.days : []
  t.same(
    all,
    Array.from({ length: 200 }, (_, n) => time.addDays('2027-03-01', n))
  )
  for (const timezone of [paris, newYork, 'Pacific/Auckland', 'America/Sao_Paulo', 'Asia/Kolkata']) {
    const dates = datesOf(all, plan({ timezone }), [])
    t.ok(
      dates.every(
        ({ day, slot }) =>
          slot &&
          time.localOf(slot.starts_at, timezone).clock === '14:00' &&
          time.localOf(slot.starts_at, timezone).day === day
      ),
      timezone
    )
  }
})
