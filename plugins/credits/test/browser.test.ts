import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { musician, project } from './make.ts'

/** Credits and shares as people work on them, with the keyboard; nothing that keeps anybody out. */
t.test('a credit is picked by typing, shares add up while they are typed', async t => {
  const house = await openStudio(t)
  const { db } = house
  const { project_id, tracks } = await project(house)
  await Promise.all(['Nina Ravel', 'Paul Marchand'].map(name => musician(house, name)))
  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.manager, `/credits/tracks/${tracks[0]}`)
    const credits = page.locator('#credits')
    await credits.getByLabel('Musicien').pressSequentially('nin')
    await page.getByRole('option', { name: 'Nina Ravel' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await credits.getByLabel('Rôle', { exact: false }).first().pressSequentially('compositeur')
    await page.getByRole('option', { name: 'Compositeur' }).first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await credits.getByRole('button', { name: 'Ajouter le crédit' }).click()
    await page.getByText('Crédit ajouté.').waitFor()
    t.match(await db('track_credits').first(), { role: 'Composer', track_id: tracks[0] })

    const split = page.locator('#composition')
    await split.getByLabel('Musicien 1').fill('Nina Ravel')
    await split.getByLabel('Part 1').fill('33,34')
    await split.getByLabel('Musicien 2').fill('Paul Marchand')
    await split.getByLabel('Part 2').fill('50')
    t.match(await split.locator('[data-sum]').textContent(), '83,34 % · il reste 16,66 %')
    await split.getByLabel('Part 2').fill('66,66')
    t.match(await split.locator('[data-sum]').textContent(), '100 % · complet')
    await split.getByRole('button', { name: 'Enregistrer' }).click()
    await page.getByText('Modifications enregistrées.').waitFor()
    await split.getByRole('button', { name: 'Verrouiller' }).click()
    await page.locator('#lock-composition').getByRole('button', { name: 'Verrouiller' }).click()
    await page.getByText('Répartition verrouillée.').waitFor()
    t.ok((await db('split_sheets').first()).locked_at)
    for (const path of [
      `/credits/tracks/${tracks[0]}`,
      `/credits/projects/${project_id}`,
      '/credits',
      '/credits/musicians/new'
    ]) {
      for (const phone of [false, true]) {
        const other = await browser.open(house.manager, path, { phone })
        t.same(await axe(other), [], `nothing to complain of: ${path}${phone ? ' on a phone' : ''}`)
        browser.troubles.length = 0 // axe adds a style of its own
        await other.close()
      }
    }
  })
})
