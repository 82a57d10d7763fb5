import t from 'tap'
import { time } from '@patchbay/core'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { plugins } from '../../../plugins/index.ts'
import { makeClient, makeInvoice, makePayment } from '../../invoices/test/make.ts'
import { entriesOf } from '../fec/entries.ts'
import { chartOf } from '../chart.ts'
import { daysOfMonth, monthsOf, periodOf, presets, yearBefore } from '../period.ts'
import { vatDue } from '../vat.ts'
import { makeYear } from './year.ts'

const needed = ['clients', 'legal', 'catalogue', 'sessions', 'invoices', 'reports']
const mine = plugins.filter(({ id }) => needed.includes(id))
const year = { from: '2025-01-01', to: '2025-12-31' }

t.test('periods: what was asked, in order; months with their days; a year before a leap day', async t => {
  t.same(periodOf({}, '2026-11-22'), { from: '2026-01-01', to: '2026-12-31' })
  t.same(periodOf({ from: '2026-05-01', to: '2026-02-01' }, '2026-11-22'), { from: '2026-02-01', to: '2026-05-01' })
  t.equal(periodOf({ from: '1900-01-01', to: '2026-02-01' }, '2026-11-22').to, '1910-01-01', 'ten years at most')
  t.same(monthsOf({ from: '2025-11-15', to: '2026-02-01' }), ['2025-11', '2025-12', '2026-01', '2026-02'])
  t.same(daysOfMonth('2025-11', { from: '2025-11-15', to: '2026-02-01' }), { from: '2025-11-15', to: '2025-11-30' })
  t.same(yearBefore({ from: '2024-02-29', to: '2024-12-31' }), { from: '2023-02-28', to: '2023-12-31' })
  t.same(presets('2026-01-10').find(({ key }) => key === 'last_month')?.period, {
    from: '2025-12-01',
    to: '2025-12-31'
  })
  t.same(presets('2026-05-10').find(({ key }) => key === 'quarter')?.period, { from: '2026-04-01', to: '2026-06-30' })
  const chart = chartOf(['2026-01'], [{ key: 'earned', values: [-500] }])
  t.ok(
    chart.bars.every(({ height, y }) => height >= 0 && y >= 0),
    'less than nothing hangs below the line'
  )
})

t.test('figures are those of the documents and of the entries, to the cent, in every month', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { db, owner, engineer, stranger } = house
  await makeYear(db, { count: 600, year: 2025, seed: 11 })
  const csv = async (path: string) => {
    const answer = await owner.get(path)
    t.equal(answer.statusCode, 200, path)
    return answer.body
      .replace('\uFEFF', '')
      .trimEnd()
      .split('\r\n')
      .map(line => line.split(';'))
  }
  const cents = (text = '') => Math.round(Number(text.replace(/"/g, '').replace(',', '.')) * 100)
  const months = await csv('/reports/revenue.csv?from=2025-01-01&to=2025-12-31')
  const body = months.slice(1, -1)
  t.equal(body.length, 12)
  for (const column of [1, 3])
    t.equal(
      body.reduce((sum, row) => sum + cents(row[column]), 0),
      cents(months.at(-1)?.[column]),
      'months sum to the total'
    )
  const one = {
    clients: '411000',
    services: '706000',
    goods: '707000',
    deposits: '419100',
    vat_collected: '445710',
    vat_pending: '445740',
    bank: '512000',
    cash: '530000',
    card: '511500',
    cheques: '511200',
    expenses: '606000',
    suppliers: '401000',
    vat_deductible: '445660',
    exchange_gain: '766000',
    exchange_loss: '666000',
    rounding: '758000'
  }
  const sums = new Map<string, number>()
  for await (const { lines } of entriesOf(db, year, one, []))
    for (const { account, cents } of lines) sums.set(account, (sums.get(account) ?? 0) + cents)
  const earned = -['706000', '707000', '708500'].reduce((sum, account) => sum + (sums.get(account) ?? 0), 0)
  // of a foreign document each part is rounded by itself in the entries: the sum may differ by its parts
  const foreign = Number((await db('invoices').whereNot({ currency: 'EUR' }).count('* as n').first())?.['n'])
  t.ok(Math.abs(earned - cents(months.at(-1)?.[1])) <= 2 * foreign, 'revenue is accounts 70')
  const due = await vatDue(db, year)
  t.ok(
    Math.abs(due.reduce((sum, { vat_cents }) => sum + vat_cents, 0) + (sums.get('445710') ?? 0)) <= 2 * foreign,
    'VAT due is account 44571'
  )
  for (const month of ['2025-03', '2025-10']) {
    const row = body.find(([name]) => name === month)
    const days = daysOfMonth(month, year)
    for (const [what, column] of [
      ['revenue', 1],
      ['cash', 3]
    ] as const) {
      const documents = await csv(`/reports/documents.csv?from=${days.from}&to=${days.to}&what=${what}`)
      t.equal(cents(documents.at(-1)?.[4]), cents(row?.[column]), `${what} of ${month} leads down to what makes it`)
    }
  }
  const vat = await csv('/reports/vat.csv?from=2025-01-01&to=2025-12-31')
  const rate = vat.find(([name]) => name === '20,00')
  const twenty = await csv('/reports/documents.csv?from=2025-01-01&to=2025-12-31&what=vat&rate=2000')
  t.equal(cents(twenty.at(-1)?.[4]), cents(rate?.[2]), 'and so does VAT of a rate')
  for (const page of ['', '/receivables', '/vat', '/profit', '/forecast', '/documents?what=vat', '/exports']) {
    const answer = await owner.get(`/reports${page}`)
    t.equal(answer.statusCode, 200, page)
    t.notMatch(answer.body, /NaN|undefined|\[object/, page)
  }
  const sheet = await owner.get('/reports/revenue.xlsx?from=2025-01-01&to=2025-12-31')
  t.equal(sheet.rawPayload.subarray(0, 2).toString(), 'PK')
  t.equal((await engineer.get('/reports')).statusCode, 403)
  t.equal((await stranger.get('/reports')).statusCode, 404)
})

t.test('what clients owed on a day is what was issued less what had come in by then', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { db, owner, manager } = house
  const today = time.today('Europe/Paris')
  const daysAgo = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10)
  const client_id = await makeClient(db, 'Œuvres <i>& Fils</i>')
  const late = await makeInvoice(house, {
    client_id,
    issue_date: daysAgo(80),
    due_date: daysAgo(50),
    lines: [[10_000, 2000]]
  })
  await makePayment(db, manager.id, late.id, 2000)
  const owed = async (on: string) =>
    (await owner.get(`/reports/receivables.csv?to=${on}`)).body.replace('\uFEFF', '').trimEnd().split('\r\n')
  t.same((await owed(today)).at(-1), 'Total;100,00;0,00;0,00;100,00;0,00;0,00')
  t.same((await owed(daysAgo(1))).at(-1), 'Total;120,00;0,00;0,00;120,00;0,00;0,00', 'the day before it was paid')
  t.same((await owed(daysAgo(90))).at(-1), 'Total;0,00;0,00;0,00;0,00;0,00;0,00', 'before it was issued')
  const one = await countQueries(house, () => owner.get('/reports/receivables'))
  for (let n = 0; n < 20; n++) await makeInvoice(house, { client_id, issue_date: daysAgo(9), due_date: daysAgo(5) })
  t.equal(await countQueries(house, () => owner.get('/reports/receivables')), one)
  t.notMatch((await owner.get('/reports/receivables')).body, '<i>&')
})
