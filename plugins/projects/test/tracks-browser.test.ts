import type { Page } from 'playwright-core'
import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'
import { clients } from '../../clients/plugin.ts'
import { sessions } from '../../sessions/plugin.ts'
import { projects } from '../plugin.ts'

/** The order of tracks by mouse, thumb and keyboard, and without script; their forms on a phone. */

async function furnish({ db }: House): Promise<number> {
  const [made] = await db('projects').insert({ title: 'Album', kind: 'album' }).returning<{ id: number }[]>('id')
  const names = ['Un', 'Deux', 'Trois', 'Quatre']
  await db('tracks').insert(names.map((title, at) => ({ project_id: made?.id, position: at + 1, title })))
  return made?.id ?? 0
}

const shown = async (page: Page): Promise<string> => (await page.locator('.track-what > a').allTextContents()).join(' ')

const stored = async ({ db }: House): Promise<string> =>
  (await db('tracks').orderBy('position').select<{ title: string }[]>('title')).map(({ title }) => title).join(' ')

/** Waits until the database and the page have them so. */
async function until(house: House, page: Page, order: string): Promise<string> {
  let found = ''
  for (let turn = 0; turn < 200 && found !== `${order}, ${order}`; turn++) {
    await page.waitForTimeout(50)
    // a page that is just being left has none
    found = `${await stored(house)}, ${await shown(page).catch(() => '')}`
  }
  return found
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const place = async (nth: number) => {
    const box = await page.locator('.track-handle').nth(nth).boundingBox()
    return { x: (box?.x ?? 0) + 10, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  }
  const [start, end] = [await place(from), await place(to)]
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x, (start.y + end.y) / 2, { steps: 5 })
  await page.mouse.move(end.x, end.y + (to > from ? 8 : -8), { steps: 5 })
  await page.mouse.up()
}

t.test('tracks are put in order', async t => {
  const house = await openStudio(t, { plugins: [clients, sessions, projects] })
  const id = await furnish(house)
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.manager, `/projects/${id}`)
    await page.waitForLoadState('networkidle')
    await drag(page, 0, 2)
    t.equal(
      await until(house, page, 'Deux Trois Un Quatre'),
      'Deux Trois Un Quatre, Deux Trois Un Quatre',
      'by dragging'
    )
    await drag(page, 3, 0)
    t.equal(
      await until(house, page, 'Quatre Deux Trois Un'),
      'Quatre Deux Trois Un, Quatre Deux Trois Un',
      'and back up'
    )

    await page.getByRole('button', { name: 'Descendre Quatre' }).focus()
    await page.keyboard.press('Enter')
    t.equal(
      await until(house, page, 'Deux Quatre Trois Un'),
      'Deux Quatre Trois Un, Deux Quatre Trois Un',
      'by keyboard'
    )
    t.match(await page.evaluate('document.activeElement.ariaLabel'), 'Descendre Quatre', 'the focus goes with it')
    await page.keyboard.press('Alt+ArrowDown')
    t.equal(
      await until(house, page, 'Deux Trois Quatre Un'),
      'Deux Trois Quatre Un, Deux Trois Quatre Un',
      'again from where it is'
    )

    await page.goto(`${browser.url}/s/studio-test/projects/${id}/tracks`)
    await page.getByLabel('Place de Un').fill('1')
    await page.keyboard.press('Enter')
    t.equal(await until(house, page, 'Un Deux Trois Quatre'), 'Un Deux Trois Quatre, Un Deux Trois Quatre', 'by number')
    t.same(await axe(page), [], 'nothing to complain of')
    browser.troubles.length = 0 // axe adds a style of its own

    const plain = await browser.open(house.engineer, `/projects/${id}/tracks`, { javaScriptEnabled: false })
    await plain.getByRole('button', { name: 'Descendre Un' }).click()
    t.equal(
      await until(house, plain, 'Deux Un Trois Quatre'),
      'Deux Un Trois Quatre, Deux Un Trois Quatre',
      'without script'
    )
    await plain.getByLabel('Place de Quatre').fill('1')
    await plain.keyboard.press('Enter')
    t.equal(
      await until(house, plain, 'Quatre Deux Un Trois'),
      'Quatre Deux Un Trois, Quatre Deux Un Trois',
      'by number, too'
    )
    t.equal(await plain.locator('.track-handle').first().isVisible(), false, 'no handle that does nothing')

    const small = await browser.open(house.engineer, `/projects/${id}/tracks`, { phone: true })
    const handle = await small.locator('.track-handle').first().boundingBox()
    t.ok((handle?.height ?? 0) >= 44 && (handle?.width ?? 0) >= 40, 'under a thumb')
    t.equal(await small.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'nothing is cut off')
    await small.getByRole('link', { name: 'Deux', exact: true }).click()
    await small.getByRole('link', { name: 'Modifier' }).click()
    await small.getByLabel('Durée').fill('4:07')
    await small.getByLabel('Tonalité').fill('fa dièse mineur')
    t.same(await axe(small), [])
    browser.troubles.length = 0
    await small.getByRole('button', { name: 'Enregistrer' }).click()
    await small.getByText('F#m').first().waitFor()
    t.equal(await small.evaluate('document.documentElement.scrollWidth - innerWidth'), 0)
    t.same(await axe(small), [])
    browser.troubles.length = 0
  })
})
