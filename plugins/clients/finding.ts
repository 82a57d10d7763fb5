import { rowsOf } from '@patchbay/core'
import type { Db } from '@patchbay/core'
import type { ClientKind } from './contract.ts'
import { everySpelling, everyWord, fold, nearWords, searchWords } from './words.ts'

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

const glimpse = ['id', 'kind', 'name', 'artist_name', 'email', 'phone', 'city', 'archived_at'].map(
  column => `clients.${column}`
)
const living = 'from clients where clients.merged_into is null and clients.archived_at is null'

/**
 * Clients for suggestions, at most `limit`: first those whose name begins with the text, then those in which all its words
 * are found, then those that nearly match. Archived and merged ones are left out. An empty text gives the latest changed.
 */
export async function findClients(db: Db, text: string, limit = 8): Promise<ClientGlimpse[]> {
  const words = searchWords(text)
  const some = (where: string, rest = '') =>
    `select ${glimpse.join(', ')} ${living} and ${where} ${rest} limit ${Math.trunc(limit)}`
  if (words.length === 0) return rowsOf(db, some('true', 'order by clients.updated_at desc'))
  const beginning = ` ${words.join(' ')}`
  const all = everyWord(words)
  // `~>=~` and `~<~` are what a LIKE of a beginning comes to: spelled so, PostgreSQL plans once for all of them
  const begun = 'words_of(clients.name) ~>=~ (select ?) and words_of(clients.name) ~<~ (select ?)'
  const rows = await rowsOf<ClientGlimpse>(db, `(${some(begun)}) union all (${some(all.sql)})`, [
    beginning,
    beginning + last,
    ...all.bindings
  ])
  const found = [...new Map(rows.map(row => [row.id, row])).values()]
  if (found.length > 0) return ranked(found, beginning).slice(0, limit)
  const near = everySpelling(await nearWords(db, words))
  return rowsOf(db, some(near.sql), near.bindings)
}

/** Sorts behind whatever a text goes on with. */
const last = '\u{10FFFF}'

/** Names that begin with the text first, shorter before longer. */
function ranked(rows: ClientGlimpse[], beginning: string): ClientGlimpse[] {
  const place = (row: ClientGlimpse) => (` ${searchWords(row.name).join(' ')}`.startsWith(beginning) ? 0 : 1)
  return rows.toSorted((a, b) => place(a) - place(b) || fold(a.name).localeCompare(fold(b.name), 'fr'))
}

/**
 * Clients that may be the one being typed: the same mail, the same phone, or nearly the same name. Archived ones too, so
 * that they are restored instead of entered again. Statements: 2.
 */
export async function findDuplicates(
  db: Db,
  typed: { name: string; email: string | null; phone: string | null },
  except?: number
): Promise<(ClientGlimpse & { same: string })[]> {
  const words = searchWords(typed.name)
  const wanted = typed.name.trim()
  const spellings = wanted.length >= 3 ? await nearWords(db, words) : []
  // of a name that everybody has, 200 are compared and no more: the very same name is found by itself
  const alike = everySpelling(spellings)
  const near = db('clients')
    .select('id')
    .whereNull('merged_into')
    .whereRaw(alike.sql, alike.bindings as string[])
    .limit(200)
  const candidates = [
    typed.email && db('clients').select('id').whereRaw('lower(email) = ?', [typed.email]).whereNull('merged_into'),
    typed.phone && db('clients').select('id').where({ phone: typed.phone }).whereNull('merged_into'),
    wanted.length >= 3 &&
      db('clients').select('id').whereRaw('words_of(name) = words_of(?)', [wanted]).whereNull('merged_into'),
    spellings.length > 0 && near
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
