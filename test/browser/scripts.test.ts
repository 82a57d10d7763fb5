import t from 'tap'
import { paramsOf, recordsOf } from '../access/records.ts'
import { table } from '../access/table.ts'
import { openStudio } from '../helper.ts'
import { withBrowser } from './browser.ts'
import { payloads } from './payloads.ts'

/**
 * Markup that people typed is text wherever it is shown. What would run calls `ran()`, which the browser tells us of; what
 * would ask elsewhere fails the policy, which is a trouble of its own.
 */
t.setTimeout(240_000)
const house = await openStudio(t)
const { studio, owner, db } = house
const records = recordsOf(house, studio, owner.id)

await withBrowser(t, house, async (browser, t) => {
  await t.test('markup goes into every text field of every form, and is stored as it was typed', async t => {
    for (const [at, typed] of payloads.entries()) {
      const added = await owner.post('/clients', {
        kind: 'band',
        name: typed,
        artist_name: typed,
        legal_name: typed,
        address: typed,
        postal_code: typed.slice(0, 20),
        city: typed,
        collecting_society: typed.slice(0, 80),
        tags: typed.slice(0, 40),
        genres: typed.slice(0, 40)
      })
      t.equal(added.statusCode, 303, typed)
      const client = Number(added.location.split('/').at(-1))
      await owner.post(`/clients/${client}/notes`, { body: typed })
      await owner.post(`/clients/${client}/contacts`, { name: typed, role: typed.slice(0, 80) })
      const room = await owner.post('/sessions/rooms', {
        name: typed.slice(0, 80),
        kind: 'cabine',
        colour: '1',
        always_open: 'on',
        notes: typed
      })
      t.ok([303, 422].includes(room.statusCode), 'a name that is taken once cut is refused')
      const booked = await owner.post('/sessions', {
        room_id: await records.room(),
        client_id: client,
        title: typed,
        notes: typed,
        price_note: typed,
        day: '2027-03-01',
        starts: `${8 + (at % 8)}:00`,
        ends: `${9 + (at % 8)}:00`,
        state: 'confirmed'
      })
      t.equal(booked.statusCode, 303, typed)
      const cancelled = await owner.post(`/sessions/${booked.location.split('/').at(-1)}/cancellation`, {
        reason: typed
      })
      t.equal(cancelled.statusCode, 303, typed)
      t.match(await db('clients').where({ id: client }).first('name', 'artist_name'), {
        name: typed,
        artist_name: typed
      })
    }
    await owner.post('/settings', { name: payloads[0], locale: 'fr', timezone: 'Europe/Paris', currency: 'EUR' })
    await owner.post('//account', { name: payloads[1], locale: 'fr', theme: 'system' })
    await house.settle()
  })

  const page = await browser.open(owner, '/')
  const ran: string[] = []
  await page.context().exposeBinding('ran', ({ page }) => void ran.push(page.url()))
  page.on('dialog', async dialog => {
    // leaving a form that was not saved is asked about by our own script
    if (dialog.type() !== 'beforeunload') ran.push(`${dialog.message()} on ${page.url()}`)
    await dialog.accept()
  })

  await t.test('shown in Chromium on every page, nothing of it runs or leaves', async t => {
    const outside: string[] = []
    page.on('request', request => {
      if (!request.url().startsWith(browser.url) && !request.url().startsWith('data:')) outside.push(request.url())
    })
    for (const { url, access } of table.filter(({ kind }) => kind === 'page')) {
      if (access === 'public') continue
      await page.goto(await addressOf(url))
      for (const handler of ['onerror', 'onload', 'onclick', 'onfocus', 'ontoggle', 'onmouseover']) {
        t.equal(await page.locator(`[${handler}]`).count(), 0, `${url} has no ${handler}`)
      }
    }
    for (const { id } of await db('clients').select<{ id: number }[]>('id')) {
      await page.goto(`/s/${studio.slug}/clients/${id}`)
      t.equal(await page.locator('main script, main iframe, main svg[onload], main object, main embed').count(), 0)
    }
    t.same({ ran, outside }, { ran: [], outside: [] })
  })

  await t.test('nor in the palette, in suggestions, or in what follows a mistake', async t => {
    await page.goto(`/s/${studio.slug}/`)
    await page.keyboard.press('Control+k')
    await page.fill('dialog[open] input', 'script')
    await page.waitForSelector('dialog[open] a[href*="/clients/"]')
    await page.goto(`/s/${studio.slug}/sessions/new`)
    await page.fill('#booking [name=client_name]', 'script')
    await page.waitForSelector('.suggestions li')
    await page.fill('#booking [name=day]', '"><img src=x onerror=ran()>')
    await page.click('#booking .actions button[type=submit]')
    await page.waitForSelector('[aria-invalid=true]')
    await page.goto(`/s/${studio.slug}/clients?q=${encodeURIComponent('"><script>ran()</script>')}`)
    await page.goto(`/sign-in?next=${encodeURIComponent('javascript:ran()')}`)
    t.same(ran, [])
  })
})

async function addressOf(url: string): Promise<string> {
  const params: Record<string, string | number> = { studio: studio.slug, ...(await paramsOf(url, records)) }
  if (url.includes('/clients/:id')) params['id'] = (await db('clients').where({ kind: 'band' }).first('id')).id
  if (url.endsWith('/sessions/:id')) params['id'] = (await db('sessions').whereNotNull('notes').first('id')).id
  return url.replace(/:(\w+)/g, (_, key: string) => String(params[key]))
}
