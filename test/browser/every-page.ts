import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { newToken } from '../../core/secrets.ts'
import { bodyOf, paramsOf, recordsOf } from '../access/records.ts'
import { table } from '../access/table.ts'
import { type House, openStudio } from '../helper.ts'
import { axe, phone, weigh, withBrowser } from './browser.ts'

interface Looked {
  house: House
  records: ReturnType<typeof recordsOf>
}

/** A studio with something on every page; as a demo, so that the outbox is there. */
export async function studioToLookAt(t: Test): Promise<Looked> {
  const house = await openStudio(t, { env: { DEMO: 'on' } })
  const records = recordsOf(house, house.studio, house.owner.id)
  for (let made = 0; made < 3; made++) {
    await records.session(made === 0 ? 'option' : 'confirmed')
    await records.notification()
    await records.invitation()
  }
  await house.owner.post('/clients', {
    ...(await bodyOf('/clients', records)),
    phone: '06 12 34 56 78',
    tags: 'fidèle, presse'
  })
  return { house, records }
}

/** Looks at every page of the route table whose place in it is `part` modulo `parts`: all of them take minutes. */
export async function lookAtPages(t: Test, part: number, parts: number) {
  t.setTimeout(1_800_000)
  const looked = await studioToLookAt(t)
  await withBrowser(t, looked.house, async (browser, t) => {
    const window = await browser.open(looked.house.owner, '/')
    const visitor = await browser.open(undefined, '//sign-in')

    await t.test(`every page is light, within its weight and WCAG 2.2 AA (${part + 1} of ${parts})`, async t => {
      const found: string[] = []
      const pages = table.filter(({ kind }) => kind === 'page').filter((_, at) => at % parts === part)
      t.ok(pages.length > 20)
      for (const { url, access } of pages) {
        const page = access === 'public' && url !== '/outbox' ? visitor : window
        const { status, all, scripts, what } = await weigh(page, await addressOf(url, looked))
        t.equal(status, 200, url)
        if (url !== '/s/:studio/sessions') {
          const heaviest = what.toSorted((one, other) => Number.parseInt(other) - Number.parseInt(one)).slice(0, 6)
          const most = url === '/s/:studio/mixes/tracks/:id' ? 115_000 : 100_000 // a player comes along
          t.ok(all <= most, `${url} weighs ${all}: ${heaviest.join(', ')}`)
          t.ok(scripts <= 60_000, `${url} has ${scripts} of scripts`)
        }
        for (const wrong of await bothWays(page)) found.push(`${url} ${wrong}`)
      }
      t.same(found, [])
    })
  })
}

/** In the light at a desk and in the dark on a phone: each page is seen in each of the four. */
export async function bothWays(page: Page): Promise<string[]> {
  const desk = page.viewportSize() ?? phone
  const session = await page.context().newCDPSession(page)
  const light = await axe(page)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize(phone)
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  const dark = await reachable(page, await axe(page))
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: false })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(desk)
  await session.detach()
  return [...light.map(wrong => `desk, light: ${wrong}`), ...dark.map(wrong => `phone, dark: ${wrong}`)]
}

/**
 * What is fixed at the bottom of a phone lies over some field of a long page, which then counts as too small; one scrolls,
 * axe does not. What is wrong stays wrong a little further down.
 */
async function reachable(page: Page, found: string[]): Promise<string[]> {
  if (found.length === 0) return found // nor is a colour wrong that is just changing
  const named = (wrong: string) => wrong.split(' — ')[0]
  let left = found
  for (const down of [130, 260, 420]) {
    await page.evaluate(`scrollTo(0, ${down})`)
    const again = new Set((await axe(page)).map(named))
    left = left.filter(wrong => again.has(named(wrong)))
  }
  return left
}

/** The address of a page, about records that are there; with a link as it is mailed. */
async function addressOf(url: string, { house, records }: Looked): Promise<string> {
  const params: Record<string, string | number> = { studio: house.studio.slug, ...(await paramsOf(url, records)) }
  if (url.includes(':token') && !url.startsWith('/o/')) params['token'] = await link(url, { house, records })
  return url.replace(/:(\w+)/g, (_, key: string) => String(params[key]))
}

async function link(url: string, { house, records }: Looked): Promise<string> {
  const { master } = house.host.tenants
  const { token, hash: token_hash } = newToken()
  const expires_at = new Date(Date.now() + 36e5)
  if (url.startsWith('/invitations')) {
    await master('invitations')
      .where({ id: await records.invitation() })
      .update({ token_hash })
    return token
  }
  const [, purpose] = url.split('/')
  const { id: user_id, email } = house.manager
  await master('mail_links').insert({
    user_id,
    purpose,
    token_hash,
    expires_at,
    ...(purpose === 'confirm' ? { email } : {})
  })
  return token
}
