import { time } from '@patchbay/core'
import fc from 'fast-check'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { plugins } from '../../../plugins/index.ts'
import { makeInvoice, makePayment } from '../../invoices/test/make.ts'
import { extras, penaltyOf, recoveryFee } from '../amounts.ts'
import { unknownGaps } from '../words.ts'

const today = () => time.today('Europe/Paris')
const daysAgo = (days: number) => new Date(Date.parse(today()) - days * 86_400_000).toISOString().slice(0, 10)
const needed = ['clients', 'legal', 'catalogue', 'sessions', 'invoices', 'dunning']
const mine = plugins.filter(({ id }) => needed.includes(id))

/** Letters go out at any hour of any day, so that tests do not depend on when they run. */
async function atAnyHour({ db, host, studio }: House, more: object = {}) {
  const values = JSON.stringify({ automatic: true, hour: 0, weekdays: false, gap_days: 4, ...more })
  await db('plugins').insert({ id: 'dunning', enabled: true, settings: values }).onConflict('id').merge()
  host.switches.forget(studio.id)
}

async function addClient({ db }: House, name: string, email: string | null = 'compta@example.test') {
  const [row] = await db('clients').insert({ kind: 'company', name, email }).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

t.test('penalties run day by day at the rate of the day, from the day after the due date', async t => {
  const rates = [
    { valid_from: '2026-07-01', rate_bp: 1000 },
    { valid_from: '2026-01-01', rate_bp: 500 }
  ]
  t.equal(penaltyOf(100_000, '2026-06-20', '2026-06-20', rates), 0, 'on the due date')
  t.equal(penaltyOf(100_000, '2026-06-20', '2026-06-21', rates), 14, 'one day: 1,000 € × 5 % / 365')
  t.equal(penaltyOf(100_000, '2026-06-20', '2026-07-10', rates), 411, '10 days at 5 %, 10 at 10 %')
  t.equal(penaltyOf(100_000, '2025-12-01', '2025-12-31', rates), 0, 'before any rate')
  t.equal(penaltyOf(3_650_000, '2026-12-31', '2027-12-31', rates), 365_000, 'a whole year is the rate')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 400 }), (cents, days) => {
      const on = new Date(Date.parse('2026-03-01') + days * 86_400_000).toISOString().slice(0, 10)
      const later = new Date(Date.parse(on) + 86_400_000).toISOString().slice(0, 10)
      return penaltyOf(cents, '2026-03-01', on, rates) <= penaltyOf(cents, '2026-03-01', later, rates)
    })
  )
  const late = { is_business: true, open_cents: 100_000, due_date: '2026-06-20' }
  const both = { penalty: true, fee: true }
  t.same(extras(both, late, '2026-06-21', rates), { penalty_cents: 14, fee_cents: recoveryFee })
  t.same(
    extras(both, { ...late, is_business: false }, '2026-06-21', rates),
    { penalty_cents: 0, fee_cents: 0 },
    'of businesses only'
  )
  t.same(extras(both, late, '2026-06-20', rates), { penalty_cents: 0, fee_cents: 0 }, 'of those who are late')
  t.same(unknownGaps('{number} {numero} {open}'), ['numero'])
})

t.test('the clock writes each step once, however many run, and passes over the steps it is too late for', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  await atAnyHour(house)
  const { db, host, studio } = house
  const client_id = await addClient(house, 'Les Éditions du <b>Large</b>')
  const late = await makeInvoice(house, { client_id, issue_date: daysAgo(40), due_date: daysAgo(20) })
  await makeInvoice(house, { client_id, issue_date: daysAgo(3), due_date: daysAgo(0) })
  await Promise.all(Array.from({ length: 10 }, () => work(host, studio, 'dunning', 'remind')))
  const rows = () =>
    db('dunning_letters as d')
      .join('dunning_steps as s', 's.id', 'd.step_id')
      .orderBy('s.days')
      .select('d.invoice_id', 'd.state', 's.days')
  t.same(await rows(), [
    { invoice_id: late.id, state: 'skipped', days: 3 },
    { invoice_id: late.id, state: 'written', days: 15 }
  ])
  await work(host, studio, 'dunning', 'remind')
  t.equal((await rows()).length, 2, 'nothing more the same day')
  await db.raw(`update dunning_letters set at = at - interval '5 days'`)
  await db('dunning_steps').where({ days: 30 }).update({ days: 18 })
  await work(host, studio, 'dunning', 'remind')
  t.same(
    (await rows()).map(({ days, state }) => [days, state]),
    [
      [3, 'skipped'],
      [15, 'written'],
      [18, 'written']
    ]
  )
  t.match((await db('activity').where({ action: 'dunning.remind' }).first('via'))?.via, 'job')
})

t.test('nobody is reminded who was stopped, paid today, has no address, or on a day off', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { db, host, studio, manager } = house
  const run = () => work(host, studio, 'dunning', 'remind')
  const client_id = await addClient(house, 'Bruit Blanc')
  const of = (more = {}) => makeInvoice(house, { client_id, issue_date: daysAgo(30), due_date: daysAgo(5), ...more })
  const [stopped, paid, free] = [await of(), await of(), await of()]
  const quiet = await addClient(house, 'Client suspendu')
  await db('client_billing').insert({
    client_id: quiet,
    reminders_stopped_at: new Date(),
    reminders_stopped_for: 'accord'
  })
  await of({ client_id: quiet })
  const nowhere = await of({ client_id: await addClient(house, 'Sans adresse', null) })
  t.equal(
    (await manager.post(`/dunning/invoices/${stopped.id}/stop`, { reason: 'Litige sur le mixage' })).statusCode,
    303
  )
  await makePayment(db, manager.id, paid.id, 1000)
  await atAnyHour(house, { automatic: false })
  await run()
  t.equal((await db('dunning_letters')).length, 0, 'off: only by hand')
  await atAnyHour(house)
  await run()
  const rows = await db('dunning_letters')
    .whereNot({ state: 'skipped' })
    .orderBy('invoice_id')
    .select('invoice_id', 'state', 'reason')
  t.same(rows, [
    { invoice_id: free.id, state: 'written', reason: null },
    { invoice_id: nowhere.id, state: 'failed', reason: 'no_address' }
  ])
  t.match((await manager.get('/')).body, 'aucune adresse', 'and that is said on Today')
  t.match((await manager.get('/dunning?state=stopped')).body, 'Litige sur le mixage')
  t.equal((await manager.post(`/dunning/invoices/${stopped.id}/resumption`)).statusCode, 303)
  await run()
  t.equal((await db('dunning_letters').where({ invoice_id: stopped.id, state: 'written' })).length, 1)
})

t.test('a letter goes out with the invoice, in the client’s words, and by hand as well', async t => {
  const house = await openStudio(t, { plugins: mine })
  await atAnyHour(house)
  const { db, host, studio, manager, engineer, stranger, settle } = house
  const client_id = await addClient(house, 'Maison <script>alert(1)</script>')
  const invoice = await makeInvoice(house, { client_id, issue_date: daysAgo(40), due_date: daysAgo(31) })
  await work(host, studio, 'dunning', 'remind')
  await settle()
  const mails = () => host.tenants.master('mails').where({ recipient: 'compta@example.test' }).orderBy('id')
  const [first] = await mails()
  t.match(first?.subject, `Mise en demeure : facture ${invoice.number}`)
  t.match(await host.tenants.master('mail_attachments').where({ mail_id: first.id }), [
    { name: `${invoice.number}.pdf` }
  ])
  const page = await manager.get(`/dunning/invoices/${invoice.id}`)
  t.equal(page.statusCode, 200)
  t.notMatch(page.body, '<script>alert')
  const words = { subject: 'Un mot', body: 'Bonjour,\n\nPouvons-nous nous parler ?' }
  t.equal((await manager.post(`/dunning/invoices/${invoice.id}`, { ...words, body: '' })).statusCode, 422)
  t.equal((await manager.post(`/dunning/invoices/${invoice.id}`, words)).statusCode, 303)
  await settle()
  t.equal((await mails()).length, 2)
  const steps = await db('dunning_steps').where({ days: 30 }).first('id')
  const again = await manager.post(`/dunning/invoices/${invoice.id}`, { ...words, step_id: steps.id })
  t.equal(again.statusCode, 422, 'the step was written')
  const [letter] = await db('dunning_letters').where({ state: 'written' }).orderBy('id')
  const pdf = await manager.get(`/dunning/letters/${letter.id}.pdf`)
  t.equal(pdf.headers['content-type'], 'application/pdf')
  t.equal(pdf.rawPayload.subarray(0, 5).toString(), '%PDF-')
  t.equal((await engineer.get(`/dunning/letters/${letter.id}.pdf`)).statusCode, 403)
  t.equal((await stranger.get('/dunning')).statusCode, 404)
  t.match((await manager.get(`/invoices/${invoice.id}`)).body, 'Mise en demeure')
})

t.test('steps and rates: what nobody fills is refused, and a list costs the same for one and for thirty', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { manager, db } = house
  const step = {
    days: '10',
    tone: 'firm',
    subject_fr: 'Rappel {number}',
    text_fr: 'Bonjour',
    subject_en: 'Reminder',
    text_en: 'Hello',
    active: 'on'
  }
  t.equal((await manager.post('/dunning/steps', step)).statusCode, 303)
  const wrong = await manager.post('/dunning/steps', { ...step, text_fr: 'Bonjour {prenom}' })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, '{prenom}')
  const { id, version } = await db('dunning_steps').where({ days: 10 }).first()
  t.equal((await manager.post(`/dunning/steps/${id}`, { ...step, days: '11', version })).statusCode, 303)
  t.equal((await manager.post(`/dunning/steps/${id}`, { ...step, days: '12', version })).statusCode, 409, 'two tabs')
  t.equal((await manager.post('/dunning/rates', { valid_from: '01/01/2027', rate_bp: '8,28' })).statusCode, 303)
  t.equal((await db('dunning_rates').where({ valid_from: '2027-01-01' }).first())?.rate_bp, 828)
  t.equal((await manager.post('/dunning/rates', { valid_from: '01/01/2027', rate_bp: 'beaucoup' })).statusCode, 422)
  const client_id = await addClient(house, 'Éléonore')
  await makeInvoice(house, { client_id, issue_date: daysAgo(30), due_date: daysAgo(5) })
  const one = await countQueries(house, () => manager.get('/dunning'))
  for (let n = 0; n < 29; n++) await makeInvoice(house, { client_id, issue_date: daysAgo(30), due_date: daysAgo(5) })
  t.equal(await countQueries(house, () => manager.get('/dunning')), one)
  t.ok(one <= 8, `${one} statements`)
})
