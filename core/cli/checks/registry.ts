import { listOrphans, clear } from '../../database/leftovers.ts'
import { masterIsCurrent } from '../../database/migrate.ts'
import { reasonOf } from '../reason.ts'
import { databases, isNewest, sealedRows, servers } from '../secret.ts'
import { bad, named, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** The registry has had every migration this version knows, and so has the job queue. */
export const masterSchema: Check = {
  name: 'master',
  async look({ tenants: { master, name } }) {
    const mend = 'patchbay migrate --all'
    if (!(await masterIsCurrent(master))) return [bad(`The master database ${name} is behind.`, mend)]
    const { rows } = await master.raw<{ rows: { there: boolean }[] }>(
      `select to_regclass('graphile_worker.jobs') is not null as there`
    )
    return [rows[0]?.there ? ok(`the master database ${name} is up to date`) : bad('The job queue is missing.', mend)]
  }
}

/** SECRET opens everything that is sealed. */
export const sealed: Check = {
  name: 'secrets',
  async look({ tenants: { master, secrets } }) {
    const rows = [...(await sealedRows(master, databases)), ...(await sealedRows(master, servers))]
    const shut: string[] = []
    for (const { sealed, record } of rows) {
      try {
        secrets.open(sealed, record)
      } catch (error) {
        shut.push(reasonOf(error))
      }
    }
    const old = rows.filter(({ sealed }) => !isNewest(secrets, sealed)).length - shut.length
    const found: Finding[] = []
    if (shut.length > 0) {
      found.push(
        bad(
          `${shut.length} of ${rows.length} cannot be opened: ${shut[0]}`,
          'Give SECRET the key they were sealed with, after the present one and a comma.'
        )
      )
    }
    if (old > 0) found.push(warn(`${old} are sealed with an older key of SECRET.`, 'patchbay secret rotate'))
    return found.length > 0 ? found : [ok(`SECRET opens all ${rows.length}`)]
  }
}

/** Databases and roles of studios that the registry does not know. */
export const leftovers: Check = {
  name: 'leftovers',
  async look({ tenants }) {
    const orphans = await listOrphans(tenants)
    const unfinished = orphans.filter(orphan => orphan.unfinished).map(({ database }) => database)
    const inUse = orphans.filter(orphan => !orphan.unfinished).map(({ database }) => database)
    const found: Finding[] = []
    if (unfinished.length > 0) {
      found.push({
        ...warn(`Left by a crash: ${named(unfinished)}.`, ''),
        async fix() {
          for (const server of await tenants.servers()) await clear(tenants, server)
          const left = (await listOrphans(tenants)).filter(orphan => orphan.unfinished)
          if (left.length > 0) throw new Error(`${named(left.map(({ database }) => database))} are still there`)
          return `removed ${named(unfinished)}.`
        }
      })
    }
    if (inUse.length > 0) {
      found.push(
        bad(
          `Studios that the registry does not know: ${named(inUse)}.`,
          'Was the registry restored from an older backup? Restore a newer one; or, when nobody misses them, drop the database and the role of that name.'
        )
      )
    }
    return found.length > 0 ? found : [ok('none')]
  }
}
