import { migrateRegistry } from '../boot.ts'
import { migrateFleet } from '../database/fleet.ts'
import type { FleetResult } from '../database/fleet.ts'
import { masterIsCurrent } from '../database/migrate.ts'
import { dropOldTemplates } from '../database/template.ts'
import type { Tenants } from '../database/tenants.ts'
import { WrongUsage, command } from './command.ts'
import type { Desk } from './desk.ts'
import { progress } from './paper.ts'
import { listStudios } from './studio-rows.ts'

/** `patchbay migrate`: the deploy step. It may be interrupted and run again. */
export const migrate = command({
  name: 'migrate',
  summary: 'Brings the master database up to date, and with --all every studio, several at a time.',
  options: {
    all: { help: 'every studio too' },
    studio: { value: 'SLUG', help: 'this studio too' },
    check: { help: 'change nothing; exit code 1 when something is behind' }
  },
  async run({ values: { all, studio, check }, desk }) {
    if (all && studio !== undefined) throw new WrongUsage('Either --all or --studio.')
    const registry = await desk.open('as it is')
    const { tenants } = registry
    if (check) return report(tenants, studio)
    const master = await migrateRegistry(registry)
    if (studio !== undefined) await desk.studio(registry, studio)
    const fleet = all || studio !== undefined ? await migrateStudios(desk, tenants, studio) : undefined
    const behind = (await behindOf(tenants, studio)).length
    const failed = fleet?.failed ?? []
    if (behind === 0) await dropOldTemplates(tenants)
    return {
      lines: [
        master.length > 0 ? `The master database has had ${master.join(', ')}.` : 'The master database is up to date.',
        ...(fleet ? [`${count(fleet.done)} brought up to date, ${failed.length} failed.`] : []),
        ...failed.map(({ slug, error }) => `${slug}: ${error}`),
        ...(behind > failed.length
          ? [`${count(behind)} behind and closed until \`patchbay migrate --all\` has run.`]
          : [])
      ],
      data: { master: { run: master }, studios: { done: fleet?.done ?? 0, failed, behind } },
      failed: failed.length > 0
    }
  }
})

async function migrateStudios(desk: Desk, tenants: Tenants, studio: string | undefined): Promise<FleetResult> {
  const bar = progress(desk.terminal)
  try {
    return await migrateFleet({
      tenants,
      ...(studio !== undefined && { only: [studio] }),
      onProgress: ({ done, failed, total, slug, error }) =>
        bar.show(done + failed, total, error === undefined ? slug : `${slug} failed`)
    })
  } finally {
    bar.end()
  }
}

async function report(tenants: Tenants, studio: string | undefined) {
  const current = await masterIsCurrent(tenants.master)
  // before its first migration the registry has no studios to ask about
  const behind = current ? await behindOf(tenants, studio) : []
  const slugs = behind.map(({ slug }) => slug)
  return {
    lines: [
      current
        ? 'The master database is up to date.'
        : 'The master database is behind: studios are known once it is not.',
      ...(current
        ? [
            slugs.length > 0
              ? `${count(slugs.length)} behind: ${slugs.slice(0, 20).join(', ')}${slugs.length > 20 ? '…' : ''}`
              : 'No studio is behind.'
          ]
        : [])
    ],
    data: { master: { current }, studios: { behind: slugs } },
    failed: !current || slugs.length > 0
  }
}

async function behindOf(tenants: Tenants, studio: string | undefined) {
  const studios = await listStudios(tenants)
  return studios.filter(({ schema, slug }) => schema === 'behind' && (studio === undefined || slug === studio))
}

const count = (n: number): string => (n === 1 ? '1 studio' : `${n} studios`)
