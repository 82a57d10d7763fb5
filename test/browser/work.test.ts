import type { Page } from 'playwright-core'
import t from 'tap'
import { hashPassword } from '../../core/people/passwords.ts'
import { addDays, instantOf, today } from '../../core/time.ts'
import { openStudio } from '../helper.ts'
import { addressIn, withBrowser } from './browser.ts'

t.setTimeout(240_000)
const house = await openStudio(t)
const { db, studio, owner, manager, engineer, assistant } = house
const zone = studio.timezone
const tomorrow = addDays(today(zone), 1)
const room = await add('rooms', { name: 'Grande cabine', kind: 'cabine', always_open: true, hourly_cents: 4500 })
const client = await add('clients', { kind: 'person', name: 'Zoé Lefèvre' })

await withBrowser(t, house, async (browser, t) => {
  await t.test('from sign-up to a booked session, all of it in the browser', async t => {
    const page = await browser.open(undefined, '//sign-up')
    await fill(page, {
      studio_name: 'Studio des Marées',
      name: 'Camille Martin',
      email: 'camille@marees.test',
      password: 'une longue phrase à moi'
    })
    await submit(page, '/sign-up')
    await page.waitForURL(/\/s\/studio-des-marees/)
    const base = '/s/studio-des-marees'
    await page.click(`nav a[href="${base}/sessions/rooms"]:visible`)
    await page.click(`main a[href="${base}/sessions/rooms/new"] >> visible=true`)
    await fill(page, { name: 'Cabine A', hourly_cents: '45' })
    await submit(page, '/sessions/rooms')
    await page.waitForURL(`**${base}/sessions/rooms`)
    await page.click(`nav a[href="${base}/clients"]:visible`)
    await page.click(`main a[href="${base}/clients/new"] >> visible=true`)
    await fill(page, { name: 'Les Marées Hautes' })
    await submit(page, '/clients')
    await page.waitForURL(/\/clients\/\d+$/)
    await page.goto(`${base}/sessions/new`)
    await page.fill('#booking [name=client_name]', 'maree')
    await page.click('.suggestions li:has-text("Les Marées Hautes")')
    await fillBooking(page, { day: tomorrow, starts: '14h', ends: '18h' })
    await submit(page, '/sessions')
    await page.waitForURL(/\/sessions\/\d+$/)
    const text = await page.innerText('main')
    t.match(text, /Les Marées Hautes/)
    t.match(text, /14:00–18:00/)
    t.match(text, /180,00/, 'four hours at 45 €')
    await page.context().close()
  })

  await t.test(
    'what one person moves, by dragging or by the form, the other sees without loading anything anew',
    async t => {
      const id = await book('10:00', '12:00')
      const calendar = `/sessions?view=day&day=${tomorrow}`
      const [mine, theirs] = [await browser.open(owner, calendar), await browser.open(manager, calendar)]
      for (const page of [mine, theirs]) await page.waitForSelector('.ec-event:has-text("10:00–12:00")')
      await theirs.evaluate('window.notReloaded = true')
      const box = await mine.locator('.ec-event:has-text("10:00–12:00")').boundingBox()
      const [x, y] = [(box?.x ?? 0) + 20, (box?.y ?? 0) + 20]
      await mine.mouse.move(x, y)
      await mine.mouse.down()
      await mine.mouse.move(x, y + 20, { steps: 4 })
      await mine.mouse.move(x, y + 96, { steps: 8 })
      await mine.mouse.up()
      await theirs.waitForSelector('.ec-event:has-text("12:00–14:00")')
      await mine.goto(addressIn(house, `/sessions/${id}/edit`))
      await fillBooking(mine, { starts: '16h', ends: '17h30' })
      await submit(mine, `/sessions/${id}`)
      await theirs.waitForSelector('.ec-event:has-text("16:00–17:30")')
      t.equal(await theirs.evaluate('window.notReloaded'), true)
      const [row] = await db('sessions').where({ id }).select('starts_at')
      t.same(row.starts_at, instantOf(tomorrow, '16:00', zone))
      for (const page of [mine, theirs]) await page.context().close()
    }
  )

  await t.test('on a phone a session is booked by touch', async t => {
    const page = await browser.open(assistant, '/', { phone: true })
    await page.tap(`a[href$="/sessions"] >> visible=true`)
    await page.tap('a[href*="/sessions/new"] >> visible=true')
    await page.waitForSelector('#booking [name=day]')
    await page.locator('#booking [name=client_name]').tap()
    await page.fill('#booking [name=client_name]', 'zoe lef')
    await page.tap('.suggestions li:has-text("Zoé Lefèvre")')
    await choose(page, room)
    await fillBooking(page, { day: addDays(tomorrow, 1), starts: '9h', ends: '11h' })
    await page.tap('#booking button[type=submit], #booking .actions button')
    await page.waitForURL(/\/sessions\/\d+$/)
    t.match(await page.innerText('main'), /Zoé Lefèvre/)
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    t.ok(Number(wide) <= 0, 'nothing is wider than the phone')
    await page.context().close()
  })

  await t.test('with the keyboard alone a session is booked', async t => {
    const page = await browser.open(engineer, '/')
    const { keyboard } = page
    await tabTo(page, 'a[href$="/sessions"]')
    await keyboard.press('Enter')
    await page.waitForURL(/\/sessions$/)
    await tabTo(page, 'a[href*="/sessions/new"]')
    await keyboard.press('Enter')
    await page.waitForSelector('#booking [name=day]')
    await tabTo(page, '#booking [name=client_name]')
    await keyboard.type('Zoé')
    await page.waitForSelector('.suggestions li:has-text("Zoé Lefèvre")')
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    for (const [name, typed] of Object.entries({ day: addDays(tomorrow, 2), starts: '20h', ends: '1h' })) {
      await tabTo(page, `#booking [name=${name}]`)
      await keyboard.press('Control+A')
      await keyboard.type(typed)
    }
    await keyboard.press('Control+Enter')
    await page.waitForURL(/\/sessions\/\d+$/)
    const [row] = await db('sessions').orderBy('id', 'desc').limit(1).select('client_id', 'ends_at')
    t.same(row, { client_id: client, ends_at: instantOf(addDays(tomorrow, 3), '01:00', zone) }, 'it ends in the night')
    await page.context().close()
  })

  await t.test('the palette leads anywhere', async t => {
    const page = await browser.open(owner, '/')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('dialog[open] input')
    await page.keyboard.type('lefev')
    await page.waitForSelector('dialog[open] a:has-text("Zoé Lefèvre")')
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/clients/${client}$`))
    t.match(await page.innerText('h1'), /Zoé Lefèvre/)
    await page.context().close()
  })

  await t.test('a transition that the browser gives up is nothing to complain of; anything else still is', async t => {
    const page = await browser.open(owner, '/')
    await page.addInitScript(
      `addEventListener('unhandledrejection', ({ reason }) => (window.givenUp = reason.message))`
    )
    // a page that comes without its styles agrees to no transition
    await page.route(/\.css/, route => route.fulfill({ contentType: 'text/css', body: '' }))
    await page.evaluate(`document.querySelector('nav a[href$="/clients"]').click()`)
    await page.waitForURL(/\/clients$/)
    t.match(await (await page.waitForFunction('window.givenUp')).jsonValue(), /^Transition was (aborted|skipped)/)
    const complaint = page.context().waitForEvent('weberror')
    await page.evaluate(`void Promise.reject(new DOMException('Nothing of a transition', 'InvalidStateError'))`)
    t.equal((await complaint).error().message, 'Nothing of a transition')
    t.match(browser.troubles, [/Nothing of a transition/])
    t.equal(browser.troubles.splice(0).length, 1)
    await page.context().close()
  })

  await t.test('without JavaScript one signs in, adds a client and books', async t => {
    const password = 'une longue phrase à moi'
    await house.host.tenants
      .master('users')
      .where({ id: owner.id })
      .update({ password_hash: await hashPassword(password) })
    const page = await browser.open(undefined, '/clients/new', { javaScriptEnabled: false })
    t.match(page.url(), /sign-in/, 'the page asked for leads to the sign-in')
    await fill(page, { email: owner.email, password })
    await submit(page, '/sign-in')
    await page.waitForURL(/\/clients\/new$/)
    await fill(page, { name: 'Sans Script' })
    await submit(page, '/clients')
    await page.waitForURL(/\/clients\/\d+$/)
    await page.goto(addressIn(house, '/sessions/new'))
    await page.fill('#booking [name=client_name]', 'Sans Script')
    await choose(page, room)
    await fillBooking(page, { day: addDays(tomorrow, 4), starts: '14h', ends: '16h' })
    await submit(page, '/sessions')
    await page.waitForURL(/\/sessions\/\d+$/)
    t.match(await page.innerText('main'), /Sans Script/)
    await page.goto(addressIn(house, `/sessions?view=day&day=${addDays(tomorrow, 4)}`))
    t.match(await page.innerText('main'), /Sans Script/, 'the calendar is a list then')
    await page.context().close()
  })
})

async function add(table: string, row: object): Promise<number> {
  const [made] = await db(table).insert(row).returning<{ id: number }[]>('id')
  return made?.id ?? 0
}

async function book(starts: string, ends: string): Promise<number> {
  return add('sessions', {
    room_id: room,
    client_id: client,
    starts_at: instantOf(tomorrow, starts, zone),
    ends_at: instantOf(tomorrow, ends, zone),
    state: 'confirmed'
  })
}

/** Fields of the page's own form, by their names. */
async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, typed] of Object.entries(fields))
    await page.fill(`main form[method=post] [name=${name}] >> visible=true`, typed)
}

async function fillBooking(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, typed] of Object.entries(fields)) await page.fill(`#booking [name=${name}]`, typed)
}

async function choose(page: Page, id: number): Promise<void> {
  await page.selectOption('#booking [name=room_id]', String(id))
}

async function submit(page: Page, action: string): Promise<void> {
  await page.click(`main form[action$="${action}"] .actions button:not([type=button]) >> visible=true`)
}

/** Presses Tab until `selector` has the focus, as somebody without a mouse must. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
  }
  throw new Error(`Tab does not lead to ${selector}`)
}
