import t from 'tap'
import { Readable } from 'node:stream'
import { openStudio } from '../../../test/helper.ts'
import { plugins } from '../../../plugins/index.ts'
import { makeInvoice, makePayment } from '../../invoices/test/make.ts'
import type { Accounts } from '../../legal/contract.ts'
import { entriesOf } from '../fec/entries.ts'
import type { Entry } from '../fec/entry.ts'
import { balanced, columns, fileLines, lettersOf } from '../fec/entry.ts'
import { makeYear } from './year.ts'

const needed = ['clients', 'legal', 'catalogue', 'sessions', 'invoices', 'reports']
const mine = plugins.filter(({ id }) => needed.includes(id))
const year = { from: '2025-01-01', to: '2025-12-31' }

const accounts: Accounts = {
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

const all = async (entries: AsyncIterable<Entry>) => Readable.from(entries).toArray() as Promise<Entry[]>
const sumOf = (entries: readonly Entry[], account: string) =>
  entries
    .flatMap(({ lines }) => lines)
    .filter(line => line.account === account)
    .reduce((sum, { cents }) => sum + cents, 0)

t.test('an entry that does not balance is never written; letters count on; cells hold no separator', async t => {
  const line = { account: '411000', auxiliary: null, label: 'x', cents: 1 }
  t.throws(
    () =>
      balanced({ journal: 'VE', day: '2025-01-01', piece: 'F1', piece_day: '2025-01-01', label: 'x', lines: [line] }),
    /out by 1/
  )
  t.same([0, 25, 26, 27, 26 ** 3].map(lettersOf), ['AAA', 'AAZ', 'ABA', 'ABB', 'BAAA'])
  const entry = balanced({
    journal: 'VE',
    day: '2025-03-09',
    piece: 'F1',
    piece_day: '2025-03-09',
    label: 'a',
    lines: [
      { ...line, label: 'a\tb\r\nc|d', cents: 123_456 },
      { ...line, cents: -123_456, foreign: { cents: -100, currency: 'CHF' } }
    ]
  })
  const [head, text] = (await Readable.from(
    fileLines([entry], { nameOf: () => 'Clients', journalName: () => 'Ventes' })
  ).toArray()) as string[]
  t.equal(head?.trim().split('\t').length, columns.length)
  t.same(text?.split('\r\n').slice(0, 2), [
    'VE\tVentes\t1\t20250309\t411000\tClients\t\t\tF1\t20250309\ta b c d\t1234,56\t0,00\t\t\t20250309\t\t',
    'VE\tVentes\t1\t20250309\t411000\tClients\t\t\tF1\t20250309\tx\t0,00\t1234,56\t\t\t20250309\t1,00\tCHF'
  ])
})

t.test('a deposit, its final invoice, a credit note and their money, account by account', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { db, manager } = house
  const on = (day: string) => ({ issue_date: day, due_date: day })
  const deposit = await makeInvoice(house, { ...on('2025-02-01'), kind: 'deposit', lines: [[30_000, 2000]] })
  const client_id = (await db('invoices').where({ id: deposit.id }).first('client_id'))?.client_id as number
  const period = { from: '2025-01-01', to: '2099-12-31' }
  await makePayment(db, manager.id, deposit.id, 36_000)
  const final = await makeInvoice(house, {
    ...on('2025-03-01'),
    client_id,
    lines: [
      [100_000, 2000],
      [10_000, 550]
    ],
    deducts: [deposit.id]
  })
  t.equal(final.due_cents, 120_000 + 10_550 - 36_000)
  await makePayment(db, manager.id, final.id, final.due_cents)
  await makeInvoice(house, {
    ...on('2025-04-01'),
    client_id,
    kind: 'credit_note',
    lines: [[5000, 2000]],
    refers_to: [final.id]
  })
  const entries = await all(entriesOf(db, period, accounts, []))
  const sales = entries.filter(({ journal }) => journal === 'VE')
  t.same(
    sales.map(({ lines }) => Object.fromEntries(lines.map(({ account, cents }) => [account, cents]))),
    [
      { 411000: 36_000, 419100: -30_000, 445740: -6000 },
      { 411000: 94_550, 706000: -110_000, 445740: -(20_000 + 550 - 6000), 419100: 30_000 },
      { 411000: -6000, 706000: 5000, 445740: 1000 }
    ]
  )
  t.equal(sumOf(entries, accounts.deposits), 0, 'the deposit is taken back')
  t.equal(sumOf(entries, accounts.bank), 36_000 + 94_550)
  t.equal(sumOf(entries, accounts.vat_collected), -20_550, 'VAT on services falls due with the money')
  t.equal(sumOf(entries, accounts.vat_pending), 1000, 'but for the credit note, which nobody has used yet')
  t.equal(sumOf(entries, accounts.clients), -6000)
  const settled = entries.flatMap(({ lines }) => lines).filter(({ letters }) => letters)
  t.equal(
    settled.reduce((sum, { cents }) => sum + cents, 0),
    0,
    'what has letters settles'
  )
  t.equal(new Set(settled.map(({ letters }) => letters?.code)).size, 2)
})

t.test('a year of 5,000 documents balances, entry by entry and in all, and numbers have no gap', async t => {
  const house = await openStudio(t, { plugins: mine, work: false })
  const { db, owner, engineer, stranger } = house
  await makeYear(db, { count: 5000, year: 2025 })
  const entries = await all(entriesOf(db, year, accounts, []))
  t.ok(entries.length > 8000, `${entries.length} entries`)
  t.equal(
    entries.flatMap(({ lines }) => lines).reduce((sum, { cents }) => sum + cents, 0),
    0
  )
  const [{ due }] = (
    await db.raw(
      `select sum(case kind when 'credit_note' then -1 else 1 end * coalesce(round(due_cents * exchange_rate), due_cents))::bigint as due from invoices where state = 'issued'`
    )
  ).rows
  const sold = entries.filter(({ journal }) => journal === 'VE')
  t.equal(sumOf(sold, accounts.clients), Number(due), 'what clients owe by the entries is what the documents say')
  const [{ paid }] = (await db.raw('select sum(eur_cents)::bigint as paid from payments')).rows
  const money = [accounts.bank, accounts.card, accounts.cash, accounts.cheques].reduce(
    (sum, account) => sum + sumOf(entries, account),
    0
  )
  t.equal(money, Number(paid), 'and so is the money')

  const answer = await owner.get('/reports/fec.txt?year=2025')
  t.equal(answer.statusCode, 200)
  t.match(String(answer.headers['content-disposition']), /FEC20251231\.txt/)
  const rows = answer.body
    .split('\r\n')
    .slice(0, -1)
    .map(line => line.split('\t'))
  t.same(rows[0], [...columns])
  t.same([...new Set(rows.map(row => row.length))], [18])
  const cents = (text = '') => Math.round(Number(text.replace(',', '.')) * 100)
  const total = (column: number) => rows.slice(1).reduce((sum, row) => sum + cents(row[column]), 0)
  t.equal(total(11), total(12), 'debit is credit')
  const numbers = new Map<string, number[]>()
  for (const row of rows.slice(1)) numbers.set(row[0] ?? '', [...(numbers.get(row[0] ?? '') ?? []), Number(row[2])])
  for (const [journal, given] of numbers) {
    const each = [...new Set(given)]
    t.same([each[0], each.at(-1)], [1, each.length], `${journal} has no gap`)
  }
  t.equal((await engineer.get('/reports/fec.txt?year=2025')).statusCode, 403)
  t.equal((await stranger.get('/reports/fec.txt?year=2025')).statusCode, 404)
  t.equal((await owner.get('/reports/fec.txt?year=abc')).statusCode, 404)
})
