import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import { clientFieldNames } from './client-fields.ts'
import type { ClientInput } from './forms.ts'

/** A client as it is stored. */
export interface Client extends ClientInput {
  id: number
  version: number
  archived_at: Date | null
  merged_into: number | null
  created_at: Date
  updated_at: Date
}

const own = ['id', ...clientFieldNames, 'archived_at', 'merged_into', 'version', 'created_at', 'updated_at'] as const

/** One client, merged ones too: their `merged_into` says where they are now. */
export function findClient(db: Db, id: number): Promise<Client | undefined> {
  return rowsOf<Client>(db, `select ${own.join(', ')} from clients where id = ?`, [id]).then(([client]) => client)
}

/** Two clients, locked in the order of their ids so that two merges never wait for each other. */
export function lockClients(db: Db, ids: readonly number[]): Promise<Client[]> {
  return db('clients')
    .whereIn('id', ids)
    .select<Client[]>(...own)
    .orderBy('id')
    .forUpdate()
}

/** Enters a client; what is not given is as in the table's defaults. */
export async function addClient(
  db: Db,
  input: Partial<ClientInput> & Pick<ClientInput, 'kind' | 'name'>
): Promise<Client> {
  const [client] = await db('clients')
    .insert(input)
    .returning<Client[]>([...own])
  if (!client) throw new Error('a client was inserted and not returned')
  return client
}

/** Adds many at once; their ids in the order of the inputs. */
export async function addClients(db: Db, inputs: readonly ClientInput[]): Promise<number[]> {
  const ids: number[] = []
  // 500 rows of 19 fields are well below the 65,535 values of one statement
  for (let from = 0; from < inputs.length; from += 500) {
    const rows = await db('clients')
      .insert(inputs.slice(from, from + 500))
      .returning<{ id: number }[]>('id')
    ids.push(...rows.map(({ id }) => id))
  }
  return ids
}

/** Changes a client when it still is in `version` (any, when undefined); undefined when somebody was quicker. */
export async function changeClient(
  db: Db,
  id: number,
  version: number | null,
  input: Partial<ClientInput>
): Promise<Client | undefined> {
  const [client] = await db('clients')
    .where({ id })
    .whereNull('merged_into')
    .modify(query => void (version !== null && query.where({ version })))
    .update({ ...input, version: db.raw('version + 1'), updated_at: db.fn.now() })
    .returning<Client[]>([...own])
  return client
}

/** Says that something about a client changed, for the lists sorted by last change. */
export async function touchClient(db: Db, id: number): Promise<void> {
  await db('clients').where({ id }).update({ updated_at: db.fn.now() })
}

/** Archives or restores; the ids that really changed. */
export async function setArchived(db: Db, ids: readonly number[], archived: boolean): Promise<number[]> {
  const rows = await db('clients')
    .whereIn('id', ids)
    .whereNull('merged_into')
    .modify(query => void (archived ? query.whereNull('archived_at') : query.whereNotNull('archived_at')))
    .update({ archived_at: archived ? db.fn.now() : null, updated_at: db.fn.now() })
    .returning<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

/** Puts a tag on clients or takes it off; the ids that really changed. */
export async function setTag(db: Db, ids: readonly number[], tag: string, on: boolean): Promise<number[]> {
  const rows = await db('clients')
    .whereIn('id', ids)
    .whereNull('merged_into')
    .whereRaw(on ? 'not tags @> array[?]' : 'tags @> array[?]', [tag])
    .update({
      tags: db.raw(on ? 'array_append(tags, ?)' : 'array_remove(tags, ?)', [tag]),
      version: db.raw('version + 1'),
      updated_at: db.fn.now()
    })
    .returning<{ id: number }[]>('id')
  return rows.map(({ id }) => id)
}

/** Deletes a client with its contacts and notes. Rows of others that refer to it make the database refuse. */
export async function removeClient(db: Db, id: number): Promise<void> {
  await db('clients').where({ id }).delete()
}

/** Has the studio any client yet? */
export async function anyClient(db: Db): Promise<boolean> {
  return (await db('clients').first('id')) !== undefined
}

/** Tags in use, at most 30: what the filters offer and the field suggests. */
export async function usedTags(db: Db): Promise<string[]> {
  const rows = await rowsOf<{ tag: string }>(db, 'select tag from client_tags order by tag collate "fr-x-icu" limit 30')
  return rows.map(({ tag }) => tag)
}

/** Forgets tags that no client has any more. */
export async function forgetUnusedTags(db: Db): Promise<void> {
  await db('client_tags')
    .whereNotExists(db('clients').select('id').whereRaw('clients.tags @> array[client_tags.tag]'))
    .delete()
}

/** What clients are called: the name they are known by. */
export function namesOf(db: Db, ids: number[]): Promise<{ id: number; name: string }[]> {
  return db('clients')
    .whereRaw('id = any(?::bigint[])', [ids])
    .select('id', db.raw('coalesce(artist_name, name) as name'))
}

/** A client that somebody may be, and in what they are the same. */
export interface Alike {
  id: number
  email: boolean
  phone: boolean
  name: boolean
  /** No other mail and no other phone is known of it. */
  nothing_against: boolean
  archived_at: Date | null
}

/** Clients of the same mail, phone or name, whatever its accents and case; the oldest first, 20 at most. */
export function listAlike(
  db: Db,
  {
    name,
    artist_name,
    email,
    phone
  }: { name: string; artist_name: string | null; email: string | null; phone: string | null }
): Promise<Alike[]> {
  const names = [name, ...(artist_name ? [artist_name] : [])]
  return rowsOf(
    db,
    `select id, archived_at, coalesce(lower(email) = ?, false) as email, coalesce(phone = ?, false) as phone,
       exists (select 1 from unnest(?::text[]) as n where words_of(n) in (words_of(c.name), words_of(c.artist_name))) as name,
       (email is null or lower(email) = ?) and (phone is null or ?::text is null or phone = ?) as nothing_against
     from clients c where merged_into is null and (lower(email) = ? or phone = ? or words_of(name) = any(
       select words_of(n) from unnest(?::text[]) as n))
     order by archived_at is not null, id limit 20`,
    [email, phone, names, email, phone, phone, email, phone, names]
  )
}
