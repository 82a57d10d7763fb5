import { table } from './figures.ts'
import type { Tenant } from './house.ts'
import type { Loaded } from './load.ts'
import type { Arms } from './pages.ts'
import type { Size } from './seed.ts'

/** Thirty rooms and people, for searches over all of them. */
export const wide: Size = { clients: 2000, sessions: 100_000, rooms: 30 }

/** A search over three months, and the use of all rooms over a year, for one who waits for the answer. */
export async function measureFinder({ app, load, figures, seconds, weigh }: Arms, { studio, cookie }: Tenant) {
  const url = await app.ask<string>('url')
  const day = (ahead: number) => new Date(Date.now() + ahead * 864e5).toISOString().split('T')[0]
  const months = `from=${day(0)}&to=${day(91)}`
  const searches = {
    any_room: `/sessions/finder?length=4h&${months}`,
    afternoons: `/sessions/finder?length=2h&part=afternoon&${months}&people=1000001`,
    any_engineer: `/sessions/finder?length=4h&any_engineer=on&behind=on&${months}`
  }
  const pages = {
    usage_rooms: `/sessions/usage?from=${day(-365)}&unit=month`,
    usage_people: '/sessions/usage?by=person'
  }
  const lines: (string | number)[][] = []
  for (const [name, path] of Object.entries({ ...searches, ...pages })) {
    const asked = { url, requests: [{ path: `/s/${studio.slug}${path}`, headers: { cookie } }], connections: 1 }
    await load.ask<Loaded>('load', { ...asked, seconds: 1 })
    const { p50, p99, failed } = await load.ask<Loaded>('load', { ...asked, seconds })
    await weigh('finder')
    if (failed > 0) throw new Error(`${path} failed ${failed} times`)
    lines.push([name, figures.set(`finder.${name}.p50_ms`, p50), figures.set(`finder.${name}.p99_ms`, p99)])
  }
  const highest = Object.keys(searches).map(name => figures.get(`finder.${name}.p99_ms`))
  figures.set('finder.p99_ms', Math.max(...highest))
  table(['30 rooms and people, 100,000 sessions', 'p50 ms', 'p99 ms'], lines)
}
