import type { Studio } from '../../core/database/tenants.ts'
import type { House } from '../helper.ts'

/** A hash of every table of a studio's database and of what the registry holds about it: equal when nothing was written. */
export async function fingerprint({ host }: House, studio: Studio): Promise<Record<string, string>> {
  const { tenants } = host
  const db = tenants.admin(await tenants.server(studio.server_id), studio.database)
  const tables = await db('pg_tables').where({ schemaname: 'public' }).orderBy('tablename').pluck<string[]>('tablename')
  const found: Record<string, string> = {}
  for (const table of tables) found[table] = await hash(db, `select * from "${table}"`)
  for (const table of ['organization_members', 'invitations', 'api_tokens', 'audit']) {
    found[`registry ${table}`] = await hash(
      tenants.master,
      `select * from ${table} where organization_id = ${studio.id}`
    )
  }
  found['registry organizations'] = await hash(tenants.master, `select * from organizations where id = ${studio.id}`)
  return found
}

async function hash(db: ReturnType<House['host']['tenants']['admin']>, select: string): Promise<string> {
  const { rows } = await db.raw<{ rows: { hash: string }[] }>(
    `select count(*) || ' ' || md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as hash from (${select}) r`
  )
  return rows[0]?.hash ?? ''
}
