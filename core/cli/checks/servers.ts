import type { DatabaseServer, Tenants } from '../../database/tenants.ts'
import { grantRights, mayMakeStudios } from '../rights.ts'
import { reasonOf } from '../reason.ts'
import { bad, ok, warn } from './check.ts'
import type { Check, Finding, Inspection } from './check.ts'

/** Version, durability, rights and room for connections of every PostgreSQL server. */
export const servers: Check = {
  name: 'postgresql',
  async look(inspection) {
    const found: Finding[] = []
    for (const server of await listed(inspection)) found.push(...(await examine(inspection, server)))
    return found
  }
}

/** Sign-ins, links and options expire by the database's clock, and logs are read by ours. */
export const clocks: Check = {
  name: 'clocks',
  async look({ tenants }) {
    const before = Date.now()
    const { rows } = await tenants.master.raw<{ rows: { now: Date }[] }>('select clock_timestamp() as now')
    const apart = Math.abs((rows[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2) / 1000
    const says = `this machine and the master database are ${apart.toFixed(1)} s apart`
    const mend = 'Let both keep time by NTP (`timedatectl set-ntp true`).'
    if (apart > 30) return [bad(says, mend)]
    return [apart > 2 ? warn(says, mend) : ok(says)]
  }
}

/** The servers of the registry; before its first migration, the one it is on. */
async function listed({ tenants, registry }: Inspection): Promise<Pick<DatabaseServer, 'name' | 'key' | 'address'>[]> {
  const { rows } = await tenants.master.raw<{ rows: { there: boolean }[] }>(
    `select to_regclass('database_servers') is not null as there`
  )
  if (rows[0]?.there) return tenants.servers()
  return [{ name: 'main', key: 'master', address: { ...registry.connection, database: tenants.name } }]
}

interface State {
  version: string
  number: number
  settings: Record<string, string>
  may: boolean
  extensions: string[]
}

const extensions = ['btree_gist', 'citext', 'pg_trgm', 'unaccent']

async function examine(
  { tenants, env }: Inspection,
  server: Pick<DatabaseServer, 'name' | 'key' | 'address'>
): Promise<Finding[]> {
  let state: State
  try {
    state = await read(tenants, server)
  } catch (error) {
    return [
      bad(
        `${server.name} does not answer: ${reasonOf(error)}`,
        'Its studios answer 503, all others go on. Start it, or mend the way to it.'
      )
    ]
  }
  const { settings, version } = state
  const found: Finding[] = []
  if (state.number < 160_000) found.push(bad(`${server.name} is PostgreSQL ${version}.`, 'Upgrade it to 16 or newer.'))
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (settings[name] !== 'off') continue
    found.push(
      bad(
        `${server.name} has ${name} = off: a crash loses what was acknowledged.`,
        `alter system set ${name} = on; select pg_reload_conf();`
      )
    )
  }
  if (settings['autovacuum'] === 'off') {
    found.push(
      warn(
        `${server.name} has autovacuum = off: it slows down week by week.`,
        'alter system set autovacuum = on; select pg_reload_conf();'
      )
    )
  }
  if (!state.may) {
    found.push(bad(`${server.name}: our role may not make databases and roles, so no studio can be made.`, grantRights))
  }
  const missing = extensions.filter(name => !state.extensions.includes(name))
  if (missing.length > 0) {
    found.push(
      bad(
        `${server.name} lacks ${missing.join(', ')}.`,
        "Install PostgreSQL's contrib package there (postgresql-contrib)."
      )
    )
  }
  found.push(...roomFor(server.name, settings, env.CONNECTIONS_PER_SERVER))
  return found.length > 0 ? found : [ok(`${server.name} is PostgreSQL ${version}, durable`)]
}

/** One process's own: the registry's pool, jobs, the bus and the anchor. */
const own = 20

function roomFor(name: string, settings: State['settings'], cap: number): Finding[] {
  const room = Number(settings['max_connections']) - Number(settings['superuser_reserved_connections'])
  if (room >= cap + own) return []
  return [
    warn(
      `${name} takes ${room} connections, and one process of Patchbay may want ${cap + own}.`,
      `Raise max_connections there, or set CONNECTIONS_PER_SERVER to ${Math.max(4, room - own)} or less.`
    )
  ]
}

async function read(tenants: Tenants, server: Pick<DatabaseServer, 'name' | 'key' | 'address'>): Promise<State> {
  const { key, address } = server
  const admin = tenants.connections.knex({ server: key, database: address.database, connect: address, pace: 'work' })
  const { rows } = await admin.raw<{ rows: State[] }>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
           (select jsonb_object_agg(name, setting) from pg_settings
             where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'autovacuum', 'max_connections',
                            'superuser_reserved_connections')) as settings,
           (${mayMakeStudios}),
           (select array_agg(name::text) from pg_available_extensions) as extensions`)
  if (!rows[0]) throw new Error('it gave no answer')
  return rows[0]
}
