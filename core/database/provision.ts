import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { escapeIdentifier as quote } from 'pg'
import { notFound, unavailable } from '../errors.ts'
import { filesOf, removeFiles } from '../folder.ts'
import { addOrganization, type NewOrganization } from './organizations.ts'
import { Crew } from './crew.ts'
import { codeOf } from './pg-errors.ts'
import { ensureTemplate, studiosRole } from './template.ts'
import { clear, hold, mark } from './leftovers.ts'
import type { DatabaseServer, Studio, Tenants } from './tenants.ts'

export interface NewStudio extends NewOrganization {
  /** Who owns it; or `inRegistry`. */
  owner?: { user_id: number }
  /**
   * Runs first, in the transaction that registers the studio, and says who owns it: for a sign-up, which makes the
   * person and the studio or neither. It may use `trx` only.
   */
  inRegistry?: (trx: Knex.Transaction) => Promise<{ user_id: number }>
  /** Id of the server to put it on; else the one that takes new studios and has fewest. */
  server?: number
  /** `file_copy` is quicker where nothing needs to survive a crash, as in tests. */
  strategy?: 'wal_log' | 'file_copy'
  via?: 'form' | 'api' | 'cli' | 'job'
  ip?: string
}

/**
 * Makes a studio: its rows in the registry, and on a server a role and a database cloned from the template.
 *
 * The registry's rows are one transaction, which is open all the while: whatever fails, they are gone, the name and mail
 * are free at once, and what was made on the server is removed now or, after a crash, by the next `createStudio`.
 * @throws Refusal on `slug` when that one was asked for and is taken.
 */
export async function createStudio(tenants: Tenants, given: NewStudio): Promise<Studio> {
  const server = given.server === undefined ? await pickServer(tenants) : await tenants.server(given.server)
  const template = await ensureTemplate(tenants, server)
  const studio = await makers.run(async () => {
    await clear(tenants, server)
    return make(tenants, server, template, given)
  })
  await mark(tenants, server, studio.role, 'in use')
  return studio
}

/** Removes a studio for good: its rows, its database, its role, its files. */
export async function deleteStudio(tenants: Tenants, id: number): Promise<void> {
  const studio = await tenants.byId(id)
  if (!studio) throw notFound()
  const server = await tenants.server(studio.server_id)
  await tenants.work.transaction(async trx => {
    await hold(trx, id)
    await mark(tenants, server, studio.role, 'being removed')
    await trx('organizations').where({ id }).delete()
  })
  tenants.forget(id)
  await clear(tenants, server, studio.database)
  if (tenants.files !== undefined) await removeFiles(filesOf(tenants.files, { id }))
}

// More at once are not quicker, and each holds a connection to the registry.
const makers = new Crew(4)

async function make(tenants: Tenants, server: DatabaseServer, template: string, given: NewStudio): Promise<Studio> {
  let database: string | undefined
  try {
    const id = await tenants.work.transaction(async trx => {
      const owner = given.inRegistry ? await given.inRegistry(trx) : given.owner
      if (!owner) throw new Error('A studio needs an owner.')
      const user = await ownerOf(trx, owner.user_id)
      const id = await addOrganization(trx, given)
      await hold(trx, id)
      database = `${tenants.name}_${id}`
      const password = randomBytes(32).toString('base64url')
      await register(trx, { tenants, server, id, database, password, user, given })
      await makeDatabase(tenants, { server, template, database, password, strategy: given.strategy ?? 'wal_log' })
      const address = { ...server.address, user: database, password, database }
      const db = tenants.connections.knex({ server: server.key, database, connect: address })
      await db('people').insert({ ...user, role: 'owner' })
      return id
    })
    const studio = await tenants.byId(id)
    if (!studio) throw unavailable()
    return studio
  } catch (error) {
    // Whether the registry has it or not decides: its last word, the commit, may have been lost on the way.
    if (database !== undefined) await clear(tenants, server, database)
    throw error
  }
}

interface Owner {
  id: number
  name: string
  email: string
  locale: string
}

async function ownerOf(trx: Knex.Transaction, id: number): Promise<Owner> {
  const user = await trx('users').where({ id }).first<Owner | undefined>('id', 'name', 'email', 'locale')
  if (!user) throw notFound()
  return user
}

interface Registration {
  tenants: Tenants
  server: DatabaseServer
  id: number
  database: string
  password: string
  user: Owner
  given: NewStudio
}

async function register(
  trx: Knex.Transaction,
  { tenants, server, id, database, password, user, given }: Registration
): Promise<void> {
  await trx('organization_members').insert({ organization_id: id, user_id: user.id, role: 'owner' })
  await trx('tenant_databases').insert({
    organization_id: id,
    server_id: server.id,
    database,
    role: database,
    password_sealed: tenants.secrets.seal(password, `studio:${id}`),
    schema_version: tenants.version
  })
  await trx('audit').insert({
    organization_id: id,
    person_id: user.id,
    person_name: user.name,
    via: given.via ?? 'form',
    ip: given.ip ?? null,
    action: 'studio.created',
    about: [`studio:${id}`]
  })
}

interface Making {
  server: DatabaseServer
  template: string
  database: string
  password: string
  strategy: 'wal_log' | 'file_copy'
}

/** A role and a database of its name, closed to everybody else from the first moment. */
async function makeDatabase(
  tenants: Tenants,
  { server, template, database, password, strategy }: Making
): Promise<void> {
  const admin = tenants.admin(server)
  const name = quote(database)
  await admin.transaction(async trx => {
    // Guessing 256 random bits is hopeless without 4,096 rounds of hashing too, which each connection would pay for.
    await trx.raw('set local scram_iterations = 1')
    const role = `create role ${name} login password '${password}' connection limit 20 in role ${studiosRole}`
    // the error as it comes quotes the statement, which must not get into a log
    await trx.raw(role).catch((error: unknown) => {
      throw new Error(`The role ${database} could not be made (${codeOf(error)}).`)
    })
    await mark(tenants, server, database, 'being made', trx)
  })
  await admin.raw(`create database ${name} template ${quote(template)} strategy ${strategy} allow_connections false`)
  await admin.raw(`
    revoke all on database ${name} from public;
    grant connect on database ${name} to ${name};
    alter database ${name} allow_connections true`)
}

/** Of those that take new studios, the server with the fewest. */
async function pickServer(tenants: Tenants): Promise<DatabaseServer> {
  const chosen = await tenants
    .master('database_servers as s')
    .leftJoin('tenant_databases as d', 'd.server_id', 's.id')
    .where('s.accepts_new', true)
    .groupBy('s.id')
    .orderByRaw('count(d.organization_id), s.id')
    .first<{ id: number } | undefined>('s.id')
  if (!chosen) throw unavailable('no_server')
  return tenants.server(chosen.id)
}
