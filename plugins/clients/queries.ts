import type { Db } from '@patchbay/core'
import type { ClientKind } from './contract.ts'
import type { ClientInput } from './forms.ts'
import { everyWord, fold, nearly, searchWords } from './words.ts'

/** A client as it is stored. */
export interface Client extends ClientInput {
  id: number
  version: number
  archived_at: Date | null
  merged_into: number | null
  created_at: Date
  updated_at: Date
}

/** As much of a client as it takes to recognise it in a list of suggestions. */
export interface ClientGlimpse {
  id: number
  kind: ClientKind
  name: string
  artist_name: string | null
  email: string | null
  phone: string | null
  city: string | null
  archived_at: Date | null
}

const own = [
  'id',
  'kind',
  'name',
  'artist_name',
  'email',
  'phone',
  'website',
  'language',
  'legal_name',
  'address',
  'postal_code',
  'city',
  'country',
  'siren',
  'vat_number',
  'genres',
  'instruments',
  'links',
  'collecting_society',
  'tags',
  'archived_at',
  'merged_into',
  'version',
  'created_at',
  'updated_at'
] as const

const glimpse = ['id', 'kind', 'name', 'artist_name', 'email', 'phone', 'city', 'archived_at'].map(
  column => `clients.${column}`
)

/** One client, merged ones too: their `merged_into` says where they are now. */
export function findClient(db: Db, id: number): Promise<Client | undefined> {
  return db('clients')
    .where({ id })
    .first<Client | undefined>(...own)
}

/** Two clients, locked in the order of their ids so that two merges never wait for each other. */
export function lockClients(db: Db, ids: readonly number[]): Promise<Client[]> {
  return db('clients')
    .whereIn('id', ids)
    .select<Client[]>(...own)
    .orderBy('id')
    .forUpdate()
}

/**
 * The one living client that is called so, spelled with or without accents; undefined when there is none or several. For
 * forms posted without script, which have only the text.
 */
export async function findClientByName(db: Db, name: string): Promise<ClientGlimpse | undefined> {
  const found = await living(db)
    .whereRaw('words_of(clients.name) = words_of(?)', [name])
    .limit(2)
    .select<ClientGlimpse[]>(glimpse)
  return found.length === 1 ? found[0] : undefined
}

/**
 * Clients for suggestions, at most `limit`: first those whose name begins with the text, then those in which all its words
 * are found, then those that nearly match. Archived and merged ones are left out. An empty text gives the latest changed.
 */
export async function findClients(db: Db, text: string, limit = 8): Promise<ClientGlimpse[]> {
  const words = searchWords(text)
  if (words.length === 0) {
    return living(db).orderBy('updated_at', 'desc').limit(limit).select<ClientGlimpse[]>(glimpse)
  }
  const beginning = ` ${words.join(' ')}`
  const found = await db
    .unionAll(
      [
        living(db).where(db.raw('words_of(clients.name)'), 'like', `${beginning}%`).limit(limit).select(glimpse),
        living(db)
          .modify(query => everyWord(query, words))
          .limit(limit)
          .select(glimpse)
      ],
      true
    )
    .then((rows: ClientGlimpse[]) => [...new Map(rows.map(row => [row.id, row])).values()])
  if (found.length > 0) return ranked(found, beginning).slice(0, limit)
  return living(db)
    .join(nearly(db, words, limit).as('near'), 'near.id', 'clients.id')
    .orderBy('near.nearness', 'desc')
    .select<ClientGlimpse[]>(glimpse)
}

const living = (db: Db) => db('clients').whereNull('clients.merged_into').whereNull('clients.archived_at')

/** Names that begin with the text first, shorter before longer. */
function ranked(rows: ClientGlimpse[], beginning: string): ClientGlimpse[] {
  const place = (row: ClientGlimpse) => (` ${searchWords(row.name).join(' ')}`.startsWith(beginning) ? 0 : 1)
  return rows.toSorted((a, b) => place(a) - place(b) || fold(a.name).localeCompare(fold(b.name), 'fr'))
}

export async function addClient(db: Db, input: ClientInput): Promise<Client> {
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
  const rows = await db('client_tags').orderByRaw('tag collate "fr-x-icu"').limit(30).select<{ tag: string }[]>('tag')
  return rows.map(({ tag }) => tag)
}

/** Forgets tags that no client has any more. */
export async function forgetUnusedTags(db: Db): Promise<void> {
  await db('client_tags')
    .whereNotExists(db('clients').select('id').whereRaw('clients.tags @> array[client_tags.tag]'))
    .delete()
}

/**
 * Clients that may be the one being typed: the same mail, the same phone, or nearly the same name. Archived ones too, so
 * that they are restored instead of entered again. Statements: 1.
 */
export async function findDuplicates(
  db: Db,
  typed: { name: string; email: string | null; phone: string | null },
  except?: number
): Promise<(ClientGlimpse & { same: string })[]> {
  const words = searchWords(typed.name)
  const wanted = typed.name.trim()
  const candidates = [
    typed.email && db('clients').select('id').whereRaw('lower(email) = ?', [typed.email]).whereNull('merged_into'),
    typed.phone && db('clients').select('id').where({ phone: typed.phone }).whereNull('merged_into'),
    wanted.length >= 3 &&
      db('clients').select('id').whereRaw('words_of(name) = words_of(?)', [wanted]).whereNull('merged_into'),
    wanted.length >= 3 && words.length > 0 && db.select('id').from(nearly(db, words, 50).as('near'))
  ].filter(query => query !== null && typeof query === 'object')
  if (candidates.length === 0) return []
  const likeness = `greatest(similarity(words_of(name), words_of(?)), similarity(words_of(coalesce(artist_name, '')), words_of(?)))`
  return db
    .from(
      db('clients')
        .join(db.union(candidates, true).as('candidates'), 'candidates.id', 'clients.id')
        .modify(query => void (except && query.whereNot('clients.id', except)))
        .select(glimpse)
        .select(
          db.raw(`case when lower(email) = ? then 'email' when phone = ? then 'phone' else 'name' end as same`, [
            typed.email,
            typed.phone
          ])
        )
        .select(db.raw(`${likeness} as likeness`, [wanted, wanted]))
        .as('candidates')
    )
    .whereRaw(`same <> 'name' or likeness >= 0.55`)
    .orderByRaw(`same = 'name', likeness desc, id`)
    .limit(5)
    .select<(ClientGlimpse & { same: string })[]>('*')
}
