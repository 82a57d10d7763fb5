import type { Arm } from './calls.ts'
import { median, table } from './figures.ts'
import type { Figures } from './figures.ts'
import type { Load, Loaded } from './load.ts'

/** One address of the application, for somebody who is signed in. */
export interface Target {
  name: string
  path: string
  cookie: string
}

export interface Arms {
  app: Arm
  load: Arm
  figures: Figures
  /** Resident megabytes of the application, asked after every load; the highest is kept, of `part` and of all. */
  weigh: (part: string) => Promise<void>
  rounds: number
  seconds: number
}

const connections = 10

/** One load; whatever is not a 2xx makes its figures worthless. */
export async function loadOn(
  load: Arm,
  given: Omit<Load, 'connections'>,
  how: 'load' | 'look' = 'load'
): Promise<Loaded> {
  const loaded = await load.ask<Loaded>(how, { ...given, connections })
  if (loaded.failed > 0)
    throw new Error(`${given.url}${given.requests[0]?.path} failed ${loaded.failed} times under load`)
  return loaded
}

/** Each page by the application and by the bare handler in turn, so that whatever else the machine does meets both. */
export async function measurePages(
  arms: Arms,
  pages: (Target & { bare: string })[],
  statements: Record<string, number>
) {
  const { app, load, figures, rounds, seconds, weigh } = arms
  const url = await app.ask<string>('url')
  const lines: (string | number)[][] = []
  for (const { name, path, cookie, bare } of pages) {
    const ours = { url, requests: [{ path, headers: { cookie } }] }
    const theirs = { url: bare, requests: [{ path: `/${name}` }] }
    for (const one of [ours, theirs]) await loadOn(load, { ...one, seconds: 1 })
    const found: { ours: Loaded[]; theirs: Loaded[] } = { ours: [], theirs: [] }
    for (let round = 0; round < rounds; round++) {
      found.ours.push(await loadOn(load, { ...ours, seconds }))
      await weigh('pages')
      found.theirs.push(await loadOn(load, { ...theirs, seconds }))
    }
    const of = (arm: 'ours' | 'theirs', figure: 'rps' | 'p50' | 'p99') => median(found[arm].map(one => one[figure]))
    const prefix = `pages.${name}`
    lines.push([
      name,
      figures.set(`${prefix}.statements`, statements[name] ?? Number.NaN),
      figures.set(`${prefix}.rps`, of('ours', 'rps')),
      figures.set(`${prefix}.bare_rps`, of('theirs', 'rps')),
      figures.set(`${prefix}.ratio`, of('ours', 'rps') / of('theirs', 'rps')),
      figures.set(`${prefix}.p50_ms`, of('ours', 'p50')),
      figures.set(`${prefix}.bare_p50_ms`, of('theirs', 'p50')),
      figures.set(`${prefix}.p99_ms`, of('ours', 'p99')),
      figures.set(`${prefix}.bare_p99_ms`, of('theirs', 'p99'))
    ])
  }
  figures.set('pages.ratio', Math.min(...figures.matching(/^pages\.\w+\.ratio$/)))
  table(['page', 'statements', 'req/s', 'bare', 'ratio', 'p50 ms', 'bare', 'p99 ms', 'bare'], lines)
}

/**
 * Every way a list is asked: by ten who never wait, so that the machine has no time left and each waits for the nine others;
 * and by ten who look at what they got. Of the former the middle one of `rounds` windows, for a single full collection is
 * all of a window's last hundredth.
 */
export async function measureLists({ app, load, figures, seconds, rounds, weigh }: Arms, lists: Target[]) {
  const url = await app.ask<string>('url')
  const lines: (string | number)[][] = []
  for (const { name, path, cookie } of lists) {
    const ours = { url, requests: [{ path, headers: { cookie } }] }
    await loadOn(load, { ...ours, seconds: 1 })
    const found: Loaded[] = []
    for (let round = 0; round < rounds; round++) found.push(await loadOn(load, { ...ours, seconds }))
    await weigh('lists')
    // twenty ask in a second: the last hundredth of a shorter time is a single answer
    const looked = await loadOn(load, { ...ours, seconds: 4 * seconds }, 'look')
    lines.push([
      name,
      figures.set(`lists.${name}.rps`, median(found.map(one => one.rps))),
      figures.set(`lists.${name}.p50_ms`, median(found.map(one => one.p50))),
      figures.set(`lists.${name}.p99_ms`, median(found.map(one => one.p99))),
      figures.set(`people.${name}.p50_ms`, looked.p50),
      figures.set(`people.${name}.p99_ms`, looked.p99)
    ])
  }
  figures.set('lists.p99_ms', Math.max(...figures.matching(/^lists\.\w+\.p99_ms$/)))
  figures.set('people.p99_ms', Math.max(...figures.matching(/^people\.\w+\.p99_ms$/)))
  table(['list', 'req/s', 'p50 ms', 'p99 ms', 'people: p50 ms', 'p99 ms'], lines)
}
