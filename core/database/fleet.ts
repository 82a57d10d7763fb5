import { Failure } from '../errors.ts'
import { migrateDatabase } from './migrate.ts'
import { ensureTemplate } from './template.ts'
import type { DatabaseServer, Tenants } from './tenants.ts'

export interface FleetProgress {
  slug: string
  /** Why it could not be migrated; absent when it was. */
  error?: string
  done: number
  failed: number
  total: number
}

export interface FleetResult {
  done: number
  failed: { slug: string; error: string }[]
}

interface Outdated {
  id: number
  slug: string
  server_id: number
  database: string
}

/**
 * Brings every studio's database up to date, templates first, so that studios made meanwhile are born current.
 *
 * Those that are current are not connected to. One that fails keeps its reason in the registry and stops no other. It
 * may be interrupted and run again, and goes on until none is left. `only` names the studios to care for.
 */
export async function migrateFleet(given: {
  tenants: Tenants
  concurrency?: number
  only?: string[]
  onProgress?: (progress: FleetProgress) => void
}): Promise<FleetResult> {
  const { tenants, concurrency = 8, only, onProgress } = given
  const result: FleetResult = { done: 0, failed: [] }
  const tried = new Set<number>()
  const unreachable = await makeTemplates(tenants)
  const settle = async (studio: Outdated): Promise<void> => {
    const { id, slug } = studio
    const error = unreachable.get(studio.server_id) ?? (await migrateStudio(tenants, studio))
    if (error === undefined) {
      result.done++
    } else {
      result.failed.push({ slug, error })
      await tenants.master('tenant_databases').where({ organization_id: id }).update({ last_error: error })
    }
    const { done, failed } = result
    onProgress?.({ slug, ...(error !== undefined && { error }), done, failed: failed.length, total: tried.size })
  }
  for (;;) {
    const left = (await outdated(tenants, only)).filter(({ id }) => !tried.has(id))
    if (left.length === 0) return result
    for (const { id } of left) tried.add(id)
    const work = async (): Promise<void> => {
      for (let studio = left.pop(); studio; studio = left.pop()) await settle(studio)
    }
    await Promise.all(Array.from({ length: concurrency }, work))
  }
}

/** Studios whose database lacks migrations, the ones used last at the end: they are taken first. */
async function outdated(tenants: Tenants, only: string[] | undefined): Promise<Outdated[]> {
  const query = tenants
    .master('tenant_databases as d')
    .join('organizations as o', 'o.id', 'd.organization_id')
    .whereNot('d.schema_version', tenants.version)
    .orderBy('d.last_active_at')
  if (only) query.whereIn('o.slug', only)
  return query.select<Outdated[]>('o.id', 'o.slug', 'd.server_id', 'd.database')
}

async function makeTemplates(tenants: Tenants): Promise<Map<number, string>> {
  const failed = new Map<number, string>()
  const make = async (server: DatabaseServer): Promise<void> => {
    try {
      await ensureTemplate(tenants, server)
    } catch (error) {
      failed.set(server.id, reasonOf(error))
      tenants.warn(`The template on the server ${server.name} could not be made.`, error)
    }
  }
  await Promise.all((await tenants.servers()).map(make))
  return failed
}

/** Migrates one studio; says why when it could not. */
async function migrateStudio(tenants: Tenants, { id, server_id, database }: Outdated): Promise<string | undefined> {
  const server = await tenants.server(server_id)
  try {
    await migrateDatabase(tenants.admin(server, database), tenants.migrations)
    const current = { schema_version: tenants.version, last_error: null }
    await tenants.master('tenant_databases').where({ organization_id: id }).update(current)
    return undefined
  } catch (error) {
    return reasonOf(error)
  } finally {
    await tenants.connections.recycle({ server: server.key, database }) // its prepared statements are of the old schema
    tenants.forget(id)
  }
}

/** For a connection that failed, what lies beneath the 503. */
function reasonOf(error: unknown): string {
  const told = error instanceof Failure && error.cause ? error.cause : error
  return (told instanceof Error ? told.message : String(told)).slice(0, 1000)
}
