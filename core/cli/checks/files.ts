import { Crew } from '../../database/crew.ts'
import type { Tenants } from '../../database/tenants.ts'
import { entries } from '../../folder-disk.ts'
import { allFiles, filesOf } from '../../folder.ts'
import type { FileSettings, Store } from '../../folder.ts'
import { reasonOf } from '../reason.ts'
import { bad, named, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** Every row of a studio's files has its bytes, and the other way round. */
export const files: Check = {
  name: 'files',
  async look({ tenants, visits }) {
    const settings = tenants.files
    if (settings === undefined) return [ok('none are kept here')]
    const root = allFiles(settings.DATA_DIR)
    const studios = (await visits()).filter(visit => visit.shut === undefined && visit.lacks.length === 0)
    const crew = new Crew(8)
    const seen = await Promise.all(studios.map(({ id, slug }) => crew.run(() => compare(tenants, settings, id, slug))))
    const known = new Set((await visits()).map(({ id }) => String(id)))
    const strange = (await entries(root)).filter(name => !known.has(name))
    const missing = seen.filter(one => one.missing > 0)
    const away = seen.filter(one => one.away !== undefined)
    const left = seen.flatMap(one => one.left)
    const found: Finding[] = []
    if (missing.length > 0) {
      const counts = missing.map(one => `${one.slug} (${one.missing})`)
      found.push(bad(`Files whose bytes are not there: ${named(counts)}.`, `Bring ${root} back from a backup.`))
    }
    if (away.length > 0) {
      const reasons = [...new Set(away.map(one => one.away ?? ''))]
      const sentence = `The S3 store does not give ${away.length} studios their files: ${named(reasons)}.`
      found.push(bad(sentence, 'Check the settings S3_…, or start the store.'))
    }
    if (left.length > 0) {
      found.push({
        ...warn(`${left.length} files belong to nothing: a crash left them.`, ''),
        async fix() {
          for (const { store, key } of left) await store.remove(key)
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
  /** Why the S3 store, where some of them are or should go, could not be asked. */
  away?: string
  /** Bytes without a row, an hour old or more: younger ones may be of a transaction under way. */
  left: { store: Store; key: string }[]
}

async function compare(tenants: Tenants, settings: FileSettings, id: number, slug: string): Promise<Compared> {
  const studio = await tenants.byId(id)
  if (!studio) return { slug, rows: 0, missing: 0, left: [] }
  const folder = filesOf(settings, studio)
  const keys: string[] = await tenants.connections.knex(tenants.target(studio))('files').pluck('key')
  const rows = new Set(keys)
  const there = new Set<string>()
  const left: Compared['left'] = []
  const see = async (store: Store) => {
    for await (const { key, at } of store.list()) {
      there.add(key)
      if (!rows.has(key) && at.getTime() < Date.now() - 3_600_000) left.push({ store, key })
    }
  }
  await see(folder.disk)
  const far = keys.filter(key => key.startsWith('s3-'))
  const missing = (among: string[]) => among.filter(key => !there.has(key)).length
  const near = missing(keys.filter(key => !key.startsWith('s3-')))
  if (!folder.elsewhere) {
    const away = far.length > 0 ? { away: 'none is set any more' } : {}
    return { slug, rows: keys.length, missing: near, left, ...away }
  }
  try {
    await see(folder.elsewhere)
  } catch (error) {
    return { slug, rows: keys.length, missing: near, left, away: reasonOf(error) }
  }
  return { slug, rows: keys.length, missing: near + missing(far), left }
}
