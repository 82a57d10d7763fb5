import t from 'tap'
import { time } from '@patchbay/core'
import { asker, studioVoice } from '@patchbay/core/events'
import type { Questions } from '@patchbay/core/plugin'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Fields, House } from '../../../test/helper.ts'

const zone = 'Europe/Paris'
/** A Wednesday far enough away for any notice. */
const soon = time.addDays(time.startOfWeek(time.today(zone)), 30)

async function furnish(house: House) {
  const rates = { hourly_cents: '45', half_day_cents: '160', day_cents: '290', always_open: 'on', bookable: 'on' }
  await house.owner.post('/sessions/rooms', { name: 'Studio A', kind: 'cabine', colour: 8, ...rates })
  const [room] = await house.db('rooms').pluck('id')
  const [nadia] = await house
    .db('clients')
    .insert({ kind: 'person', name: 'Nadia Ferrand' })
    .returning<{ id: number }[]>('id')
  return { room: room as number, nadia: nadia?.id ?? 0 }
}

const idOf = (answer: { location: string }) => Number(answer.location.split('/').at(-1))
const night = { name: 'Nuit', unit: 'hour', cents: '60', from_clock: '22h', to_clock: '6h' }

t.test('a rule from its form to the price of a session, line by line', async t => {
  const house = await openStudio(t, { work: false })
  const { room, nadia } = await furnish(house)
  const { manager, engineer, owner } = house
  t.equal((await manager.get('/sessions/prices')).statusCode, 200)
  t.equal((await engineer.get('/sessions/prices')).statusCode, 403)
  t.equal((await manager.get('/sessions/prices/new')).statusCode, 200)
  const added = await manager.post('/sessions/prices', night)
  t.equal(added.statusCode, 303, added.body)
  t.match((await manager.get('/sessions/prices')).body, /Nuit.*22:00–06:00/s)
  const address = new URLSearchParams({ room_id: String(room), day: soon, starts: '20h', ends: '2h' }).toString()
  for (const page of ['/sessions/prices', '/sessions/prices/trial']) {
    const tried = await manager.get(`${page}?${address}`)
    for (const text of ['90,00', '240,00', '330,00', 'Tarif « Nuit »', '396,00']) t.match(tried.body, text, page)
  }
  const booking: Fields = { room_id: room, client_id: nadia, day: soon, starts: '20h', ends: '2h' }
  t.match((await engineer.get(`/sessions/preview?${address}`)).body, /330,00/, 'before anything is booked')
  const booked = await engineer.post('/sessions', booking)
  const id = idOf(booked)
  const card = await owner.get(`/sessions/${id}`)
  for (const text of ['330,00', 'Tarif « Nuit »', 'TVA 20 %']) t.match(card.body, text)
  const rule = await house.db('price_rules').first()
  const change = await manager.post(`/sessions/prices/${rule.id}`, { ...night, cents: '80', version: rule.version })
  t.equal(change.statusCode, 303, change.body)
  t.match(await house.db('sessions').where({ id }).first(), { price_cents: 330_00 }, 'what is booked keeps its price')
  const stale = await manager.post(`/sessions/prices/${rule.id}`, { ...night, version: rule.version })
  t.equal(stale.statusCode, 409)
  await house.owner.post(`/sessions/rooms/${room}`, {
    name: 'Studio A',
    kind: 'cabine',
    colour: 8,
    hourly_cents: '45',
    vat_rate: '550',
    engineer_included: 'on',
    always_open: 'on',
    bookable: 'on'
  })
  t.match(await house.db('rooms').first(), { vat_rate: 550, vat_category: 'S', engineer_included: true })
  t.match((await manager.get(`/sessions/prices?${address}`)).body, 'TVA 5,5 %')
})

t.test('what is wrong with a rule is said by its field', async t => {
  const house = await openStudio(t, { work: false })
  const { room } = await furnish(house)
  const { manager } = house
  const wrong: [object, string, RegExp][] = [
    [{ cents: '-5' }, 'f-cents', /Nuit/],
    [{ to_clock: '' }, 'f-to_clock', /Donnez le début et la fin/],
    [{ to_clock: '22h' }, 'f-to_clock', /La fin est égale au début/],
    [{ valid_from: '2027-02-01', valid_to: '2027-01-01' }, 'f-valid_to', /avant le début de la période/],
    [{ minimum_minutes: 'long' }, 'f-minimum_minutes', /long/],
    [{ weekdays: 8 }, 'f-weekdays', /Nuit/],
    [{ vat_rate: 1234 }, 'f-vat_rate', /Nuit/],
    [{ room_id: room + 1 }, 'f-room_id', /Nuit/],
    [{ unit: 'week' }, 'f-unit', /Nuit/]
  ]
  for (const [fields, field, sentence] of wrong) {
    const answer = await manager.post('/sessions/prices', { ...night, ...fields })
    t.equal(answer.statusCode, 422, JSON.stringify(fields))
    t.match(answer.body, `#${field}`)
    t.match(answer.body, sentence)
  }
  await manager.post('/sessions/prices', night)
  const twice = await manager.post('/sessions/prices', { ...night, name: 'Autre', weekdays: [1, 2, 3, 4, 5, 6, 7] })
  t.equal(twice.statusCode, 422)
  t.match(twice.body, /« Nuit » donne déjà un prix de cette unité/)
  const both = await Promise.all(
    Array.from({ length: 10 }, () => manager.post('/sessions/prices', { ...night, room_id: room }))
  )
  t.equal(both.filter(answer => answer.statusCode === 303).length, 1, 'ten at once give one')
  await manager.post('/sessions/prices', { name: 'Week-end', unit: 'hour', cents: '55', weekdays: [6, 7] })
  t.match((await manager.get('/sessions/prices')).body, /« Nuit » et « Week-end » se rencontrent/)
})

t.test('rules are ordered, archived and restored', async t => {
  const house = await openStudio(t, { work: false })
  await furnish(house)
  const { manager } = house
  await manager.post('/sessions/prices', night)
  await manager.post('/sessions/prices', { name: 'Week-end', unit: 'hour', cents: '55', weekdays: [6, 7] })
  const [first, second] = await house.db('price_rules').orderBy('id').pluck('id')
  const order = () => house.db('price_rules').orderBy('position').pluck('id')
  t.equal((await manager.post(`/sessions/prices/${second}/order`, { direction: 'up' })).statusCode, 303)
  t.same(await order(), [second, first])
  await manager.post(`/sessions/prices/${second}/order`, { direction: 'up' })
  t.same(await order(), [second, first], 'the first stays the first')
  await manager.post(`/sessions/prices/${first}/archive`)
  await manager.post('/sessions/prices', { ...night, name: 'Nuit 2' })
  const restored = await manager.post(`/sessions/prices/${first}/restore`)
  t.equal(restored.statusCode, 422, 'another took its place')
  t.match(restored.body, /« Nuit 2 » donne déjà/)
  await house
    .db('price_rules')
    .where({ name: 'Nuit 2' })
    .update({ weekdays: [1] })
  t.equal((await manager.post(`/sessions/prices/${first}/restore`)).statusCode, 303)
  t.equal((await manager.post(`/sessions/prices/${first}`, { ...night, is_owner: '1' })).statusCode, 422)
  t.equal((await house.stranger.get('/sessions/prices')).statusCode, 404)
  const one = await countQueries(house, () => manager.get('/sessions/prices'))
  for (let at = 0; at < 30; at++)
    await house
      .db('price_rules')
      .insert({ name: `Règle ${at}`, unit: 'hour', cents: at, valid_from: time.addDays('2027-01-01', at) })
  const many = await countQueries(house, () => manager.get('/sessions/prices'))
  t.equal(one, many)
  t.ok(many <= 8, `${many} statements`)
})

t.test(
  'a session shorter than the rule wants is refused by its field, unless a price is agreed with its reason',
  async t => {
    const house = await openStudio(t, { work: false })
    const { room, nadia } = await furnish(house)
    const { manager, engineer } = house
    await manager.post('/sessions/prices', {
      name: 'Soir',
      unit: 'hour',
      cents: '50',
      from_clock: '18h',
      to_clock: '23h',
      minimum_minutes: '2h'
    })
    const booking = { room_id: room, client_id: nadia, day: soon, starts: '18h' }
    const length = await manager.post('/sessions', { ...booking, duration: '1h' })
    t.equal(length.statusCode, 422)
    t.match(length.body, /#f-duration.*La durée minimale est de 2 h \(« Soir »\)/s)
    t.match((await manager.post('/sessions', { ...booking, ends: '19h' })).body, /#f-ends.*La durée minimale/s)
    t.match(
      (
        await manager.get(
          `/sessions/preview?${new URLSearchParams({ room_id: String(room), day: soon, starts: '18h', ends: '19h' }).toString()}`
        )
      ).body,
      'La durée minimale'
    )
    const silent = await manager.post('/sessions', { ...booking, ends: '19h', price_cents: '40' })
    t.match(silent.body, /#f-price_note.*Dites pourquoi/s)
    const agreed = await manager.post('/sessions', {
      ...booking,
      ends: '19h',
      price_cents: '40',
      price_note: 'Dépannage',
      deposit_cents: '10'
    })
    t.equal(agreed.statusCode, 303, agreed.body)
    t.match(
      await house
        .db('sessions')
        .where({ id: idOf(agreed) })
        .first(),
      { price_override: true, deposit_cents: 10_00 }
    )
    t.equal(
      (await engineer.post('/sessions', { ...booking, starts: '20h', ends: '22h', deposit_cents: '5' })).statusCode,
      403
    )
    const long = idOf(await manager.post('/sessions', { ...booking, starts: '20h', ends: '22h' }))
    const move = { room_id: room, day: soon, starts: '20:00', ends_day: soon, ends: '21:00' }
    const moved = await manager.post(`/sessions/${long}/move`, move)
    t.equal(moved.statusCode, 422)
    t.match(moved.json().errors.ends, /La durée minimale/)
  }
)

t.test('what is agreed with a client is on its card and in its prices', async t => {
  const house = await openStudio(t, { work: false })
  const { room, nadia } = await furnish(house)
  const { manager, engineer } = house
  const page = `/sessions/prices/clients/${nadia}`
  t.equal((await manager.get(page)).statusCode, 200)
  t.equal((await manager.get('/sessions/prices/clients/999')).statusCode, 404)
  t.equal((await manager.post(page, { discount_percent: '150' })).statusCode, 422)
  t.match((await manager.post(page, { rounding: 'none', rounding_minutes: '30' })).body, 'Sans arrondi')
  const saved = await manager.post(page, {
    discount_percent: '10',
    rounding: 'up',
    rounding_minutes: '30',
    note: 'Label ami'
  })
  t.equal(saved.statusCode, 303, saved.body)
  const card = await manager.get(`/clients/${nadia}`)
  for (const text of ['Conditions tarifaires', 'Label ami', '10 %']) t.match(card.body, text)
  t.notMatch((await engineer.get(`/clients/${nadia}`)).body, 'Label ami', 'prices are not for everybody')
  const id = idOf(
    await manager.post('/sessions', { room_id: room, client_id: nadia, day: soon, starts: '14h', duration: '1h10' })
  )
  // 70 minutes are 90: 67.50, less a tenth
  t.match(await house.db('sessions').where({ id }).first(), { price_cents: 60_75 })
  const shown = (await manager.get(`/sessions/${id}`)).body
  for (const text of ['1 h 30', 'durée réelle 1 h 10', 'Remise 10 %']) t.match(shown, text)
  const [other] = await house
    .db('clients')
    .insert({ kind: 'person', name: 'Nadia F.' })
    .returning<{ id: number }[]>('id')
  const merged = await manager.post(`/clients/${other?.id}/merging`, { from: nadia, into: other?.id })
  t.equal(merged.statusCode, 303, merged.body)
  t.match(
    await house.db('client_terms').select(),
    [{ client_id: other?.id, discount_percent: 10 }],
    'a merged client brings its terms'
  )
  t.equal((await manager.post(`/sessions/prices/clients/${other?.id}`, {})).statusCode, 303)
  t.same(await house.db('client_terms').select(), [], 'all empty is none')
})

t.test('a policy is frozen at confirmation; its fee is shown before the click, kept and waived', async t => {
  const house = await openStudio(t, { work: false })
  const { room, nadia } = await furnish(house)
  const { manager, engineer, db } = { ...house, db: house.db }
  const option = idOf(
    await manager.post('/sessions', {
      room_id: room,
      client_id: nadia,
      day: soon,
      starts: '10h',
      ends: '18h',
      state: 'option'
    })
  )
  t.match(await db('sessions').where({ id: option }).first(), { policy: null }, 'an option has none')
  await manager.post(`/sessions/${option}/confirmation`)
  const frozen = await db('sessions').where({ id: option }).first()
  t.match(frozen.policy, { name: 'Souple : 48 h', no_show_percent: 100, deposit_cents: 87_00 })
  const grid = {
    name: 'Dure',
    last_percent: '100',
    last_of: 'price',
    no_show_percent: '100',
    hours_before: ['100', ''],
    percent: ['10', ''],
    of: ['price', 'price']
  }
  t.equal((await manager.post('/sessions/policies', grid)).statusCode, 303)
  const hard = await db('cancellation_policies').where({ name: 'Dure' }).first()
  t.equal((await manager.post(`/sessions/policies/${hard.id}/default`)).statusCode, 303)
  t.match((await manager.get('/sessions/policies')).body, /100 % du prix/)
  t.match((await manager.get(`/sessions/${option}`)).body, /Annulation sans frais/, 'the old policy stays on it')
  await db('sessions')
    .where({ id: option })
    .update({ starts_at: new Date(Date.now() + 30 * 3_600_000), ends_at: new Date(Date.now() + 38 * 3_600_000) })
  const card = (await engineer.get(`/sessions/${option}`)).body
  t.match(card, /Frais d’annulation : 87,00/)
  t.match(card, /100 % de l’acompte \(87,00.€\), (29|30) h avant le début/)
  t.equal((await engineer.post(`/sessions/${option}/cancellation`, { reason: 'Malade' })).statusCode, 303)
  t.match(await db('sessions').where({ id: option }).first(), {
    cancel_fee_cents: 87_00,
    cancel_fee_how: { policy: 'Souple : 48 h' }
  })
  t.equal((await engineer.post(`/sessions/${option}/fee-waiver`, { reason: 'x' })).statusCode, 403)
  t.equal((await manager.post(`/sessions/${option}/fee-waiver`, { reason: ' ' })).statusCode, 422)
  const waived = await Promise.all(
    Array.from({ length: 10 }, () => manager.post(`/sessions/${option}/fee-waiver`, { reason: 'Cliente fidèle' }))
  )
  t.equal(waived.filter(answer => answer.statusCode === 303).length, 1, 'once')
  t.match(await db('sessions').where({ id: option }).first(), {
    fee_waived_by: manager.id,
    fee_waived_reason: 'Cliente fidèle'
  })
  t.match((await manager.get(`/sessions/${option}`)).body, /Cliente fidèle/)
  t.equal((await manager.post(`/sessions/${option}/fee-waiver/removal`)).statusCode, 303)
  t.equal((await manager.post(`/sessions/${option}/fee-waiver/removal`)).statusCode, 409)
  t.equal((await manager.post(`/sessions/${option}/reopening`)).statusCode, 303)
  t.match(await db('sessions').where({ id: option }).first(), {
    cancel_fee_cents: null,
    state: 'confirmed',
    policy: { name: 'Souple : 48 h' }
  })
})

t.test('nobody came: the fee by the policy, and lines to bill', async t => {
  const house = await openStudio(t, { work: false })
  const { room, nadia } = await furnish(house)
  const { manager, db } = house
  const id = idOf(
    await manager.post('/sessions', { room_id: room, client_id: nadia, day: soon, starts: '10h', ends: '18h' })
  )
  t.match(await billable(house, id), [
    {
      kind: 'session',
      unit: 'day',
      quantity: 1,
      cents: 290_00,
      vat_rate: 2000,
      vat_category: 'S',
      vat_included: false,
      label: /^Studio A, /
    }
  ])
  t.match(await overtime(house, id, 60), { cents: 45_00, raw_minutes: 60, vat_rate: 2000 })
  await db('sessions')
    .where({ id })
    .update({ starts_at: new Date(Date.now() - 3_600_000), ends_at: new Date(Date.now() + 3_600_000) })
  await manager.post(`/sessions/${id}/no-show`)
  t.match(await db('sessions').where({ id }).first(), { state: 'no_show', cancel_fee_cents: 290_00 })
  t.match(await billable(house, id), [{ kind: 'fee', cents: 290_00, label: /^Absence, Studio A/ }])
  await manager.post(`/sessions/${id}/fee-waiver`, { reason: 'Malentendu' })
  t.same(await billable(house, id), [], 'waived, nothing is due')
  await t.rejects(db('sessions').where({ id }).update({ state: 'confirmed' }), { message: /sessions_fee/ })
})

t.test('grids of cancellation: wrong ones are refused, the default is one', async t => {
  const house = await openStudio(t, { work: false })
  const { manager } = house
  const page = (await manager.get('/sessions/policies')).body
  for (const text of ['Souple : 48 h', 'Progressive : 7 jours', 'de 3 jours à 7 jours avant', 'le jour même'])
    t.match(page, text)
  const grid = { name: 'Grille', last_percent: '100', last_of: 'price', no_show_percent: '100' }
  for (const fields of [
    { last_percent: '101' },
    { last_percent: '' },
    { no_show_percent: '-1' },
    { name: '' },
    { hours_before: ['48', '48'], percent: ['1', '2'], of: ['price', 'price'] },
    { hours_before: ['48'], percent: [''], of: ['price'] }
  ]) {
    t.equal((await manager.post('/sessions/policies', { ...grid, ...fields })).statusCode, 422, JSON.stringify(fields))
  }
  const [a, b] = await house.db('cancellation_policies').orderBy('id').select('id', 'version')
  t.equal((await manager.get(`/sessions/policies/${b.id}`)).statusCode, 200)
  const changed = await manager.post(`/sessions/policies/${b.id}`, { ...grid, name: 'Progressive', version: b.version })
  t.equal(changed.statusCode, 303, changed.body)
  t.equal((await manager.post(`/sessions/policies/${b.id}`, { ...grid, version: b.version })).statusCode, 409)
  await Promise.all([a.id, b.id, a.id, b.id].map(id => manager.post(`/sessions/policies/${id}/default`)))
  t.equal((await house.db('cancellation_policies').where({ is_default: true })).length, 1)
  for (const id of [a.id, b.id]) await manager.post(`/sessions/policies/${id}/archive`)
  t.match((await manager.get('/sessions/policies')).body, 'Aucune grille n’est choisie')
  await manager.post(`/sessions/policies/${a.id}/default`)
  t.equal(
    (await house.db('cancellation_policies').where({ is_default: true })).length,
    0,
    'an archived one is nobody’s'
  )
  await manager.post(`/sessions/policies/${a.id}/restore`)
  t.equal((await manager.get(`/sessions/policies/${a.id}`)).statusCode, 200)
})

/** What a question is answered, as another plugin would ask it. */
async function ask<Name extends 'sessions.billable' | 'sessions.overtime'>(
  { host, studio, db }: House,
  question: Name,
  input: Questions[Name]['input']
) {
  const switched = await host.switches.of(studio, db)
  const person = { id: null, name: 'Test', role: 'owner' } as const
  const who = { db, studio, switched, person, can: () => true, voice: studioVoice(host, studio) }
  const [answer] = await asker(host, who)(question, input)
  return answer
}

const billable = (house: House, session_id: number) => ask(house, 'sessions.billable', { session_id })
const overtime = (house: House, session_id: number, minutes: number) =>
  ask(house, 'sessions.overtime', { session_id, minutes })
