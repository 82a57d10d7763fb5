import { time } from '@patchbay/core'
import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'

/** Gear with a phone before its label, and in the form of a session. */

const monday = time.addDays(time.startOfWeek(time.today('Europe/Paris')), 14)

/** There is no camera here: one that sees the label of K7F2QXM after a moment. */
const fakeCamera = `
  globalThis.BarcodeDetector = class {
    seen = 0
    async detect() {
      this.seen += 1
      return this.seen < 3 ? [] : [{ rawValue: location.origin + '/s/studio-test/equipment/scan/K7F2QXM' }]
    }
  }
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas')
    canvas.getContext('2d').fillRect(0, 0, 9, 9)
    return canvas.captureStream(10)
  }`

async function furnish({ db }: House) {
  await db('rooms').insert({ name: 'Cabine B', kind: 'cabine', always_open: true })
  const rows = [
    { code: 'K7F2QXM', category: 'microphone', brand: 'Neumann', model: 'U87 Ai', quantity: 2 },
    { code: 'K7F2QX0', category: 'stand', brand: 'K&M', model: '210/9', quantity: 8 },
    { code: 'K7F2QX1', category: 'piano', brand: 'Steinway', model: 'B-211', quantity: 1 }
  ]
  const ids = (await db('equipment').insert(rows).returning<{ id: number }[]>('id')).map(({ id }) => id)
  const [kit] = await db('equipment_kits').insert({ name: 'Voix lead' }).returning<{ id: number }[]>('id')
  const items = [
    [ids[0], 1],
    [ids[1], 2]
  ] as const
  const kit_id = kit?.id ?? 0
  await db('equipment_kit_items').insert(items.map(([equipment_id, quantity]) => ({ kit_id, equipment_id, quantity })))
  return ids
}

t.test('a label is scanned, the gear goes out and comes back, on a phone', async t => {
  const house = await openStudio(t)
  await furnish(house)
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.assistant, '/equipment/scan', { phone: true })
    await page.addInitScript({ content: fakeCamera })
    await page.goto(`${browser.url}/s/studio-test/equipment/scan`)
    t.same(await axe(page), [], 'nothing to complain of')
    browser.troubles.length = 0 // axe adds a style of its own
    await page.getByRole('button', { name: 'Scanner avec l’appareil photo' }).click()
    await page.waitForURL(/equipment\/scan\/K7F2QXM$/)
    const button = page.getByRole('button', { name: 'Sortir' })
    t.ok(((await button.boundingBox())?.height ?? 0) >= 44, 'under a thumb')
    t.same(await axe(page), [])
    browser.troubles.length = 0
    await page.getByLabel('Moi').check()
    await button.click()
    await page.getByText('Sorti.').waitFor()
    t.match(await house.db('equipment_checkouts').first(), { person_id: house.assistant.id, in_at: null })
    await page.getByRole('button', { name: 'Rentrer' }).click()
    await page.getByText('Rentré.').waitFor()
    t.ok((await house.db('equipment_checkouts').first()).in_at)
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    t.equal(wide, 0, 'nothing is cut off')

    await page.goto(`${browser.url}/s/studio-test/equipment/scan`)
    await page.getByLabel('Code de l’étiquette').fill('k7f 2qxo')
    await page.getByRole('button', { name: 'Ouvrir' }).click()
    await page.getByRole('heading', { name: 'K&M 210/9' }).waitFor()
    await page.context().close()
  })
})

t.test('gear and kits are picked while a session is booked, with and without script', async t => {
  const house = await openStudio(t)
  const [mic, stand, piano] = await furnish(house)
  const held = (id: number) =>
    house
      .db('session_equipment')
      .where({ session_id: id })
      .groupBy('equipment_id')
      .orderBy('equipment_id')
      .select('equipment_id')
      .count<{ equipment_id: number; n: number }[]>('* as n')
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.manager, '/sessions/new')
    await page.getByLabel('Titre').fill('Voix')
    await page.getByLabel('Jour').fill(monday)
    await page.getByLabel('Début').fill('14h')
    await page.getByLabel('Fin', { exact: true }).fill('18h')
    const search = page.getByRole('combobox', { name: 'Ajouter du matériel ou un kit' })
    await search.fill('voix')
    await page.getByRole('option', { name: /Voix lead/ }).click()
    await page.getByLabel(/K&M 210/).waitFor()
    await search.fill('stein')
    await page.getByRole('option', { name: /Steinway/ }).waitFor()
    await search.press('ArrowDown')
    await search.press('Enter')
    await page.getByLabel('Steinway B-211').waitFor()
    await page.getByLabel(/K&M 210\/9/).selectOption('4')
    t.same(await axe(page), [])
    browser.troubles.length = 0
    await page.getByRole('button', { name: 'Réserver', exact: true }).click()
    await page.waitForURL(/sessions\/\d+$/)
    const id = Number(page.url().split('/').at(-1))
    t.same(await held(id), [
      { equipment_id: mic, n: 1 },
      { equipment_id: stand, n: 4 },
      { equipment_id: piano, n: 1 }
    ])
    await page.getByRole('link', { name: 'Steinway B-211' }).waitFor()
    await page.context().close()

    const plain = await browser.open(house.manager, `/sessions/${id}/edit`, { javaScriptEnabled: false })
    await plain.getByLabel('Steinway B-211').uncheck()
    await plain.getByText('Choisir dans l’inventaire').click()
    await plain.getByRole('button', { name: 'Voix lead' }).click()
    t.equal(await plain.getByLabel(/U87 Ai/).inputValue(), `${mic}x2`, 'the kit came on top of what was there')
    await plain.getByLabel(/K&M/).selectOption('0')
    await plain.getByRole('button', { name: 'Enregistrer' }).last().click()
    await plain.waitForURL(/sessions\/\d+$/)
    t.same(await held(id), [{ equipment_id: mic, n: 2 }])
    await plain.context().close()
  })
})
