import { time } from '@patchbay/core'
import t from 'tap'
import { work } from '../../../core/events.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import { catalogue } from '../../catalogue/plugin.ts'
import { clients } from '../../clients/plugin.ts'
import { invoices } from '../../invoices/plugin.ts'
import { legal } from '../../legal/plugin.ts'
import { asking } from '../../legal/test/asking.ts'
import { sessions } from '../../sessions/plugin.ts'
import { coverLines, minutesOf } from '../covering.ts'
import { packages } from '../plugin.ts'
import type { Cover, CoveredSession } from '../session-queries.ts'
import { counter, tellNow } from './selling.ts'

const plugins = [clients, legal, catalogue, sessions, invoices, packages]
const today = time.today('Europe/Paris')

t.test('a paid invoice opens the packages on it, once', async t => {
  const house = await openStudio(t, { plugins })
  const { db } = house
  const { client, item, invoice, pay } = counter(house)
  const nadia = await client()
  const paid = await invoice(nadia, await item(), { quantity: 2 })
  await tellNow(house, 'invoices.settled', { invoice_id: paid })
  t.same(await db('package_balances'), [], 'something is left to pay: the fact was wrong')
  await pay(paid, nadia, 48_000)
  await tellNow(house, 'invoices.settled', { invoice_id: paid })
  await tellNow(house, 'invoices.settled', { invoice_id: paid })
  const all = await db('package_balances')
  t.equal(all.length, 1, 'heard twice, opened once')
  t.match(all[0], {
    client_id: nadia,
    unit: 'hour',
    quantity: 1200,
    remaining: 1200,
    opened_on: '2026-11-21',
    expires_on: '2027-05-20',
    held_at: null
  })

  await pay(paid, nadia, -8000)
  await tellNow(house, 'invoices.reopened', { invoice_id: paid })
  t.ok((await db('package_balances').first()).held_at, 'an unpaid package waits')
  await pay(paid, nadia, 8000)
  await tellNow(house, 'invoices.settled', { invoice_id: paid })
  t.equal((await db('package_balances').first()).held_at, null)

  const corrected = await invoice(nadia, await item(), { kind: 'corrected', corrects: paid })
  await pay(corrected, nadia, 48_000)
  await tellNow(house, 'invoices.settled', { invoice_id: corrected })
  t.equal((await db('package_balances')).length, 1, 'what a corrected invoice repeats is open already')

  const credited = await invoice(nadia, await item())
  const note = await invoice(nadia, await item(), { kind: 'credit_note' })
  await pay(credited, nadia, 48_000, note)
  await tellNow(house, 'invoices.settled', { invoice_id: credited })
  t.equal((await db('package_balances')).length, 1, 'a credit note alone pays no package')

  const plain = await invoice(nadia, await item({ package_unit: null, package_quantity: null, package_days: null }))
  await pay(plain, nadia, 48_000)
  await tellNow(house, 'invoices.settled', { invoice_id: plain })
  t.equal((await db('package_balances')).length, 1, 'what is no package opens none')
})

t.test('a session is drawn from a package, and its bill is less by that', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager, engineer } = house
  const { client, balance, session } = counter(house)
  const nadia = await client()
  const ten = await balance(nadia, { remaining: 180 })
  const other = await balance(await client('Autre'))
  const id = await session(nadia, { hours: 4 })
  const page = await manager.get(`/sessions/${id}`)
  t.match(page.body, 'reste 3')
  t.match(page.body, `/packages/sessions/${id}/use`)
  t.notMatch((await engineer.get(`/sessions/${id}`)).body, `/packages/sessions/${id}/use`, 'seen, not used')

  const use = (fields: object) => manager.post(`/packages/sessions/${id}/use`, { ...fields })
  const wrong = await use({ balance_id: other })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'celui d’un autre client')
  t.match((await use({ balance_id: ten, minutes: '5h' })).body, 'C’est plus que')
  t.match((await use({ balance_id: ten, minutes: '3h30' })).body, 'n’en reste pas autant')
  t.equal((await use({ balance_id: ten, minutes: '1h' })).statusCode, 303)
  const ask = await asking(house)
  const off = async () => (await ask('sessions.billable', { session_id: id })).flat()
  t.match(
    (await off()).filter(({ kind }) => kind === 'discount'),
    [
      {
        quantity: 1,
        unit: 'hour',
        unit_cents: -5000,
        cents: -5000,
        vat_rate: 2000,
        vat_category: 'S',
        vat_included: false
      }
    ]
  )
  t.equal((await use({ balance_id: ten })).statusCode, 303, 'what is left')
  t.equal((await db('package_balances').where({ id: ten }).first()).remaining, 0)
  const lines = await off()
  t.equal(
    lines.reduce((sum, { cents }) => sum + cents, 0),
    5000,
    'one hour of four is to be paid'
  )
  t.match((await use({ balance_id: ten })).body, 'épuisé')

  t.equal((await manager.post(`/packages/sessions/${id}/covers/${ten}/removal`)).statusCode, 303)
  t.equal((await db('package_balances').where({ id: ten }).first()).remaining, 180)
  t.equal((await off()).length, 1)
  t.equal(
    (await manager.post(`/packages/sessions/${id}/covers/${ten}/removal`)).statusCode,
    404,
    'nothing to give back'
  )

  const five = await balance(nadia, { unit: 'session', quantity: 5, remaining: 5, label: 'Cinq séances' })
  t.equal((await use({ balance_id: five })).statusCode, 303)
  t.equal(
    (await off()).reduce((sum, { cents }) => sum + cents, 0),
    0
  )
  t.match((await use({ balance_id: ten })).body, 'déjà couverte')

  await t.rejects(db('package_uses').update({ amount: 1 }), { code: '23001' }, 'draws are only ever added')
  await t.rejects(db('package_uses').delete(), { code: '23001' })
  const row = { balance_id: ten, kind: 'correction', amount: 181, by_name: 'x' }
  await t.rejects(db('package_uses').insert(row), /package_balances_remaining/, 'never less than nothing')
})

t.test('what may not be used is not', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager, engineer, stranger } = house
  const { client, balance, session, invoice, item } = counter(house)
  const nadia = await client()
  const use = async (balance_id: number, session_id: number) =>
    manager.post(`/packages/sessions/${session_id}/use`, { balance_id })
  const id = await session(nadia)
  t.match(
    (await use(await balance(nadia, { expires_on: time.addDays(today, 1) }), id)).body,
    'ne vaut plus le jour de la séance'
  )
  t.match((await use(await balance(nadia, { held_at: new Date() }), id)).body, 'n’est pas payée')
  const option = await session(nadia, { state: 'option', rank: 1, expires_at: new Date(Date.now() + 864e5) })
  t.equal((await use(await balance(nadia), option)).statusCode, 409)
  const billed = await session(nadia)
  await db('invoice_sources').insert({ source: `session:${billed}`, invoice_id: await invoice(nadia, await item()) })
  t.equal((await use(await balance(nadia), billed)).statusCode, 409)
  t.equal((await use(999_999, id)).statusCode, 404)
  t.equal((await use(await balance(nadia), 999_999)).statusCode, 404)
  t.equal((await engineer.post(`/packages/sessions/${id}/use`, { balance_id: 1 })).statusCode, 403)
  t.equal((await stranger.get('/packages')).statusCode, 404)
  t.equal((await db('package_uses')).length, 0)

  const covered = await session(nadia)
  const good = await balance(nadia)
  t.equal((await use(good, covered)).statusCode, 303)
  await db('invoice_sources').insert({ source: `session:${covered}`, invoice_id: await invoice(nadia, await item()) })
  t.equal(
    (await manager.post(`/packages/sessions/${covered}/covers/${good}/removal`)).statusCode,
    409,
    'it is billed with its package'
  )
})

t.test('fifty at once draw a last hour once, and cover a session once', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager } = house
  const { client, balance, session } = counter(house)
  const nadia = await client()
  const last = await balance(nadia, { remaining: 60 })
  const each = []
  for (let at = 0; at < 50; at++) each.push(await session(nadia, { hours: 1, inDays: 3 + at }))
  const all = await Promise.all(
    each.map(id => manager.api('POST', '/packages/use', { session_id: id, balance_id: last }))
  )
  t.equal(all.filter(({ statusCode }) => statusCode === 200).length, 1)
  t.equal((await db('package_balances').where({ id: last }).first()).remaining, 0)

  const [id, one, two] = [await session(nadia, { hours: 2 }), await balance(nadia), await balance(nadia)]
  const both = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      manager.api('POST', '/packages/use', { session_id: id, balance_id: at % 2 ? one : two })
    )
  )
  t.equal(both.filter(({ statusCode }) => statusCode === 200).length, 1)
  t.equal((await db('package_uses').where({ session_id: id }).sum('amount as n').first<{ n: number }>()).n, 120)
})

t.test('what is called off gives its hours back, unless they pay its fee', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager } = house
  const { client, balance, session } = counter(house)
  const nadia = await client()
  const ten = await balance(nadia)
  const left = async () => (await db('package_balances').where({ id: ten }).first()).remaining
  const free = await session(nadia, { hours: 2 })
  await manager.api('POST', '/packages/use', { session_id: free, balance_id: ten })
  t.equal(await left(), 480)
  const off = { state: 'cancelled', cancelled_at: new Date(), cancelled_from: 'confirmed' }
  await db('sessions').where({ id: free }).update(off)
  await tellNow(house, 'sessions.cancelled', { session_id: free })
  await tellNow(house, 'sessions.cancelled', { session_id: free })
  t.equal(await left(), 600)

  const late = await session(nadia, { hours: 2 })
  await manager.api('POST', '/packages/use', { session_id: late, balance_id: ten })
  await db('sessions')
    .where({ id: late })
    .update({ ...off, cancel_fee_cents: 5000 })
  await tellNow(house, 'sessions.cancelled', { session_id: late })
  t.equal(await left(), 480, 'they pay the fee')
  const bill = (await (await asking(house))('sessions.billable', { session_id: late })).flat()
  t.equal(
    bill.reduce((sum, { cents }) => sum + cents, 0),
    0
  )

  const given = await session(nadia, { hours: 1 })
  await manager.api('POST', '/packages/use', { session_id: given, balance_id: ten })
  await db('sessions')
    .where({ id: given })
    .update({ client_id: await client('Autre') })
  await tellNow(house, 'sessions.changed', { session_id: given })
  t.equal(await left(), 480, 'it is another client’s now')
})

t.test('packages end, can be taken up again, and are corrected for a reason', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager, host, studio } = house
  const { client, balance } = counter(house)
  const nadia = await client()
  const ended = await balance(nadia, { remaining: 90, expires_on: time.addDays(today, -1) })
  const lasting = await balance(nadia, { expires_on: today })
  const soon = await balance(nadia, { expires_on: time.addDays(today, 12), label: 'Forfait bientôt fini' })
  for (let at = 0; at < 3; at++) await work(host, studio, 'packages', 'expire')
  t.match(await db('package_balances').where({ id: ended }).first(), { remaining: 0, expired_at: Date })
  t.match(
    await db('package_balances').where({ id: lasting }).first(),
    { remaining: 600, expired_at: null },
    'its last day counts'
  )
  t.same(await db('package_uses').select('kind', 'amount'), [{ kind: 'expiry', amount: 90 }])
  t.match((await manager.get('/')).body, 'Forfaits bientôt échus')
  t.match((await manager.get('/packages?state=soon')).body, `package-${soon}"`)
  t.match((await manager.get('/packages?state=expired')).body, `package-${ended}"`)

  t.match((await manager.post(`/packages/${ended}/expiry`, { expires_on: time.addDays(today, -3) })).body, 'déjà passé')
  t.equal((await manager.post(`/packages/${ended}/expiry`, { expires_on: time.addDays(today, 30) })).statusCode, 303)
  t.match(await db('package_balances').where({ id: ended }).first(), { remaining: 90, expired_at: null })

  const correct = (fields: object) => manager.post(`/packages/${ended}/corrections`, { ...fields })
  t.equal((await correct({ quantity: '-2', note: 'Erreur' })).statusCode, 422, 'there is not that much left')
  t.equal((await correct({ quantity: '0', note: 'Rien' })).statusCode, 422)
  t.equal((await correct({ quantity: '1,5', note: '' })).statusCode, 422)
  t.equal((await correct({ quantity: '-0,5', note: 'Retard du studio <b>' })).statusCode, 303)
  t.equal((await db('package_balances').where({ id: ended }).first()).remaining, 60)
  t.match((await manager.get(`/packages/${ended}`)).body, 'Retard du studio &lt;b')
  t.equal(
    (await manager.api('POST', '/packages/correct', { id: ended, quantity: 1, note: 'x' })).statusCode,
    428,
    'to be confirmed'
  )
})

t.test('packages from elsewhere are entered by hand, listed and merged', async t => {
  const house = await openStudio(t, { plugins })
  const { db, manager } = house
  const { client, balance } = counter(house)
  const nadia = await client('Nadia Ferrand')
  t.match((await manager.get('/packages')).body, 'Aucun forfait en cours')
  const fields = {
    client_name: 'nadia ferrand',
    label: 'Forfait offert',
    unit: 'hour',
    quantity: '7,5',
    expires_on: ''
  }
  t.equal((await manager.post('/packages', fields)).statusCode, 303)
  t.match(await db('package_balances').first(), { client_id: nadia, quantity: 450, remaining: 450, expires_on: null })
  const wrong = await manager.post('/packages', { ...fields, client_name: 'Personne', unit: 'session' })
  t.match(wrong.body, 'Aucun client')
  t.match((await manager.post('/packages', { ...fields, unit: 'session' })).body, 'nombre entier')
  t.match((await manager.get(`/clients/${nadia}`)).body, 'Forfait offert')
  await manager.get('/packages')
  const one = await countQueries(house, () => manager.get('/packages'))
  for (let at = 0; at < 40; at++) await balance(nadia, { label: `Forfait ${at}` })
  t.equal(await countQueries(house, () => manager.get('/packages')), one)
  t.ok(one <= 8)
  const first = await manager.get('/packages')
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  t.match((await manager.get(`/packages${next}`)).body, 'Forfait offert')
  t.match((await manager.get('/packages?q=ferrand+39')).body, '>Forfait 39<')
  const into = await client('Nadia F.')
  t.equal((await manager.api('POST', '/clients/merge', { from: nadia, into }, { confirm: 'true' })).statusCode, 200)
  t.equal((await db('package_balances').where({ client_id: nadia })).length, 0)
  const before = await countQueries(house, () => manager.get(`/clients/${into}`))
  t.ok(before <= 14, `${before} statements with every plugin’s section`)
})

t.test('cover lines add up to the cent, whatever covers what', async t => {
  const line = (kind: string, cents: number, vat_rate: number, billed: number | null = null) => ({
    kind,
    cents,
    vat_rate,
    vat_category: 'S',
    billed_minutes: billed
  })
  const session = (more: object) =>
    ({
      state: 'completed',
      starts_at: new Date('2026-11-20T10:00Z'),
      ends_at: new Date('2026-11-20T13:00Z'),
      price_cents: 1,
      price_override: false,
      price_lines: [line('room', 10_001, 2000, 180)],
      cancel_fee_cents: null,
      fee_waived_at: null,
      ...more
    }) as unknown as CoveredSession
  const cover = (amount: number, unit = 'hour') => ({ balance_id: 1, label: 'F', unit, amount }) as Cover
  const off = (one: CoveredSession, covers: Cover[]) =>
    coverLines(one, covers, { vat_included: true, label: () => 'F' }).map(({ cents }) => cents)
  t.same(off(session({}), []), [])
  t.same(off(session({}), [cover(60)]), [-3334])
  t.same(
    off(session({}), [cover(60), cover(60), cover(60)]).reduce((a, b) => a + b, 0),
    -10_001
  )
  t.same(off(session({}), [cover(999)]), [-10_001], 'never more than all of it')
  t.same(off(session({}), [cover(1, 'session')]), [-10_001])
  const mixed = [
    line('room', 9000, 2000, 120),
    line('person', 3000, 2000),
    line('discount', -1200, 2000),
    line('room', 1000, 550, 60)
  ]
  t.same(
    off(session({ price_lines: mixed }), [cover(180)]),
    [-8100, -1000],
    'the room less its share of the discount; nobody beside it'
  )
  t.same(off(session({ price_override: true, price_cents: 5000 }), [cover(90)]), [-2500], 'of the time booked')
  t.equal(minutesOf(session({ price_lines: [] })), 180)
  t.same(off(session({ state: 'no_show', cancel_fee_cents: 6000 }), [cover(90)]), [-3000])
  t.same(off(session({ state: 'no_show', cancel_fee_cents: 6000, fee_waived_at: new Date() }), [cover(90)]), [])
})
