import { escapeIdentifier as quote } from 'pg'
import { migrateFleet } from '../../core/database/fleet.ts'
import { createStudio } from '../../core/database/provision.ts'
import { Tenants } from '../../core/database/tenants.ts'
import { ensureTemplate } from '../../core/database/template.ts'
import { secrets } from '../../core/secrets.ts'
import { median, table } from './figures.ts'
import type { Figures } from './figures.ts'
import { loadOn } from './pages.ts'
import type { Arms } from './pages.ts'
import type { Tenant } from './house.ts'
import type { Loaded } from './load.ts'

/** The same page of 200 studios in turn, against 200 times the page of one of them. */
export async function measureStudios(
  { app, load, figures, rounds, seconds, weigh }: Arms,
  tenants: Tenant[],
  page: string
) {
  const url = await app.ask<string>('url')
  const all = tenants.map(({ studio, cookie }) => ({ path: `/s/${studio.slug}${page}`, headers: { cookie } }))
  const one = all.slice(0, 1)
  await loadOn(load, { url, requests: all, seconds: 3 })
  const found: { all: Loaded[]; one: Loaded[] } = { all: [], one: [] }
  for (let round = 0; round < rounds; round++) {
    found.all.push(await loadOn(load, { url, requests: all, seconds }))
    await weigh('studios')
    found.one.push(await loadOn(load, { url, requests: one, seconds }))
  }
  const of = (arm: 'all' | 'one', figure: 'rps' | 'p50' | 'p99') => median(found[arm].map(loaded => loaded[figure]))
  const ratio = figures.set('studios_200.ratio', of('all', 'rps') / of('one', 'rps'))
  table(
    ['studios', 'req/s', 'p50 ms', 'p99 ms', 'ratio'],
    [
      [
        `${tenants.length} in turn`,
        figures.set('studios_200.rps', of('all', 'rps')),
        figures.set('studios_200.p50_ms', of('all', 'p50')),
        figures.set('studios_200.p99_ms', of('all', 'p99')),
        ratio
      ],
      [
        'one',
        figures.set('studios_200.one_rps', of('one', 'rps')),
        figures.set('studios_200.one_p50_ms', of('one', 'p50')),
        figures.set('studios_200.one_p99_ms', of('one', 'p99')),
        ''
      ]
    ]
  )
}

/** A studio from form to first page, against the clone that is in it. Both are made and dropped in turn. */
export async function measureProvisioning(tenants: Tenants, owner: number, figures: Figures, times: number) {
  const server = (await tenants.servers())[0]
  if (!server) throw new Error('there is no server for studios')
  const template = await ensureTemplate(tenants, server)
  const admin = tenants.admin(server)
  const found: { ours: number[]; bare: number[] } = { ours: [], bare: [] }
  for (let time = 0; time < times; time++) {
    found.ours.push(await timed(() => createStudio(tenants, { name: `Nouveau ${time}`, owner: { user_id: owner } })))
    const name = quote(`${tenants.name}_bare_${time}`)
    found.bare.push(
      await timed(() => admin.raw(`create database ${name} template ${quote(template)} strategy wal_log`))
    )
    await admin.raw(`drop database ${name}`)
  }
  const ratio = figures.set('provision.ratio', median(found.ours) / median(found.bare))
  table(
    ['a new studio', 'p50 ms', 'highest', 'ratio'],
    [
      ['createStudio', figures.set('provision.p50_ms', median(found.ours)), Math.max(...found.ours), ratio],
      ['CREATE DATABASE', figures.set('provision.bare_p50_ms', median(found.bare)), Math.max(...found.bare), '']
    ]
  )
}

/** One more migration for every studio there is. The application refuses studios that are behind: this comes last. */
export async function measureMigration(tenants: Tenants, secret: string, figures: Figures) {
  const extra = { name: 'bench/0001_extra', sql: 'create table bench_extra (id bigint primary key, note text)' }
  const server = (await tenants.servers())[0]
  if (!server) throw new Error('there is no server for studios')
  const newer = new Tenants({
    connections: tenants.connections,
    master: server.address,
    secrets: secrets(secret),
    migrations: [...tenants.migrations, extra]
  })
  let done = 0
  const ms = await timed(async () => {
    const result = await migrateFleet({ tenants: newer })
    for (const { slug, error } of result.failed) throw new Error(`${slug} could not be migrated: ${error}`)
    done = result.done
  })
  table(
    ['migration', 'studios', 'seconds', 'studios/s'],
    [
      [
        'all',
        figures.set('migrate.studios', done),
        figures.set('migrate.seconds', ms / 1000),
        figures.set('migrate.per_second', done / (ms / 1000))
      ]
    ]
  )
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
