import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { startArm } from './calls.ts'
import type { Arm } from './calls.ts'
import { Figures, table, verdict } from './figures.ts'
import { makeYear } from '../../plugins/reports/test/year.ts'
import { measureBooks } from './books.ts'
import { measureFinder, wide } from './finder.ts'
import { measureMigration, measureProvisioning, measureStudios } from './fleet.ts'
import { addTenant, openHouse } from './house.ts'
import type { BenchHouse, Tenant } from './house.ts'
import { measureLists, measurePages } from './pages.ts'
import type { Arms, Target } from './pages.ts'
import { invoiceLists, measureIssuing, seedInvoices } from './invoices.ts'
import { measureProjects } from './projects.ts'
import { measureAnalysis } from './sound.ts'
import { landmarks, large, seed, settle, small } from './seed.ts'

/**
 * `npm run bench [-- --quick] [-- --json FILE]`: how fast Patchbay is beside handlers that do nothing but the same work.
 * Absolute figures are of the machine it runs on; the ratios are what counts. DATABASE_URL measures on a server of yours.
 * `--only pages,lists` leaves out the rest of sockets, pages, lists, issuing, projects, books, finder, studios, provision,
 * migrate, analysis.
 */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, only: { type: 'string' } }
})
const figures = new Figures()
const wanted = (part: string) => !options.only || options.only.split(',').includes(part)
/** The parts that load the application, in the order in which they do, each on what the ones before left in memory. */
const loads = ['pages', 'lists', 'issuing', 'projects', 'books', 'finder', 'studios']
const house = await openHouse()
try {
  await bench(house)
} finally {
  await house.close()
}
if (options.json) figures.write(options.json)

async function bench({ tenants, env, log }: BenchHouse): Promise<void> {
  say(`Seeding a studio with ${large.clients} clients and ${large.sessions} sessions…`)
  const one = await addTenant(tenants, 'Grand Studio')
  await seed(tenants, one.studio, large)
  await seedInvoices(tenants.db(one.studio), 100_000)
  await settle(tenants, one.studio)
  const broad = wanted('finder') ? await makeWide() : undefined
  const ledger = wanted('books') ? await addTenant(tenants, 'Grand Livre') : undefined
  if (ledger) await makeYear(tenants.db(ledger.studio), { count: 5000, year: 2025 })
  const fleet = wanted('studios') || wanted('migrate')
  if (fleet) say('Making 200 studios…')
  const many = fleet ? await makeStudios(200) : []
  say('Bringing it all to disk…')
  await tenants.work.raw('checkpoint')

  const load = await startArm('load.ts', {}, 2)
  // a service that starts for the first time compiles everything: what is measured has been started before
  await (await startArm('app.js', env, log)).stop()
  const app = await startArm('app.js', env, log)
  try {
    await sleep(3000)
    figures.set('memory.rest_mb', await app.ask<number>('memory'))
    if (wanted('sockets')) await sockets(app, load, one)
    const weigh = async (part: string) => {
      const resident = await app.ask<number>('memory')
      for (const name of [`memory.${part}_mb`, 'memory.load_mb']) {
        figures.set(name, Math.max(figures.get(name) || 0, resident))
      }
    }
    const rounds = options.quick ? 3 : 7
    const arms: Arms = { app, load, figures, weigh, rounds, seconds: options.quick ? 1.5 : 4 }
    const places = await landmarks(tenants.admin(await tenants.server(one.studio.server_id), one.studio.database))
    if (wanted('pages')) await pages(arms, one, places, { env, log })
    if (wanted('lists')) await measureLists({ ...arms, rounds: 3 }, listsOf(one, places))
    if (wanted('issuing')) await measureIssuing({ ...arms, rounds: 1 }, one, tenants.db(one.studio))
    if (wanted('projects')) await measureProjects(arms, one, tenants.db(one.studio))
    if (ledger) await measureBooks(arms, ledger, 2025)
    if (broad) await measureFinder(arms, broad)
    if (wanted('studios')) await measureStudios(arms, many, '/clients')
  } finally {
    await app.stop()
    await load.stop()
  }
  const owner = await tenants.master('users').min<{ id: number }[]>('id as id')
  if (wanted('provision')) await measureProvisioning(tenants, owner[0]?.id ?? 0, figures, options.quick ? 10 : 20)
  if (wanted('analysis')) await measureAnalysis(figures, options.quick ? 3 : 5)
  if (wanted('migrate')) await measureMigration(tenants, env['SECRET'] ?? '', figures)
  conclude()
}

type Places = Awaited<ReturnType<typeof landmarks>>

async function pages(
  arms: Arms,
  { studio, cookie }: Tenant,
  places: Places,
  { env, log }: Pick<BenchHouse, 'env' | 'log'>
) {
  const base = `/s/${studio.slug}`
  const targets: Target[] = [
    { name: 'clients', path: `${base}/clients`, cookie },
    { name: 'client', path: `${base}/clients/${places.client}`, cookie },
    { name: 'calendar', path: `${base}/sessions/feed?start=${places.start}&end=${places.end}`, cookie },
    { name: 'today', path: `${base}/`, cookie }
  ]
  const bare = await startArm('bare.ts', env, log)
  try {
    type Learnt = { url: string; statements: Record<string, number> }
    const learnt = await bare.ask<Learnt>(
      'learn',
      targets.map(target => ({ ...target, slug: studio.slug }))
    )
    await measurePages(
      arms,
      targets.map(target => ({ ...target, bare: learnt.url })),
      learnt.statements
    )
  } finally {
    await bare.stop()
  }
}

/** Every list there is, as people ask it. */
function listsOf({ studio, cookie }: Tenant, { client }: Places): Target[] {
  const paths: Record<string, string> = {
    clients: '/clients',
    clients_search: '/clients?q=lefevre',
    clients_typo: '/clients?q=barthelmy',
    clients_letter: '/clients?q=l',
    clients_tag: '/clients?tag=fid%C3%A8le',
    clients_kind: '/clients?kind=band&sort=-updated_at',
    clients_suggestions: '/clients/suggestions?q=mar',
    sessions: '/sessions/list',
    sessions_past: '/sessions/list?when=past&sort=-starts_at',
    sessions_search: '/sessions/list?when=all&q=marees',
    sessions_state: '/sessions/list?when=all&state=no_show',
    sessions_client: `/sessions/list?when=all&client=${client}`,
    rooms: '/sessions/rooms',
    activity: '/activity',
    search: '/search/hits?q=martin',
    ...invoiceLists
  }
  return Object.entries(paths).map(([name, path]) => ({ name, path: `/s/${studio.slug}${path}`, cookie }))
}

async function makeWide(): Promise<Tenant> {
  say(`Seeding a studio with ${wide.rooms} rooms and people…`)
  const tenant = await addTenant(house.tenants, 'Studio aux trente salles')
  await seed(house.tenants, tenant.studio, wide)
  await settle(house.tenants, tenant.studio)
  return tenant
}

async function makeStudios(count: number): Promise<Tenant[]> {
  const made: Tenant[] = []
  for (let at = 0; at < count; at += 4) {
    const some = Array.from({ length: Math.min(4, count - at) }, async (_, nth) => {
      const tenant = await addTenant(house.tenants, `Studio ${at + nth + 1}`)
      await seed(house.tenants, tenant.studio, small)
      return tenant
    })
    made.push(...(await Promise.all(some)))
  }
  return made
}

async function sockets(app: Arm, load: Arm, { studio, cookie }: Tenant): Promise<void> {
  const url = await app.ask<string>('url')
  const before = await app.ask<number>('memory')
  const open = await load.ask<number>('sockets', {
    url: `${url}/s/${studio.slug}/live`,
    headers: { cookie, origin: url },
    count: 2000
  })
  if (open !== 2000) throw new Error(`only ${open} of 2000 sockets were let in`)
  await sleep(3000)
  figures.set('memory.sockets_2000_mb', (await app.ask<number>('memory')) - before)
  await load.ask('closeSockets')
}

function conclude(): void {
  const value = (name: string) => figures.get(name)
  table(
    ['memory', 'MB'],
    [
      ['at rest', value('memory.rest_mb')],
      ...loads.filter(wanted).map(part => [`highest, ${part}`, value(`memory.${part}_mb`)]),
      ['under load, highest of all', value('memory.load_mb')],
      ['2,000 idle sockets, more', value('memory.sockets_2000_mb')]
    ]
  )
  table(
    ['target', 'measured', 'wanted', ''],
    [
      verdict('pages.ratio', value('pages.ratio'), '>= 0.7', value('pages.ratio') >= 0.7),
      verdict('studios_200.ratio', value('studios_200.ratio'), '>= 0.7', value('studios_200.ratio') >= 0.7),
      verdict('provision.ratio', value('provision.ratio'), '<= 2', value('provision.ratio') <= 2),
      verdict('lists.p99_ms', value('lists.p99_ms'), '< 50', value('lists.p99_ms') < 50),
      verdict('people.p99_ms', value('people.p99_ms'), '< 50', value('people.p99_ms') < 50),
      verdict('projects.p99_ms', value('projects.p99_ms'), '< 50', value('projects.p99_ms') < 50),
      verdict('finder.p99_ms', value('finder.p99_ms'), '< 100', value('finder.p99_ms') < 100),
      verdict('books.seconds', value('books.seconds'), '< 5', value('books.seconds') < 5),
      verdict('analysis.real_time', value('analysis.real_time'), '>= 60', value('analysis.real_time') >= 60),
      verdict('memory.load_mb', value('memory.load_mb'), '< 250', value('memory.load_mb') < 250)
    ]
  )
}

/** Progress goes to where figures do not. */
function say(sentence: string): void {
  console.error(sentence)
}
