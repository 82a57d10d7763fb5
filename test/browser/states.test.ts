import t from 'tap'
import { withBrowser } from './browser.ts'
import { bothWays, studioToLookAt } from './every-page.ts'

const { house } = await studioToLookAt(t)

await withBrowser(t, house, async (browser, t) => {
  const window = await browser.open(house.owner, '/')

  await t.test('a form with its mistakes, an open palette and an empty list are too', async t => {
    const found: string[] = []
    const slug = house.studio.slug
    for (const url of ['clients/new', 'sessions/rooms/new', 'sessions/new']) {
      await window.goto(`/s/${slug}/${url}`)
      await window.click('main form[method=post] .actions button[type=submit] >> visible=true')
      await window.waitForSelector('[aria-invalid=true], .form-errors, [role=alert]')
      for (const wrong of await bothWays(window)) found.push(`${url} with mistakes: ${wrong}`)
    }
    await window.keyboard.press('Escape')
    await window.goto(`/s/${slug}/clients?q=introuvable+xyz`)
    for (const wrong of await bothWays(window)) found.push(`empty: ${wrong}`)
    await window.keyboard.press('Control+k')
    await window.waitForSelector('dialog[open] input')
    for (const wrong of await bothWays(window)) found.push(`palette: ${wrong}`)
    t.same(found, [])
  })
})
