import type { Knex } from 'knex'
import type { Secrets } from '../secrets.ts'
import type { Tenants } from '../database/tenants.ts'
import { CannotDo, command } from './command.ts'
import { reasonOf } from './reason.ts'
import { noteByOperator } from './trail.ts'

/** `patchbay secret rotate`: after SECRET got a new key in front, and before the old one is taken out. */
export const rotateSecrets = command({
  name: 'secret rotate',
  summary: 'Seals everything anew with the first key of SECRET, so that the others can be taken out.',
  options: {},
  async run({ desk }) {
    const { tenants } = await desk.open()
    const anew = await tenants.master.transaction(async trx => {
      const passwords = await reseal(trx, tenants, databases)
      const addresses = await reseal(trx, tenants, servers)
      await noteByOperator(trx, { action: 'secret.rotated', about: [], details: { passwords, addresses } })
      return { passwords, addresses }
    })
    return {
      lines: [
        `${anew.passwords} passwords and ${anew.addresses} server addresses were sealed anew.`,
        'Only the first key of SECRET is in use now: take the others out and restart.'
      ],
      data: anew
    }
  }
})

/** A table with something sealed in it, and for which record it was sealed. */
export interface SealedIn {
  table: string
  key: string
  column: string
  record: (row: { id: number; name: string }) => string
}

export const databases: SealedIn = {
  table: 'tenant_databases',
  key: 'organization_id',
  column: 'password_sealed',
  record: ({ id }) => `studio:${id}`
}

export const servers: SealedIn = {
  table: 'database_servers',
  key: 'id',
  column: 'connection_sealed',
  record: ({ name }) => `server:${name}`
}

/** Whether the newest key sealed it. */
export const isNewest = (secrets: Secrets, sealed: string): boolean => keyOf(sealed) === keyOf(secrets.seal('', ''))

/** Every sealed text of a table. */
export async function sealedRows(db: Knex, { table, key, column, record }: SealedIn) {
  const name = table === 'database_servers' ? 'name' : db.raw(`''::text as name`)
  const rows = await db(table)
    .whereNotNull(column)
    .orderBy(key)
    .select<{ id: number; name: string; sealed: string }[]>(`${key} as id`, name, `${column} as sealed`)
  return rows.map(row => ({ ...row, record: record(row) }))
}

/** All or none: a registry half under one key and half under another is no worse, but nobody should have to think about it. */
async function reseal(trx: Knex.Transaction, { secrets }: Tenants, place: SealedIn): Promise<number> {
  const rows = (await sealedRows(trx, place)).filter(({ sealed }) => !isNewest(secrets, sealed))
  for (const { id, sealed, record } of rows) {
    const text = open(secrets, sealed, record)
    await trx(place.table)
      .where({ [place.key]: id, [place.column]: sealed })
      .update({ [place.column]: secrets.seal(text, record) })
  }
  return rows.length
}

function open(secrets: Secrets, sealed: string, record: string): string {
  try {
    return secrets.open(sealed, record)
  } catch (error) {
    throw new CannotDo(`Nothing was changed. ${reasonOf(error)}`, { cause: error })
  }
}

const keyOf = (sealed: string): string | undefined => sealed.split(':')[1]
