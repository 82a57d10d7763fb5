import type { Studio, Tenants } from '../database/tenants.ts'

/** A studio as the operator sees it in the list. */
export interface StudioRow {
  id: number
  slug: string
  name: string
  status: Studio['status']
  server: string
  database: string
  members: number
  /** Whether its database has had every migration; one that is behind answers 503. */
  schema: 'current' | 'behind'
  last_error: string | null
  last_active_at: Date
  created_at: Date
}

/** All studios by slug, in one statement. */
export async function listStudios(tenants: Tenants): Promise<StudioRow[]> {
  return rows(tenants).orderBy('o.slug')
}

/** One studio with what the list has no room for. `size_bytes` is null while its server does not answer. */
export async function describeStudio(
  tenants: Tenants,
  { id, server_id, database, locale, timezone, currency }: Studio
) {
  const row = await rows(tenants).where('o.id', id).first<StudioRow>()
  const owners = await tenants
    .master('organization_members as m')
    .join('users as u', 'u.id', 'm.user_id')
    .where({ organization_id: id, role: 'owner' })
    .orderBy('u.name')
    .select<{ name: string; email: string }[]>('u.name', tenants.master.raw('u.email::text as email'))
  return { ...row, locale, timezone, currency, owners, size_bytes: await sizeOf(tenants, server_id, database) }
}

async function sizeOf(tenants: Tenants, serverId: number, database: string): Promise<number | null> {
  try {
    const admin = tenants.admin(await tenants.server(serverId))
    const { rows } = await admin.raw<{ rows: { size: number }[] }>('select pg_database_size(?::name) as size', [
      database
    ])
    return rows[0]?.size ?? null
  } catch (error) {
    tenants.warn(`The size of the database ${database} could not be read.`, error)
    return null
  }
}

const rows = ({ master, version }: Tenants) =>
  master('organizations as o')
    .join('tenant_databases as d', 'd.organization_id', 'o.id')
    .join('database_servers as s', 's.id', 'd.server_id')
    .select<StudioRow[]>(
      'o.id',
      'o.slug',
      'o.name',
      'o.status',
      'd.database',
      'd.last_error',
      'd.last_active_at',
      'o.created_at',
      's.name as server',
      master.raw('(select count(*) from organization_members m where m.organization_id = o.id) as members'),
      master.raw(`case when d.schema_version = ? then 'current' else 'behind' end as schema`, [version])
    )
