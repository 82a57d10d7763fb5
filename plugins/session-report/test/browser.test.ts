import t from 'tap'
import type { Page } from 'playwright-core'
import { axe as complaints, withBrowser } from '../../../test/browser/browser.ts'
import type { OpenBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { isPng } from '../../../core/drawings.ts'

const house = await openStudio(t)
const { db, engineer } = house

/** A session that is on, of a client. */
async function session(): Promise<string> {
  const insert = async (table: string, row: object): Promise<number> =>
    (await db(table).insert(row).returning<{ id: number }[]>('id'))[0]?.id ?? 0
  const room_id = await insert('rooms', { name: `Studio ${Math.random()}`, kind: 'cabine', always_open: true })
  const client_id = await insert('clients', { kind: 'person', name: 'Noémie Gaël', email: 'noemie@example.test' })
  const starts_at = new Date(Date.now() - 72e5)
  const ends_at = new Date(Date.now() + 36e5)
  const id = await insert('sessions', {
    room_id,
    client_id,
    starts_at,
    ends_at,
    state: 'in_progress',
    started_at: starts_at
  })
  return `/session-report/${id}`
}

/** What axe finds. It adds a style of its own, of which the policy complains: that is not ours. */
async function axe(browser: OpenBrowser, page: Page) {
  const before = browser.troubles.length
  const found = await complaints(page)
  browser.troubles.length = before
  return found
}

const tablet = { width: 1024, height: 768 }

/** Signs with the mouse in the frame. */
async function draw(page: Page): Promise<void> {
  await page.locator('[data-ready] canvas').scrollIntoViewIfNeeded()
  const box = await page.locator('canvas').boundingBox()
  if (!box) throw new Error('there is no frame to sign in')
  await page.mouse.move(box.x + 40, box.y + 60)
  await page.mouse.down()
  for (let step = 1; step <= 20; step++) {
    await page.mouse.move(box.x + 40 + step * 12, box.y + 60 + (step % 2 ? 40 : 0), { steps: 3 })
  }
  await page.mouse.up()
}

await withBrowser(t, house, async (browser, t) => {
  await t.test(
    'on a tablet: each line saves itself, the timer runs, the client signs with a finger, it is frozen',
    async t => {
      const here = await session()
      const page = await browser.open(engineer, here)
      await page.setViewportSize(tablet)
      t.same(await axe(browser, page), [])

      await page.getByRole('button', { name: 'Prise', exact: true }).click()
      await page.locator('#hours [aria-pressed="true"] .elapsed').waitFor()
      await page.locator('.bar-item .elapsed').waitFor()
      const first = await page.locator('.bar-item .elapsed').textContent()
      await page
        .locator('.bar-item .elapsed')
        .filter({ hasNotText: first ?? '' })
        .waitFor()
      t.pass('it counts')
      await page.getByRole('button', { name: 'Mixage' }).click()
      await page.locator('#hours .log-lines li:nth-child(2)').waitFor()

      await page.getByLabel('Titre', { exact: false }).last().fill('Forêt d’hiver')
      await page.getByRole('button', { name: 'Ajouter le titre' }).click()
      await page.getByRole('button', { name: 'Prise 1' }).click()
      await page.locator('.log-verdict-good').click()
      await page.locator('output:has-text("Enregistré")').waitFor()
      await page.getByPlaceholder('Remarque').fill('la bonne')
      await page.getByPlaceholder('Remarque').blur()
      await page.waitForTimeout(600)
      t.match(await db('session_takes').first(), { number: 1, verdict: 'good', note: 'la bonne' })
      await page.getByRole('button', { name: 'Prise 2' }).click()
      await page.locator('.log-verdict-no').nth(1).waitFor()
      t.equal(await page.getByPlaceholder('Remarque').first().inputValue(), 'la bonne')

      await page.locator('.bar-item button').click()
      await page.locator('.bar-item .elapsed').waitFor({ state: 'detached' })
      await page.locator('[data-main-action]').click()
      await page.locator('[data-main-action]').click()
      t.match(page.url(), /signature$/)
      t.notOk(await page.locator('.rail').isVisible(), 'nothing of the house is in the client’s hand')
      t.same(await axe(browser, page), [])
      await page.getByLabel('Nom du représentant').fill('Noémie Gaël')
      await page.locator('[name="consent"]').check()
      await draw(page)
      t.match(await page.locator('[name="image"]').inputValue(), /^data:image\/png;base64,/)
      await page.getByRole('button', { name: 'Signer' }).click()
      await page.getByText('rien n’a changé depuis la signature').waitFor()
      const report = await db('session_reports').first()
      t.ok(isPng(report.image), 'what Chromium draws is a PNG as we read it')
      await page.locator('img.drawing').scrollIntoViewIfNeeded()
      await page.waitForLoadState('networkidle')
      t.ok(await page.evaluate<number>(`document.querySelector('img.drawing').naturalWidth`), 'what was drawn is shown')
      t.same(await axe(browser, page), [])
      await page.goto(page.url().replace('/report', ''))
      await page.getByText('elle ne se modifie plus').waitFor()
      t.equal(await page.locator('.log form').count(), 0)
    }
  )

  await t.test('without a script, on a phone, it is filled in all the same', async t => {
    const here = await session()
    const page = await browser.open(engineer, here, { phone: true, javaScriptEnabled: false })
    await page.getByRole('button', { name: 'Pause' }).click()
    t.match(await page.locator('#hours').textContent(), /Arrêter|depuis/)
    await page.locator('#arrivals [name="name"]').fill('Gaël')
    await page.getByRole('button', { name: 'Arrivé maintenant' }).click()
    await page.locator('#arrivals [name="role"]').first().fill('batterie')
    await page.locator('#arrivals .log-save').first().click()
    t.match(await page.locator('#arrivals output').first().textContent(), /Enregistré/)
    t.match(await db('session_arrivals').first(), { name: 'Gaël', role: 'batterie' })
    await page.locator('#costs [name="label"]').fill('Cordes')
    await page.locator('#costs [name="unit_cents"]').fill('douze')
    await page.getByRole('button', { name: 'Ajouter', exact: true }).click()
    t.equal(await page.locator('#costs [name="unit_cents"]').inputValue(), 'douze', 'what was typed stays')
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    t.ok(wide <= 0, `${wide} px too wide`)
  })
})
