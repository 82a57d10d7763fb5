import { time } from '@patchbay/core'
import type { Page } from 'playwright-core'
import t from 'tap'
import { axe as complaints, withBrowser } from '../../../test/browser/browser.ts'
import type { OpenBrowser } from '../../../test/browser/browser.ts'
import { openStudio } from '../../../test/helper.ts'
import type { House } from '../../../test/helper.ts'

t.setTimeout(120_000)
const monday = time.addDays(time.startOfWeek(time.today('Europe/Paris')), 14)

async function furnish(house: House): Promise<{ id: number; rooms: number[] }> {
  const rooms: number[] = await house
    .db('rooms')
    .insert(
      ['Studio A', 'Cabine B'].map((name, index) => ({
        name,
        kind: 'cabine',
        colour: index * 6 + 2,
        always_open: true,
        hourly_cents: 45_00,
        position: index
      }))
    )
    .returning<{ id: number }[]>('id')
    .then(rows => rows.map(({ id }) => id))
  await house.db('clients').insert({ kind: 'person', name: 'Nadia Ferrand' })
  const client = (await house.db('clients').first('id')).id
  const booked = await house.owner.post('/sessions', {
    room_id: rooms[0],
    client_id: client,
    day: monday,
    starts: '10h',
    ends: '12h'
  })
  return { id: Number(booked.location.split('/').at(-1)), rooms }
}

const times = async (house: House, id: number) => {
  const { starts_at, ends_at, room_id } = await house.db('sessions').where({ id }).first()
  const [from, to] = [time.localOf(starts_at, 'Europe/Paris'), time.localOf(ends_at, 'Europe/Paris')]
  return { room_id, from: `${from.day} ${from.clock}`, to: to.clock }
}

/** What axe finds. It adds a style of its own, of which the policy complains: that is not ours. */
async function axe(browser: OpenBrowser, page: Page) {
  const before = browser.troubles.length
  const found = await complaints(page)
  browser.troubles.length = before
  return found
}

/** Where a clock of a room's column is on the screen. */
async function point(page: Page, column: number, clock: string) {
  const columns = page.locator('.ec-body .ec-day')
  const box = await columns.nth(column).boundingBox()
  const slot = 24 // calendar.js: slotHeight
  const minutes = (Number(clock.slice(0, 2)) - 8) * 60 + Number(clock.slice(3))
  return { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (minutes / 30) * slot + 4 }
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }) {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 3, from.y + 8, { steps: 3 })
  await page.mouse.move(to.x, to.y, { steps: 8 })
  await page.mouse.up()
}

t.test('the calendar by hand: book, move, undo, refuse, and everybody sees it', async t => {
  const house = await openStudio(t, { work: false })
  const { id, rooms } = await furnish(house)
  await withBrowser(t, house, async browser => {
    // a browser far away shows the studio's clock all the same
    const page = await browser.open(house.owner, `/sessions?view=day&day=${monday}`, {
      timezoneId: 'America/Los_Angeles'
    })
    const entry = page.locator('.ec-event', { hasText: 'Nadia Ferrand' })
    await entry.first().waitFor()
    t.match(await entry.first().innerText(), /10:00–12:00/)
    t.same(await axe(browser, page), [])
    const other = await browser.open(house.engineer, `/sessions?view=day&day=${monday}`)
    await other.locator('.ec-event', { hasText: 'Nadia' }).first().waitFor()

    await drag(page, await point(page, 0, '10:30'), await point(page, 1, '14:30'))
    await page.getByText('Séance déplacée').waitFor()
    t.same(await times(house, id), { room_id: rooms[1], from: `${monday} 14:00`, to: '16:00' })
    await other.locator('.ec-event', { hasText: '14:00–16:00' }).waitFor()
    t.pass('the other browser sees it')
    await page.getByRole('button', { name: 'Annuler', exact: true }).click()
    await page.getByText('Séance remise en place').waitFor()
    t.same(await times(house, id), { room_id: rooms[0], from: `${monday} 10:00`, to: '12:00' })

    await drag(page, await point(page, 0, '14:00'), await point(page, 0, '16:30'))
    const dialog = page.locator('#booking-dialog')
    await dialog.locator('[name="starts"]').waitFor()
    t.equal(await dialog.locator('[name="starts"]').inputValue(), '14:00')
    t.match(await dialog.locator('.booking-preview').innerText(), /Libre/)
    t.same(await axe(browser, page), [])
    await dialog.locator('[name="starts"]').fill('11h')
    await dialog.locator('.booking-conflicts').waitFor()
    await dialog.locator('.offers .button').first().click()
    await dialog.locator('.booking-free').waitFor()
    await dialog.locator('[name="title"]').fill('Maquettes')
    await dialog.getByRole('button', { name: 'Réserver' }).click()
    await page.locator('.ec-event', { hasText: 'Maquettes' }).waitFor()
    t.equal((await house.db('sessions')).length, 2)
    await other.locator('.ec-event', { hasText: 'Maquettes' }).waitFor()

    await dialog.waitFor({ state: 'hidden' })
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(`**/sessions?*day=${time.addDays(monday, 1)}*`)
    t.match(await page.locator('#calendar-title').innerText(), /mardi/i)
  })
})

t.test('the calendar by hand: a session is made longer and shorter by its edges', async t => {
  const house = await openStudio(t, { work: false })
  const { id, rooms } = await furnish(house)
  await house.db('sessions').insert({
    room_id: rooms[0],
    client_id: (await house.db('clients').first('id')).id,
    title: 'Voix témoin',
    starts_at: time.instantOf(monday, '14:00', 'Europe/Paris'),
    ends_at: time.instantOf(monday, '16:00', 'Europe/Paris'),
    state: 'confirmed'
  })
  await withBrowser(t, house, async browser => {
    const page = await browser.open(house.owner, `/sessions?view=day&day=${monday}`)
    const entry = (hours: string) => page.locator('.ec-event', { hasText: hours })
    let asked = Date.now()
    page.on('request', request => {
      if (request.url().includes('/sessions/feed')) asked = Date.now()
    })
    /** What was changed a moment ago is read again: the entry is drawn anew, and an edge that goes holds nothing. */
    const quiet = async () => {
      while (Date.now() - asked < 800) await page.waitForTimeout(100)
    }
    /** By its lower edge, or its upper, to a clock; `before` looks at it while the pointer still holds it. */
    const pull = async (hours: string, edge: 'lower' | 'upper', to: string, before?: () => Promise<void>) => {
      await quiet()
      const box = await entry(hours).boundingBox()
      const lower = edge === 'lower'
      const x = (box?.x ?? 0) + (box?.width ?? 0) / 2
      const y = (box?.y ?? 0) + (lower ? (box?.height ?? 0) - 3 : 3)
      const end = (await point(page, 0, to)).y + (lower ? -7 : -1)
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x, y + (end - y) / 4, { steps: 3 })
      await page.mouse.move(x, end, { steps: 8 })
      await before?.()
      await page.mouse.up()
    }
    const held = (hours: string) => page.locator('.ec-preview', { hasText: hours }).waitFor()
    const says = (text: string) => page.locator('#toasts .toast', { hasText: text })
    const changes = async () =>
      Number((await house.db('activity').where({ action: 'sessions.move' }).count())[0]?.['count'])
    await entry('10:00–12:00').waitFor()

    await pull('10:00–12:00', 'lower', '13:30', () => held('10:00–13:30'))
    await says('Séance déplacée · 157,50').waitFor()
    t.same(await times(house, id), { room_id: rooms[0], from: `${monday} 10:00`, to: '13:30' })
    await says('157,50').getByRole('button', { name: 'Annuler', exact: true }).click()
    await says('Séance remise en place').waitFor()
    t.same(await times(house, id), { room_id: rooms[0], from: `${monday} 10:00`, to: '12:00' })

    await entry('10:00–12:00').waitFor()
    await pull('10:00–12:00', 'upper', '09:15', () => held('09:15–12:00'))
    await says('Séance déplacée · 123,75').waitFor()
    await pull('09:15–12:00', 'lower', '11:00', () => held('09:15–11:00'))
    await says('Séance déplacée · 78,75').waitFor()
    await says('78,75').getByRole('button', { name: 'Annuler', exact: true }).click()
    await entry('09:15–12:00').waitFor()
    t.same(await times(house, id), { room_id: rooms[0], from: `${monday} 09:15`, to: '12:00' })

    const before = await changes()
    await pull('09:15–12:00', 'lower', '15:00', () => page.locator('.drag-hint', { hasText: '14:00–16:00' }).waitFor())
    await says('Pris : Nadia Ferrand, 14:00–16:00').waitFor()
    t.same(await times(house, id), { room_id: rooms[0], from: `${monday} 09:15`, to: '12:00' })
    t.equal(await changes(), before, 'what was refused is nowhere')

    // what others change meanwhile is drawn when the button is up, or the click would fall between old and new
    await entry('09:15–12:00').hover()
    await page.mouse.down()
    const moved = await house.manager.post(`/sessions/${id}/move`, {
      room_id: rooms[0],
      day: monday,
      starts: '09:30',
      ends_day: monday,
      ends: '12:30',
      version: (await house.db('sessions').where({ id }).first('version')).version
    })
    t.equal(moved.statusCode, 200, moved.payload)
    await page.waitForResponse(/sessions\/feed/, { timeout: 600 }).then(
      () => t.fail('the sessions are read while one is held'),
      () => t.pass('they are not read while one is held')
    )
    await page.mouse.up()
    await page.waitForURL(`**/sessions/${id}`)
    await page.goBack()
    await entry('09:30–12:30').click({ position: { x: 40, y: 3 } })
    await page.waitForURL(`**/sessions/${id}`)
  })
})

t.test('the calendar without script, on a phone, and by keyboard alone', async t => {
  const house = await openStudio(t, { work: false })
  const { id, rooms } = await furnish(house)
  await withBrowser(t, house, async browser => {
    const bare = await browser.open(house.owner, `/sessions?day=${monday}`, { javaScriptEnabled: false })
    await bare.getByRole('link', { name: 'Nadia Ferrand' }).click()
    t.match(bare.url(), `/sessions/${id}`)
    const phone = await browser.open(house.owner, `/sessions?day=${monday}`, { phone: true })
    await phone.getByRole('link', { name: 'Nadia Ferrand' }).waitFor()
    t.equal(await phone.locator('.ec').count(), 0, 'no grid is loaded on a phone')
    t.same(await axe(browser, phone), [])
    await house.db('rooms').where({ id: rooms[1] }).update({ name: 'La grande cabine du fond, avec son sas vitré' })
    const taken = `room_id=${rooms[0]}&day=${monday}&starts=10h&ends=12h`
    const small = await browser.open(house.owner, `/sessions/new?${taken}`, { phone: true })
    await small.locator('.offers').getByText('La grande cabine du fond').waitFor()
    t.equal(
      await small.evaluate('document.documentElement.scrollWidth'),
      390,
      'what is free instead stays on the screen'
    )
    await house.db('rooms').where({ id: rooms[1] }).update({ name: 'Cabine B' })

    const page = await browser.open(house.owner, `/sessions/new?day=${monday}`)
    await page.locator('[name="client_name"]').focus()
    await page.keyboard.type('nadia fer')
    await page.locator('.suggestions li').first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('[name="room_id"]').selectOption({ label: 'Cabine B' })
    await page.locator('[name="starts"]').focus()
    await page.keyboard.type('20h')
    await page.locator('[name="duration"]').focus()
    await page.keyboard.type('1h30')
    await page.locator('.booking-free').waitFor()
    t.match(await page.locator('.booking-preview').innerText(), /67,50/)
    t.same(await axe(browser, page), [])
    await page.keyboard.press('Control+Enter')
    await page.getByText('Séance réservée').waitFor()
    t.match(await page.locator('h1').innerText(), 'Nadia Ferrand')
    t.same(await axe(browser, page), [])
    for (const path of [
      '/',
      '/sessions/list',
      '/sessions/rooms',
      '/sessions/rooms/new',
      `/sessions/day/${monday}/print`,
      `/sessions/${id}/edit`
    ]) {
      const next = await browser.open(house.owner, path)
      t.same(await axe(browser, next), [], path)
      await next.close()
    }
  })
})
