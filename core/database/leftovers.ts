import type { Knex } from 'knex'
import { escapeIdentifier as quote, escapeLiteral } from 'pg'
import type { DatabaseServer, Tenants } from './tenants.ts'

/**
 * How far a studio's role and database are. It is written on the role, in the transaction that makes it, so that after a
 * crash there is never one of which nobody knows whose it is.
 */
type Mark = 'being made' | 'in use' | 'being removed'

/** A role, and mostly a database of its name, of a studio that the registry does not know. */
export interface Orphan {
  server: string
  database: string
  organization_id: number
  /**
   * Left by a crash: the next `createStudio` removes it. When false the studio was in use once, and the registry may
   * be the one that is wrong, restored from an older backup: a person decides.
   */
  unfinished: boolean
}

/** Every leftover on every server that can be reached; of the others, a warning. */
export async function listOrphans(tenants: Tenants): Promise<Orphan[]> {
  const found: Orphan[] = []
  for (const server of await tenants.servers()) {
    try {
      // What there is first and what is known of it after that, for one that is finished meanwhile is no orphan.
      const there = await marked(tenants, server)
      const known = await registered(tenants)
      for (const { database, id, mark } of there) {
        if (!known.has(id))
          found.push({ server: server.name, database, organization_id: id, unfinished: mark !== 'in use' })
      }
    } catch (error) {
      tenants.warn(`The server ${server.name} could not be searched for leftovers.`, error)
    }
  }
  return found
}

/** Writes on the role how far it is. */
export async function mark(
  tenants: Tenants,
  server: DatabaseServer,
  role: string,
  how: Mark,
  db?: Knex
): Promise<void> {
  const comment = `${await signature(tenants)}: ${how}`
  await (db ?? tenants.admin(server)).raw(`comment on role ${quote(role)} is ${escapeLiteral(comment)}`)
}

/** While this transaction is open nobody takes studio `id` for a leftover. */
export async function hold(trx: Knex.Transaction, id: number): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`patchbay studio ${id}`])
}

/**
 * Removes what crashed or failed attempts left on `server`; `only` the one of that name when given. It never throws: what
 * cannot be removed now is found again by the next one.
 */
export async function clear(tenants: Tenants, server: DatabaseServer, only?: string): Promise<void> {
  try {
    for (const orphan of await marked(tenants, server)) {
      if (orphan.mark === 'in use' || (only !== undefined && orphan.database !== only)) continue
      await remove(tenants, server, orphan)
    }
  } catch (error) {
    tenants.warn(`What an unfinished studio left on the server ${server.name} could not be removed.`, error)
  }
}

interface Marked {
  database: string
  id: number
  mark: Mark
}

async function remove(tenants: Tenants, server: DatabaseServer, { database, id }: Marked): Promise<void> {
  await tenants.work.transaction(async trx => {
    const { rows } = await trx.raw<{ rows: { free: boolean }[] }>(
      'select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as free',
      [`patchbay studio ${id}`]
    )
    if (!rows[0]?.free) return // somebody is making it
    const known = await trx('tenant_databases').where({ organization_id: id }).first('organization_id')
    if (known) return mark(tenants, server, database, 'in use')
    await drop(tenants, server, database)
  })
}

async function drop(tenants: Tenants, server: DatabaseServer, database: string): Promise<void> {
  const admin = tenants.admin(server)
  await tenants.connections.recycle({ server: server.key, database })
  // An administrator who is no superuser may end the sessions only of roles they are a member of.
  await admin.raw(`grant ${quote(database)} to current_user`)
  await admin.raw(`drop database if exists ${quote(database)} with (force)`)
  await admin.raw(`drop role if exists ${quote(database)}`)
}

async function marked(tenants: Tenants, server: DatabaseServer): Promise<Marked[]> {
  const prefix = `${await signature(tenants)}: `
  const { rows } = await tenants.admin(server).raw<{ rows: { database: string; id: number; mark: Mark }[] }>(
    `select r.rolname as database, substring(r.rolname from '[0-9]+$')::bigint as id, substr(d.description, ?) as mark
       from pg_shdescription d join pg_roles r on r.oid = d.objoid
      where d.classoid = 'pg_authid'::regclass and starts_with(d.description, ?)`,
    [prefix.length + 1, prefix]
  )
  return rows
}

async function registered(tenants: Tenants): Promise<Set<number>> {
  return new Set(await tenants.master('tenant_databases').pluck<number[]>('organization_id'))
}

const signatures = new WeakMap<Tenants, Promise<string>>()

/** Tells this installation's roles from those of another that shares the server, whatever both are called. */
function signature(tenants: Tenants): Promise<string> {
  const known = signatures.get(tenants) ?? read(tenants)
  signatures.set(tenants, known)
  known.catch(() => signatures.delete(tenants))
  return known
}

async function read(tenants: Tenants): Promise<string> {
  const { rows } = await tenants.master.raw<{ rows: { installation: string }[] }>(
    `select system_identifier || '/' || (select oid from pg_database where datname = current_database()) as installation
       from pg_control_system()`
  )
  return `Patchbay ${rows[0]?.installation}`
}
