import { AxeBuilder } from '@axe-core/playwright'
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Test } from 'tap'
import type { House, Visitor } from '../helper.ts'

/** A real Chromium on the real host. */
export interface OpenBrowser {
  /** The host's address: `http://127.0.0.1:41234`. */
  url: string
  /** A window of its own, signed in as `person`; nobody without one. Paths begin at the studio: `open(owner, '/clients')`. */
  open: (person: Visitor | undefined, path: string, options?: WindowOptions) => Promise<Page>
  /** What browsers complained of so far: policy, scripts, failed requests. The test fails when it is not empty at its end. */
  troubles: string[]
}

export type WindowOptions = Pick<BrowserContextOptions, 'colorScheme' | 'javaScriptEnabled' | 'timezoneId'> & {
  phone?: boolean
}

const desk = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }

const args = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/**
 * Runs `work` with a browser on `house` and closes it. Without a Chromium on the machine the test is skipped, unless
 * BROWSER_TESTS=required; CHROMIUM_PATH names one.
 */
export async function withBrowser(
  t: Test,
  house: House,
  work: (browser: OpenBrowser, t: Test) => Promise<void>
): Promise<void> {
  const executablePath = findChromium()
  if (!executablePath && process.env['BROWSER_TESTS'] !== 'required') {
    await t.test('in Chromium', { skip: 'there is none here: install one, or set CHROMIUM_PATH' }, async () => {})
    return
  }
  if (!executablePath)
    throw new Error('BROWSER_TESTS is required, and there is no Chromium: install one, or set CHROMIUM_PATH')
  await t.test('in Chromium', async t => {
    const url = await house.listen()
    const browser = await chromium.launch({ executablePath, args })
    const troubles: string[] = []
    const open: OpenBrowser['open'] = (person, place, options) =>
      openWindow({ browser, house, url, troubles }, person, place, options)
    try {
      await work({ url, troubles, open }, t)
      t.same(troubles, [], 'no browser complained of the policy, a script or a request')
    } finally {
      await browser.close()
    }
  })
}

interface Opening {
  browser: Browser
  house: House
  url: string
  troubles: string[]
}

async function openWindow(
  { browser, house, url, troubles }: Opening,
  person: Visitor | undefined,
  place: string,
  { phone: small = false, ...options }: WindowOptions = {}
): Promise<Page> {
  const screen = small ? { viewport: phone, hasTouch: true, isMobile: true } : { viewport: desk }
  const context = await browser.newContext({ locale: 'fr-FR', baseURL: url, ...screen, ...options })
  context.setDefaultTimeout(10_000)
  if (person?.token) await context.addCookies([{ name: 'sign-in', value: person.token, url }])
  await watch(context, troubles, options.javaScriptEnabled ?? true)
  const page = await context.newPage()
  await page.goto(addressIn(house, place))
  return page
}

/** `/clients` of the studio, `//sign-in` of the installation. */
export const addressIn = (house: House, place: string): string =>
  place.startsWith('//') ? place.slice(1) : `/s/${house.studio.slug}${place}`

/** Everything a browser complains of is a trouble; refusals that a test provokes (4xx) are not. */
async function watch(context: BrowserContext, troubles: string[], scripts: boolean): Promise<void> {
  if (scripts) {
    await context.exposeBinding('reportTrouble', (_source, trouble: string) => void troubles.push(trouble))
    await context.addInitScript(`addEventListener('securitypolicyviolation', event =>
      reportTrouble('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' on ' + location.pathname))`)
  }
  context.on(
    'weberror',
    error => void troubles.push(`script: ${error.error().message} on ${error.page()?.url() ?? ''}`)
  )
  context.on('console', message => {
    if (message.type() !== 'error' || /status of 4\d\d/.test(message.text())) return
    troubles.push(`console: ${message.text()} on ${message.page()?.url() ?? ''}`)
  })
  context.on('requestfailed', request => {
    const reason = request.failure()?.errorText ?? ''
    if (reason !== 'net::ERR_ABORTED') troubles.push(`request: ${request.url()} ${reason}`)
  })
  context.on('response', response => {
    if (response.status() >= 500) troubles.push(`answer: ${response.url()} ${response.status()}`)
  })
}

/** What axe finds wrong by WCAG 2.2 AA, as lines: rule, element, what to do. */
export async function axe(page: Page): Promise<string[]> {
  // without `preload` it does not try to read style sheets anew by inline styles, which the policy refuses
  const builder = new AxeBuilder({ page }).setLegacyMode(true).options({ preload: false })
  builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')} — ${failureSummary?.split('\n')[1]?.trim() ?? ''}`
    )
  )
}

export interface Weight {
  status: number | undefined
  all: number
  scripts: number
  /** Each answer: its bytes, kind and address. */
  what: string[]
}

/** Bytes that came over the wire for one cold load of `place`, in all and of scripts. */
export async function weigh(page: Page, place: string): Promise<Weight> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  const kinds = new Map<string, { type: string; url: string }>()
  const weight: Weight = { status: undefined, all: 0, scripts: 0, what: [] }
  session.on(
    'Network.responseReceived',
    ({ requestId, type, response }) => void kinds.set(requestId, { type, url: response.url })
  )
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const { type, url } = kinds.get(requestId) ?? { type: 'other', url: '' }
    weight.all += encodedDataLength
    if (type === 'Script') weight.scripts += encodedDataLength
    weight.what.push(`${encodedDataLength} ${type} ${url}`)
  })
  const answer = await page.goto(place, { waitUntil: 'networkidle' })
  weight.status = answer?.status()
  await session.detach()
  return weight
}

function findChromium(): string | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  const given = process.env['CHROMIUM_PATH']
  const places = given ? [given] : folders.flatMap(folder => names.map(name => path.join(folder, name)))
  return places.find(place => fs.existsSync(place))
}
