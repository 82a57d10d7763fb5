import { time } from '@patchbay/core'
import { readStored } from '@patchbay/core/storage'
import sharp from 'sharp'
import t from 'tap'
import { filesOf } from '../../../core/storage.ts'
import { countQueries, openStudio } from '../../../test/helper.ts'
import type { Fields } from '../../../test/helper.ts'
import { contrastOnWhite, frenchVat, isBic, isIban, isSiren, isSiret, isVatNumber } from '../numbers.ts'
import { legal } from '../plugin.ts'
import { missingOf } from '../seller.ts'
import { findCard } from '../queries.ts'
import { asking } from './asking.ts'

const identity: Fields = {
  name: 'Cabine Éole',
  legal_form: 'SARL',
  capital_cents: '8 000,00',
  siren: '732 829 320',
  siret: '732 829 320 00074',
  register: 'RCS Rennes',
  address: '12 rue du Chapitre',
  postal_code: '35000',
  city: 'Rennes',
  country: 'FR'
}

t.test('numbers carry their own check', async t => {
  t.ok(isSiren('732829320'))
  for (const wrong of ['732829321', '73282932', '73282932A', '']) t.notOk(isSiren(wrong), wrong)
  t.ok(isSiret('73282932000074'))
  t.notOk(isSiret('73282932000075'))
  t.ok(isSiret('35600000000048'), 'the head office of La Poste passes by Luhn')
  t.ok(isSiret('35600000049837'), 'an establishment of La Poste passes by the sum of its digits')
  t.notOk(isSiret('35600000049838'))
  t.equal(frenchVat('732829320'), 'FR44732829320')
  t.ok(isVatNumber('FR44732829320'))
  t.notOk(isVatNumber('FR45732829320'), 'a wrong key')
  for (const [number, right] of [
    ['BE0123456789', true],
    ['BE123456789', false],
    ['DE123456789', true],
    ['LU12345678', true],
    ['ESX1234567R', true],
    ['NL123456789B01', true],
    ['GB123456789', true],
    ['US123456789', false],
    ['FR', false]
  ] as const)
    t.equal(isVatNumber(number), right, number)
  for (const iban of [
    'FR7630006000011234567890189',
    'DE89370400440532013000',
    'BE68539007547034',
    'GB82WEST12345698765432'
  ])
    t.ok(isIban(iban), iban)
  for (const iban of [
    'FR7630006000011234567890188',
    'FR763000600001123456789018',
    'XX7630006000011234567890189',
    'DE8937040044053201300',
    ''
  ])
    t.notOk(isIban(iban), iban)
  for (const bic of ['AGRIFRPP', 'BNPAFRPPXXX']) t.ok(isBic(bic), bic)
  for (const bic of ['AGRIFRP', 'AGRI1RPP', 'BNPAFRPPXX']) t.notOk(isBic(bic), bic)
  t.ok(contrastOnWhite('#000000') > 20.9 && contrastOnWhite('#ffffff') < 1.1)
})

t.test('an empty card speaks as the studio, and says what is missing', async t => {
  const house = await openStudio(t, { plugins: [legal] })
  const { owner, manager, engineer, stranger, db } = house
  const [seller] = await (await asking(house))('legal.seller', { on: '2026-11-22', language: 'fr' })
  t.equal(seller?.name, 'Studio Test')
  t.equal(seller?.vat_regime, 'normal')
  t.same(
    seller?.missing,
    ['legal_form', 'address', 'postal_code', 'city', 'siren', 'vat_number'].map(key => `legal.missing.${key}`)
  )
  const page = await owner.get('/legal')
  t.equal(page.statusCode, 200)
  t.match(page.body, 'Il manque 6 choses avant le premier document')
  t.match(page.body, /href="[^"]*\/legal#f-siren"/)
  t.match((await owner.get('/')).body, 'Compléter la fiche légale')
  t.notMatch((await manager.get('/')).body, 'Compléter la fiche légale', 'only for who can do it')
  for (const path of ['', '/vat', '/bank', '/look', '/wordings', '/wording', '/accounts'])
    t.equal((await manager.get(`/legal${path}`)).statusCode, 200, path)
  t.match((await owner.get('/legal/wording?code=nothing')).body, 'Franchise en base')
  t.equal((await owner.get('/legal/logos/1')).statusCode, 404)
  t.equal((await engineer.get('/legal')).statusCode, 403)
  t.equal((await stranger.get('/legal')).statusCode, 404)
  t.equal((await manager.post('/legal', identity)).statusCode, 403, 'reading is not writing')
  t.ok((await countQueries(house, () => owner.get('/legal'))) <= 8)

  const missing = async (fields: object) => {
    await db('legal_cards').update(fields)
    return missingOf(await findCard(db)).map(({ key }) => key.split('.').at(-1))
  }
  t.same(await missing({ legal_form: 'SAS', siren: '732829320' }), [
    'address',
    'postal_code',
    'city',
    'capital',
    'register',
    'vat_number'
  ])
  t.same(await missing({ legal_form: 'EI', vat_regime: 'franchise' }), ['address', 'postal_code', 'city'])
  t.same(await missing({ legal_form: 'Association', siren: null }), ['address', 'postal_code', 'city', 'siren'])
})

t.test('the card is filled in, and every check has its sentence', async t => {
  const house = await openStudio(t, { plugins: [legal] })
  const { owner, db } = house
  const wrong = await owner.post('/legal', {
    ...identity,
    siren: '732829321',
    siret: '123',
    country: 'France',
    email: 'non'
  })
  t.equal(wrong.statusCode, 422)
  for (const text of ['Ce SIREN n’est pas juste', 'Ce SIRET n’est pas juste', 'Deux lettres', 'Cabine Éole'])
    t.match(wrong.body, text)
  const other = await owner.post('/legal', { ...identity, siret: '35600000000048' })
  t.match(other.body, 'Le SIRET commence par le SIREN')
  const strange = await owner.post('/legal', { ...identity, electronic_address: '123456782' })
  t.match(strange.body, 'commence par le SIREN')

  const slash = await owner.post('/legal', { ...identity, electronic_address: '732829320/factures' })
  t.match(slash.body, 'Des lettres, des chiffres')

  const saved = await owner.post('/legal', { ...identity, version: 1 })
  t.equal(saved.statusCode, 303)
  const stale = await owner.post('/legal', { ...identity, city: 'Brest', version: 1 })
  t.equal(stale.statusCode, 409)
  t.match(stale.body, 'Quelqu’un vient de modifier')
  const vatPage = await owner.get('/legal/vat')
  t.match(vatPage.body, 'FR44732829320', 'the number is proposed from the SIREN')

  const vat = (fields: Fields) =>
    owner.post('/legal/vat', { vat_regime: 'normal', vat_number: 'FR44732829320', ...fields })
  t.match((await vat({ vat_number: 'FR45732829320' })).body, 'vérifiez le pays et la clé')
  t.match((await vat({ vat_number: 'FR83404833048' })).body, 'n’est pas celui du SIREN')
  t.match((await vat({ vat_regime: 'franchise', vat_on_debits: 'on' })).body, 'pas d’option')
  t.equal((await vat({ vat_on_debits: 'on' })).statusCode, 303)

  const bank = (fields: Fields) =>
    owner.post('/legal/bank', {
      iban: 'FR76 3000 6000 0112 3456 7890 189',
      bic: 'agrifrpp',
      payment_days: '30',
      ...fields
    })
  t.match((await bank({ iban: 'FR76 3000 6000 0112 3456 7890 188' })).body, 'Cet IBAN n’est pas juste')
  t.match((await bank({ bic: 'AGRI' })).body, 'Un BIC a 8 ou 11 signes')
  t.equal((await bank({ end_of_month: 'on' })).statusCode, 303)

  const [seller] = await (await asking(house))('legal.seller', { on: '2026-11-22', language: 'en' })
  t.match(seller, {
    name: 'Cabine Éole',
    capital_cents: 800_000,
    siren: '732829320',
    electronic_address: '732829320',
    vat_number: 'FR44732829320',
    vat_on_debits: true,
    iban: 'FR7630006000011234567890189',
    bic: 'AGRIFRPP',
    end_of_month: true,
    missing: []
  })
  t.match((await owner.get('/legal')).body, 'La fiche suffit')

  // another company: its VAT number is another, and is missed
  t.equal((await owner.post('/legal', { ...identity, siren: '404833048', siret: '' })).statusCode, 303)
  t.equal((await db('legal_cards').first('vat_number')).vat_number, null)
  await t.rejects(db('legal_cards').update({ siret: '73282932000074' }), /legal_cards_siret/)
  await t.rejects(db('legal_cards').insert({ id: 2 }), { code: '23514' }, 'there is one card')
})

t.test('the logo is kept as a PNG that papers can print, the colour must be read on white', async t => {
  const house = await openStudio(t, { plugins: [legal] })
  const { owner, db, studio, host } = house
  const jpeg = await sharp({ create: { width: 1200, height: 400, channels: 3, background: '#9a3412' } })
    .jpeg()
    .toBuffer()
  const look = (fields: object) => owner.api('POST', '/legal/change_look', { colour: '#9A3412', ...fields })
  t.equal((await look({ logo: jpeg.toString('base64') })).statusCode, 200)
  const { logo_file_id: first, colour } = await db('legal_cards').first()
  t.equal(colour, '#9a3412')
  const keeping = { db, folder: filesOf(host.env, studio) }
  const kept = await sharp(await readStored(keeping, first)).metadata()
  t.match(kept, { format: 'png', width: 800, hasAlpha: false })
  const shown = await owner.get(`/legal/logos/${first}?v=${first}`)
  t.equal(shown.headers['content-type'], 'image/png')
  const page = await owner.get('/legal/look')
  t.match(page.body, 'fill="#9a3412"')
  t.match((await look({ colour: '#ffe066' })).json(), { errors: { colour: /trop claire/ } })
  t.match((await look({ logo: Buffer.from('<svg/>').toString('base64') })).json(), { errors: { logo: /./ } })
  t.equal((await look({})).statusCode, 200)
  t.equal((await db('legal_cards').first()).logo_file_id, first, 'a form without file keeps it')
  t.equal((await look({ remove_logo: true })).statusCode, 200)
  t.equal((await db('files').where({ id: first })).length, 0)
})

t.test('sentences have their days, and what was said stays written down', async t => {
  const house = await openStudio(t, { plugins: [legal] })
  const { owner, db } = house
  const ask = await asking(house)
  const said = async (on: string, language: 'fr' | 'en' = 'fr') =>
    (await ask('legal.seller', { on, language }))[0]?.wordings
  t.equal((await said('2026-08-31'))?.franchise, 'TVA non applicable, art. 293 B du CGI')
  t.match((await said('2026-09-01'))?.franchise, 'impositions sur les biens et services', 'VAT moved to the CIBS')
  t.match((await said('2028-01-01', 'en'))?.franchise, 'CIBS')
  t.same(Object.keys((await said('2026-11-22')) ?? {}).length, 13, 'there is a sentence for everything')
  t.match((await said('2026-11-22'))?.recovery_fee, '40 €')

  const today = time.today('Europe/Paris')
  const later = time.addDays(today, 30)
  const texts = { text_fr: 'Pas de TVA chez nous', text_en: 'No VAT here' }
  const past = await owner.post('/legal/wording', { code: 'franchise', valid_from: time.addDays(today, -1), ...texts })
  t.equal(past.statusCode, 422)
  t.match(past.body, 'au plus tôt à partir d’aujourd’hui')
  t.equal((await owner.post('/legal/wording', { code: 'franchise', valid_from: later, ...texts })).statusCode, 303)
  t.match((await said(today))?.franchise, '293 B')
  t.equal((await said(later))?.franchise, 'Pas de TVA chez nous')
  t.equal((await said(later, 'en'))?.franchise, 'No VAT here')
  t.match((await owner.get('/legal/wordings')).body, 'Pas de TVA chez nous')
  t.match((await owner.get('/legal/wording?code=franchise')).body, 'art. 293 B')
  t.equal((await owner.post('/legal/wording/removal', { code: 'franchise', valid_from: later })).statusCode, 303)
  t.match((await said(later))?.franchise, '293 B')
  t.equal((await owner.post('/legal/wording/removal', { code: 'franchise', valid_from: '2026-09-01' })).statusCode, 404)

  t.equal((await owner.post('/legal/wording', { code: 'franchise', valid_from: today, ...texts })).statusCode, 303)
  t.equal(
    (await owner.post('/legal/wording', { code: 'franchise', valid_from: today, ...texts, text_fr: 'Mieux dit' }))
      .statusCode,
    303
  )
  t.equal((await said(today))?.franchise, 'Mieux dit', 'said twice on a day, the last holds')
  t.equal((await db('legal_wordings').where({ code: 'franchise', language: 'fr' })).length, 3)
})

t.test('accounts can be set, and journals read them', async t => {
  const house = await openStudio(t, { plugins: [legal] })
  const ask = await asking(house)
  const [before] = await ask('legal.accounts', {})
  t.match(before, { clients: '411000', services: '706000', vat_pending: '445740', rounding: '658000' })
  t.equal(Object.keys(before ?? {}).length, 16)
  t.equal((await house.owner.post('/legal/accounts', { ...before, services: '706 100' })).statusCode, 303)
  t.equal((await ask('legal.accounts', {}))[0]?.services, '706100')
  const wrong = await house.owner.post('/legal/accounts', { ...before, bank: '', cash: '5é' })
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, 'De 3 à 20 chiffres')
})
