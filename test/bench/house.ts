import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client, escapeIdentifier as quote } from 'pg'
import { addressOf } from '../../core/database/connections.ts'
import { openRegistry, prepareMaster } from '../../core/boot.ts'
import { readEnvironment } from '../../core/env.ts'
import { createStudio } from '../../core/database/provision.ts'
import { SignIns } from '../../core/people/sign-ins.ts'
import type { Studio, Tenants } from '../../core/database/tenants.ts'
import { plugins } from '../../plugins/index.ts'

/** An installation for the bench alone: a PostgreSQL of its own with the settings that data is safe with, or the given one. */
export interface BenchHouse {
  tenants: Tenants
  /** What the processes of the bench are started with, to be in the same installation. */
  env: Record<string, string>
  /** Where the arms log to, as a service does into its journal. */
  log: number
  close: () => Promise<void>
}

export async function openHouse(): Promise<BenchHouse> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'patchbay-bench-'))
  fs.chmodSync(folder, 0o755) // when root runs this, PostgreSQL runs as somebody else and must get in
  const given = process.env['DATABASE_URL']
  const name = `patchbay_bench_${randomBytes(4).toString('hex')}`
  const env: Record<string, string> = {
    DATA_DIR: folder,
    DATABASE_URL: given ? withDatabase(given, name) : '',
    SECRET: 'a secret of the bench, long enough',
    DEMO: 'off',
    SMTP_URL: '',
    RATE_PER_MINUTE: '1000000'
  }
  const settings = readEnvironment({ ...process.env, ...env })
  const registry = await openRegistry(settings, plugins, (sentence, error) => console.error(sentence, error ?? ''))
  await prepareMaster(registry, settings)
  return {
    tenants: registry.tenants,
    env,
    log: fs.openSync(path.join(folder, 'app.log'), 'a'),
    async close() {
      // what is thrown away need not be brought to disk first, which after 200 studios takes a minute
      const impatience = given ? undefined : setTimeout(() => quit(folder), 2000)
      await registry.close()
      clearTimeout(impatience)
      if (given) await dropAll(given, name)
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** Somebody with a studio of their own, signed in. */
export interface Tenant {
  studio: Studio
  cookie: string
}

export async function addTenant(tenants: Tenants, name: string): Promise<Tenant> {
  const email = `${randomBytes(8).toString('hex')}@example.test`
  const [user] = await tenants
    .master('users')
    .insert({ name: 'Camille Martin', email })
    .returning<{ id: number }[]>('id')
  const owner = { user_id: user?.id ?? 0 }
  const studio = await createStudio(tenants, { name, owner })
  const { token } = await new SignIns(tenants.master).add(tenants.master, {
    ...owner,
    device: 'bench',
    ip: '127.0.0.1'
  })
  return { studio, cookie: `sign-in=${token}` }
}

function quit(folder: string): void {
  const lockFile = path.join(folder, 'pg18', 'postmaster.pid')
  if (fs.existsSync(lockFile)) process.kill(Number(fs.readFileSync(lockFile, 'utf8').split('\n')[0]), 'SIGQUIT')
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}

async function dropAll(url: string, name: string): Promise<void> {
  const client = new Client({ ...addressOf(url), database: 'postgres' })
  await client.connect()
  try {
    const all = await client.query<{ name: string }>(
      'select datname as name from pg_database where datname = $1 or starts_with(datname, $2)',
      [name, `${name}_`]
    )
    for (const { name } of all.rows) {
      await client.query(`alter database ${quote(name)} is_template false`)
      await client.query(`drop database ${quote(name)} with (force)`)
    }
    const roles = await client.query<{ name: string }>(
      'select rolname as name from pg_roles where starts_with(rolname, $1)',
      [`${name}_`]
    )
    for (const { name } of roles.rows) await client.query(`drop role ${quote(name)}`)
  } finally {
    await client.end()
  }
}
