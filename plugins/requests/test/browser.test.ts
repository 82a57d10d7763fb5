import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { axe, weigh, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { addRoom, inDays } from './asking.ts'

/** The open page in Chromium: a phone, without script, in a frame of somebody else's site. */

t.setTimeout(120_000)
const house = await openStudio(t)
const { db, studio } = house
const front = `/o/${studio.slug}/requests`
await addRoom(house, 'Studio A', { kind: 'live_room' })
const other = await addRoom(house, 'Cabine B')

t.test('on a phone: a free time is tapped, the form is sent, its page followed and the request taken back', async t => {
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(undefined, `/${front}`, { phone: true })
    t.same(await axe(page), [], 'nothing to complain of')
    t.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing is too wide')
    await page.getByRole('link', { name: 'Disponibilités : Cabine B' }).click()
    await page.waitForURL(new RegExp(`room=${other}`))
    const slot = page.locator('.request-slot').nth(4)
    t.ok(((await slot.boundingBox())?.height ?? 0) >= 44, 'under a thumb')
    await slot.click()
    await page.waitForURL(/starts=/)
    t.equal(await page.getByLabel('Salle*').inputValue(), String(other), 'the form has what was tapped')
    t.match(await page.getByLabel('Jour*').inputValue(), /^\d{4}-\d\d-\d\d$/)
    await page.getByLabel('Nom*').fill('Nadia Ferrand')
    await page.getByLabel('Adresse mail*').fill('pas une adresse')
    await page.waitForTimeout(3100) // nobody fills in a form faster
    await page.getByRole('button', { name: 'Envoyer la demande' }).click()
    await page.getByRole('alert').waitFor()
    t.same(await axe(page), [], 'with its errors')
    t.equal(await page.getByLabel('Nom*').inputValue(), 'Nadia Ferrand', 'what was typed stays')
    await page.getByLabel('Adresse mail*').fill('nadia@example.test')
    await page.getByRole('button', { name: 'Envoyer la demande' }).click()
    await page.getByRole('heading', { name: 'Créneau retenu en option' }).waitFor()
    t.same(await axe(page), [])
    await page.getByText('Annuler ma demande').click()
    await page.getByRole('button', { name: 'Annuler la demande' }).click()
    await page.getByRole('heading', { name: 'Demande annulée' }).waitFor()
    t.equal((await db('requests').orderBy('id', 'desc').first()).state, 'cancelled')
    browser.troubles.splice(0, Infinity, ...browser.troubles.filter(trouble => !trouble.includes('policy: style-src'))) // axe's own style
    const weight = await weigh(await browser.open(undefined, `/${front}`), browser.url + front)
    t.ok(weight.all <= 100_000, `a first visit weighs ${weight.all} bytes`)
    await page.context().close()
    await withoutScript()
    await inAFrame()

    async function withoutScript() {
      const page = await browser.open(undefined, `/${front}?room=${other}`, { javaScriptEnabled: false })
      await page.getByLabel('Jour*').fill(inDays(20))
      await page.getByLabel('Début*').fill('10:00')
      await page.getByLabel('Nom*').fill('Sans Script')
      await page.getByLabel('Adresse mail*').fill('sans@example.test')
      await page.waitForTimeout(3100)
      await page.getByRole('button', { name: 'Envoyer la demande' }).click()
      await page.getByRole('heading', { name: 'Créneau retenu en option' }).waitFor()
      t.match(await db('requests').orderBy('id', 'desc').first(), { name: 'Sans Script' }, 'without script too')
      await page.context().close()
    }

    /** Another site on this machine, which the studio allows: the form says so itself only of https. */
    async function inAFrame() {
      const site = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html')
        response.end(`<!doctype html><title>Studio</title><iframe src="${browser.url}${front}?embed=1" width="600" height="900"></iframe>
          <script>addEventListener('message', e => { if (e.data.patchbay) document.title = 'height ' + e.data.height })</script>`)
      })
      await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve))
      t.teardown(() => site.close())
      const origin = `http://localhost:${(site.address() as AddressInfo).port}`
      await db('request_page').update({ embed_origins: [origin] })
      const page = await browser.open(undefined, `/${front}`)
      await page.goto(origin)
      const frame = page.frameLocator('iframe')
      await frame.getByLabel('Jour*').fill(inDays(21))
      await frame.getByLabel('Début*').fill('10:00')
      await frame.getByLabel('Nom*').fill('Depuis le site')
      await frame.getByLabel('Adresse mail*').fill('site@example.test')
      await page.waitForTimeout(3100)
      await frame.getByRole('button', { name: 'Envoyer la demande' }).click()
      await frame.getByRole('heading', { name: 'Créneau retenu en option' }).waitFor()
      t.match(await page.title(), /height \d+/, 'and the frame says how high it is')
      await page.context().close()
    }
  })
})
