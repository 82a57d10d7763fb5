import type { Test } from 'tap'
import { Connections, type Limits } from '../core/database/connections.ts'
import { studioMigrations, type Migration } from '../core/database/migrate.ts'
import { secrets } from '../core/secrets.ts'
import { Tenants } from '../core/database/tenants.ts'
import { newMaster, type Server } from './cluster.ts'

/** An installation without the web: a registry, and the way into its studios. Gone at the end of `t`. */
export async function openTenants(
  t: Test,
  given: { limits?: Partial<Limits>; migrations?: Migration[]; warn?: (sentence: string, error: unknown) => void } = {}
): Promise<{ tenants: Tenants; connections: Connections; master: Server }> {
  const { limits, migrations = studioMigrations([]), warn } = given
  const master = await newMaster(t, migrations)
  const connections = new Connections(limits)
  t.teardown(() => connections.close())
  const key = secrets('a secret for tests that is long enough')
  return {
    tenants: new Tenants({ connections, master, secrets: key, migrations, ...(warn && { warn }) }),
    connections,
    master
  }
}

/** Somebody who can own studios. */
export async function newUser({ master }: Tenants, email = 'claire@example.com'): Promise<number> {
  const [row] = await master('users').insert({ email, name: 'Claire' }).returning<{ id: number }[]>('id')
  return row?.id ?? 0
}
