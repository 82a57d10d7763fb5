import { pageSize } from '@patchbay/core'
import t from 'tap'
import type { Test } from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Answer, Fields } from '../../../test/helper.ts'
import { linesOfSessions, pricedAs } from '../drafts/session-lines.ts'
import { totalsOf } from '../drafts/amounts.ts'
import { vatFor, vatRefusal } from '../drafts/vat.ts'
import { fillCard } from './drafting.ts'
import { makeInvoice } from './make.ts'

t.setTimeout(180_000)
const house = await openStudio(t)
const { db, manager, engineer, stranger } = house
// prices are said with VAT here
await db('plugins')
  .insert({ id: 'sessions', settings: { prices_include_vat: true } })
  .onConflict('id')
  .merge(['settings'])
const [room] = await db('rooms')
  .insert({ name: 'Studio A', kind: 'live_room', always_open: true, hourly_cents: 6000 })
  .returning<{ id: number }[]>('id')
let named = 0
let hour = 0

async function addClient(more: Record<string, unknown> = {}): Promise<number> {
  const [row] = await db('clients')
    .insert({ kind: 'band', name: `Groupe ${++named}`, ...more })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

/** A session of last month that is over, 100 € with VAT unless said otherwise. */
async function addSession(client_id: number | null, more: Record<string, unknown> = {}): Promise<number> {
  const starts_at = new Date(Date.UTC(2026, 9, 1, 8) + ++hour * 36e5)
  const price_cents = 10_000
  const [row] = await db('sessions')
    .insert({
      room_id: room?.id,
      client_id,
      title: client_id === null ? 'Maintenance' : null,
      starts_at,
      ends_at: new Date(+starts_at + 36e5),
      state: 'completed',
      completed_at: starts_at,
      price_cents,
      price_override: true,
      ...more
    })
    .returning<{ id: number }[]>('id')
  return row?.id ?? 0
}

const idOf = ({ location }: Answer) => Number(/invoices\/(\d+)/.exec(location)?.[1])
const rows = (lines: Record<string, string>[]): Fields =>
  Object.fromEntries(
    lines.flatMap((line, n) => Object.entries(line).map(([name, value]) => [`lines.${n}.${name}`, value]))
  )
const invoiceOf = (id: number) => db('invoices').where({ id }).first()

async function draft(t: Test, fields: Fields): Promise<number> {
  const answer = await manager.post('/invoices', fields)
  t.equal(
    answer.statusCode,
    303,
    answer.body
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .slice(0, 600)
  )
  return idOf(answer)
}

t.test('a draft is typed as people write, and comes to what the law says', async t => {
  const client_id = await addClient()
  const id = await draft(t, {
    client_id,
    title: 'Album',
    discount: '5 %',
    discount_label: 'Fidélité',
    ...rows([
      { kind: 'section', label: 'Enregistrement' },
      { label: 'Prise', quantity: '12,5', unit: 'hour', unit_micros: '45', vat: 'S-2000' },
      { label: 'Mixage', quantity: '2h30', unit: 'hour', unit_micros: '60,00', discount: '10 %', vat: 'S-2000' },
      { label: '', quantity: '', unit: 'piece', unit_micros: '', vat: 'S-2000' },
      { label: 'Livrets', quantity: '40', unit_micros: '2,505', vat: 'S-550', nature: 'goods' }
    ])
  })
  const invoice = await invoiceOf(id)
  // 562.50 + 135.00 at 20 %, 100.20 at 5.5 %; less 5 %: 662.62 and 95.19; VAT 132.52 and 5.24
  t.match(invoice, { net_cents: 75781, vat_cents: 13776, total_cents: 89557, due_cents: 89557, eur_total_cents: 89557 })
  t.match(invoice.vat, [
    { vat_rate: 2000, line_cents: 69750, discount_cents: 3488, base_cents: 66262, vat_cents: 13252 },
    { vat_rate: 550, base_cents: 9519, vat_cents: 524 }
  ])
  const items = await db('invoice_items').where({ invoice_id: id }).orderBy('position')
  t.same(
    items.map(({ kind, net_cents }) => [kind, net_cents]),
    [
      ['section', 0],
      ['line', 56250],
      ['line', 13500],
      ['line', 10020]
    ]
  )
  const edit = await manager.get(`/invoices/${id}/edit`)
  t.equal(edit.statusCode, 200)
  t.match(edit.body, /value="2,505"/)
  t.match(edit.body, /value="10 %"/)
  t.match(edit.body, /value="12,5"/)
  const card = await manager.get(`/invoices/${id}`)
  t.equal(card.statusCode, 200)
  t.match(card.body, /895,57\s€/u)
  t.match(card.body, /Fidélité/)
  await house.host.tenants.master('users').where({ id: house.owner.id }).update({ locale: 'en' })
  house.host.people.signIns.forget()
  const english = await house.owner.get(`/invoices/${id}`)
  t.equal(english.statusCode, 200)
  t.match(english.body, /Total incl\. VAT/)
})

t.test('what is wrong is said by its field, and nothing typed is lost', async t => {
  const client_id = await addClient()
  const wrong = await manager.post('/invoices', {
    client_id,
    ...rows([
      { label: 'Trop', quantity: '1', unit_micros: '1000000000000', vat: 'S-2000' },
      { label: 'Taux', quantity: '1', unit_micros: '10', vat: 'S-1900' },
      { label: '', quantity: 'beaucoup', unit_micros: '-3', vat: 'S-2000' },
      { label: 'Remise', quantity: '1', unit_micros: '10', discount: '11', vat: 'S-2000' }
    ])
  })
  t.equal(wrong.statusCode, 422)
  for (const sentence of ['cent millions', 'taux de TVA', 'Quantité à vérifier', 'jamais négatif', 'La remise dépasse'])
    t.match(wrong.body, sentence)
  t.match(wrong.body, /value="1000000000000"/)
  t.match(wrong.body, /id="f-lines\.2\.label-error"/)
  const none = await manager.post('/invoices', { client_name: 'Personne de connu' })
  t.equal(none.statusCode, 422)
  t.match(none.body, /Choisissez un client/)
  const foreign = await manager.post('/invoices', { client_id, currency: 'usd' })
  t.match(foreign.body, /autre devise que l’euro/)
  const negative = await manager.post('/invoices', {
    client_id,
    ...rows([{ label: 'Reprise', quantity: '-1', unit_micros: '10', vat: 'S-2000' }])
  })
  t.match(negative.body, /total est négatif/)
  t.equal((await manager.post('/invoices', { client_id, surprise: 1 })).statusCode, 422)
  const forged = await manager.post('/invoices', { client_id, ...rows([{ label: 'A', source: 'session:1' }]) })
  t.equal(forged.statusCode, 422, 'where a line comes from is not for people to write')
  t.equal((await db('invoices').where({ client_id })).length, 0)
  const more = await manager.post('/invoices', {
    client_id,
    more_rows: 'on',
    ...rows([{ label: 'Une', unit_micros: '5' }])
  })
  t.equal(more.statusCode, 422)
  t.match(more.body, /name="lines\.8\.label"/)
  t.match(more.body, /value="Une"/)
  t.notMatch(more.body, /form-errors/)
})

t.test('another currency keeps its rate, and what it is in euros', async t => {
  const client_id = await addClient()
  const id = await draft(t, {
    client_id,
    currency: 'USD',
    exchange_rate: '0,9234',
    exchange_source: 'BCE',
    exchange_on: '2026-11-02',
    ...rows([{ label: 'Mix', unit_micros: '1000', vat: 'G-0' }])
  })
  const invoice = await invoiceOf(id)
  t.match(invoice, { currency: 'USD', total_cents: 100_000, eur_total_cents: 92_340, eur_vat_cents: 0 })
  t.equal(Number(invoice.exchange_rate), 0.9234)
  t.match((await manager.get(`/invoices/${id}/edit`)).body, /value="0,9234"/)
})

t.test('two people at one draft: the second is told, and keeps what they typed', async t => {
  const client_id = await addClient()
  const id = await draft(t, { client_id, title: 'Un' })
  t.equal((await manager.post(`/invoices/${id}`, { version: 1, client_id, title: 'Deux' })).statusCode, 303)
  const late = await manager.post(`/invoices/${id}`, { version: 1, client_id, title: 'Trois' })
  t.equal(late.statusCode, 409)
  t.match(late.body, /a changé entre-temps/)
  t.match(late.body, /value="Trois"/)
  t.match(late.body, /name="version" value="2"/)
  t.match(await invoiceOf(id), { title: 'Deux', version: 2 })
  t.equal((await manager.post(`/invoices/${id}`, { version: 2, client_id, title: 'Trois' })).statusCode, 303)
})

t.test('sessions become an invoice whose total with VAT is what was said, billed once', async t => {
  const client_id = await addClient()
  const ids = [await addSession(client_id), await addSession(client_id, { price_cents: 3333 })]
  const card = await manager.get(`/sessions/${ids[0]}`)
  t.match(card.body, /Facturer/)
  const made = await manager.post('/invoices/from-sessions', { session_ids: ids })
  t.equal(made.statusCode, 303)
  const invoice = await invoiceOf(idOf(made))
  t.equal(invoice.total_cents, 13_333)
  t.match(invoice, { service_from: '2026-10-01', service_to: '2026-10-01' })
  const again = await manager.post('/invoices/from-sessions', { session_ids: [ids[1] ?? 0] })
  t.equal(again.statusCode, 422)
  t.match(again.body, new RegExp(`déjà facturée par Brouillon ${invoice.id}`))
  t.match((await manager.get(`/sessions/${ids[0]}`)).body, new RegExp(`Brouillon ${invoice.id}`))
  const edit = await manager.get(`/invoices/${invoice.id}/edit`)
  t.match(edit.body, new RegExp(`value="session:${ids[0]}"`))
  // a line taken out sets its session free
  const kept = { label: 'Reste', unit_micros: '10', vat: 'S-2000', source: `session:${ids[0]}` }
  t.equal((await manager.post(`/invoices/${invoice.id}`, { client_id, ...rows([kept]) })).statusCode, 303)
  t.equal((await manager.post('/invoices/from-sessions', { session_ids: [ids[1] ?? 0] })).statusCode, 303)
  const other = await addSession(await addClient())
  const mixed = await manager.post('/invoices/from-sessions', { session_ids: [other, await addSession(client_id)] })
  t.match(mixed.body, /plusieurs clients/)
  const nobody = await manager.post('/invoices/from-sessions', { session_ids: [await addSession(null)] })
  t.match(nobody.body, /pas de client/)
})

t.test('fifty at once bill one session once', async t => {
  const session = await addSession(await addClient())
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => manager.post('/invoices/from-sessions', { session_ids: [session] }))
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 49)
  const found = await db('invoice_items').where({ source: `session:${session}` })
  t.equal(new Set(found.map(({ invoice_id }) => invoice_id)).size, 1)
})

t.test('a month: every client with sessions to bill, drafts in one click', async t => {
  const [first, second] = [await addClient({ name: 'Mois Un' }), await addClient({ name: 'Mois Deux' })]
  await addSession(first)
  await addSession(first, { price_cents: null, price_override: false })
  await addSession(second, { state: 'no_show', completed_at: null, cancel_fee_cents: 4000 })
  const page = await manager.get('/invoices/month?month=2026-10')
  t.equal(page.statusCode, 200)
  t.match(page.body, /Mois Un/)
  t.match(page.body, /une sans prix/)
  t.match(page.body, /40,00\s€/u)
  const made = await manager.post('/invoices/month', { month: '2026-10', client_ids: [first, second] })
  t.equal(made.statusCode, 303)
  const drafts = await db('invoices').whereIn('client_id', [first, second]).orderBy('id')
  t.equal(drafts.length, 2)
  t.same(new Set(drafts.map(({ total_cents }) => total_cents)), new Set([10_000, 4000]))
  t.notMatch((await manager.get('/invoices/month?month=2026-10')).body, /Mois Un/)
  const none = await manager.post('/invoices/month', { month: '2026-10', client_ids: [first] })
  t.equal(none.statusCode, 422)
  t.match((await manager.get(`/invoices/${drafts[0].id}`)).body, /Suivant/)
  const few = await countQueries(house, () => manager.get('/invoices/month?month=2026-10'))
  const many = await addClient()
  for (let n = 0; n < 30; n++) await addSession(many)
  const most = await countQueries(house, () => manager.get('/invoices/month?month=2026-10'))
  t.equal(few, most)
})

t.test('amounts with VAT of one rate sum to what was said; without French VAT the net stays', t => {
  const said = [3333, 1001, 999, -503]
  const lines = said.map(cents => ({
    label: 'x',
    quantity: 3,
    unit: 'hour' as const,
    unit_cents: cents,
    cents,
    vat_category: 'S',
    vat_rate: 2000,
    vat_included: true,
    kind: 'session' as const
  }))
  const total = (facts: Parameters<typeof vatFor>[0]) =>
    totalsOf(linesOfSessions([{ source: 'session:1', lines }], facts)).total_cents
  t.equal(total({ regime: 'normal', treatment: 'standard' }), 4830)
  t.equal(total({ regime: 'franchise', treatment: 'standard' }), 4830)
  t.equal(total({ regime: 'normal', treatment: 'reverse_charge' }), 4025)
  for (const net of [1, 12345, 99_999_999, -777])
    for (const quantity of [1, 3, 0.3333, 7.5]) {
      const line = {
        kind: 'line',
        ...pricedAs(net, quantity),
        discount_bp: 0,
        discount_cents: 0,
        vat_category: 'S',
        vat_rate: 2000
      }
      t.equal(totalsOf([line as never]).line_cents, net)
    }
  t.equal(
    vatRefusal([{ vat_category: 'S', vat_rate: 2000 }], { regime: 'franchise', treatment: 'standard' }),
    'invoices.drafts.errors.vat_in_franchise'
  )
  t.end()
})

t.test('a deposit is a part of the whole at each rate, and the final invoice deducts it once', async t => {
  const client_id = await addClient()
  const id = await draft(t, {
    client_id,
    title: 'Album',
    ...rows([
      { label: 'Prise', unit_micros: '1000', vat: 'S-2000' },
      { label: 'Livrets', unit_micros: '200', vat: 'S-550', nature: 'goods' }
    ])
  })
  const made = await manager.post(`/invoices/${id}/deposit`, { part: '30 %' })
  t.equal(made.statusCode, 303)
  const deposit = await invoiceOf(idOf(made))
  t.match(deposit, { kind: 'deposit', total_cents: 42_330, source: `invoice:${id}` })
  t.equal(deposit.vat.length, 2)
  t.equal((await manager.post(`/invoices/${id}/deposit`, { part: '99999' })).statusCode, 422)
  const issued = await makeInvoice(house, { client_id, kind: 'deposit', lines: [[10_000, 2000]] })
  const edit = await manager.get(`/invoices/${id}/edit`)
  t.match(edit.body, new RegExp(issued.number))
  const line = { label: 'Prise', unit_micros: '1000', vat: 'S-2000' }
  const saved = await manager.post(`/invoices/${id}`, { client_id, deposits: issued.id, ...rows([line]) })
  t.equal(saved.statusCode, 303)
  t.match(await invoiceOf(id), { total_cents: 120_000, prepaid_cents: 12_000, due_cents: 108_000 })
  t.match((await manager.get(`/invoices/${id}`)).body, new RegExp(`Acompte ${issued.number}`))
  const twice = await manager.post('/invoices', { client_id, deposits: issued.id, ...rows([line]) })
  t.equal(twice.statusCode, 422)
  t.match(twice.body, /déjà déduit ailleurs/)
  const small = await makeInvoice(house, { client_id, kind: 'deposit', lines: [[900_000, 2000]] })
  const large = await manager.post(`/invoices/${id}`, { client_id, deposits: small.id, ...rows([line]) })
  t.match(large.body, /dépassent le total/)
})

t.test('credit notes never take back more than there is: of the whole, of a rate, of a line', async t => {
  const { id, number } = await makeInvoice(house, {
    client_id: await addClient(),
    lines: [
      [10_000, 2000],
      [5000, 550]
    ]
  })
  const page = await manager.get(`/invoices/${id}/credit-note`)
  t.equal(page.statusCode, 200)
  t.match(page.body, /172,75\s€/u)
  const [first, second] = await db('invoice_items').where({ invoice_id: id }).orderBy('position')
  const quantity = (item: { id: number }, q: string, n = 0): Fields => ({
    [`quantities.${n}.item_id`]: item.id,
    [`quantities.${n}.quantity`]: q
  })
  const half = await manager.post(`/invoices/${id}/credit-note`, { mode: 'lines', ...quantity(first, '0,5') })
  t.equal(half.statusCode, 303)
  t.match(await invoiceOf(idOf(half)), { kind: 'credit_note', total_cents: 6000 })
  const over = await manager.post(`/invoices/${id}/credit-note`, { mode: 'lines', ...quantity(first, '0,6') })
  t.equal(over.statusCode, 422)
  t.match(over.body, /Plus que ce qui reste/)
  t.match(over.body, `/invoices/${idOf(half)}">Brouillon`, 'with the way to what took it back')
  const edited = await manager.post(`/invoices/${idOf(half)}`, {
    client_id: (await invoiceOf(id)).client_id,
    ...rows([{ label: 'Plus', unit_micros: '101', vat: 'S-2000', source: `item:${first.id}` }])
  })
  t.equal(edited.statusCode, 422, 'nor by editing its draft')
  const most = await manager.post(`/invoices/${id}/credit-note`, { mode: 'amount', cents: '112,76' })
  t.match(most.body, /au plus 112,75/u)
  const amount = await manager.post(`/invoices/${id}/credit-note`, { mode: 'amount', cents: '10' })
  t.equal(amount.statusCode, 303)
  t.match(await invoiceOf(idOf(amount)), { total_cents: 1000 })
  const rest = await manager.post(`/invoices/${id}/credit-note`, { mode: 'full' })
  t.equal(rest.statusCode, 303)
  const sum = await db('invoices')
    .where({ kind: 'credit_note', client_id: (await invoiceOf(id)).client_id })
    .sum({ cents: 'total_cents' })
    .first()
  t.ok(Number(sum?.['cents']) <= 17_275 && Number(sum?.['cents']) >= 17_273, `all but rounding: ${sum?.['cents']}`)
  t.ok(second && number)
  t.equal((await manager.post(`/invoices/${id}/correction`)).statusCode, 422, 'what has credit notes is not corrected')
})

t.test('fifty credit notes in full at once: one', async t => {
  const { id } = await makeInvoice(house, { client_id: await addClient() })
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => manager.post(`/invoices/${id}/credit-note`, { mode: 'full' }))
  )
  t.equal(answers.filter(({ statusCode }) => statusCode === 303).length, 1)
  t.equal(answers.filter(({ statusCode }) => statusCode === 422).length, 49)
})

t.test('a corrected invoice is a copy with one reference; a duplicate is a new one', async t => {
  const { id } = await makeInvoice(house, { client_id: await addClient() })
  const made = await manager.post(`/invoices/${id}/correction`)
  t.equal(made.statusCode, 303)
  t.match(await invoiceOf(idOf(made)), { kind: 'corrected', total_cents: 12_000 })
  t.same(
    await db('invoice_references')
      .where({ invoice_id: idOf(made) })
      .pluck('refers_to'),
    [id]
  )
  t.equal((await manager.post(`/invoices/${id}/correction`)).statusCode, 422)
  const copy = await manager.post(`/invoices/${id}/copy`)
  t.match(await invoiceOf(idOf(copy)), { kind: 'invoice', state: 'draft', total_cents: 12_000 })
  t.equal((await manager.post(`/invoices/${idOf(copy)}/removal`)).statusCode, 303)
  t.notOk(await invoiceOf(idOf(copy)))
  t.equal((await manager.post(`/invoices/${id}/removal`)).statusCode, 422, 'what is issued stays')
  t.equal((await manager.post(`/invoices/${id}`, { client_id: 1 })).statusCode, 422)
})

t.test('a client’s terms: checked, printed on drafts, reminders stopped and resumed', async t => {
  const client_id = await addClient({ siren: '732829320' })
  const wrong = await manager.post(`/invoices/billing/${client_id}`, {
    vat_treatment: 'standard',
    siret: '12345678900011'
  })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, /SIRET à vérifier/)
  const strange = await manager.post(`/invoices/billing/${client_id}`, {
    vat_treatment: 'standard',
    electronic_address: 'factures@example.test'
  })
  t.equal(strange.statusCode, 422)
  t.match(strange.body, /commence par le SIREN du client, 732829320/)
  t.match(strange.body, /value="factures@example.test"/)
  const saved = await manager.post(`/invoices/billing/${client_id}`, {
    vat_treatment: 'reverse_charge',
    siret: '732 829 320 00074',
    payment_days: 45,
    recipients: 'compta@example.test\npatron@example.test',
    order_number: 'BC-77'
  })
  t.equal(saved.statusCode, 303)
  t.match(await db('client_billing').where({ client_id }).first(), {
    siret: '73282932000074',
    recipients: ['compta@example.test', 'patron@example.test']
  })
  const made = await manager.post('/invoices/from-sessions', { session_ids: [await addSession(client_id)] })
  t.match(await invoiceOf(idOf(made)), { order_number: 'BC-77', vat_cents: 0, total_cents: 8333 })
  t.match((await manager.get(`/invoices/new?client_id=${client_id}`)).body, /autoliquide la TVA/)
  await manager.post(`/invoices/billing/${client_id}/reminders/stop`, { reason: 'Accord' })
  t.match((await manager.get(`/invoices/billing/${client_id}`)).body, /Arrêtées le/)
  await manager.post(`/invoices/billing/${client_id}/reminders/resume`)
  t.equal((await db('client_billing').where({ client_id }).first()).reminders_stopped_at, null)
})

t.test('what a client owes is seen on their card, while booking, today and in the search', async t => {
  const client_id = await addClient({ name: 'Les Débiteurs' })
  const { id, number } = await makeInvoice(house, { client_id, issue_date: '2026-09-01', due_date: '2026-10-01' })
  const owes = await manager.get(`/invoices/owes?client_id=${client_id}`)
  t.match(owes.body, /Doit 120,00\s€, retard \d+ j/u)
  t.equal((await manager.get('/invoices/owes?client_id=')).body.trim(), '')
  t.match((await manager.get(`/sessions/new?client_id=${client_id}`)).body, /Doit 120,00/u)
  const { body: card } = await manager.get(`/clients/${client_id}`)
  t.match(card, new RegExp(number))
  t.match(card, /<a href="#client-invoices"><span class="badge badge-late">.*Doit 120,00/u, 'under the name as well')
  t.ok(card.indexOf('id="client-invoices"') < card.indexOf('id="reminders"'), 'what is agreed once comes last')
  t.match((await manager.get('/')).body, new RegExp(`invoices/${id}|tab=overdue`))
  t.match((await manager.get(`/search?q=${number.slice(-6)}`)).body, new RegExp(number))
  t.equal((await engineer.get(`/invoices/owes?client_id=${client_id}`)).statusCode, 403)
  const { body: seen } = await engineer.get(`/clients/${client_id}`)
  for (const words of [number, 'Doit ']) t.notMatch(seen, words)
  const kept = await manager.post(`/clients/${client_id}/removal`)
  t.not(kept.statusCode, 303, 'invoices keep a client from being deleted')
})

t.test('what waits is counted up to 100 on the page of the day', async t => {
  const client_id = await addClient()
  const [other] = await db('rooms')
    .insert({ name: 'Studio B', kind: 'live_room', always_open: true })
    .returning<{ id: number }[]>('id')
  const now = Date.now()
  const hours = (ago: number) => new Date(now - (24 * 90 + ago) * 36e5)
  const complete = (ago: number) =>
    addSession(client_id, {
      room_id: other?.id,
      starts_at: hours(ago),
      ends_at: hours(ago - 1),
      completed_at: hours(ago - 1)
    })
  await Promise.all([2, 3].map(complete))
  t.match((await manager.get('/')).body, /invoices\/month">\d+ séances à facturer</)
  await Promise.all(Array.from({ length: 100 }, (_, n) => complete(4 + n)))
  t.match((await manager.get('/')).body, /invoices\/month">100 séances à facturer ou plus</)
})

t.test('the list: tabs, search, sort, pages; as many statements for one as for many', async t => {
  const client_id = await addClient({ name: 'Zébulon Liste' })
  await makeInvoice(house, { client_id })
  const one = await countQueries(house, () => manager.get(`/invoices?client=${client_id}`))
  for (let n = 0; n < pageSize + 5; n++) await makeInvoice(house, { client_id, lines: [[1000 + n, 2000]] })
  const page = await manager.get(`/invoices?client=${client_id}&sort=total`)
  t.equal(page.statusCode, 200)
  const shown = (body: string) => [...body.matchAll(/id="invoice-(\d+)"/g)].map(([, id]) => id)
  t.equal(shown(page.body).length, pageSize)
  const next = /href="(\?[^"]*after=[^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await manager.get(`/invoices${next}`)
  t.equal(shown(second.body).length, 6)
  t.equal(new Set([...shown(page.body), ...shown(second.body)]).size, pageSize + 6)
  const many = await countQueries(house, () => manager.get(`/invoices?client=${client_id}`))
  t.ok(many <= one + 1 && many <= 8, `${many} statements, ${one} for one`)
  t.equal(shown((await manager.get('/invoices?q=zebulon&tab=open')).body).length, pageSize)
  t.equal(shown((await manager.get('/invoices?q=personne')).body).length, 0)
  for (const tab of ['drafts', 'open', 'overdue', 'paid', 'credits', 'all'])
    for (const sort of ['date', '-number', 'due', '-total'])
      t.equal((await manager.get(`/invoices?tab=${tab}&sort=${sort}`)).statusCode, 200)
  const csv = await manager.get(`/invoices/export.csv?client=${client_id}`)
  t.equal(csv.body.trim().split('\r\n').length, pageSize + 7)
  t.equal((await stranger.get(`/invoices`)).statusCode, 404)
  t.equal((await engineer.get('/invoices')).statusCode, 403)
})

t.test('what a credit note takes back in full can be billed again', async t => {
  await fillCard(db)
  const session = await addSession(await addClient())
  const invoice = idOf(await manager.post('/invoices/from-sessions', { session_ids: [session] }))
  t.equal((await manager.post(`/invoices/${invoice}/issue`)).statusCode, 303)
  t.equal((await manager.post('/invoices/from-sessions', { session_ids: [session] })).statusCode, 422)
  const note = idOf(await manager.post(`/invoices/${invoice}/credit-note`, { mode: 'full' }))
  t.equal((await manager.post('/invoices/from-sessions', { session_ids: [session] })).statusCode, 422, 'not by a draft')
  t.equal((await manager.post(`/invoices/${note}/issue`)).statusCode, 303)
  t.equal((await manager.post('/invoices/from-sessions', { session_ids: [session] })).statusCode, 303)
})
