import type { Knex } from 'knex'
import type { Secrets } from '../secrets.ts'
import type { Studio, Tenants } from '../database/tenants.ts'
import type { Plugin } from '../plugin.ts'
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
    const kept = await resealStudios(tenants, desk.plugins)
    const counted = `${anew.passwords} passwords, ${anew.addresses} server addresses and ${kept.texts} secrets of studios were sealed anew.`
    if (kept.failed.length > 0) {
      throw new CannotDo(
        `${counted} But not those of ${kept.failed.join('; ')}. Keep the old key in SECRET, and run this again once they can be entered.`
      )
    }
    return {
      lines: [counted, 'Only the first key of SECRET is in use now: take the others out and restart.'],
      data: { ...anew, secrets: kept.texts }
    }
  }
})

/** What plugins keep sealed in each studio's database; a studio that cannot be entered keeps no other from it. */
async function resealStudios(
  tenants: Tenants,
  plugins: readonly Plugin[]
): Promise<{ texts: number; failed: string[] }> {
  const studios = await tenants
    .master('organizations')
    .orderBy('id')
    .select<{ id: number; slug: string }[]>('id', 'slug')
  const failed: string[] = []
  let texts = 0
  for (const { id, slug } of studios) {
    try {
      const studio = await tenants.byId(id)
      if (studio) texts += await resealStudio(tenants, studio, plugins)
    } catch (error) {
      failed.push(`${slug} (${reasonOf(error)})`)
    }
  }
  return { texts, failed }
}

function resealStudio(tenants: Tenants, studio: Studio, plugins: readonly Plugin[]): Promise<number> {
  const { secrets } = tenants
  const db = tenants.connections.knex(tenants.target(studio))
  return db.transaction(async trx => {
    let texts = 0
    for (const { id: plugin, sealedIn = [] } of plugins) {
      for (const { table, column, name } of sealedIn) {
        const rows = await trx(table)
          .whereNotNull(column)
          .select<{ id: number | null; sealed: string }[]>(
            name.includes('{id}') ? 'id' : trx.raw('null as id'),
            `${column} as sealed`
          )
        for (const { id, sealed } of rows.filter(row => row.sealed !== '' && !isNewest(secrets, row.sealed))) {
          const record = `studio:${studio.id}:${plugin}:${name.replace('{id}', String(id))}`
          // a sealed text is unlike any other: it is its own key
          await trx(table)
            .where({ [column]: sealed })
            .update({ [column]: secrets.seal(secrets.open(sealed, record), record) })
          texts += 1
        }
      }
    }
    return texts
  })
}

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
