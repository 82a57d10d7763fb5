import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { writeFileSync } from 'node:fs'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { wav } from './sending.ts'

/** Files are chosen, their places corrected, sent; one goes on after the page was closed in the middle. */

t.setTimeout(180_000)

const row = (page: Page, name: string) => page.locator('.drop-file', { hasText: name })

t.test('files of sound are sent from a project’s page', async t => {
  const house = await openStudio(t)
  const { db } = house
  const [project] = await db('projects').insert({ title: 'Marées', kind: 'album' }).returning<{ id: number }[]>('id')
  const project_id = project?.id ?? 0
  await db('tracks').insert([
    { project_id, position: 1, title: 'Nuit blanche' },
    { project_id, position: 2, title: 'Sel' }
  ])
  const folder = t.testdir()
  const long = wav({ ms: 40_000, tone: 111 })
  const contents: Record<string, Buffer> = {
    '02 - Sel - mix v3.wav': wav({ tone: 222 }),
    'Nuit blanche MASTER.wav': wav({ tone: 333 }),
    'Inconnue demo.wav': wav({ tone: 444 }),
    'texte.wav': Buffer.from('Ceci est un texte.'.repeat(50)),
    'Nuit blanche mix.wav': long
  }
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  const paths = Object.keys(contents).map(name => join(folder, name))
  const state = async (name: string) => (await db('uploads').where({ name }).first())?.state as string | undefined
  const until = async (name: string, wanted: string) => {
    for (let turn = 0; turn < 300 && (await state(name)) !== wanted; turn++) await new Promise(r => setTimeout(r, 50))
    return state(name)
  }

  await withBrowser(t, house, async (browser, t) => {
    const page = await browser.open(house.engineer, `/projects/${project_id}`)
    const input = page.locator('.drop input[type=file]')
    await input.setInputFiles(paths.slice(0, 4))
    await row(page, '02 - Sel').waitFor()
    const place = (name: string) => row(page, name).locator('[data-field="track"]').inputValue()
    t.equal(await place('02 - Sel'), 'Sel')
    t.equal(await place('Nuit blanche MASTER'), 'Nuit blanche')
    t.match(await row(page, 'Inconnue').textContent(), /Nouveau titre : « Inconnue »/)
    t.equal(await row(page, 'Nuit blanche MASTER').locator('select').inputValue(), 'version:master')
    t.same(await axe(page), [], 'nothing is wrong for those who do not see')
    await row(page, 'Inconnue').locator('[data-field="track"]').fill('Étoile')
    await page.getByRole('button', { name: 'Tout envoyer (4)' }).click()
    for (const name of ['02 - Sel - mix v3.wav', 'Nuit blanche MASTER.wav', 'Inconnue demo.wav'])
      t.equal(await until(name, 'filed'), 'filed', name)
    t.equal(await until('texte.wav', 'refused'), 'refused')
    await page.getByText('Ce n’est pas un fichier audio').waitFor()
    t.same(await db('tracks').orderBy('position').pluck('title'), ['Nuit blanche', 'Sel', 'Étoile'])
    await page.getByRole('button', { name: 'Masquer' }).click()
    await page.getByText('Ce n’est pas un fichier audio').waitFor({ state: 'detached' })

    // of the long one only the first piece gets through, and the page is closed
    const pieces: string[] = []
    await page.route('**/mixes/uploads/*', async route => {
      if (route.request().method() === 'PATCH') pieces.push(route.request().url())
      if (pieces.length > 1) return
      await route.continue()
    })
    await input.setInputFiles(join(folder, 'Nuit blanche mix.wav'))
    await page.getByRole('button', { name: 'Envoyer le fichier' }).click()
    for (let turn = 0; turn < 200 && pieces.length < 2; turn++) await page.waitForTimeout(50)
    t.equal(await state('Nuit blanche mix.wav'), 'receiving')
    const again = await page.context().newPage()
    // a page that closes lets go of what is held here, and the piece might get through after all
    t.same(browser.troubles, [])
    await page.context().setOffline(true)
    await page.close()
    await page.context().setOffline(false)
    browser.troubles.length = 0 // what it asked for while offline
    await again.goto(`/s/${house.studio.slug}/projects/${project_id}`)
    await again.getByText('choisissez de nouveau ce fichier').waitFor()
    const sent: number[] = []
    again.on('request', asked => {
      if (asked.method() === 'PATCH') sent.push(Number(asked.headers()['upload-offset']))
    })
    await again.locator('.drop input[type=file]').setInputFiles(join(folder, 'Nuit blanche mix.wav'))
    await again.getByRole('button', { name: 'Envoyer le fichier' }).click()
    t.equal(await until('Nuit blanche mix.wav', 'filed'), 'filed')
    t.ok((sent[0] ?? 0) > 0, `it went on from ${sent[0]}`)
    t.equal((await db('uploads').where({ name: 'Nuit blanche mix.wav' })).length, 1)
    const { audio_id } = await db('uploads').where({ name: 'Nuit blanche mix.wav' }).first()
    const { sha256 } = await db('audio_files').where({ id: audio_id }).first()
    t.equal(sha256.toString('hex'), createHash('sha256').update(long).digest('hex'))

    const small = await browser.open(house.engineer, `/projects/${project_id}`, { phone: true, colorScheme: 'dark' })
    await small.locator('.drop input[type=file]').setInputFiles(paths.slice(0, 2))
    await row(small, 'Nuit blanche MASTER').waitFor()
    t.ok(await small.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing sticks out on a phone')
    await house.settle()
  })
})
