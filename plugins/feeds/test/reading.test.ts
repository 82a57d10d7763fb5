import t from 'tap'
import { readCalendar } from '../reading/calendar.ts'
import { readApart } from '../reading/reading.ts'

t.setTimeout(120_000)
const options = {
  timezone: 'Europe/Paris',
  from: new Date('2026-10-01T00:00:00Z'),
  to: new Date('2027-10-01T00:00:00Z'),
  own: '@studio.patchbay',
  most: 5000
}
const file = (...parts: string[]) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${parts.join('')}END:VCALENDAR\r\n`
const event = (...lines: string[]) =>
  `BEGIN:VEVENT\r\n${['UID:a', ...lines].map(line => `${line}\r\n`).join('')}END:VEVENT\r\n`
const read = (...parts: string[]) =>
  readCalendar(file(...parts), options).times.map(
    ({ starts_at, ends_at }) => `${starts_at.toISOString().slice(0, 16)}/${ends_at.toISOString().slice(0, 16)}`
  )
const paris = (clock: string, end: string) => [`DTSTART;TZID=Europe/Paris:${clock}`, `DTEND;TZID=Europe/Paris:${end}`]

t.test('times are those of their zone, on both nights of the year too', async t => {
  t.same(read(event('DTSTART:20261105T130000Z', 'DTEND:20261105T140000Z')), ['2026-11-05T13:00/2026-11-05T14:00'])
  t.same(read(event(...paris('20261105T140000', '20261105T160000'))), ['2026-11-05T13:00/2026-11-05T15:00'])
  t.same(read(event(...paris('20261024T230000', '20261025T040000'))), ['2026-10-24T21:00/2026-10-25T03:00'], '6 hours')
  t.same(read(event(...paris('20270327T230000', '20270328T040000'))), ['2027-03-27T22:00/2027-03-28T02:00'], '4 hours')
  t.same(read(event('DTSTART:20261105T140000', 'DURATION:PT90M')), ['2026-11-05T13:00/2026-11-05T14:30'], 'floating')
  t.same(read(event('DTSTART;VALUE=DATE:20261025')), ['2026-10-24T22:00/2026-10-25T23:00'], 'a day of 25 hours')
  t.same(read(event('DTSTART;VALUE=DATE:20270328', 'DTEND;VALUE=DATE:20270330')), ['2027-03-27T23:00/2027-03-29T22:00'])
  const mozilla = 'DTSTART;TZID=/mozilla.org/20050126_1/America/New_York:20261105T100000'
  t.same(read(event(mozilla, 'DURATION:PT1H')), ['2026-11-05T15:00/2026-11-05T16:00'])
  t.same(read(event('DTSTART;TZID="Romance Standard Time":20261105T100000', 'DURATION:PT1H')), [
    '2026-11-05T09:00/2026-11-05T10:00'
  ])
  t.same(
    read(event('DTSTART;TZID=Nowhere/Land:20261105T100000', 'DURATION:PT1H')),
    ['2026-11-05T09:00/2026-11-05T10:00'],
    'a zone that nobody knows is the studio’s'
  )
})

t.test('a zone that only the calendar knows is read as it says', async t => {
  const zone = `BEGIN:VTIMEZONE\r\nTZID:Our house\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n`
  t.same(read(zone, event('DTSTART;TZID=Our house:20261105T100000', 'DURATION:PT1H')), [
    '2026-11-05T04:30/2026-11-05T05:30'
  ])
})

t.test('what repeats does so by its clock, until its end, but for exceptions and replacements', async t => {
  const weekly = event(...paris('20261020T140000', '20261020T150000'), 'RRULE:FREQ=WEEKLY;UNTIL=20261103T130000Z')
  t.same(
    read(weekly),
    ['2026-10-20T12:00/2026-10-20T13:00', '2026-10-27T13:00/2026-10-27T14:00', '2026-11-03T13:00/2026-11-03T14:00'],
    'the clock stays at 14 h, and the last one is still in'
  )
  const series = [...paris('20261102T090000', '20261102T100000'), 'RRULE:FREQ=DAILY;COUNT=5']
  t.same(
    read(
      event(...series, 'EXDATE;TZID=Europe/Paris:20261103T090000', 'EXDATE;VALUE=DATE:20261106'),
      event('RECURRENCE-ID:20261104T080000Z', ...paris('20261104T170000', '20261104T180000')),
      event(
        'RECURRENCE-ID;TZID=Europe/Paris:20261105T090000',
        ...paris('20261105T090000', '20261105T100000'),
        'STATUS:CANCELLED'
      )
    ),
    ['2026-11-02T08:00/2026-11-02T09:00', '2026-11-04T16:00/2026-11-04T17:00']
  )
  t.same(
    read(event('DTSTART:20261102T090000Z', 'DURATION:PT1H', 'RDATE:20261110T090000Z,20261112T090000Z')).length,
    3,
    'further dates'
  )
  const days = read(event('DTSTART;VALUE=DATE:20260101', 'RRULE:FREQ=MONTHLY;BYDAY=1MO'))
  t.equal(days[0], '2026-10-04T22:00/2026-10-05T22:00')
  t.equal(days.length, 12)
})

t.test('what takes nobody’s time, is called off, over, of no length, broken or our own is left out', async t => {
  const hour = ['DTSTART:20261105T130000Z', 'DTEND:20261105T140000Z']
  t.same(read(event(...hour)).length, 1, 'else it counts')
  for (const line of ['TRANSP:TRANSPARENT', 'STATUS:CANCELLED', 'X-MICROSOFT-CDO-BUSYSTATUS:FREE'])
    t.same(read(event(...hour, line)), [], line)
  t.same(read(event('DTSTART:20261105T130000Z')), [], 'no length')
  t.same(read(event('DTSTART:20261105T130000Z', 'DTEND:20261105T120000Z')), [], 'backwards')
  t.same(read(event('DTSTART:20200105T130000Z', 'DTEND:20200105T140000Z')), [], 'long ago')
  t.same(read(event('DTSTART:99999999T999999Z', 'DURATION:PT1H')), [], 'no time')
  t.same(read(event(...hour).replace('UID:a', 'UID:session-12@studio.patchbay')), [], 'what came from here')
  t.same(read(event('GARBAGE'), event(...hour)).length, 1, 'a broken one costs no other')
  const named = readCalendar(file(event(...hour, 'SUMMARY:Dentiste\\, \u0007rue\r\n  Oberkampf')), options)
  t.same(
    named.times.map(({ summary }) => summary),
    ['Dentiste,  rue Oberkampf']
  )
})

t.test('what is hostile ends soon, with a word', async t => {
  const begun = Date.now()
  const apart = async (text: string) => {
    const reading = await readApart(Buffer.from(text), options)
    return reading.ok ? reading.times.length : reading.problem
  }
  const repeating = (rule: string) => file(event('DTSTART:20000101T000000Z', 'DURATION:PT1S', `RRULE:${rule}`))
  t.equal(await apart('<html><body>Sign in</body></html>'), 'not_calendar')
  t.equal(await apart(''), 'not_calendar')
  t.equal(await apart(repeating('FREQ=SECONDLY')), 'too_often')
  t.equal(await apart(repeating('FREQ=MINUTELY')), 'too_often')
  t.equal(await apart(repeating('FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30')), 'too_complex')
  t.equal(
    await apart(file(...Array.from({ length: 2000 }, () => event('DTSTART:20000101T000000Z', 'RRULE:FREQ=DAILY')))),
    'too_complex'
  )
  const many = (day: string) => file(...Array.from({ length: 100_000 }, () => event(`DTSTART;VALUE=DATE:${day}`)))
  t.equal(await apart(many('20100101')), 0, '100,000 events of the past')
  t.equal(await apart(many('20261105')), 5000, '100,000 to come: as many as may be kept')
  const hourly = readCalendar(file(event('DTSTART:20260101T000000Z', 'DURATION:PT1M', 'RRULE:FREQ=HOURLY')), options)
  t.equal(hourly.times.length, 5000)
  t.equal(hourly.cut_at?.toISOString(), '2027-04-27T08:00:00.000Z', 'it is known until when')
  t.equal(await apart(file('BEGIN:X\r\n'.repeat(500_000))), 0, 'nested without end')
  t.equal(await apart(file(event(`SUMMARY:${'x'.repeat(9_000_000)}`, 'DTSTART;VALUE=DATE:20261105'))), 1)
  t.ok(Date.now() - begun < 60_000, 'all of it within a minute on a busy machine')
})
