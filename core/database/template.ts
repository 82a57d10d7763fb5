import type { Knex } from 'knex'
import { escapeIdentifier as quote } from 'pg'
import { migrateDatabase, type Migration } from './migrate.ts'
import type { DatabaseServer, Tenants } from './tenants.ts'

/** The role that all roles of studios are in: it may read and write every table, and change none. */
export const studiosRole = 'patchbay_studio'

/**
 * Makes sure that `server` has the template from which studios of the present schema are cloned, and gives its name.
 * A new one is built beside the old one and switched to in the registry, so that studios can be made all the while.
 */
export async function ensureTemplate(tenants: Tenants, server: DatabaseServer): Promise<string> {
  const admin = tenants.admin(server)
  const { template } = server
  if (template?.endsWith(`_template_${tenants.version}`) && (await isTemplate(admin, template))) return template
  const name = `${tenants.name}_template_${tenants.version}`
  const open = (database: string): Knex => tenants.admin(server, database)
  const close = (database: string): Promise<void> => tenants.connections.recycle({ server: server.key, database })
  await buildTemplate({ admin, open, close, name, fill: db => fillStudio(db, tenants.migrations) })
  await tenants.master('database_servers').where({ id: server.id }).update({ template: name })
  tenants.forgetServers()
  return name
}

/**
 * Drops the templates of earlier schemas. PostgreSQL writes everything to disk before it drops a database, which may take
 * longer than migrating all studios: it is the last thing to do, and nobody should wait for it.
 */
export async function dropOldTemplates(tenants: Tenants): Promise<void> {
  const prefix = `${tenants.name}_template_`
  for (const server of await tenants.servers()) {
    try {
      const admin = tenants.admin(server)
      const names = await admin('pg_database').where('datistemplate', true).pluck<string[]>('datname')
      for (const name of names) {
        const hash = name.startsWith(prefix) ? name.slice(prefix.length) : ''
        if (!/^[0-9a-f]{12}$/.test(hash) || hash === tenants.version) continue
        await admin.raw(`alter database ${quote(name)} is_template false`)
        await admin.raw(`drop database if exists ${quote(name)}`)
      }
    } catch (error) {
      tenants.warn(`Old templates on the server ${server.name} could not be dropped.`, error) // the next time, then
    }
  }
}

/** Fills an empty database with everything a new studio's has. */
export async function fillStudio(db: Knex, list: Migration[]): Promise<void> {
  // Before the first table, for privileges by default only concern what is made after them.
  await db.raw(`
    do $$ begin
      create role ${studiosRole} nologin;
    exception when duplicate_object or unique_violation then null; -- another installation on this server has made it
    end $$;
    alter default privileges in schema public grant select, insert, update, delete on tables to ${studiosRole};
    alter default privileges in schema public grant usage, select on sequences to ${studiosRole};`)
  await migrateDatabase(db, list)
  await db.raw(`revoke all on knex_migrations, knex_migrations_lock from ${studiosRole}`)
}

interface Building {
  admin: Knex
  open: (database: string) => Knex
  close: (database: string) => Promise<void>
  name: string
  fill: (db: Knex) => Promise<unknown>
}

/**
 * Builds a template database: closed, because a clone must wait for whoever is inside. Does nothing when it is there. Being
 * marked as a template is what says that it is whole.
 */
export async function buildTemplate({ admin, open, close, name, fill }: Building): Promise<void> {
  await admin.transaction(async trx => {
    // Held by this transaction while others of the same server do the work, since CREATE DATABASE cannot be inside one.
    await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`patchbay template ${name}`])
    if (await isTemplate(trx, name)) return
    await admin.raw(`drop database if exists ${quote(name)} with (force)`) // of somebody who was killed
    await admin.raw(`create database ${quote(name)} template template0`)
    try {
      await fill(open(name))
    } catch (error) {
      await close(name)
      await admin.raw(`drop database ${quote(name)} with (force)`)
      throw error
    }
    await close(name)
    await admin.raw(`alter database ${quote(name)} allow_connections false is_template true`)
    // A PgBouncer keeps its connections when we close ours.
    await admin.raw(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ? and usename = current_user`,
      [name]
    )
  })
}

async function isTemplate(admin: Knex, name: string): Promise<boolean> {
  const found = await admin('pg_database').where({ datname: name, datistemplate: true }).first('datname')
  return found !== undefined
}
