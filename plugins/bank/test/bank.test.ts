import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Visitor } from '../../../test/helper.ts'
import { catalogue } from '../../catalogue/plugin.ts'
import { clients } from '../../clients/plugin.ts'
import { expenses } from '../../expenses/plugin.ts'
import { invoices } from '../../invoices/plugin.ts'
import { makeClient, makeInvoice } from '../../invoices/test/make.ts'
import { legal } from '../../legal/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { readCamt } from '../camt.ts'
import { centsIn, dayIn } from '../csv-cells.ts'
import { guess, readCsvFile } from '../csv-statement.ts'
import { bank } from '../plugin.ts'

t.setTimeout(180_000)
const house = await openStudio(t, { plugins: [clients, legal, catalogue, sessions, invoices, bank, expenses] })
const { db, manager, engineer, stranger } = house

const send = (content: string | Buffer, more: object = {}, who: Visitor = manager) =>
  who.api('POST', '/bank/read_statement', { file: Buffer.from(content as string).toString('base64'), ...more })
const lines = () => db('bank_lines').orderBy('id')
const lineOf = (id: number) => db('bank_lines').where({ id }).first()
let made = 0
/** A line that is there. */
async function addLine(cents: number, label: string, more: object = {}): Promise<number> {
  const account_id = (await db('bank_accounts').first('id'))?.id
  const [row] = await db('bank_imports').insert({ account_id, format: 'csv' }).returning('id')
  const said = { booked_on: '2026-11-10', cents, currency: 'EUR', label, identity: `test:${(made += 1)}` }
  const [line] = await db('bank_lines')
    .insert({ account_id, import_id: row.id, format: 'csv', ...said, ...more })
    .returning('id')
  return line.id
}
const invoiceOf = (id: number) => db('invoices').where({ id }).first()
const payments = (invoice_id: number) => db('payment_transactions').where({ invoice_id })

const camt = (version: string, entries: string, p = '') =>
  `<?xml version="1.0"?><${p}Document xmlns${p ? ':' + p.slice(0, -1) : ''}="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}"><${p}BkToCstmrStmt><${p}Stmt><${p}Acct><${p}Id><${p}IBAN>FR7630006000011234567890189</${p}IBAN></${p}Id><${p}Ccy>EUR</${p}Ccy></${p}Acct><${p}Bal><${p}Tp><${p}CdOrPrtry><${p}Cd>CLBD</${p}Cd></${p}CdOrPrtry></${p}Tp><${p}Amt Ccy="EUR">1500.25</${p}Amt><${p}CdtDbtInd>CRDT</${p}CdtDbtInd><${p}Dt><${p}Dt>2026-11-12</${p}Dt></${p}Dt></${p}Bal>${entries}</${p}Stmt></${p}BkToCstmrStmt></${p}Document>`
const entry = (ref: string, amount: string, side: string, name: string, text: string, status = '<Sts>BOOK</Sts>') =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd>${status}<BookgDt><Dt>2026-11-10</Dt></BookgDt><ValDt><Dt>2026-11-11</Dt></ValDt><AcctSvcrRef>${ref}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E2E-${ref}</EndToEndId></Refs><RltdPties><Dbtr>${name}</Dbtr><DbtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`

t.test('what banks write of days and amounts is read, and what is none is not', async t => {
  for (const [text, cents] of [
    ['1 234,56', 123456],
    ['-1.234,56', -123456],
    ['1,234.56 EUR', 123456],
    ['45,00-', -4500],
    ['(12,30)', -1230],
    ['+7', 700],
    ['1234', 123400],
    ['', null],
    ['abc', null],
    ['1.2.3', null],
    ['12,345', 1234500]
  ] as const)
    t.equal(centsIn(text), cents, text)
  for (const [text, day] of [
    ['24/11/2026', '2026-11-24'],
    ['4.1.26', '2026-01-04'],
    ['2026-02-30', null],
    ['31/02/2026', null],
    ['2026-11-24T10:00', '2026-11-24'],
    ['', null]
  ] as const)
    t.equal(dayIn(text), day, text)
  t.same(guess(['Date opération', 'Date valeur', 'Libellé', 'Débit euros', 'Crédit euros', 'Référence', 'Pointage']), [
    'date',
    'value_date',
    'label',
    'debit',
    'credit',
    'reference',
    ''
  ])
  t.match(readCsvFile('Compte n° 123\nSolde;12\n\nDate;Libellé;Montant\n01/11/2026;A;1\n'), {
    heads: ['Date', 'Libellé', 'Montant'],
    rows: [['01/11/2026', 'A', '1']]
  })
  t.match(readCsvFile('a;b\n1;2'), { wrong: 'bank.errors.not_statement' })
})

t.test('CAMT.053 of several versions and prefixes, batches in parts, announced entries left out', async t => {
  const old = readCamt(Buffer.from(camt('02', entry('R1', '120.00', 'CRDT', '<Nm>Léa &amp; Co</Nm>', 'F2026-0001'))))
  const young = readCamt(
    Buffer.from(
      camt(
        '08',
        entry('R1', '120.00', 'CRDT', '<Pty><Nm>Léa &amp; Co</Nm></Pty>', 'F2026-0001', '<Sts><Cd>BOOK</Cd></Sts>')
      )
    )
  )
  t.same(old, young)
  t.match(old, [
    {
      iban: 'FR7630006000011234567890189',
      balance: { cents: 150025, on: '2026-11-12' },
      lines: [
        {
          cents: 12000,
          counterparty: 'Léa & Co',
          label: 'F2026-0001',
          reference: 'E2E-R1',
          bank_reference: 'R1',
          booked_on: '2026-11-10'
        }
      ]
    }
  ])
  const prefixed = camt('04', entry('R1', '1.00', 'DBIT', '', 'x').replaceAll(/<(\/?)(\w)/g, '<$1n:$2'), 'n:')
  t.match(readCamt(Buffer.from(prefixed)), [{ lines: [{ cents: -100 }] }])
  const part = (amount: string, name: string) =>
    `<TxDtls><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Nm>${name}</Nm></Dbtr></RltdPties></TxDtls>`
  const batch = (total: string) =>
    `<Ntry><Amt Ccy="EUR">${total}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-11-10T08:00:00</DtTm></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>${part('10.00', 'A')}${part('20.00', 'B')}</NtryDtls></Ntry>`
  const [apart] = readCamt(Buffer.from(camt('04', batch('30.00')))) as { lines: object[] }[]
  t.match(apart?.lines, [
    { cents: 1000, counterparty: 'A', bank_reference: 'B1/1' },
    { cents: 2000, counterparty: 'B', bank_reference: 'B1/2' }
  ])
  const [whole] = readCamt(Buffer.from(camt('04', batch('31.00')))) as { lines: object[] }[]
  t.match(whole?.lines, [{ cents: 3100 }], 'parts that do not make the whole are one line')
  t.match(readCamt(Buffer.from(camt('08', entry('P', '1.00', 'CRDT', '', 'x', '<Sts><Cd>PDNG</Cd></Sts>')))), [
    { lines: [] }
  ])
  t.match(readCamt(Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><Document/>')), { wrong: 'bank.errors.xml_unsafe' })
  t.match(readCamt(Buffer.from('<Document/>')), { wrong: 'bank.errors.not_camt' })
})

t.test('a CSV whose columns are not known waits, then the account remembers them; each line is there once', async t => {
  const head = 'Date;Date valeur;Libellé;Débit;Crédit\r\n'
  const first = `${head}03/11/2026;03/11/2026;CB BOULANGERIE;12,00;\r\n04/11/2026;04/11/2026;VIR LÉA;;120,00\r\n05/11/2026;;CAFÉ;2,00;\r\n05/11/2026;;CAFÉ;2,00;\r\n`
  const read = await send(Buffer.from(first, 'latin1'))
  t.equal(read.statusCode, 200, read.body)
  const { waiting } = read.json().value
  t.type(waiting, 'number', 'nothing is imported before somebody says what the columns are')
  t.equal((await lines()).length, 0)
  const page = await manager.get(`/bank/imports/${waiting}`)
  t.match(page.body, /CB BOULANGERIE/)
  t.match(page.body, /LÉA/, 'Windows-1252 is understood')
  const columns = ['date', 'value_date', 'label', 'debit', 'credit']
  t.equal((await manager.post(`/bank/imports/${waiting}`, { columns: ['date', '', '', '', ''] })).statusCode, 422)
  t.equal((await manager.post(`/bank/imports/${waiting}`, { columns })).statusCode, 303)
  t.same(
    (await lines()).map(({ cents }) => cents),
    [-1200, 12000, -200, -200],
    'two that say the same are two'
  )
  t.equal((await manager.post(`/bank/imports/${waiting}`, { columns })).statusCode, 404, 'a file is imported once')
  t.match((await send(first)).json(), { value: { waiting: null, added: 0, known: 4 } }, 'the same file again, in UTF-8')
  const next = `${head}05/11/2026;;CAFÉ;2,00;\r\n05/11/2026;;CAFÉ;2,00;\r\n05/11/2026;;café;2,00;\r\n06/11/2026;;VIR;;7,00\r\n`
  t.match((await send(next)).json(), { value: { added: 2, known: 2 } }, 'of a file that overlaps only what is new')
  const race = await Promise.all(Array.from({ length: 10 }, () => send(`${head}07/11/2026;;COURSE;1,00;\r\n`)))
  t.equal(
    race.reduce((sum, answer) => sum + answer.json().value.added, 0),
    1
  )
})

t.test('the same days in another format do not double, and each account has its own', async t => {
  const account_id = (await db('bank_accounts').first('id'))?.id
  await db('bank_accounts').where({ id: account_id }).update({ iban: 'FR7630006000011234567890189' })
  await send('Date;Date valeur;Libellé;Débit;Crédit\n10/11/2026;;VIR A;;120,00\n')
  const before = (await lines()).length
  const told = await send(
    camt(
      '04',
      entry('R1', '120.00', 'CRDT', '<Nm>A</Nm>', 'VIR A') + entry('R2', '120.00', 'CRDT', '<Nm>B</Nm>', 'VIR B')
    )
  )
  t.match(told.json(), { value: { added: 1, known: 1 } }, told.body)
  t.match((await send(camt('08', entry('R2', '120.00', 'CRDT', '<Nm>B</Nm>', 'VIR B')))).json(), {
    value: { added: 0 }
  })
  t.equal((await lines()).length, before + 1)
  t.match(await db('bank_accounts').where({ id: account_id }).first(), {
    balance_cents: 150025,
    balance_on: '2026-11-12'
  })
  const other = camt('04', entry('R1', '120.00', 'CRDT', '<Nm>A</Nm>', 'VIR A')).replace(
    'FR7630006000011234567890189',
    'DE89370400440532013000'
  )
  t.match((await send(other)).json(), { value: { added: 1 } })
  t.equal(
    await db('bank_accounts')
      .count()
      .then(([row]) => Number(row?.['count'])),
    2
  )
  t.equal((await send('Date;Libellé;Montant\n01/11/2026;x;1\n')).statusCode, 422, 'with two accounts one says which')
})

t.test('bad files are refused with a sentence', async t => {
  for (const file of [
    'hello',
    '<!DOCTYPE a [<!ENTITY b "c">]><Document>&b;</Document>',
    '<html/>',
    'Date;Montant;x\n',
    '%PDF-1.4'
  ])
    t.equal((await send(file)).statusCode, 422, file)
  t.equal((await send('')).statusCode, 422)
})

t.test('what a bank said stays', async t => {
  const [line] = await lines()
  await t.rejects(db('bank_lines').where({ id: line.id }).update({ cents: 1 }))
  await t.rejects(db('bank_lines').where({ id: line.id }).delete())
})

t.test(
  'a line pays its invoice once, however many say so at once; undone, it is open again and can be matched anew',
  async t => {
    const client = await makeClient(db, 'Les Aiguilles')
    const invoice = await makeInvoice(house, { client_id: client })
    const id = await addLine(invoice.due_cents, `VIR LES AIGUILLES ${invoice.number}`)
    const page = await manager.get(`/bank/${id}`)
    t.match(page.body, new RegExp(`value="invoice:${invoice.id}" checked`))
    const match = () => manager.post(`/bank/${id}/match`, { 'targets.0.target': `invoice:${invoice.id}` })
    const race = await Promise.all(Array.from({ length: 50 }, match))
    t.equal(race.filter(answer => answer.statusCode === 303).length, 1)
    t.match(await invoiceOf(invoice.id), { open_cents: 0, paid_cents: invoice.due_cents })
    t.equal((await payments(invoice.id)).length, 1)
    t.equal((await manager.post(`/bank/${id}/undoing`)).statusCode, 303)
    t.match(await invoiceOf(invoice.id), { open_cents: invoice.due_cents, paid_cents: 0 })
    t.equal((await match()).statusCode, 303, 'told by another name it is heard again')
    t.match(await invoiceOf(invoice.id), { open_cents: 0 })
    t.match(await lineOf(id), { state: 'matched', attempt: 1 })
  }
)

t.test('split over several invoices, of several clients too; what is left over is the client’s credit', async t => {
  const client = await makeClient(db, 'Répartie')
  const [a, b] = [await makeInvoice(house, { client_id: client }), await makeInvoice(house, { client_id: client })]
  const id = await addLine(a.due_cents + 5000 + 700, 'VIR')
  const over = await manager.post(`/bank/${id}/match`, {
    'targets.0.target': `invoice:${a.id}`,
    'targets.0.amount_cents': '9999'
  })
  t.equal(over.statusCode, 422)
  const split = await manager.post(`/bank/${id}/match`, {
    'targets.0.target': `invoice:${a.id}`,
    'targets.2.target': `invoice:${b.id}`,
    'targets.2.amount_cents': '50'
  })
  t.equal(split.statusCode, 303, split.body.slice(0, 500))
  t.match(await invoiceOf(a.id), { open_cents: 0 })
  t.match(await invoiceOf(b.id), { paid_cents: 5000 })
  t.match(await db('client_credits').where({ client_id: client }).first(), { cents: 700 })
  const [c, d] = [await makeInvoice(house, { client_id: client }), await makeInvoice(house)]
  const two = await addLine(c.due_cents + d.due_cents, 'VIR GROUPE')
  t.equal(
    (await manager.post(`/bank/${two}/match`, { 'targets.0.target': `invoice:${c.id}`, invoice_number: d.number }))
      .statusCode,
    303
  )
  t.same([(await invoiceOf(c.id)).open_cents, (await invoiceOf(d.id)).open_cents], [0, 0])
  t.equal((await manager.post(`/bank/${two}/undoing`)).statusCode, 303)
  t.same([(await invoiceOf(c.id)).open_cents, (await invoiceOf(d.id)).open_cents], [c.due_cents, d.due_cents])
  const usd = await makeInvoice(house, { currency: 'USD', exchange_rate: '0.9' })
  t.equal((await manager.post(`/bank/${two}/match`, { 'targets.0.target': `invoice:${usd.id}` })).statusCode, 422)
})

t.test('sure lines are proposed at the import and confirmed together; what is not sure any more is left', async t => {
  const names = ['Alpha Studio', 'Bravo Studio', 'Charlie Studio']
  const open = await Promise.all(
    names.map(async (name, at) =>
      makeInvoice(house, { client_id: await makeClient(db, name), lines: [[77_700 + at * 100, 2000]] })
    )
  )
  const account_id = (await db('bank_accounts').orderBy('id').first('id'))?.id
  const rows = open.map(
    ({ number, due_cents }, at) =>
      `2${at}/11/2026;;VIR ${names[at]} ${number};;${(due_cents / 100).toFixed(2).replace('.', ',')}`
  )
  const told = await send(`Date;Date valeur;Libellé;Débit;Crédit\n${rows.join('\n')}\n`, { account_id })
  t.match(told.json(), { value: { added: 3 } }, told.body)
  const sure = await db('bank_lines')
    .where({ state: 'open' })
    .where('score', '>=', 95)
    .where('cents', '>', 90_000)
    .orderBy('id')
  t.equal(sure.length, 3)
  t.match((await manager.get('/bank')).body, /3 lignes sont sûres/)
  await manager.post(`/bank/${sure[0].id}/category`, { category: 'other' })
  t.equal((await manager.post('/bank/sure', { ids: sure.map(({ id }) => id) })).statusCode, 303)
  t.same(
    (
      await db('bank_lines')
        .whereIn(
          'id',
          sure.map(({ id }) => id)
        )
        .orderBy('id')
    ).map(({ state }) => state),
    ['aside', 'matched', 'matched']
  )
  t.same(
    (await Promise.all(open.map(({ id }) => invoiceOf(id)))).map(({ open_cents }) => open_cents),
    [open[0]?.due_cents, 0, 0]
  )
  t.equal((await manager.post(`/bank/${sure[0].id}/undoing`)).statusCode, 303)
  t.match(await lineOf(sure[0].id), { state: 'open', category: null })
})

t.test('money that left pays expenses, whole or several, once; undone there, and not from the expense', async t => {
  const expense = async (name: string, number: string, amount: string, more: object = {}) => {
    const added = await manager.post('/expenses', {
      supplier_name: name,
      number,
      issue_date: '05/11/2026',
      with_vat: 'on',
      'lines.0.amount_cents': amount,
      'lines.0.vat_rate': '2000',
      record: 'on',
      ...more
    })
    return Number(added.location.split('/').at(-1))
  }
  const [rent, power] = [await expense('SCI des Forges', 'L-11', '1800'), await expense('Énergies', 'E-9', '200')]
  const id = await addLine(-180_000, 'PRLV SCI DES FORGES L-11')
  t.match((await manager.get('/bank')).body, /SCI des Forges · L-11/)
  const race = await Promise.all(
    Array.from({ length: 20 }, () => manager.post(`/bank/${id}/match`, { 'targets.0.target': `expense:${rent}` }))
  )
  t.equal(race.filter(answer => answer.statusCode === 303).length, 1)
  t.match(await db('expenses').where({ id: rent }).first(), { open_cents: 0, settled_on: '2026-11-10' })
  const [payment] = await db('expense_payments').where({ expense_id: rent })
  t.equal((await manager.post(`/expenses/${rent}/payments/${payment.id}/removal`)).statusCode, 422)
  t.equal((await manager.post(`/bank/${id}/undoing`)).statusCode, 303)
  t.match(await db('expenses').where({ id: rent }).first(), { open_cents: 180_000, settled_on: null })
  const both = await addLine(-200_000, 'VIR GROUPE')
  t.equal(
    (await manager.post(`/bank/${both}/match`, { 'targets.0.target': `expense:${rent}` })).statusCode,
    422,
    'all of it must find its expense'
  )
  t.equal(
    (
      await manager.post(`/bank/${both}/match`, {
        'targets.0.target': `expense:${rent}`,
        'targets.1.target': `expense:${power}`
      })
    ).statusCode,
    303
  )
  t.match(await db('expenses').where({ id: power }).first(), { open_cents: 0 })
  const credit = await expense('SCI des Forges', 'AV-1', '-60', { kind: 'credit_note' })
  const back = await addLine(6000, 'VIR SCI DES FORGES AV-1')
  t.equal(
    (await manager.post(`/bank/${back}/match`, { 'targets.0.target': `expense:${credit}` })).statusCode,
    303,
    'money that came back'
  )
  t.match(await db('expenses').where({ id: credit }).first(), { paid_cents: -6000, open_cents: 0 })
})

t.test('pages ask a fixed number of statements, and only for those who may', async t => {
  // whoever was not seen for a while is looked up again
  await manager.get('/bank')
  const one = await countQueries(house, () => manager.get('/bank?side=out&q=GROUPE'))
  const many = await countQueries(house, () => manager.get('/bank?state=all'))
  t.ok(many <= 10 && one <= many, `${one} and ${many}`)
  for (const path of [
    '/bank?state=matched',
    '/bank?state=aside',
    '/bank/accounts',
    '/bank/imports/new',
    '/',
    '/search?q=groupe'
  ])
    t.equal((await manager.get(path)).statusCode, 200, path)
  const [line] = await lines()
  t.equal((await engineer.get('/bank')).statusCode, 403)
  t.equal((await stranger.get(`/bank/${line.id}`)).statusCode, 404)
})
