import { migrateFleet } from '../../database/fleet.ts'
import { mirror } from '../../people/mirror.ts'
import { Crew } from '../../database/crew.ts'
import type { Tenants } from '../../database/tenants.ts'
import type { Desk } from '../desk.ts'
import { progress } from '../paper.ts'
import { reasonOf } from '../reason.ts'
import { listStudios } from '../studio-rows.ts'
import { bad, named, ok, warn } from './check.ts'
import type { Check, Finding } from './check.ts'

/** What was seen inside a studio. */
export interface Visit {
  id: number
  slug: string
  /** What the registry says of its schema. */
  schema: 'current' | 'behind'
  last_error: string | null
  /** Why it could not be entered. */
  shut?: string
  /** Migrations its database has not had, whatever the registry says. */
  lacks: string[]
  /** Its people are not the members that the registry has. */
  mirror: 'equal' | 'different' | 'unknown'
  /** Facts that have waited for their listeners for more than ten minutes. */
  waiting: number
}

/** Visits every studio once, several at a time, when first asked. */
export function studioVisits(tenants: Tenants, desk: Desk): () => Promise<Visit[]> {
  let visits: Promise<Visit[]> | undefined
  return () => (visits ??= visitAll(tenants, desk))
}

/** Every studio's database has had every migration. */
export const schemas: Check = {
  name: 'schemas',
  async look({ visits, tenants }) {
    const all = await visits()
    const behind = all.filter(({ schema }) => schema === 'behind')
    const lying = all.filter(({ schema, lacks }) => schema === 'current' && lacks.length > 0)
    const found: Finding[] = behind
      .filter(({ last_error }) => last_error)
      .map(({ slug, last_error }) =>
        bad(`${slug} could not be migrated: ${last_error}`, `Mend the cause, then: patchbay migrate --studio ${slug}`)
      )
    const waiting = behind.filter(({ last_error }) => !last_error).map(({ slug }) => slug)
    if (waiting.length > 0)
      found.push(bad(`Behind, and closed until they are migrated: ${named(waiting)}.`, 'patchbay migrate --all'))
    if (lying.length > 0) {
      found.push({
        ...bad(
          `Said to be up to date, but lacking migrations: ${named(lying.map(({ slug, lacks }) => `${slug} (${lacks.join(', ')})`))}.`,
          'A database was restored from an older backup.'
        ),
        async fix() {
          const ids = lying.map(({ id }) => id)
          await tenants.master('tenant_databases').whereIn('organization_id', ids).update({ schema_version: 'unknown' })
          const { done, failed } = await migrateFleet({ tenants, only: lying.map(({ slug }) => slug) })
          if (failed.length > 0) throw new Error(failed.map(({ slug, error }) => `${slug}: ${error}`).join('; '))
          return `migrated ${done}.`
        }
      })
    }
    return found.length > 0 ? found : [ok(`all ${all.length} studios are up to date`)]
  }
}

/** Every studio's database lets its own role in. */
export const reach: Check = {
  name: 'studios',
  async look({ visits }) {
    const all = await visits()
    const shut = all.filter(visit => visit.shut !== undefined)
    if (shut.length === 0) return [ok(`all ${all.length} can be entered`)]
    return [
      bad(
        `Cannot be entered, and answer 503: ${named(shut.map(({ slug, shut }) => `${slug} (${shut})`))}.`,
        'Start its server, or restore its database from a backup; `patchbay studio show SLUG` names both.'
      )
    ]
  }
}

/** Each studio's people are its members. */
export const people: Check = {
  name: 'people',
  async look({ visits, tenants }) {
    const different = (await visits()).filter(({ mirror }) => mirror === 'different')
    if (different.length === 0) return [ok('the people of each studio are its members')]
    return [
      {
        ...warn(`The people of ${named(different.map(({ slug }) => slug))} are not the members the registry has.`, ''),
        async fix() {
          for (const { id } of different) await mirror(tenants, id)
          return `written anew in ${different.length}.`
        }
      }
    ]
  }
}

/** Facts reach their listeners. */
export const facts: Check = {
  name: 'facts',
  async look({ visits }) {
    const waiting = (await visits()).filter(visit => visit.waiting > 0)
    if (waiting.length === 0) return [ok('none has waited for more than 10 minutes')]
    return [
      warn(
        `Facts have waited for more than 10 minutes in ${named(waiting.map(({ slug, waiting }) => `${slug} (${waiting})`))}.`,
        'Is a process with WORKERS above 0 running? Its log says which listener fails.'
      )
    ]
  }
}

async function visitAll(tenants: Tenants, desk: Desk): Promise<Visit[]> {
  const studios = await listStudios(tenants)
  const crew = new Crew(8)
  const bar = progress(desk.terminal)
  let seen = 0
  try {
    return await Promise.all(
      studios.map(studio =>
        crew.run(async () => {
          const visit = await visitOne(tenants, studio)
          if (studios.length > 20) bar.show(++seen, studios.length, 'studios looked into')
          return visit
        })
      )
    )
  } finally {
    bar.end()
  }
}

async function visitOne(
  tenants: Tenants,
  { id, slug, schema, last_error }: Pick<Visit, 'id' | 'slug' | 'schema' | 'last_error'>
): Promise<Visit> {
  const visit: Visit = { id, slug, schema, last_error, lacks: [], mirror: 'unknown', waiting: 0 }
  const studio = await tenants.byId(id)
  if (!studio) return { ...visit, shut: 'it was deleted just now' }
  try {
    const db = tenants.connections.knex(tenants.target(studio))
    const { rows } = await db.raw<{ rows: { people: unknown; waiting: number }[] }>(
      `select (select coalesce(jsonb_agg(to_jsonb(p) - 'active' order by id), '[]') from people p where active and id > 0) as people,
              (select count(*) from outbox where at < now() - interval '10 minutes') as waiting`
    )
    const had = new Set(
      await tenants
        .admin(
          await tenants.server(studio.server_id),
          studio.database
        )('knex_migrations')
        .pluck<string[]>('name')
    )
    const members = await membersOf(tenants, id)
    return {
      ...visit,
      lacks: tenants.migrations.filter(({ name }) => !had.has(name)).map(({ name }) => name),
      mirror: JSON.stringify(rows[0]?.people) === JSON.stringify(members) ? 'equal' : 'different',
      waiting: rows[0]?.waiting ?? 0
    }
  } catch (error) {
    return { ...visit, shut: reasonOf(error) }
  }
}

/** As a studio's `people` should be: both sides come out of PostgreSQL as jsonb, with their keys in one order. */
async function membersOf({ master }: Tenants, id: number): Promise<unknown> {
  const { rows } = await master.raw<{ rows: { members: unknown }[] }>(
    `select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'email', u.email, 'role', m.role, 'locale', u.locale)
                     order by u.id), '[]') as members
       from organization_members m join users u on u.id = m.user_id where m.organization_id = ?`,
    [id]
  )
  return rows[0]?.members
}
