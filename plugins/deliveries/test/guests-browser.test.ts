import { readFileSync } from 'node:fs'
import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { makeSongs } from '../../mixes/test/songs.ts'

t.test('guests on their phones', async t => {
  const house = await openStudio(t)
  const { db, engineer, studio } = house
  const { tracks, take, project_id } = await makeSongs(house, ['Les heures claires', 'Rue Ordener'], 20)
  const [first, second] = tracks.map(({ id }) => id) as [number, number]
  const one = await take(first, 'final', 1)
  const two = await take(second, 'master', 1)
  await db('reviews').insert({ revision_id: one.id, round: 1, to_name: 'Zoé' })

  await withBrowser(t, house, async (browser, t) => {
    await t.test('a link is made, copied, heard, spoken on, and silent once it is revoked', async t => {
      const desk = await browser.open(engineer, `/mixes/links/new?project_id=${project_id}`)
      await desk.getByRole('button', { name: 'Créer le lien' }).click()
      await desk.getByRole('button', { name: 'Copier' }).waitFor()
      const address = await desk.locator('.share-address input').inputValue()
      t.same(await axe(desk), [])
      browser.troubles.length = 0 // axe adds a style of its own
      const phone = await browser.open(undefined, `/${new URL(address).pathname}`, { phone: true })
      await phone.locator('.player[data-ready]').waitFor()
      t.equal(await phone.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'nothing stands out')
      t.same(await axe(phone), [])
      browser.troubles.length = 0
      await phone.locator('.player-wave').click({ position: { x: 100, y: 20 } })
      await phone.waitForFunction(`import('/static/mixes/deck.js').then(({ deck }) => deck.playing && deck.time > 1)`)
      await phone.getByPlaceholder('Que faut-il changer ?').fill('Plus de basse ici')
      await phone.getByRole('button', { name: 'Commenter' }).click()
      await phone.getByText('Plus de basse ici').first().waitFor()
      await desk.reload()
      await desk.locator('#log').getByText('Écouté').waitFor()
      await desk.getByRole('button', { name: 'Révoquer' }).first().click()
      await desk.getByRole('dialog').getByRole('button', { name: 'Révoquer' }).click()
      await desk.getByText('Plus personne n’entre par ce lien').waitFor()
      browser.troubles.length = 0 // what is asked for from now on is gone
      const parts = await phone.evaluate(
        `fetch(location.pathname + '/audio/${one.audio_id}/listen', { headers: { range: 'bytes=5000-' } }).then(a => a.status)`
      )
      t.equal(parts, 410)
      await phone.reload()
      await phone.getByText('Ce lien n’est plus ouvert').waitFor()
      browser.troubles.length = 0
      for (const page of [desk, phone]) await page.context().close()
    })

    await t.test('a package is prepared, waits, is opened and taken', async t => {
      const desk = await browser.open(engineer, `/deliveries/new?project_id=${project_id}`)
      t.same(await axe(desk), [])
      browser.troubles.length = 0
      await desk.getByLabel('À la main').check()
      await desk.getByRole('button', { name: 'Préparer' }).click()
      await desk.getByText('Bloquée').waitFor()
      await desk.getByRole('button', { name: 'Créer le lien' }).first().click()
      const address = await desk.locator('.delivery-address input').inputValue()
      t.same(await axe(desk), [])
      browser.troubles.length = 0
      const phone = await browser.open(undefined, `/${new URL(address).pathname}`, { phone: true })
      await phone.getByText('En attente du studio').waitFor()
      t.equal(await phone.getByText('Tout télécharger').count(), 0)
      t.same(await axe(phone), [])
      browser.troubles.length = 0
      const [found] = await db('deliveries').select<{ id: number }[]>('id')
      const released = await house.manager.post(`/deliveries/${found?.id}/release`, { reason: 'Le label presse' })
      t.equal(released.statusCode, 303)
      await desk.getByText('Débloquée', { exact: true }).waitFor()
      await phone.reload()
      const taken = phone.waitForEvent('download')
      await phone.getByText('Tout télécharger').click()
      const zip = readFileSync(await (await taken).path())
      t.equal(zip.readUInt32LE(0), 0x04034b50, 'a ZIP')
      t.ok(zip.includes('ZA_RueOrdener_EE01_Master_44k16.wav'))
      t.ok(zip.length > two.bytes.length)
      await desk.locator('#log').getByText('Paquet téléchargé').waitFor()
      for (const page of [desk, phone]) await page.context().close()
    })

    await t.test('all of it works without script', async t => {
      const made = await engineer.post('/mixes/links', { project_id, scope: 'comment', password: 'ordener 18e' })
      const card = await engineer.get(made.location.replace(`/s/${studio.slug}`, ''))
      const token = /\/mixes\/([\w-]{43})"/.exec(card.body)?.[1]
      const way = `//o/${studio.slug}/mixes/${token}`
      const page = await browser.open(undefined, way, { phone: true, javaScriptEnabled: false })
      await page.getByLabel('Mot de passe').fill('ordener 18e')
      await page.getByRole('button', { name: 'Écouter' }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      t.match(await page.content(), 'Les heures claires')
      await page.context().close()
    })
  })
})
