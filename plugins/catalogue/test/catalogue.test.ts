import { time } from '@patchbay/core'
import t from 'tap'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Fields, House } from '../../../test/helper.ts'
import { clients } from '../../clients/plugin.ts'
import { legal } from '../../legal/plugin.ts'
import { asking } from '../../legal/test/asking.ts'
import { codeOf } from '../forms.ts'
import { catalogue } from '../plugin.ts'

const plugins = [clients, legal, catalogue]
const today = time.today('Europe/Paris')

const hour: Fields = {
  label: 'Prise de voix',
  unit: 'hour',
  unit_micros: '45,50',
  vat_rate: 2000,
  vat_category: 'S',
  nature: 'service'
}

/** What tests put into a studio by plain SQL. */
function shelf({ db }: House) {
  const add = async (table: string, row: object) => {
    const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
    return made?.id ?? 0
  }
  return {
    client: (name = 'Nadia') => add('clients', { kind: 'person', name }),
    item: (more: object = {}) =>
      add('catalogue_items', { label: 'Mixage', unit: 'track', unit_micros: 280_000_000, ...more }),
    code: (more: object = {}) => add('discount_codes', { code: 'ETE', discount_bp: 1000, ...more })
  }
}

t.test('things are put into the catalogue, found, changed and put away', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, engineer, stranger, db } = house
  t.match((await manager.get('/catalogue')).body, 'Le catalogue est vide')
  t.equal((await manager.post('/catalogue', hour)).statusCode, 303)
  const item = await db('catalogue_items').first()
  t.match(item, { label: 'Prise de voix', unit_micros: 45_500_000, vat_rate: 2000, account: null })
  const list = await engineer.get('/catalogue?q=voix')
  t.match(list.body, 'Prise de voix')
  t.match(list.body, '45,50')
  t.match((await engineer.get('/catalogue?q=guitare')).body, 'Aucun résultat')

  const wrong = await manager.post('/catalogue', {
    ...hour,
    label: '',
    unit_micros: 'cher',
    vat_rate: 1960,
    account: '7é',
    package_unit: 'hour'
  })
  t.equal(wrong.statusCode, 422)
  for (const text of ['Ce taux de TVA n’existe pas', 'De 3 à 20 chiffres', 'value="cher"']) t.match(wrong.body, text)
  t.match((await manager.post('/catalogue', { ...hour, vat_rate: 0 })).body, 'va avec une autre catégorie')
  t.match((await manager.post('/catalogue', { ...hour, package_unit: 'hour' })).body, 'f-package_quantity-error')
  t.equal(
    (await manager.post('/catalogue', { ...hour, unit_micros: '-5' })).statusCode,
    422,
    'a price is never less than nothing'
  )
  t.equal((await manager.post('/catalogue', { ...hour, code: 'VOIX', unit_micros: '0,012345' })).statusCode, 303)
  t.match((await manager.post('/catalogue', { ...hour, code: 'voix' })).body, 'déjà prise')

  const here = `/catalogue/${item.id}`
  t.match((await manager.get(here)).body, 'value="45,50"')
  t.equal((await manager.post(here, { ...hour, label: 'Voix', version: 1 })).statusCode, 303)
  t.equal(
    (await manager.post(here, { ...hour, label: 'Chant', version: 1 })).statusCode,
    409,
    'two tabs do not overwrite each other'
  )
  t.equal(
    (
      await manager.post(here, {
        ...hour,
        label: 'Voix',
        package_unit: 'hour',
        package_quantity: '7,5',
        package_days: 90,
        version: 2
      })
    ).statusCode,
    303
  )
  t.match(await db('catalogue_items').where({ id: item.id }).first(), {
    package_unit: 'hour',
    package_quantity: '7.50',
    package_days: 90
  })
  t.match((await manager.get('/catalogue?package=1')).body, '7,5 heures')
  t.equal((await manager.post(`${here}/archiving`)).statusCode, 303)
  t.notMatch((await manager.get('/catalogue')).body, 'item-' + item.id + '"')
  t.match((await manager.get('/catalogue?archived=1')).body, 'item-' + item.id + '"')
  t.equal((await manager.post(`${here}/restoring`)).statusCode, 303)

  t.equal((await engineer.post('/catalogue', hour)).statusCode, 403)
  t.equal((await stranger.get(here)).statusCode, 404)
  t.equal((await manager.get('/catalogue/999999')).statusCode, 404)
})

t.test('the list asks as often for thirty as for one, pages by keyset and leaves as a file', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, db } = house
  const { item } = shelf(house)
  await item({ label: 'Seul' })
  await manager.get('/catalogue')
  const one = await countQueries(house, () => manager.get('/catalogue'))
  await db('catalogue_items').insert(
    Array.from({ length: 60 }, (_, at) => ({
      label: `Article ${String(at).padStart(2, '0')}`,
      unit: 'piece',
      unit_micros: at * 1_000_000
    }))
  )
  const many = await countQueries(house, () => manager.get('/catalogue'))
  t.equal(one, many)
  t.ok(many <= 8, `${many} statements`)
  const first = await manager.get('/catalogue?sort=-unit_micros')
  t.ok(first.body.indexOf('Seul') < first.body.indexOf('Article 59'))
  const next = /rel="next" href="([^"]+)"/.exec(first.body)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const second = await manager.get(`/catalogue${next}`)
  t.match(second.body, 'Article 05')
  t.notMatch(second.body, 'Article 59')
  await item({ label: '=SOMME(A1)', code: '+33' })
  const file = await manager.get('/catalogue/export.csv')
  t.match(file.headers['content-type'], 'text/csv')
  t.match(file.body, "'=SOMME(A1)", 'a formula is defused')
  t.equal(file.body.trim().split('\r\n').length, 63)
  t.equal((await manager.get('/catalogue/export.csv?q=article+07')).body.trim().split('\r\n').length, 2)
})

t.test('a line finds items at its client’s price', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, engineer, db } = house
  const { client, item } = shelf(house)
  const [nadia, other] = [await client(), await client('Autre')]
  const mix = await item({ label: 'Mixage éclair', code: 'MIX', description: 'Deux allers-retours' })
  const km = await item({ label: 'Déplacement', unit: 'kilometre', unit_micros: 620_000 })
  const fine = await item({ label: 'Minute', unit: 'minute', unit_micros: 12_345 })
  const gone = await item({ label: 'Mixage ancien', archived_at: new Date() })
  const suggest = async (q: string, id?: number) =>
    (await engineer.get(`/catalogue/suggestions.json?q=${encodeURIComponent(q)}${id ? `&client_id=${id}` : ''}`)).json()
  t.same(
    (await suggest('ECLAIR mix')).map(({ item_id }: { item_id: number }) => item_id),
    [mix],
    'folded, in any order'
  )
  t.same(await suggest('zzz'), [])
  t.equal((await suggest('')).length, 3)
  t.same(
    (await suggest('mixage')).map(({ item_id }: { item_id: number }) => item_id),
    [mix],
    `${gone} is put away`
  )

  const made = await manager.post('/catalogue/lists', {
    name: 'Labels',
    discount_bp: '10',
    'prices.0.item_id': mix,
    'prices.0.unit_micros': '240',
    'prices.0.discount_bp': '',
    'prices.1.item_id': km,
    'prices.1.unit_micros': '',
    'prices.1.discount_bp': '12,5'
  })
  t.equal(made.statusCode, 303)
  const { id: list } = await db('price_lists').first('id')
  t.equal((await manager.post(`/catalogue/clients/${nadia}/list`, { list_id: list })).statusCode, 303)
  const ask = await asking(house)
  const priced = async (item_id: number, client_id: number | null) =>
    (await ask('catalogue.priced', { item_id, client_id }))[0]?.unit_micros
  t.equal(await priced(mix, null), 280_000_000)
  t.equal(await priced(mix, other), 280_000_000)
  t.equal(await priced(mix, nadia), 240_000_000, 'its own price')
  t.equal(await priced(km, nadia), 540_000, '0.62 less 12.5 %, to the cent')
  t.equal(await priced(fine, nadia), 11_111, 'finer than cents stays finer: 11,110.5 rounds up')
  t.same(await ask('catalogue.priced', { item_id: 999_999, client_id: null }), [])
  t.equal((await suggest('éclair', nadia))[0].unit_micros, 240_000_000)
  t.match((await manager.get(`/clients/${nadia}`)).body, /<option value="\d+" selected>Labels/)

  await db('legal_cards').update({ vat_regime: 'franchise' })
  t.match((await suggest('éclair'))[0], { vat_category: 'E', vat_rate: 0 }, 'a studio without VAT sells without it')
  t.match((await manager.get('/catalogue/new')).body, /<option value="E" selected>/)
  await db('legal_cards').update({ vat_regime: 'normal' })
  t.match((await suggest('éclair'))[0], { vat_category: 'S', vat_rate: 2000 })

  t.equal((await manager.post(`/catalogue/lists/${list}/archiving`)).statusCode, 303)
  t.equal(await priced(mix, nadia), 280_000_000, 'a list that is put away has no prices')
  t.equal((await manager.post(`/catalogue/lists/${list}/restoring`)).statusCode, 303)
  t.equal((await manager.post(`/catalogue/clients/${nadia}/list`, { list_id: '' })).statusCode, 303)
  t.equal(await priced(mix, nadia), 280_000_000)
})

t.test('a price list says what is wrong where it is wrong, and keeps what was typed', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, db } = house
  const { item, client } = shelf(house)
  const [one, two] = [await item({ label: 'A' }), await item({ label: 'B' })]
  const rows = (first: string, second: string) => ({
    'prices.0.item_id': one,
    'prices.0.unit_micros': first,
    'prices.1.item_id': two,
    'prices.1.discount_bp': second
  })
  const wrong = await manager.post('/catalogue/lists', { name: '', ...rows('beaucoup', '120') })
  t.equal(wrong.statusCode, 422)
  for (const text of [
    'value="beaucoup"',
    'value="120"',
    'f-prices.0.unit_micros-error',
    'f-prices.1.discount_bp-error',
    'f-name-error'
  ])
    t.match(wrong.body, text)
  t.equal((await manager.post('/catalogue/lists', { name: 'Amis', ...rows('9,90', '5') })).statusCode, 303)
  t.match((await manager.post('/catalogue/lists', { name: 'amis' })).body, 'porte déjà ce nom')
  const { id } = await db('price_lists').first('id')
  const page = await manager.get(`/catalogue/lists/${id}`)
  t.match(page.body, 'value="9,90"')
  t.equal((await manager.post(`/catalogue/lists/${id}`, { name: 'Amis', ...rows('', ''), version: 1 })).statusCode, 303)
  t.equal((await db('price_list_items')).length, 0)
  t.equal((await manager.post(`/catalogue/lists/${id}`, { name: 'Ennemis', version: 1 })).statusCode, 409)
  t.equal((await manager.post(`/catalogue/clients/999999/list`, { list_id: id })).statusCode, 404)
  const nadia = await client()
  await manager.post(`/catalogue/clients/${nadia}/list`, { list_id: 999_999 })
  t.equal((await db('client_price_lists')).length, 0, 'a list that is none')
})

t.test('a code applies to whom, when and how often it says', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, db } = house
  const { client } = shelf(house)
  const [nadia, other] = [await client(), await client('Autre')]
  t.equal(codeOf(' été 10 '), 'ÉTÉ10')
  const form = { code: 'bienvenue 10', kind: 'part', discount_bp: '10', max_per_client: 1 }
  t.equal((await manager.post('/catalogue/codes', form)).statusCode, 303)
  t.match((await manager.post('/catalogue/codes', form)).body, 'existe déjà')
  t.match((await manager.post('/catalogue/codes', { ...form, code: 'été' })).body, 'lettres sans accent')
  t.match(
    (await manager.post('/catalogue/codes', { code: 'X10', kind: 'amount', discount_bp: '10' })).body,
    'f-discount_cents-error'
  )
  t.match(
    (await manager.post('/catalogue/codes', { ...form, code: 'FIN', valid_from: '2026-12-01', valid_to: '2026-11-01' }))
      .body,
    'finit avant'
  )
  t.match(
    (await manager.post('/catalogue/codes', { ...form, code: 'QUI', client_name: 'Personne' })).body,
    'Aucun client'
  )
  const amount = {
    code: 'NADIA50',
    kind: 'amount',
    discount_cents: '50',
    minimum_cents: '300',
    client_name: 'nadia',
    valid_from: today,
    valid_to: time.addDays(today, 10)
  }
  t.equal((await manager.post('/catalogue/codes', amount)).statusCode, 303)
  t.match((await manager.get('/catalogue/codes')).body, 'NADIA50')

  const ask = await asking(house)
  const off = async (code: string, more: object = {}) =>
    (await ask('catalogue.discount', { code, client_id: nadia, on: today, net_cents: 400_00, use: null, ...more }))[0]
  t.match(await off('Bienvenue10'), { refused: null, discount_bp: 1000, discount_cents: 0, label: /BIENVENUE10.*10/ })
  t.match(await off('nadia50'), { refused: null, discount_bp: 0, discount_cents: 50_00 })
  t.match(await off('nadia50', { net_cents: 299_99 }), { refused: 'catalogue.errors.code_minimum' })
  t.match(await off('nadia50', { client_id: other }), { refused: 'catalogue.errors.code_other_client' })
  t.match(await off('nadia50', { on: time.addDays(today, -1) }), { refused: 'catalogue.errors.code_too_early' })
  t.match(await off('nadia50', { on: time.addDays(today, 11) }), { refused: 'catalogue.errors.code_over' })
  t.match(await off('rien'), { refused: 'catalogue.errors.code_unknown' })
  await db('discount_codes').where({ code: 'NADIA50' }).update({ minimum_cents: 0 })
  t.match(await off('nadia50', { net_cents: 30_00 }), { discount_cents: 30_00 }, 'never more than there is')

  const use = (client_id: number, use: string) =>
    db.transaction(
      async trx =>
        (
          await (
            await asking(house, trx)
          )('catalogue.discount', { code: 'BIENVENUE10', client_id, on: today, net_cents: 100_00, use })
        )[0]
    )
  t.match(await use(nadia, 'invoice:1'), { refused: null })
  t.match(await use(nadia, 'invoice:1'), { refused: null }, 'said twice, counted once')
  t.match(await use(nadia, 'invoice:2'), { refused: 'catalogue.errors.code_used_by_client' })
  t.match(await use(other, 'invoice:3'), { refused: null })
  const { id, used, version } = await db('discount_codes').where({ code: 'BIENVENUE10' }).first()
  t.equal(used, 2)
  const page = await manager.get(`/catalogue/codes/${id}`)
  t.match(page.body, 'Autre')
  t.match(
    (await manager.post(`/catalogue/codes/${id}`, { ...form, max_uses: 1, version })).body,
    'déjà servi plus souvent'
  )
  t.equal((await manager.post(`/catalogue/codes/${id}/archiving`)).statusCode, 303)
  t.match(await off('BIENVENUE10'), { refused: 'catalogue.errors.code_unknown' })
  t.equal((await manager.post('/catalogue/codes', form)).statusCode, 303, 'another may be called so')
})

t.test('fifty at once use a last one once', async t => {
  const house = await openStudio(t, { plugins })
  const { db } = house
  const { client, code } = shelf(house)
  const [nadia, id] = [await client(), await code({ code: 'DERNIER', max_uses: 3, used: 2 })]
  await asking(house) // switches are known then: nothing is asked outside the transactions
  const take = (use: string) =>
    db.transaction(async trx => {
      const ask = await asking(house, trx)
      return (
        await ask('catalogue.discount', { code: 'DERNIER', client_id: nadia, on: today, net_cents: 100_00, use })
      )[0]
    })
  const all = await Promise.all(Array.from({ length: 50 }, (_, at) => take(`invoice:${at}`)))
  t.equal(all.filter(one => one?.refused === null).length, 1)
  t.ok(all.every(one => one?.refused === null || one?.refused === 'catalogue.errors.code_used'))
  t.equal((await db('discount_codes').where({ id }).first()).used, 3)
  const failed = db.transaction(async trx => {
    await (
      await asking(house, trx)
    )('catalogue.discount', { code: 'DERNIER', client_id: nadia, on: today, net_cents: 1, use: 'invoice:99' })
    throw new Error('the issue failed')
  })
  await t.rejects(failed, { message: 'the issue failed' })
  t.equal((await db('discount_uses')).length, 1, 'what fails uses nothing')
  await t.rejects(db('discount_codes').where({ id }).update({ used: 4 }), /discount_codes_uses/)
})

t.test('merging clients keeps their prices and their uses of codes', async t => {
  const house = await openStudio(t, { plugins })
  const { manager, db } = house
  const { client, code } = shelf(house)
  const [from, into] = [await client('Nadia F'), await client('Nadia Ferrand')]
  const [list] = await db('price_lists').insert({ name: 'Labels' }).returning<{ id: number }[]>('id')
  await db('client_price_lists').insert({ client_id: from, list_id: list?.id })
  await db('discount_uses').insert({ code_id: await code(), use: 'invoice:1', client_id: from })
  const merged = await manager.api('POST', '/clients/merge', { from, into }, { confirm: 'true' })
  t.equal(merged.statusCode, 200, merged.body)
  t.same(await db('client_price_lists').pluck('client_id'), [into])
  t.same(await db('discount_uses').pluck('client_id'), [into])
})
