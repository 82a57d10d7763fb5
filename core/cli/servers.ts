import { Client } from 'pg'
import { addressOf } from '../database/connections.ts'
import { requireVersion } from '../database/postgres.ts'
import type { DatabaseServer, Tenants } from '../database/tenants.ts'
import { ask } from './ask.ts'
import { CannotDo, WrongUsage, command } from './command.ts'
import type { Command } from './command.ts'
import { reasonOf } from './reason.ts'
import { table } from './paper.ts'
import { grantRights, mayMakeStudios } from './rights.ts'
import { noteByOperator } from './trail.ts'

const list = command({
  name: 'server list',
  summary: 'Shows the PostgreSQL servers that studios live on.',
  options: {},
  async run({ desk }) {
    const { tenants } = await desk.open()
    const counts = await tenants
      .master('tenant_databases')
      .groupBy('server_id')
      .select<{ server_id: number; studios: number }[]>('server_id', tenants.master.raw('count(*) as studios'))
    const studios = new Map(counts.map(row => [row.server_id, row.studios]))
    const servers = await Promise.all(
      (await tenants.servers()).map(server => describe(tenants, server, studios.get(server.id) ?? 0))
    )
    const rows = servers.map(one => [
      one.name,
      one.host,
      one.version ?? `does not answer: ${one.error}`,
      one.studios,
      one.accepts_new ? 'yes' : 'no'
    ])
    return { lines: table(['NAME', 'HOST', 'POSTGRESQL', 'STUDIOS', 'TAKES NEW'], rows), data: { servers } }
  }
})

const add = command({
  name: 'server add',
  argument: 'NAME',
  summary:
    'Lets new studios live on one more PostgreSQL server. Asks for its address, or reads it from standard input.',
  options: {},
  async run({ argument, desk }) {
    const { tenants } = await desk.open('make')
    if ((await tenants.servers()).some(({ name }) => name === argument))
      throw new CannotDo(`There is a database server "${argument}" already.`)
    const url = (
      await ask(desk.terminal, 'Its address, such as postgres://administrator:password@host:5432/postgres:', true)
    )?.trim()
    if (!url || !/^postgres(ql)?:\/\//.test(url))
      throw new WrongUsage('The address is read from the terminal or from standard input, and begins with postgres://.')
    await requireRights(url)
    const { id, name, accepts_new } = await tenants.addServer({ name: argument, url })
    await noteByOperator(tenants.master, { action: 'server.added', about: [`server:${id}`], details: { name } })
    return { lines: `${name} takes new studios from now on.`, data: { server: { id, name, accepts_new } } }
  }
})

export const serverCommands: readonly Command[] = [list, add]

async function describe(tenants: Tenants, server: DatabaseServer, studios: number) {
  const { id, name, accepts_new } = server
  try {
    const host = `${server.address.host}:${server.address.port}`
    const { rows } = await tenants
      .admin(server)
      .raw<{ rows: { version: string }[] }>(`select current_setting('server_version') as version`)
    return { id, name, host, studios, accepts_new, version: rows[0]?.version ?? '', error: null }
  } catch (error) {
    return {
      id,
      name,
      host: '',
      studios,
      accepts_new,
      version: null,
      error: reasonOf(error)
    }
  }
}

/** @throws CannotDo when the server is too old, or this role could not make studios there. */
async function requireRights(url: string): Promise<void> {
  const address = addressOf(url)
  const client = new Client({ ...address, connectionTimeoutMillis: 5000 })
  client.on('error', () => {}) // comes out of the calls below
  try {
    await requireVersion(address)
    await client.connect()
    const { rows } = await client.query<{ may: boolean }>(mayMakeStudios)
    if (!rows[0]?.may) throw new CannotDo(`${address.user} may not make studios there: ${grantRights}`)
  } catch (error) {
    if (error instanceof CannotDo) throw error
    throw new CannotDo(`The server was not added: ${reasonOf(error)}`, { cause: error })
  } finally {
    await client.end()
  }
}
