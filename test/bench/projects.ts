import type { Knex } from 'knex'
import { makeProject } from '../../plugins/projects/test/many.ts'
import { table } from './figures.ts'
import type { Tenant } from './house.ts'
import type { Loaded } from './load.ts'
import type { Arms } from './pages.ts'

/** A project of 200 tracks and 2,000 revisions, as one reads it: its page, its tracks, one of them, and to listen. */
export async function measureProjects(
  { app, load, figures, seconds, weigh }: Arms,
  { studio, cookie }: Tenant,
  db: Knex
) {
  const { project_id, track_ids } = await makeProject(db, { tracks: 200, revisions: 2000 })
  const pages = {
    project: `/projects/${project_id}`,
    tracks: `/projects/${project_id}/tracks`,
    search: `/projects/${project_id}/tracks?q=plage`,
    track: `/projects/tracks/${track_ids[99]}`,
    listening: `/mixes/tracks/${track_ids[99]}`
  }
  const url = await app.ask<string>('url')
  const lines: (string | number)[][] = []
  for (const [name, path] of Object.entries(pages)) {
    const ours = { url, requests: [{ path: `/s/${studio.slug}${path}`, headers: { cookie } }], connections: 1 }
    await load.ask<Loaded>('load', { ...ours, seconds: 2 })
    const { rps, p50, p99, failed } = await load.ask<Loaded>('load', { ...ours, seconds })
    if (failed > 0) throw new Error(`${path} failed ${failed} times`)
    await weigh('projects')
    lines.push([
      name,
      figures.set(`projects.${name}.rps`, rps),
      figures.set(`projects.${name}.p50_ms`, p50),
      figures.set(`projects.${name}.p99_ms`, p99)
    ])
  }
  figures.set('projects.p99_ms', Math.max(...figures.matching(/^projects\.\w+\.p99_ms$/)))
  table(['200 tracks, 2,000 revisions', 'req/s', 'p50 ms', 'p99 ms'], lines)
}
