import t from 'tap'
import * as fields from '../../core/forms.ts'
import { formats } from '../../core/format.ts'
import { Texts, acceptedLocale } from '../../core/i18n.ts'
import { networkOf } from '../../core/guards.ts'
import { cursor } from '../../core/lists.ts'
import { centsField, divRound, parseCents, priceForMinutes } from '../../core/money.ts'
import {
  addMonths,
  instantOf,
  isZone,
  localOf,
  parseClock,
  parseDay,
  parseDuration,
  startOfDay,
  startOfWeek
} from '../../core/time.ts'

const paris = 'Europe/Paris'

t.test('what people type for a time, a length and a day is understood', async t => {
  const clocks = {
    '14h': '14:00',
    '14h30': '14:30',
    '9': '09:00',
    '9:5': '09:05',
    '2 pm': '14:00',
    '12am': '00:00',
    '14.30': '14:30'
  }
  for (const [typed, clock] of Object.entries(clocks)) t.equal(parseClock(typed), clock, typed)
  for (const typed of ['25h', '14h75', 'midi', '', '13 pm', '-1']) t.equal(parseClock(typed), undefined, typed)

  const lengths = { '1h30': 90, '90': 90, '90 min': 90, '1,5 h': 90, '2h': 120, '1:45': 105, '10 H': 600 }
  for (const [typed, minutes] of Object.entries(lengths)) t.equal(parseDuration(typed), minutes, typed)
  for (const typed of ['une heure', 'h', '1h2h']) t.equal(parseDuration(typed), undefined, typed)

  const sunday = '2026-11-22'
  const days = {
    mardi: '2026-11-24',
    dimanche: '2026-11-22',
    Demain: '2026-11-23',
    'aujourd’hui': sunday,
    tomorrow: '2026-11-23',
    '24/11': '2026-11-24',
    '3/1': '2027-01-03',
    '24/11/26': '2026-11-24',
    '24.11.2026': '2026-11-24',
    '2028-02-29': '2028-02-29'
  }
  for (const [typed, day] of Object.entries(days)) t.equal(parseDay(typed, sunday), day, typed)
  const behind = { hier: '2026-11-21', yesterday: '2026-11-21', 'avant-hier': '2026-11-20' }
  for (const [typed, day] of Object.entries(behind)) t.equal(parseDay(typed, sunday), day, typed)
  const past = { ...behind, mardi: '2026-11-17', dimanche: sunday, '12/11': '2026-11-12', '24/11': '2025-11-24' }
  for (const [typed, day] of Object.entries(past)) t.equal(parseDay(typed, sunday, true), day, `${typed}, behind`)
  for (const typed of ['31/02', '2027-02-29', 'hier matin', '0/0']) t.equal(parseDay(typed, sunday), undefined, typed)
})

t.test('money is read and written in cents', async t => {
  const amounts = {
    '45,50': 4550,
    '1 250 €': 125_000,
    '1\u202f250,00': 125_000,
    '1,250.00': 125_000,
    '12.5': 1250,
    '-3': -300,
    '1.000': 100_000
  }
  for (const [typed, cents] of Object.entries(amounts)) t.equal(parseCents(typed), cents, typed)
  for (const typed of ['douze', '1,2345', '', '1e9', '99999999999999999']) t.equal(parseCents(typed), undefined, typed)
  t.equal(centsField(4550, 'fr'), '45,50')
  t.equal(divRound(5n, 2n), 3n, 'half goes away from zero')
  t.equal(divRound(-5n, 2n), -3n)
  t.equal(divRound(-4n, 3n), -1n)
  t.equal(priceForMinutes(90, 4500), 6750)
  t.equal(priceForMinutes(1, 4501), 75, '75.016… cents')
})

t.test('a wall-clock time is an instant of its zone, on both daylight-saving nights too', async t => {
  t.same(instantOf('2026-11-24', '14:00', paris), new Date('2026-11-24T13:00:00Z'))
  t.equal(instantOf('2026-03-29', '02:30', paris), undefined, 'the hour that the spring change skips does not exist')
  t.same(
    instantOf('2026-10-25', '02:30', paris),
    new Date('2026-10-25T00:30:00Z'),
    'the repeated hour is its first one'
  )
  const spring = startOfDay('2026-03-30', paris).getTime() - startOfDay('2026-03-29', paris).getTime()
  const autumn = startOfDay('2026-10-26', paris).getTime() - startOfDay('2026-10-25', paris).getTime()
  t.same([spring / 36e5, autumn / 36e5], [23, 25])
  t.same(localOf(new Date('2026-06-30T22:30:00Z'), paris), { day: '2026-07-01', clock: '00:30' })
  t.equal(startOfWeek('2026-11-22'), '2026-11-16')
  t.equal(addMonths('2027-01-31', 1), '2027-02-28')
  t.ok(isZone('America/Sao_Paulo'))
  t.notOk(isZone('Europe/Belleville'))
})

t.test('dates and money are written as people write them', async t => {
  const fr = formats('fr', paris, 'EUR')
  const year = new Date().getFullYear()
  const at = (day: string, clock: string) => instantOf(`${year}-${day}`, clock, paris) ?? new Date(0)
  t.match(fr.range(at('11-24', '14:00'), at('11-24', '18:00')), /^\S+ 24 nov\. 14:00–18:00$/)
  t.equal(fr.hours(at('11-24', '22:00'), at('11-25', '02:00')), '22:00–02:00 (+1)')
  t.match(fr.day('1999-12-31'), /1999/, 'another year is named')
  t.equal(fr.money(125_000), '1\u202f250,00\u00a0€')
  t.equal(formats('en', paris, 'GBP').money(125_000), '£1,250.00')
  t.equal(fr.duration(90), '1 h 30')
  t.equal(fr.duration(45), '45 min')
  t.match(fr.ago(new Date(Date.now() - 3 * 36e5)), /3\s?h/)
})

t.test(
  'a form says what is wrong by field, refuses what it does not name, and cleans what cannot be stored',
  async t => {
    const Form = fields.form({
      name: fields.text(5),
      price_cents: fields.optionalCents(),
      phone: fields.optionalPhone(),
      email: fields.optionalEmail(),
      people: fields.ids(),
      loud: fields.flag(),
      url: fields.optionalUrl()
    })
    const good = fields.read(
      Form,
      {
        name: ' a\0\ud800b ',
        price_cents: '45,50',
        phone: '06 12 34 56 78',
        email: '',
        people: ['2', '2', '3'],
        loud: 'on',
        url: 'a.fr'
      },
      paris
    )
    t.same(good, {
      ok: true,
      value: {
        name: 'a\ufffdb',
        price_cents: 4550,
        phone: '+33612345678',
        email: null,
        people: [2, 3],
        loud: true,
        url: 'https://a.fr'
      }
    })
    const bad = fields.read(
      Form,
      {
        name: 'trop long',
        price_cents: 'x',
        phone: '12',
        email: 'x@',
        people: 'x',
        role: 'owner',
        url: 'javascript:alert(1)'
      },
      paris
    )
    t.match(bad, {
      ok: false,
      errors: {
        name: { key: 'fields.too_long', values: { max: 5 } },
        price_cents: { key: 'fields.money' },
        phone: { key: 'fields.phone' },
        email: { key: 'fields.email' },
        role: 'fields.unknown',
        url: { key: 'fields.url' }
      }
    })
    t.match(fields.read(Form, {}, paris), { ok: false, errors: { name: 'fields.required' } })
    t.match(fields.read(Form, { name: ['a', 'b'] }, paris), { ok: false, errors: { name: 'fields.invalid' } })
    t.match(fields.read(fields.form({ n: fields.count(1, 5) }), { n: '' }, paris), { ok: false })
    t.match(fields.read(fields.form({ n: fields.id() }), { n: '99999999999999999999' }, paris), { ok: false })
  }
)

t.test('sentences fill their gaps and know one from many; a missing one shows its key', async t => {
  const texts = new Texts()
  texts.add(`${import.meta.dirname}/../../core/locales`)
  const say = texts.translator('fr')
  t.equal(say('no.such.key'), 'no.such.key')
  t.not(say('parts.count', { n: 1 }), say('parts.count', { n: 2 }))
  t.notMatch(say('parts.count', { n: 2 }), /\{/)
  t.match(say('parts.count', { n: 5000 }), /5\s000/, 'numbers are written as the language does')
  t.equal(acceptedLocale('de-DE,en;q=0.8,fr;q=0.5'), 'en')
  t.equal(acceptedLocale(undefined), 'fr')
})

t.test('a cursor that was tampered with is none', async t => {
  t.same(cursor.read(cursor.write('Zoé', 12), 2), ['Zoé', 12])
  for (const bad of [undefined, '', 'x', cursor.write('a'), Buffer.from('[{}, 1]').toString('base64url')])
    t.equal(cursor.read(bad, 2), undefined)
})

t.test('addresses of one visitor count as one', async t => {
  t.equal(networkOf('203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9')
  t.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:db8:1:2::9'))
  t.not(networkOf('2001:db8:1:2::9'), networkOf('2001:db8:1:3::9'))
  t.equal(networkOf('::1'), '0:0:0:0::/64')
})
