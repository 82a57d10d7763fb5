import t from 'tap'
import { splitVat } from '@patchbay/core'
import type { Running, VatShare, VatTotal } from '@patchbay/core'
import { filesOf } from '@patchbay/core/storage'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { catalogue } from '../../catalogue/plugin.ts'
import { clients } from '../../clients/plugin.ts'
import { legal } from '../../legal/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { invoices } from '../plugin.ts'
import { desk } from './running.ts'
import { makeClient, makeInvoice, makePayment } from './make.ts'
import { recordPayment } from '../payments/recording.ts'
import { replaceInvoice } from '../payments/credit-notes.ts'
import { payableBy } from '../payments/matching.ts'
import { recordRefund } from '../payments/taking-back.ts'

t.setTimeout(180_000)
// what invoices stand on, and nothing that builds on them
const house = await openStudio(t, { plugins: [clients, legal, catalogue, sessions, invoices] })
const { db, manager, studio } = house
const files = { db, folder: filesOf(house.host.env, studio) }
const today = new Date().toISOString().slice(0, 10)
const run = <T>(work: (running: Running) => Promise<T>) => desk(house, work)
const invoiceOf = (id: number) => db('invoices').where({ id }).first()
const creditOf = async (client_id: number) =>
  (await db('client_credits').where({ client_id }).sum({ n: 'cents' }).first())?.['n'] ?? 0

const money = (invoice_id: number, cents: number, more: object = {}) => ({
  client_id: null,
  cents,
  currency: 'EUR',
  method: 'transfer' as const,
  paid_on: today,
  reference: null,
  payer: null,
  external: null,
  allocate: [{ invoice_id, cents: null }],
  ...more
})

t.test('fifty payments of one invoice at once leave it exactly paid, and the rest is the client’s credit', async t => {
  const client = await makeClient(db, 'Cinquante')
  const invoice = await makeInvoice(files, {
    client_id: client,
    lines: [
      [10_000, 2000],
      [3_333, 550]
    ]
  })
  const part = Math.ceil(invoice.due_cents / 40)
  await Promise.all(Array.from({ length: 50 }, () => run(running => recordPayment(running, money(invoice.id, part)))))
  const after = await invoiceOf(invoice.id)
  t.match(after, { paid_cents: invoice.due_cents, open_cents: 0, settled_on: today })
  t.equal(Number(await creditOf(client)), 50 * part - invoice.due_cents)
  const shares = await db('payment_transactions').where({ invoice_id: invoice.id }).pluck('vat')
  const sum = (shares as VatShare[][])
    .flat()
    .reduce<Record<number, number>>(
      (all, { vat_rate, vat_cents }) => ({ ...all, [vat_rate]: (all[vat_rate] ?? 0) + vat_cents }),
      {}
    )
  t.same(sum, { 2000: 2000, 550: 183 }, 'its own VAT to the cent, whatever the parts')
  const rows = await db('payment_transactions').orderBy('position')
  t.same(
    rows.map(({ position }) => position),
    rows.map((_, index) => index + 1),
    'numbered without a gap'
  )
})

t.test('money told fifty times by the same name is recorded once', async t => {
  const invoice = await makeInvoice(files)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      run(running => recordPayment(running, money(invoice.id, 5000, { external: 'stripe:pi_1', method: 'stripe' })))
    )
  )
  t.equal(answers.filter(({ repeated }) => !repeated).length, 1)
  t.equal(new Set(answers.map(({ payment_id }) => payment_id)).size, 1)
  t.ok(answers.every(({ allocated }) => allocated[0]?.cents === 5000))
  t.equal((await invoiceOf(invoice.id)).open_cents, 7000)
})

t.test('a refund takes what is there and no more, even fifty at once, and opens the invoice again', async t => {
  const client = await makeClient(db)
  const invoice = await makeInvoice(files, { client_id: client })
  const paid = await run(running => recordPayment(running, money(invoice.id, 15_000)))
  t.match(paid, { credited_cents: 3000, allocated: [{ open_cents: 0 }] })
  const back = (external: string | null) => ({
    payment: { id: paid.payment_id },
    cents: 4000,
    paid_on: today,
    reference: null,
    external,
    reason: 'Erreur',
    method: null
  })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => run(running => recordRefund(running, back(null))))
  )
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3, 'of 150 € three times 40 €')
  t.match(await invoiceOf(invoice.id), { paid_cents: 3000, open_cents: 9000, settled_on: null })
  t.equal(Number(await creditOf(client)), 0, 'the credit went first')
  const recorded = await db('payment_transactions').where({ invoice_id: invoice.id }).pluck('vat')
  const table = (await invoiceOf(invoice.id)).vat as VatTotal[]
  const vat = (recorded as VatShare[][]).flat().reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  t.equal(vat, splitVat(3000, table)[0]?.vat_cents)
})

t.test('the form: one invoice, several, the oldest first, too much only when it is said', async t => {
  const client = await makeClient(db, 'Zoé Formulaire')
  const first = await makeInvoice(files, { client_id: client, due_date: '2026-12-01' })
  const second = await makeInvoice(files, { client_id: client, due_date: '2026-12-15' })
  const page = await manager.get(`/invoices/${first.id}/payment`)
  t.equal(page.statusCode, 200)
  t.match(page.body, /value="120,00"/, 'what is open is proposed')
  const pay = (path: string, fields: Record<string, string | number>) =>
    manager.post(path, { method: 'transfer', paid_on: today, ...fields })
  const slip = await pay(`/invoices/${first.id}/payment`, { cents: '150,00' })
  t.equal(slip.statusCode, 422)
  t.match(slip.body, /30,00\s€ de plus que le reste dû/u)
  t.match(slip.body, /value="150,00"/, 'what was typed stays')
  t.equal((await pay(`/invoices/${first.id}/payment`, { cents: '20', paid_on: '2999-01-01' })).statusCode, 422)
  t.equal((await pay('/invoices/payments', { client_id: client, cents: '150' })).statusCode, 303)
  t.match(await invoiceOf(first.id), { open_cents: 0 }, 'the one due first')
  t.match(await invoiceOf(second.id), { open_cents: 9000 })
  const rows = { 'allocations.0.invoice_id': second.id, 'allocations.0.cents': '95' }
  const more = await pay('/invoices/payments', { client_id: client, cents: '95', ...rows })
  t.equal(more.statusCode, 422)
  t.match(more.body, /Il ne reste dû que 90,00/)
  const rest = await pay('/invoices/payments', { client_id: client, cents: '100', keep_rest: 'on' })
  t.match(rest.location, /\/invoices\/payments\/\d+$/)
  t.equal(Number(await creditOf(client)), 1000)
  const card = await manager.get(rest.location.replace(`/s/${studio.slug}`, ''))
  t.match(card.body, /Crédit du client/)
  const third = await makeInvoice(files, { client_id: client })
  t.equal((await manager.post(`/invoices/${third.id}/credit`, { cents: '10' })).statusCode, 303)
  t.match(await invoiceOf(third.id), { open_cents: 11_000, paid_cents: 1000 })
  t.equal((await manager.post(`/invoices/${third.id}/credit/return`)).statusCode, 303)
  t.match(await invoiceOf(third.id), { open_cents: 12_000 })
  t.equal(Number(await creditOf(client)), 1000)
  const list = await manager.get(`/invoices/payments?only=credit&client=${client}`)
  t.match(list.body, /10,00\s€ à affecter/u)
  t.match((await manager.get('/invoices/payments.csv')).body, /Zoé Formulaire/)
  const pdf = await manager.get(`${rest.location.replace(`/s/${studio.slug}`, '')}/receipt.pdf`)
  t.equal(pdf.headers['content-type'], 'application/pdf')
})

t.test('a wrong entry is taken back by its contrary, once; what was refunded is not', async t => {
  const invoice = await makeInvoice(files)
  const paid = await run(running => recordPayment(running, money(invoice.id, 12_000)))
  const correct = (id: number) => manager.post(`/invoices/payments/${id}/correction`, { reason: 'Mauvaise facture' })
  t.equal((await correct(paid.payment_id)).statusCode, 303)
  t.match(await invoiceOf(invoice.id), { open_cents: 12_000, settled_on: null })
  t.equal((await correct(paid.payment_id)).statusCode, 422)
  const rows = await db('payments').where({ of_payment_id: paid.payment_id })
  t.match(rows, [{ kind: 'correction', cents: -12_000 }])
  t.equal((await correct(rows[0].id)).statusCode, 404, 'a correction is not corrected')
})

t.test('a credit note is taken off, given back and kept, never more than it is, and VAT follows the money', async t => {
  const client = await makeClient(db, 'Avoir')
  const paid = await makeInvoice(files, { client_id: client })
  await run(running => recordPayment(running, money(paid.id, 12_000)))
  const open = await makeInvoice(files, { client_id: client })
  const note = await makeInvoice(files, {
    client_id: client,
    kind: 'credit_note',
    lines: [[7500, 2000]],
    refers_to: [open.id]
  })
  t.equal(note.due_cents, 9000)
  const use = (fields: Record<string, string | number>) => manager.post(`/invoices/${note.id}/use`, fields)
  t.equal((await use({ credit_cents: '90,01' })).statusCode, 422)
  t.equal((await use({})).statusCode, 422)
  const deduct = { 'allocations.0.invoice_id': open.id, 'allocations.0.cents': '40' }
  t.equal((await use({ ...deduct, refund_cents: '30', credit_cents: '20' })).statusCode, 303)
  t.match(await invoiceOf(note.id), { credited_cents: 9000, open_cents: 0, settled_on: today })
  t.match(await invoiceOf(open.id), { credited_cents: 4000, paid_cents: 0, open_cents: 8000 })
  t.equal(Number(await creditOf(client)), 2000)
  await run(running => recordPayment(running, money(open.id, 8000)))
  const collected = async () => {
    const rows = await db('payment_transactions').where({ client_id: client }).whereNot({ kind: 'credit_note' })
    return rows.flatMap(({ vat }) => vat as VatShare[]).reduce((sum, { vat_cents }) => sum + vat_cents, 0)
  }
  t.equal(await collected(), 2000 + 1333 - 500, 'of 120 + 80 received and 30 given back')
  const another = await makeInvoice(files, { client_id: client })
  t.equal((await manager.post(`/invoices/${another.id}/credit`, { cents: '' })).statusCode, 303)
  t.equal(await collected(), 2000 + 1333 - 500, 'credit of a credit note brings no VAT twice')
  t.equal((await use({ credit_cents: '0,01' })).statusCode, 422, 'it is used up')
})

t.test('money in another currency is worth its euros, and the difference is kept', async t => {
  const invoice = await makeInvoice(files, { currency: 'USD', exchange_rate: '0.90000000' })
  const wrong = await manager.post(`/invoices/${invoice.id}/payment`, {
    cents: '120',
    method: 'transfer',
    paid_on: today,
    currency: 'EUR'
  })
  t.equal(wrong.statusCode, 422)
  const paid = await manager.post(`/invoices/${invoice.id}/payment`, {
    cents: '120',
    method: 'transfer',
    paid_on: today,
    exchange_rate: '0,95'
  })
  t.equal(paid.statusCode, 303)
  const row = await db('payment_transactions').where({ invoice_id: invoice.id }).first()
  t.match(row, { cents: 12_000, eur_cents: 10_800, exchange_cents: 600 })
})

t.test('a corrected invoice stands in place of the other, with what was paid of it', async t => {
  const client = await makeClient(db, 'Rectifiée')
  const old = await makeInvoice(files, { client_id: client })
  await run(running => recordPayment(running, money(old.id, 5000)))
  const now = await makeInvoice(files, {
    client_id: client,
    kind: 'corrected',
    lines: [[3000, 2000]],
    refers_to: [old.id]
  })
  await run(running => replaceInvoice(running, now.id))
  t.match(await invoiceOf(old.id), { paid_cents: 0, credited_cents: 12_000, open_cents: 0 })
  t.match(await invoiceOf(now.id), { paid_cents: 3600, open_cents: 0 })
  t.equal(Number(await creditOf(client)), 1400)
})

t.test('a bank line finds the invoice it is for, by number, amount and name', async t => {
  const client = await makeClient(db, 'Marguerite Quénot')
  const invoice = await makeInvoice(files, { client_id: client, lines: [[123_400, 2000]] })
  const find = (cents: number, text: string) => payableBy(db, { cents, currency: 'EUR', text })
  const text = `VIR SEPA RECU DE QUENOT MARGUERITE REF ${invoice.number.replace('-', ' ')}`
  const [sure] = await find(invoice.due_cents, text)
  t.match(sure, { invoice_id: invoice.id, score: 100 })
  const [byName] = await find(invoice.due_cents, 'VIR QUENOT MARGUERITE')
  t.match(byName, { invoice_id: invoice.id })
  t.ok((byName?.score ?? 0) < 95)
  t.same(await find(1, 'RIEN'), [])
})

t.test('the account of a client adds up, on the page, in the file, on paper and by mail', async t => {
  const client = await makeClient(db, 'Relevé & Fils')
  const invoice = await makeInvoice(files, { client_id: client, issue_date: today })
  await makePayment(db, manager.id, invoice.id, 5000)
  const path = `/invoices/statement/${client}`
  const page = await manager.get(path)
  t.equal(page.statusCode, 200)
  t.match(page.body, /Reste dû : 70,00/)
  const csv = await manager.get(`${path}/statement.csv`)
  t.match(csv.body, /Règlement – Virement;;50,00;70,00/)
  t.equal((await manager.get(`${path}/statement.pdf`)).statusCode, 200)
  const year = `${today.slice(0, 4)}-01-01`
  const mail = { currency: 'EUR', from: year, to: today, recipient: 'compta@example.test' }
  t.equal((await manager.post(`${path}/mail`, { ...mail, recipient: 'x' })).statusCode, 422)
  t.equal((await manager.post(`${path}/mail`, mail)).statusCode, 303)
  await house.settle()
  const sent = await house.host.tenants.master('mails').where({ recipient: 'compta@example.test' })
  t.equal(sent.length, 1)
  t.match(sent[0].text, /Reste dû : 70,00/)
})

t.test('the list of clients can be kept to those who owe money, on the page, by the API and in the file', async t => {
  const [owing, settled] = [await makeClient(db, 'Débiteur Lenoir'), await makeClient(db, 'Soldée Lenoir')]
  await makeInvoice(files, { client_id: owing, issue_date: today })
  const paid = await makeInvoice(files, { client_id: settled, issue_date: today })
  await makePayment(db, manager.id, paid.id, 12_000)
  t.match((await manager.get('/clients')).body, 'Doivent de l’argent')
  const names = (body: string) => ['Débiteur Lenoir', 'Soldée Lenoir'].filter(name => body.includes(name))
  t.same(names((await manager.get('/clients?q=lenoir')).body), ['Débiteur Lenoir', 'Soldée Lenoir'])
  t.same(names((await manager.get('/clients?q=lenoir&by=owes')).body), ['Débiteur Lenoir'])
  t.same(names((await manager.get('/clients?by=owes&sort=-updated_at')).body), ['Débiteur Lenoir'])
  t.same(names((await manager.get('/clients/export.csv?by=owes')).body), ['Débiteur Lenoir'])
  t.same(names((await manager.api('GET', '/clients/list?by=owes')).body), ['Débiteur Lenoir'])
  t.equal(names((await manager.get('/clients?q=lenoir&by=nobody_knows')).body).length, 2)
  const assistant = await house.assistant.get('/clients?q=lenoir&by=owes')
  t.notMatch(assistant.body, 'Doivent de l’argent', 'who may not see invoices does not learn it from clients')
  t.equal(names(assistant.body).length, 2)
})

t.test('lists ask as often for thirty payments as for one; nobody else sees them', async t => {
  const invoice = await makeInvoice(files, { lines: [[100_000, 2000]] })
  const path = '/invoices/payments?q=Trentaine'
  await db('clients')
    .where({ id: (await invoiceOf(invoice.id)).client_id })
    .update({ name: 'Trentaine' })
  await makePayment(db, manager.id, invoice.id, 100)
  await manager.get(path)
  const one = await countQueries(house, () => manager.get(path))
  for (let n = 0; n < 29; n++) await makePayment(db, manager.id, invoice.id, 100)
  const thirty = await countQueries(house, () => manager.get(path))
  t.equal(thirty, one)
  t.ok(one <= 8, `${one} statements`)
  const card = await db('payments').orderBy('id', 'desc').first('id')
  t.equal((await house.stranger.get(`/invoices/payments/${card.id}`)).statusCode, 404)
  t.equal((await house.engineer.get('/invoices/payments')).statusCode, 403)
})
