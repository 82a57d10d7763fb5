import { pageSize, time } from '@patchbay/core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House, HouseOptions } from '../../../test/helper.ts'
import { openSmtp } from '../../../test/smtp.ts'
import { clients } from '../../clients/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { reminders } from '../plugin.ts'
import { listComing } from '../queries.ts'
import { fill, gaps, unknownGaps } from '../words.ts'

const zone = 'Europe/Paris'
const at = (day: string, clock: string) => time.instantOf(day, clock, zone) as Date
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const open = (t: Parameters<typeof openStudio>[0], options: HouseOptions = {}) =>
  openStudio(t, { plugins: [clients, sessions, reminders], ...options })

/** What a studio begins with, without its steps. */
async function furnish({ db, engineer, host, studio }: House) {
  await db('reminder_steps').delete()
  const add = async (table: string, row: object) => {
    const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
    return made?.id ?? 0
  }
  const room = await add('rooms', { name: 'Cabine Éole', kind: 'cabine', always_open: true })
  const zoe = { kind: 'person', name: 'Zoë Çelik', email: 'zoe@example.test', phone: '+33612345678', language: 'en' }
  return {
    room,
    client: await add('clients', zoe),
    addClient: (more: object) => add('clients', { ...zoe, ...more }),
    step: (more: object = {}) =>
      add('reminder_steps', {
        audience: 'client',
        channel: 'mail',
        minutes_before: 48 * 60,
        subject_fr: 'Rappel {date}',
        text_fr: 'Bonjour {name},\n\n{start}–{end}, {room}.',
        subject_en: 'Reminder {date}',
        text_en: 'Hello {name},\n\n{start}–{end}, {room}, {crew}.',
        ...more
      }),
    session: async (starts_at: Date, more: object = {}) => {
      const ends_at = new Date(starts_at.getTime() + 4 * 3_600_000)
      const id = await add('sessions', {
        room_id: room,
        client_id: null,
        title: 'Prise',
        starts_at,
        ends_at,
        state: 'confirmed',
        ...more
      })
      const keys = await db('sessions').where({ id }).first('during', 'lane')
      await db('session_people').insert({ session_id: id, person_id: engineer.id, role: 'engineer', ...keys })
      return id
    },
    run: () => work(host, studio, 'reminders', 'remind'),
    rows: () => db('reminders').orderBy('id').select('session_id', 'person_id', 'state', 'reason', 'address')
  }
}

t.test(
  'a step is due so many hours before, or by the clock the day before, also on the nights the clocks change',
  async t => {
    const house = await open(t, { work: false })
    const { session, step, client } = await furnish(house)
    await step({ minutes_before: 24 * 60 })
    await step({ minutes_before: null, days_before: 1, clock: '18:00' })
    await step({ minutes_before: null, days_before: 0, clock: '02:30' })
    const due = async (day: string, clock: string) => {
      const id = await session(at(day, clock), { client_id: client })
      return (await listComing(house.db, id, zone)).map(({ due_at }) => due_at.toISOString().slice(0, 16))
    }
    t.same(await due('2037-06-15', '14:00'), ['2037-06-14T12:00', '2037-06-14T16:00', '2037-06-15T00:30'])
    t.same(
      await due('2037-03-29', '14:00'),
      ['2037-03-28T12:00', '2037-03-28T17:00', '2037-03-29T01:30'],
      '24 real hours, 18:00 in winter time; 02:30 that night is 03:30'
    )
    t.same(
      await due('2037-03-30', '14:00'),
      ['2037-03-29T12:00', '2037-03-29T16:00', '2037-03-30T00:30'],
      'the day after: all in summer time'
    )
    t.same(
      await due('2037-10-25', '14:00'),
      ['2037-10-24T13:00', '2037-10-24T16:00', '2037-10-25T01:30'],
      '24 real hours, 18:00 in summer time; 02:30 once'
    )
  }
)

t.test('what is due is sent exactly once, however many jobs look, in the reader’s words', async t => {
  const smtp = await openSmtp(t)
  const house = await open(t, { env: { SMTP_URL: smtp.url } })
  const { session, step, client, run, rows } = await furnish(house)
  const { engineer, db, host, studio, settle } = house
  await step()
  await step({ audience: 'crew', minutes_before: 47 * 60 })
  await step({
    channel: 'sms',
    minutes_before: 46 * 60,
    text_en: '{studio}: see you at {start}',
    subject_fr: '',
    subject_en: ''
  })
  await step({ minutes_before: 47 * 60, active: false })
  const start = inHours(45.9)
  const id = await session(start, { client_id: client })
  await session(inHours(60), { client_id: client })
  await session(inHours(30), { client_id: client })
  const option = { state: 'option', rank: 1, expires_at: inHours(40), client_id: client }
  await session(inHours(52), option)
  await Promise.all(Array.from({ length: 8 }, run))
  await run()
  await settle()
  await run()
  const all = await rows()
  t.equal(all.length, 3)
  for (const [person_id, address] of [
    [null, 'zoe@example.test'],
    [engineer.id, engineer.email],
    [null, '+33612345678']
  ])
    t.match(
      all.find(row => row.address === address),
      { session_id: id, person_id, state: 'sent', reason: null }
    )
  t.equal(smtp.received.length, 2, 'the client and the engineer, once each')
  const english = smtp.received.find(({ to }) => to[0] === 'zoe@example.test')
  const clock = time.localOf(start, zone).clock
  t.match(
    english?.parts[0]?.content.toString(),
    new RegExp(`Hello Zoë Çelik,[\\s\\S]*${clock}–.*Cabine Éole, Éric Engineer`)
  )
  t.match(
    smtp.received.find(({ to }) => to[0] === engineer.email)?.parts[0]?.content.toString(),
    'Bonjour Éric Engineer'
  )
  const written = readFileSync(join(host.env.DATA_DIR, 'sms', `${studio.slug}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  t.equal(written.length, 1)
  t.match(JSON.parse(written[0] ?? ''), { to: '+33612345678', text: `Studio Test: see you at ${clock}` })
  const page = await house.manager.get(`/sessions/${id}`)
  t.equal(page.body.split('>Envoyé<').length - 1, 3, 'the booking says what became of each')

  // the transaction that noted the message was lost after it went out
  await db('reminders').where({ channel: 'sms' }).update({ state: 'queued', sent_at: null })
  await run()
  const again = readFileSync(join(host.env.DATA_DIR, 'sms', `${studio.slug}.jsonl`), 'utf8')
    .trim()
    .split('\n')
  t.equal(again.length, 1, 'the same message is not handed over twice')
  t.equal((await db('reminders').where({ channel: 'sms' }).first()).state, 'sent')
})

t.test('a moved session is reminded of anew, one that is off not at all, and back on again', async t => {
  let down = true
  const smtp = await openSmtp(t, () => (down ? '451 try later' : undefined))
  const house = await open(t, { env: { SMTP_URL: smtp.url } })
  const { session, step, client, run, rows } = await furnish(house)
  const { manager, db, settle, host } = house
  await step()
  const id = await session(inHours(47.9), { client_id: client })
  await run()
  await settle()
  await run()
  t.match(await rows(), [{ state: 'failed', reason: /try later/ }], 'the mail server was not there')

  await manager.post(`/sessions/${id}/cancellation`, { reason: 'Malade' })
  await settle()
  t.match(await rows(), [{ state: 'withdrawn', reason: null }])
  t.same(
    await host.tenants.master('mails').whereLike('dedupe_key', '%reminder%').select(),
    [],
    'nothing is left that could be sent'
  )
  await run()
  t.equal((await rows()).length, 1, 'what is off is not reminded of')
  await manager.post(`/sessions/${id}/reopening`)
  await settle()
  down = false
  await run()
  await settle()
  await run()
  t.match(await rows(), [{ state: 'sent' }], 'back on, it is')
  t.equal(smtp.received.length, 1)

  await db('sessions')
    .where({ id })
    .update({ starts_at: inHours(47), ends_at: inHours(50) })
  await run()
  await settle()
  await run()
  t.match(await rows(), [{ state: 'sent' }, { state: 'sent' }], 'moved: they are told the new time')
  t.equal(smtp.received.length, 2)
  await db('sessions')
    .where({ id })
    .update({ starts_at: inHours(70), ends_at: inHours(72) })
  await run()
  t.equal((await rows()).length, 2, 'moved further away: not yet')
  await db('sessions')
    .where({ id })
    .update({ starts_at: inHours(40), ends_at: inHours(42) })
  await run()
  t.equal((await rows()).length, 2, 'moved nearer than the reminder: it would come too late')
  t.match((await manager.get(`/sessions/${id}`)).body, 'l’heure était passée')
})

t.test('what fails is shown with its reason, and sent again to where its reader is by then', async t => {
  const smtp = await openSmtp(t, to => (to.startsWith('zoe') ? '550 no such mailbox' : undefined))
  const house = await open(t, { env: { SMTP_URL: smtp.url } })
  const { session, step, client, addClient, run, rows } = await furnish(house)
  const { manager, engineer, assistant, db, settle } = house
  await step()
  await step({ channel: 'sms', subject_fr: '', subject_en: '' })
  const id = await session(inHours(47.9), { client_id: client })
  const mute = await addClient({ name: 'Sans rien', email: null, phone: null })
  const quiet = await addClient({ name: 'Stop', email: 'stop@example.test' })
  t.equal((await engineer.post(`/reminders/clients/${quiet}/stop`)).statusCode, 303)
  t.match((await manager.get(`/clients/${quiet}`)).body, 'ne reçoit plus de rappels')
  t.equal((await engineer.post('/reminders/clients/999999/stop')).statusCode, 404)
  t.equal((await engineer.post('/reminders/clients/999999/resumption')).statusCode, 404)
  await run()
  await settle()
  const [failed] = await db('reminders').where({ session_id: id, channel: 'mail' })
  const page = await manager.get(`/sessions/${id}`)
  t.match(page.body, /Zoë Çelik[\s\S]*Échec[\s\S]*no such mailbox[\s\S]*Renvoyer/, 'before the clock has looked again')
  t.match((await manager.get('/reminders')).body, 'no such mailbox')
  t.equal((await assistant.post(`/reminders/${failed.id}/retry`)).statusCode, 403)

  await db('clients').where({ id: client }).update({ email: 'right@example.test' })
  const retried = await engineer.post(`/reminders/${failed.id}/retry`)
  t.match(retried.location, `/sessions/${id}#reminders`)
  await settle()
  await run()
  t.same(
    smtp.received.map(({ to }) => to[0]),
    ['right@example.test']
  )
  t.match(await db('reminders').where({ id: failed.id }).first(), {
    state: 'sent',
    address: 'right@example.test',
    reason: null
  })
  t.equal((await engineer.post(`/reminders/${failed.id}/retry`)).statusCode, 409, 'what is sent is sent')

  await db('sessions')
    .where({ id })
    .update({ client_id: quiet, starts_at: inHours(47.8), ends_at: inHours(50) })
  await run()
  t.match(
    (await rows()).filter(({ reason }) => reason === 'stopped'),
    [{ state: 'skipped' }, { state: 'skipped' }]
  )
  await engineer.post(`/reminders/clients/${quiet}/resumption`)
  const [skipped] = await db('reminders').where({ session_id: id, reason: 'stopped', channel: 'mail' })
  await engineer.post(`/reminders/${skipped.id}/retry`)
  await settle()
  t.equal(smtp.received.at(-1)?.to[0], 'stop@example.test', 'resumed, and sent again')
  await db('sessions')
    .where({ id })
    .update({ client_id: mute, starts_at: inHours(47.7), ends_at: inHours(50) })
  await run()
  t.same(new Set((await rows()).slice(-2).map(({ reason }) => reason)), new Set(['no_email', 'no_phone']))
})

t.test('steps are set by forms that say what is wrong', async t => {
  const house = await open(t, { work: false })
  const { db, manager, engineer, stranger } = house
  t.equal(
    await db('reminder_steps').where({ active: true }).first(),
    undefined,
    'a new studio writes to nobody by itself'
  )
  const page = await manager.get('/reminders')
  t.match(page.body, 'Aucun rappel ne part')
  t.match(page.body, '48 h avant')
  const good = { audience: 'client', channel: 'mail', moment: 'day', days_before: '1', clock: '18h', subject_fr: 'Demain', subject_en: 'Tomorrow', text_fr: 'Bonjour {name}', text_en: 'Hello {name}', active: 'on' } // prettier-ignore
  const wrong = await manager.post('/reminders/steps', {
    ...good,
    text_fr: 'Bonjour {prénom} et {firstname}',
    clock: ''
  })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, /\{firstname\} n’existe pas[\s\S]*\{room\}|\{prénom\}, \{firstname\}/)
  t.match(wrong.body, 'Bonjour {prénom}', 'what was typed stays')
  t.match(wrong.body, 'id="f-clock-error"')
  t.equal((await manager.post('/reminders/steps', { ...good, subject_en: '' })).statusCode, 422)
  t.equal(
    (await manager.post('/reminders/steps', { ...good, channel: 'sms', text_fr: 'x'.repeat(481) })).statusCode,
    422
  )
  t.equal((await manager.post('/reminders/steps', good)).statusCode, 303)
  const step = await db('reminder_steps').orderBy('id', 'desc').first()
  t.match(step, { days_before: 1, clock: '18:00:00', minutes_before: null, active: true })
  t.match((await manager.get('/reminders')).body, '1 jour avant, à 18:00')
  const form = await manager.get(`/reminders/steps/${step.id}`)
  t.match(form.body, 'value="18:00"')
  const before = { ...good, version: 1, moment: 'before', hours_before: '3', active: '' }
  t.equal((await manager.post(`/reminders/steps/${step.id}`, before)).statusCode, 303)
  t.match(await db('reminder_steps').where({ id: step.id }).first(), {
    minutes_before: 180,
    days_before: null,
    active: false
  })
  t.equal((await manager.post(`/reminders/steps/${step.id}`, before)).statusCode, 409, 'somebody was quicker')
  t.equal((await engineer.post(`/reminders/steps/${step.id}`, before)).statusCode, 403)
  t.equal((await stranger.get('/reminders')).statusCode, 404)
  t.equal((await manager.post(`/reminders/steps/${step.id}/removal`)).statusCode, 303)
  t.equal((await manager.get(`/reminders/steps/${step.id}`)).statusCode, 404)
})

t.test('the list is paged, and takes as many statements with 1 row as with 40', async t => {
  const house = await open(t, { work: false })
  const { session, step, client } = await furnish(house)
  const { db, manager } = house
  const step_id = await step()
  const id = await session(inHours(100), { client_id: client })
  const row = (n: number) => ({ session_id: id, step_id, for_start: inHours(n), channel: 'mail', name: `N${n}`, state: n % 2 ? 'sent' : 'skipped', due_at: inHours(-n) }) // prettier-ignore
  await db('reminders').insert(row(1))
  await manager.get('/')
  const one = await countQueries(house, () => manager.get('/reminders'))
  const card = await countQueries(house, () => manager.get(`/sessions/${id}`))
  await db('reminders').insert(Array.from({ length: pageSize + 10 }, (_, n) => row(n + 2)))
  t.equal(await countQueries(house, () => manager.get('/reminders')), one)
  t.ok(one <= 8, `${one} statements`)
  t.equal(await countQueries(house, () => manager.get(`/sessions/${id}`)), card)
  const first = await manager.get('/reminders')
  const next = /after=([\w-]+)/.exec(first.body)?.[1]
  const second = await manager.get(`/reminders?after=${next}`)
  t.equal(first.body.split('id="reminder-').length - 1, pageSize)
  t.equal(second.body.split('id="reminder-').length - 1, 11)
  t.equal((await manager.get('/reminders?state=sent')).body.split('badge-warn').length - 1, 0)
  t.equal((await manager.get('/reminders?after=%00&state=x')).statusCode, 200, 'an old link still shows the list')
})

t.test('gaps of texts', t => {
  t.same(unknownGaps('Bonjour {name}, {prenom} {date} {a b} {room'), ['{prenom}', '{a b}', '{room'])
  t.same(unknownGaps(gaps.map(gap => `{${gap}}`).join('')), [])
  const values = Object.fromEntries(gaps.map(gap => [gap, `<${gap}>`])) as Parameters<typeof fill>[1]
  t.equal(fill('{name} {date} {other}', values), '<name> <date> {other}')
  t.equal(fill('{name}', { ...values, name: '{date} $&' }), '{date} $&', 'what is filled in is not filled in again')
  t.end()
})
