import t from 'tap'
import type { Page } from 'playwright-core'
import { axe as complaints, withBrowser } from '../../../test/browser/browser.ts'
import type { OpenBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import { makeMusic } from './make.ts'

const house = await openStudio(t)
const { db, engineer, assistant, host, studio } = house
const { track, revision } = makeMusic(db)

/** What axe finds. It adds a style of its own, of which the policy complains: that is not ours. */
async function axe(browser: OpenBrowser, page: Page) {
  const before = browser.troubles.length
  const found = await complaints(page)
  browser.troubles.length = before
  return found
}

/** As the player does when it is at a place. */
const playAt = (page: Page, ms: number, revision_id: number) =>
  page.evaluate(
    `document.querySelector('.player, main').dispatchEvent(new CustomEvent('player:time', { bubbles: true, detail: { ms: ${ms}, revision_id: ${revision_id} } }))`
  )

await withBrowser(t, house, async (browser, t) => {
  await t.test(
    'a comment at the second that is heard; live for a second listener, who loses nothing half typed',
    async t => {
      const { track_id } = await track()
      const { id } = await revision(track_id, { created_by: engineer.id })
      const here = `/mixes/tracks/${track_id}?revision=${id}`
      const page = await browser.open(engineer, here)
      const other = await browser.open(assistant, here)
      const field = page.locator(`#f-body-${id}`)
      await other.locator(`#f-body-${id}`).fill('À moitié éc')
      await page.locator('[data-comment-form]').waitFor()
      await playAt(page, 83_460, id)
      await page.locator('[data-mark-at]').waitFor()
      await page.keyboard.press('c')
      t.equal(await page.locator(`#f-at-${id}`).inputValue(), '1:23.4')
      await field.pressSequentially('Souffle ici @an')
      await page.locator('.comment-people li').first().waitFor()
      await page.keyboard.press('Enter')
      t.equal(await field.inputValue(), `Souffle ici @${assistant.name} `)
      t.same(await axe(browser, page), [])
      await page.locator('.comment-send').click()
      await page.locator('.comment-body:has-text("Souffle ici")').waitFor()
      await page.waitForFunction(`document.getElementById('f-body-${id}').value === ''`)
      await other.locator('.comment-body:has-text("Souffle ici")').waitFor()
      t.equal(await other.locator(`#f-body-${id}`).inputValue(), 'À moitié éc', 'what is half typed stays')
      const [comment] = await db('track_comments').where({ revision_id: id })
      t.match({ ...comment, mentions: comment.mentions.map(Number) }, { at_ms: 83_400, mentions: [assistant.id] })

      await playAt(page, 12_300, id)
      await field.focus()
      await page.keyboard.insertText('Encore')
      t.equal(await page.locator(`#f-at-${id}`).inputValue(), '0:12.3', 'a phone, or dictation, begins with a word')
      await field.fill('')
      await page.locator(`#f-at-${id}`).fill('')

      await other.locator('summary', { hasText: 'Répondre' }).click()
      await other.locator('.comment-more[open] textarea').fill('Je regar')
      await page.locator('[aria-label="Marquer comme fait"]').click()
      await other.locator('.comment-done').waitFor()
      t.equal(
        await other.locator('.comment-more[open] textarea').inputValue(),
        'Je regar',
        'an answer half typed stays too'
      )
      await other.locator('.comment-more[open] textarea').fill('Je regarde')
      await other.locator('.comment-more[open] button').click()
      await page.locator('.comment-answers .comment-body:has-text("Je regarde")').waitFor()

      await page.evaluate(
        `document.addEventListener('player:seek', ({ detail }) => (window.sought = detail), { capture: true })`
      )
      await page.locator('.comment-at[data-seek]').click()
      t.match(await page.evaluate('window.sought'), { ms: 83_400, revision_id: id })
      await playAt(page, 84_000, id)
      await page.locator('.comment-now').waitFor()
    }
  )

  await t.test('on a phone a guest comments and approves', async t => {
    const { track_id, email, title } = await track()
    const { id, sha256 } = await revision(track_id, { created_by: engineer.id })
    const sent = await engineer.post(`/mixes/revisions/${id}/reviews`, { to_name: 'Zoé', to_email: email })
    t.equal(sent.statusCode, 303)
    await house.settle()
    const [mail] = await host.tenants.master('mails').where({ recipient: email }).select<{ text: string }[]>('text')
    const token = /mixes\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
    const page = await browser.open(undefined, `//o/${studio.slug}/mixes/${token}`, { phone: true })
    await page.getByText(title).first().waitFor()
    await page.locator(`#f-body-${id}`).fill('La voix, parfaite')
    await page.locator('.comment-send').click()
    await page.locator('.comment-body:has-text("La voix, parfaite")').waitFor()
    await engineer.post(`/mixes/revisions/${id}/comments`, { body: 'Merci Zoé', at: '0:10', until: '' })
    await page.locator('.comment-body:has-text("Merci Zoé")').waitFor({ timeout: 15_000 })
    t.same(await axe(browser, page), [])
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(width <= 390, `${width} pixels wide`)
    await page.locator('#review').locator('[name="outcome"][value="approved"]').check()
    await page.locator('#review [name="consent"]').check()
    await page.locator('#review button[type="submit"]').click()
    await page.getByText('Zoé a validé').waitFor()
    const [review] = await db('reviews').where({ revision_id: id })
    t.match(review, { outcome: 'approved', decided_by: 'Zoé' })
    t.same(review.sha256, sha256)
  })
})
