import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Crew } from '../../database/crew.ts'
import { codeOf } from '../../database/pg-errors.ts'
import type { Tenants } from '../../database/tenants.ts'
import { bad, named, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** Every row of a studio's files has its bytes, and the other way round. */
export const files: Check = {
  name: 'files',
  async look({ tenants, visits }) {
    const root = tenants.files
    if (root === undefined) return [ok('none are kept here')]
    const studios = (await visits()).filter(visit => visit.shut === undefined && visit.lacks.length === 0)
    const crew = new Crew(8)
    const seen = await Promise.all(studios.map(({ id, slug }) => crew.run(() => compare(tenants, root, id, slug))))
    const known = new Set((await visits()).map(({ id }) => String(id)))
    const strange = (await entries(root)).filter(name => !known.has(name))
    const missing = seen.filter(one => one.missing > 0)
    const left = seen.flatMap(one => one.left)
    const found: Finding[] = []
    if (missing.length > 0) {
      const counts = missing.map(one => `${one.slug} (${one.missing})`)
      found.push(bad(`Files that are not on the disk: ${named(counts)}.`, `Bring ${root} back from a backup.`))
    }
    if (left.length > 0) {
      found.push({
        ...warn(`${left.length} files on the disk belong to nothing: a crash left them.`, ''),
        async fix() {
          for (const path of left) await rm(path, { force: true })
          return `removed ${left.length}.`
        }
      })
    }
    if (strange.length > 0) {
      const sentence = `Folders of studios that the registry does not know, in ${root}: ${named(strange)}.`
      found.push(
        warn(sentence, 'Was the registry restored from an older backup? When nobody misses them, remove them.')
      )
    }
    return found.length > 0
      ? found
      : [ok(`all ${seen.reduce((sum, { rows }) => sum + rows, 0)} are where they should be`)]
  }
}

interface Compared {
  slug: string
  rows: number
  /** Rows without bytes. */
  missing: number
  /** Bytes without a row, an hour old or more: younger ones may be of a transaction under way. */
  left: string[]
}

async function compare(tenants: Tenants, root: string, id: number, slug: string): Promise<Compared> {
  const studio = await tenants.byId(id)
  if (!studio) return { slug, rows: 0, missing: 0, left: [] }
  const folder = join(root, String(id))
  const onDisk = new Map<string, string>()
  for (const start of await entries(folder))
    for (const name of await entries(join(folder, start))) onDisk.set(name, join(folder, start, name))
  const keys: string[] = await tenants.connections.knex(tenants.target(studio))('files').pluck('key')
  const left: string[] = []
  const rows = new Set(keys)
  for (const [name, path] of onDisk) {
    if (rows.has(name)) continue
    const { mtimeMs } = await stat(path)
    if (mtimeMs < Date.now() - 3_600_000) left.push(path)
  }
  return { slug, rows: keys.length, missing: keys.filter(key => !onDisk.has(key)).length, left }
}

/** What is in a folder; nothing when it is not there. */
async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
