import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'

/** The board by mouse, by keyboard and without script; a task on a phone. */

t.test('cards go where the hand or the keys put them, and back', async t => {
  const house = await openStudio(t)
  const { db } = house
  const rows = [
    { title: 'Paloma', kind: 'single', status: 'mixing', position: 1 },
    { title: 'Marées basses', kind: 'album', status: 'mixing', position: 2 },
    { title: 'Minuit passé', kind: 'single', status: 'mastering', position: 1 }
  ]
  const [paloma = 0, , minuit] = (await db('projects').insert(rows).returning<{ id: number }[]>('id')).map(
    ({ id }) => id
  )
  const order = (status: string) => db('projects').where({ status }).orderBy('position').pluck('id')
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.engineer, '/projects/board')
    t.same(await axe(page), [])
    browser.troubles.length = 0 // axe adds a style of its own
    const card = page.locator('.board-card', { hasText: 'Paloma' })
    const column = (status: string) => page.locator(`#column-${status} .board-card`, { hasText: 'Paloma' })
    await card.dragTo(page.locator('.board-card', { hasText: 'Minuit passé' }), { targetPosition: { x: 30, y: 60 } })
    await page.getByText('Paloma : Mastering').waitFor()
    t.same(await order('mastering'), [minuit, paloma], 'below the one it was dropped on')
    t.equal(await page.locator('#column-mixing .count').textContent(), '1')

    await card.getByRole('link', { name: 'Paloma', exact: true }).focus()
    await page.keyboard.press('Shift+ArrowUp')
    await t.resolves(poll(async () => (await order('mastering'))[0] === paloma))
    await page.keyboard.press('Shift+ArrowRight')
    await column('delivered').waitFor()
    await t.resolves(poll(async () => (await order('delivered'))[0] === paloma))
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Paloma', 'the focus goes along')
    await page.getByRole('button', { name: 'Annuler' }).last().click()
    await column('mastering').waitFor()
    await t.resolves(poll(async () => (await order('mastering'))[0] === paloma))
    await page.context().close()

    const plain = await browser.open(house.engineer, '/projects/board', { javaScriptEnabled: false, phone: true })
    await plain.getByRole('link', { name: 'Déplacer « Paloma »' }).click()
    await plain.getByLabel('Édition').check()
    await plain.getByRole('button', { name: 'Déplacer' }).click()
    await plain.waitForURL(new RegExp(`projects/${paloma}$`))
    t.same(await order('editing'), [paloma])
    await plain.getByLabel('Ce qu’il y a à faire').fill('Éditer les chœurs')
    await plain.locator('#tasks').getByRole('button', { name: 'Ajouter' }).click()
    await plain.getByRole('button', { name: 'Terminer « Éditer les chœurs »' }).click()
    await plain.getByText('1 tâche terminée').waitFor()
    t.equal(await plain.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'nothing is cut off')
    await plain.context().close()
  })
})

async function poll(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await done()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to that')
}
