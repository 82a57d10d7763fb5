import type { Page } from 'playwright-core'
import t from 'tap'
import { axe, withBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { makeSongs } from './songs.ts'

/** What plays, asked of the deck itself. */
interface Playing {
  playing: boolean
  time: number
  take: string | undefined
  other: string | undefined
  drift: number
  gains: [number, number]
  loop: { from: number; until: number } | undefined
  rate: number
  muted: boolean
  problem: string | undefined
}

const deck = (page: Page): Promise<Playing> =>
  page.evaluate(`import('/static/mixes/deck.js').then(({ deck }) => ({
    playing: deck.playing, time: deck.time, take: deck.take?.name, other: deck.other?.name, drift: deck.drift,
    gains: [deck.take && deck.gain(deck.take), deck.other && deck.gain(deck.other)], loop: deck.loop, rate: deck.rate,
    muted: deck.muted, problem: deck.problem
  }))`)

/** Waits until what plays is so. */
async function until(page: Page, is: (playing: Playing) => boolean): Promise<Playing> {
  for (let tries = 0; tries < 100; tries++) {
    const playing = await deck(page)
    if (is(playing)) return playing
    await page.waitForTimeout(50)
  }
  throw new Error(`it is not so: ${JSON.stringify(await deck(page))}`)
}

t.test('a track is heard, compared and walked about with', async t => {
  const house = await openStudio(t)
  const { db, engineer } = house
  const { project_id, tracks, take } = await makeSongs(house, ['Les heures claires', 'Rue Ordener'], 20)
  const [first, second] = tracks.map(({ id }) => id) as [number, number]
  const rough = await take(first, 'rough', 1, 0.5)
  const quiet = await take(first, 'final', 1, 0.7)
  const loud = await take(first, 'final', 2, 2)
  await take(second, 'rough', 1, 0.8)
  const lufs = async (id: number) => Number((await db('audio_files').where({ id }).first<{ lufs: string }>()).lufs)
  const [soft, hard] = [await lufs(quiet.audio_id), await lufs(loud.audio_id)]
  await db('track_comments').insert([
    { revision_id: loud.id, at_ms: 5000, body: 'La caisse claire', author: 'Zoé' },
    { revision_id: loud.id, at_ms: 8000, until_ms: 12_000, body: 'Le refrain', author: 'Zoé' }
  ])

  await withBrowser(t, house, async (browser, t) => {
    const open = (path: string, options = {}) => browser.open(engineer, path, options)

    await t.test('is drawn before any sound was asked for', async t => {
      const page = await open('/projects')
      const asked: string[] = []
      page.on('request', request => void asked.push(request.url()))
      const from = performance.now()
      await page.goto(`${browser.url}/s/studio-test/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      t.comment(`player ready ${(performance.now() - from).toFixed(0)} ms after the click`)
      t.ok(((await page.locator('.player-rest').getAttribute('d')) ?? '').length > 3000)
      t.same(
        asked.filter(url => /\/(listen|peaks)/.test(url)),
        [],
        'neither sound nor peaks'
      )
      t.same(await axe(page), [])
      browser.troubles.length = 0 // axe adds a style of its own
      await page.context().close()
    })

    await t.test('a click goes there and plays; keys lead it', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      const wave = page.locator('.player-wave')
      const { width = 0 } = (await wave.boundingBox()) ?? {}
      await wave.click({ position: { x: width / 2, y: 20 } })
      const there = await until(page, ({ playing, time }) => playing && time > 10)
      t.ok(there.time < 12, `half of 20 seconds: ${there.time}`)
      await page.keyboard.press('Space')
      await until(page, ({ playing }) => !playing)
      const { time } = await deck(page)
      await page.keyboard.press('ArrowLeft')
      t.ok(Math.abs((await deck(page)).time - (time - 5)) < 0.05)
      await page.keyboard.press(',')
      t.ok(Math.abs((await deck(page)).time - (time - 6)) < 0.05)
      await page.keyboard.press('ArrowRight')
      t.ok(Math.abs((await deck(page)).time - (time - 1)) < 0.05)
      await page.keyboard.press('m')
      t.equal((await deck(page)).muted, true)
      await page.getByLabel('Vitesse').selectOption('0.5')
      t.equal((await deck(page)).rate, 0.5)
      await page.keyboard.press('?')
      await page.getByText('Comparer : passer de A à B').waitFor()
      await page.keyboard.press('Escape')
      await page.context().close()
    })

    await t.test('a loop is drawn with shift, or set by L at its beginning and end', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      const { x = 0, y = 0, width = 0 } = (await page.locator('.player-wave').boundingBox()) ?? {}
      await page.keyboard.down('Shift')
      await page.mouse.move(x + width * 0.1, y + 20)
      await page.mouse.down()
      await page.mouse.move(x + width * 0.13, y + 20, { steps: 3 })
      await page.mouse.up()
      await page.keyboard.up('Shift')
      const { loop } = await deck(page)
      t.ok(Math.abs((loop?.from ?? 0) - 2) < 0.1 && Math.abs((loop?.until ?? 0) - 2.6) < 0.1, JSON.stringify(loop))
      await page.keyboard.press('Space')
      await until(page, ({ playing }) => playing)
      await page.waitForTimeout(1500)
      const { time } = await deck(page)
      t.ok(time >= 1.9 && time < 2.8, `it came back: ${time}`)
      await page.keyboard.press('l')
      t.equal((await deck(page)).loop, undefined)
      await page.context().close()
    })

    await t.test('one key compares, at the same position and as loud', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      await page.keyboard.press('Space')
      await until(page, ({ playing, time }) => playing && time > 0.3)
      await page.keyboard.press('x')
      const other = await until(page, ({ take }) => take === 'Mix final 1')
      t.equal(other.other, 'Mix final 2')
      const wanted = 10 ** ((soft - hard) / 20)
      t.equal(other.gains[0], 1, 'the quieter stays as it is')
      t.ok(Math.abs(other.gains[1] - wanted) < 0.001, `${other.gains[1]} is ${wanted}`)
      await page.waitForTimeout(700)
      const drifts: number[] = []
      for (let turn = 0; turn < 5; turn++) {
        const before = await until(page, ({ drift }) => Math.abs(drift) < 0.015)
        const at = performance.now()
        await page.keyboard.press('x')
        const after = await deck(page)
        const passed = (performance.now() - at) / 1000
        t.not(after.take, before.take)
        t.ok(after.time - before.time < passed + 0.2 && after.time >= before.time - 0.05, 'where it was')
        drifts.push(Math.abs(after.drift))
      }
      // a machine that is busy elsewhere may stutter once
      t.ok((drifts.toSorted((a, b) => a - b)[2] ?? 1) < 0.05, `in step: ${drifts.join(', ')}`)
      await page.getByRole('button', { name: 'Même niveau' }).click()
      t.same((await deck(page)).gains, [1, 1])
      await page.getByRole('button', { name: 'Même niveau' }).click()
      await page.keyboard.press('3')
      const third = await until(page, ({ take }) => take === 'Mix de travail 1')
      t.ok(third.other?.startsWith('Mix final'), 'what was heard is what it is compared with')
      await page.waitForURL(/\?revision=\d+$/)
      await page.locator(`#comments-${rough.id}`).waitFor()
      t.equal(await page.evaluate('navigator.mediaSession.metadata.title'), 'Les heures claires – Mix de travail 1')
      await page.context().close()
    })

    await t.test('where a page may not set the volume, a gain makes both as loud', async t => {
      const page = await open('/projects')
      await page.addInitScript(
        `Object.defineProperty(HTMLMediaElement.prototype, 'volume', { get: () => 1, set: () => {} })
         const create = AudioContext.prototype.createGain
         window.gains = []
         AudioContext.prototype.createGain = function () {
           const made = create.call(this)
           gains.push(made)
           return made
         }`
      )
      await page.goto(`${browser.url}/s/studio-test/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      await page.keyboard.press('Space')
      await until(page, ({ playing, time }) => playing && time > 0.3)
      await page.keyboard.press('x')
      await until(page, ({ take }) => take === 'Mix final 1')
      const gains: number[] = await page.evaluate('gains.map(one => one.gain.value)')
      t.ok(gains.includes(1), 'the quieter stays as it is')
      t.ok(
        gains.some(gain => Math.abs(gain - 10 ** ((soft - hard) / 20)) < 0.001),
        gains.join(', ')
      )
      await page.context().close()
    })

    await t.test('what was said stands on the waveform and leads there', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      t.equal(await page.locator('.player-mark').count(), 2)
      await page.locator('.player-mark').nth(1).click()
      const { time, loop } = await deck(page)
      t.ok(Math.abs(time - 8) < 0.1)
      t.same(loop, { from: 8, until: 12 })
      await page.context().close()
    })

    await t.test('plays on while one walks through pages, and back', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      await page.evaluate('window.mark = 1')
      await page.keyboard.press('Space')
      await until(page, ({ playing }) => playing)
      t.equal(await page.locator('.dock').isVisible(), false, 'the player is there')
      const times: number[] = []
      for (const [name, heading] of [
        ['Clients', 'Clients'],
        ['Matériel', 'Matériel'],
        ['Projets', 'Projets']
      ] as const) {
        await page.locator('.rail-entry', { hasText: name }).click()
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
        t.ok(await page.locator('.dock').isVisible())
        t.equal(await page.locator('.rail-entry[aria-current="page"]').innerText(), name)
        const { playing, time } = await deck(page)
        t.ok(playing, name)
        times.push(time)
      }
      t.ok(
        times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0)),
        `it went on: ${times.join(', ')}`
      )
      t.equal(await page.evaluate('window.mark'), 1, 'one page all the while')
      t.same(await axe(page), [])
      browser.troubles.length = 0
      await page.goBack()
      await page.getByRole('heading', { level: 1, name: 'Matériel' }).waitFor()
      await page.locator('.dock a').click()
      await page.waitForSelector('.player[data-bound]')
      t.equal(await page.locator('.dock').isVisible(), false)
      t.ok((await deck(page)).playing)
      for (const heading of ['Matériel', 'Clients', 'Les heures claires']) {
        await page.goBack()
        await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      }
      await page.waitForSelector('.player[data-bound]')
      t.ok((await deck(page)).playing, 'all the way back')
      await page.locator('.rail-entry', { hasText: 'Clients' }).click()
      await page.getByRole('heading', { level: 1, name: 'Clients' }).waitFor()
      await page.getByRole('button', { name: 'Arrêter l’écoute' }).click()
      await page.locator('.rail-entry', { hasText: 'Projets' }).click()
      await page.getByRole('heading', { level: 1, name: 'Projets' }).waitFor()
      t.equal(await page.evaluate('window.mark'), undefined, 'and then pages are loaded as ever')
      await page.context().close()
    })

    await t.test('plays on while a form is sent, with what was wrong and without an answer', async t => {
      const page = await open(`/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      await page.evaluate('window.mark = 1')
      await page.keyboard.press('Space')
      await until(page, ({ playing }) => playing)
      await page.locator('.page-header .back').first().click()
      const task = page.locator('#tasks input[name="title"]')
      await task.fill('Rappeler Zoé')
      await page.locator('#tasks .projects-quick button').dblclick()
      await page.locator('#tasks .line', { hasText: 'Rappeler Zoé' }).waitFor()
      t.equal(await page.locator('#tasks .line').count(), 1, 'sent once')
      t.equal(await page.evaluate('window.mark'), 1, 'on the same page')
      t.ok((await deck(page)).playing)

      await page.locator('.page-header a', { hasText: 'Modifier' }).click()
      await page.fill('#f-due_on', 'un jour')
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.locator('.form-errors').waitFor()
      t.equal(await page.inputValue('#f-due_on'), 'un jour', 'what was typed stays')
      t.ok(await page.evaluate('document.activeElement.matches(".form-errors")'))
      await page.fill('#f-due_on', '')
      await page.context().setOffline(true)
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.locator('.toast-bad').waitFor()
      await page.context().setOffline(false)
      await page.getByRole('button', { name: 'Enregistrer' }).click()
      await page.locator('.toast-good').waitFor()
      t.equal(await page.evaluate('window.mark'), 1)
      t.ok((await deck(page)).playing, 'all the while')
      browser.troubles.length = 0
      await page.context().close()
    })

    await t.test('a revision that comes while one listens is there, and nothing stops or is lost', async t => {
      const page = await open(`/mixes/tracks/${second}`)
      await page.waitForSelector('.player[data-ready]')
      await page.keyboard.press('Space')
      await until(page, ({ playing, time }) => playing && time > 0.2)
      await page.getByPlaceholder('Que faut-il changer').fill('À moitié écrit')
      const came = await take(second, 'rough', 2, 1.2)
      await page.evaluate(
        `document.body.dispatchEvent(new CustomEvent('fact:mixes.filed', { detail: { track_id: ${second} } }))`
      )
      await page.locator(`[data-take="${came.id}"]`).waitFor()
      t.ok((await deck(page)).playing)
      t.equal((await deck(page)).take, 'Mix de travail 1', 'what is heard stays')
      t.equal(await page.getByPlaceholder('Que faut-il changer').inputValue(), 'À moitié écrit')
      await page.locator(`[data-take="${came.id}"]`).click()
      await until(page, ({ take, other }) => take === 'Mix de travail 2' && other === 'Mix de travail 1')
      await page.context().close()
    })

    await t.test('a project plays one track after another, on a phone too', async t => {
      const page = await open(`/projects/${project_id}`, { phone: true })
      await page.waitForSelector('.tracks[data-ready]')
      await page.getByRole('link', { name: 'Écouter « Les heures claires »' }).click()
      await until(page, ({ playing, time }) => playing && time > 0.1)
      t.ok(await page.locator('.dock').isVisible())
      const { y = 0, height = 0 } = (await page.locator('.dock').boundingBox()) ?? {}
      const bar = (await page.locator('.bottom-bar').boundingBox())?.y ?? 0
      t.ok(Math.abs(y + height - bar) < 2, 'above the bar')
      await page.evaluate(`import('/static/mixes/deck.js').then(({ deck }) => deck.seek(19.9))`)
      await page.locator('.dock a', { hasText: 'Rue Ordener' }).waitFor()
      await page.goto(`${browser.url}/s/studio-test/mixes/tracks/${first}`)
      await page.waitForSelector('.player[data-ready]')
      await page.mouse.wheel(0, 700)
      await page.waitForTimeout(300)
      const top = (await page.locator('.player').boundingBox())?.y ?? -1
      t.ok(top >= 0 && top < 120, `the player stays in sight: ${top}`)
      t.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0, 'nothing is cut off')
      await page.context().close()
    })

    await t.test('a file that is gone is said to be', async () => {
      const page = await open(`/mixes/tracks/${second}`)
      await page.waitForSelector('.player[data-ready]')
      await page.route('**/listen', route => route.fulfill({ status: 404, body: '' }))
      await page.keyboard.press('Space')
      await page.getByText('Ce fichier n’est plus là.').waitFor()
      await page.context().close()
    })

    await t.test('without script the browser’s own player plays each revision', async t => {
      const page = await open(`/mixes/tracks/${first}`, { javaScriptEnabled: false })
      t.equal(await page.locator('.player audio').count(), 3)
      await page.getByRole('link', { name: 'Mix final 1' }).first().click()
      await page.waitForURL(/\?revision=\d+$/)
      await page.context().close()
    })
  })
})
